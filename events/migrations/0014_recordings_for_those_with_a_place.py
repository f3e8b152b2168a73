"""Recordings can be for people who had a place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0013_certificates"),
    ]

    operations = [
        migrations.AlterField(
            model_name="eventpage",
            name="recordings_for",
            field=models.CharField(
                choices=[
                    ("everyone", "Everyone"),
                    ("signed-in", "People who are signed in"),
                    ("place", "People who had a place"),
                ],
                default="everyone",
                help_text="Transcripts and slides are given to the same people only.",
                max_length=20,
                verbose_name="recordings are for",
            ),
        ),
    ]
