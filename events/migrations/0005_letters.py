"""What organisers write to the people of an event."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0004_places_asked_for"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EventLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "to",
                    models.CharField(
                        choices=[
                            ("coming", "Everybody who has a place"),
                            ("waiting", "Everybody who waits for one"),
                            ("ordered", "Everybody who ordered"),
                        ],
                        default="coming",
                        max_length=10,
                        verbose_name="to",
                    ),
                ),
                ("subject", models.CharField(max_length=150)),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("count", models.PositiveIntegerField(default=0, verbose_name="sent to")),
            ],
            options={
                "ordering": ["-written_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="eventletter",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="eventletter",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="events.eventpage"
            ),
        ),
        migrations.AddField(
            model_name="eventletter",
            name="ticket",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="events.ticket",
            ),
        ),
    ]
