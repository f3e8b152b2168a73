"""Whoever let an offer end is told apart from whoever left the waiting list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0032_organisers_write_events"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="waiting",
            name="waiting_state_is_known",
        ),
        migrations.AlterField(
            model_name="waiting",
            name="state",
            field=models.CharField(
                choices=[
                    ("applied", "Asked for a place, which organisers decide about"),
                    ("refused", "Refused by organisers"),
                    ("waiting", "Waiting"),
                    ("done", "Has got what they waited for"),
                    ("lapsed", "Let an offer end"),
                    ("gone", "No longer waiting"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="waiting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["applied", "refused", "waiting", "done", "lapsed", "gone"])
                ),
                name="waiting_state_is_known",
            ),
        ),
    ]
