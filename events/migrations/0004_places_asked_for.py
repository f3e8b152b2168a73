"""Places about which organisers decide are asked for."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0003_rights_at_events"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="waiting",
            name="waiting_once_for_a_pool",
        ),
        migrations.RemoveConstraint(
            model_name="waiting",
            name="waiting_state_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="waiting",
            name="waiting_for_something",
        ),
        migrations.AddField(
            model_name="waiting",
            name="words",
            field=models.TextField(blank=True, verbose_name="why they ask for a place"),
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
                    ("gone", "No longer waiting"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="waiting",
            constraint=models.UniqueConstraint(
                models.F("pool"),
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("state__in", ["applied", "waiting"])),
                name="waiting_once_for_a_pool",
            ),
        ),
        migrations.AddConstraint(
            model_name="waiting",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["applied", "refused", "waiting", "done", "gone"])),
                name="waiting_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="waiting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["applied", "waiting"]), _negated=True),
                    models.Q(("wanted__gte", 1), models.Q(("email", ""), _negated=True)),
                    _connector="OR",
                ),
                name="waiting_for_something",
            ),
        ),
    ]
