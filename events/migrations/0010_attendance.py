"""How events are held, and who was there."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0009_origin_of_baskets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CodeTry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="code_tries",
                        to="events.place",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "code tries",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="FormerTicket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(editable=False, unique=True)),
                ("at", models.DateTimeField()),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_tickets",
                        to="events.place",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Arrangements",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "provider_address",
                    models.CharField(
                        blank=True,
                        help_text="The link to the meeting, from Teams, Zoom or whatever you use. Attendees do not see it: each has an address of their own, which leads there.",
                        max_length=1000,
                        validators=[
                            django.core.validators.URLValidator(
                                ["https"], message="Give an address that begins with https://"
                            )
                        ],
                        verbose_name="address at the provider",
                    ),
                ),
                (
                    "minimum_minutes",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="Whoever was there for so many minutes by the provider’s report attended.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                        verbose_name="minutes that count",
                    ),
                ),
                (
                    "closing_code",
                    models.CharField(
                        blank=True,
                        help_text="A word that you say at the end. Whoever types it attended. Small and capital letters are the same.",
                        max_length=30,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[^\\W_]{4}", "Use a word of four letters or figures at least."
                            )
                        ],
                    ),
                ),
                (
                    "gives_certificates",
                    models.BooleanField(
                        default=True,
                        help_text="Everybody who attended gets one by mail.",
                        verbose_name="certificates of attendance",
                    ),
                ),
                (
                    "needs_feedback",
                    models.BooleanField(
                        default=False,
                        help_text="Whoever attended gets the certificate once they have filled in the feedback form.",
                        verbose_name="only for those who gave feedback",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrangements",
                        to="events.eventpage",
                    ),
                ),
                (
                    "online_pools",
                    models.ManyToManyField(
                        blank=True,
                        help_text="If some people come to the venue: whose places are on-line. If you choose none, everybody can join.",
                        to="events.pool",
                        verbose_name="places on-line",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "arrangements",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("minimum_minutes__gte", 1)),
                        name="arrangements_ask_for_a_minute_at_least",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("provider_address", ""),
                            ("provider_address__startswith", "https://"),
                            _connector="OR",
                        ),
                        name="arrangements_lead_to_a_secure_address",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("checked-in", "Checked in"),
                            ("report", "In the provider’s report"),
                            ("code", "Typed the closing code"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("minutes", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance",
                        to="events.place",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "attendance",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("place"), models.F("how"), name="attendance_once_for_each_way"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["checked-in", "report", "code"])),
                        name="attendance_way_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("how", "report"), ("minutes__isnull", False)),
                            models.Q(models.Q(("how", "report"), _negated=True), ("minutes__isnull", True)),
                            _connector="OR",
                        ),
                        name="attendance_has_minutes_by_report_only",
                    ),
                ],
            },
        ),
    ]
