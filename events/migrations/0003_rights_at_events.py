"""Who may do what at one event."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_speakers_permissions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EventRight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "right",
                    models.CharField(
                        choices=[("organise", "Organiser"), ("check-in", "Check-in"), ("finance", "Finance")],
                        max_length=10,
                        verbose_name="may",
                    ),
                ),
                ("given_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["event", "user", "right"],
                "permissions": [
                    ("organise_every_event", "Can organise every event"),
                    ("help_at_events", "Can be given rights at single events"),
                ],
            },
        ),
        migrations.AddField(
            model_name="eventright",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rights", to="events.eventpage"
            ),
        ),
        migrations.AddField(
            model_name="eventright",
            name="given_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="eventright",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="event_rights",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="eventright",
            constraint=models.UniqueConstraint(
                models.F("event"), models.F("user"), models.F("right"), name="event_right_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="eventright",
            constraint=models.CheckConstraint(
                condition=models.Q(("right__in", ["organise", "check-in", "finance"])),
                name="event_right_is_known",
            ),
        ),
    ]
