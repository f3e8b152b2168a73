"""The entries for places that attendees were told to put into their calendars."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0014_recordings_for_those_with_a_place"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("told_of", models.PositiveIntegerField()),
                ("told_at", models.DateTimeField()),
                ("is_there", models.BooleanField(default=True)),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entry", to="events.place"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "calendar entries",
                "ordering": ["pk"],
            },
        ),
    ]
