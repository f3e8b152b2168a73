"""Settings of events beside their pages, and the terms that were accepted."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import events.models.settings


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0017_questions"),
    ]

    operations = [
        migrations.CreateModel(
            name="BookingSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("terms", models.TextField(blank=True, max_length=20000, verbose_name="booking terms")),
                (
                    "reminder_days",
                    models.JSONField(blank=True, default=events.models.settings.reminders_by_default),
                ),
                (
                    "answers_kept",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="days for which sensitive answers are kept",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booking_settings",
                        to="events.eventpage",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "booking settings",
            },
        ),
        migrations.CreateModel(
            name="BookingTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("text", models.TextField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booking_terms",
                        to="events.eventpage",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AcceptedTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("accepted_at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="accepted_terms",
                        to="events.order",
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="events.bookingterms",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="bookingterms",
            constraint=models.UniqueConstraint(fields=("event", "digest"), name="booking_terms_once"),
        ),
        migrations.AddConstraint(
            model_name="acceptedterms",
            constraint=models.UniqueConstraint(
                fields=("order", "terms"), name="terms_accepted_once_for_an_order"
            ),
        ),
    ]
