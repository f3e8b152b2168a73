"""When a page has to be read again, and when somebody has done so."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0010_permissions_of_authors"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="EditingRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stale_after_months",
                    models.PositiveSmallIntegerField(
                        default=12,
                        help_text="A page that nobody has published or read again for so long is on the editors’ board.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="months until a page is read again",
                    ),
                ),
            ],
            options={
                "verbose_name": "editing",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("stale_after_months__gte", 1), ("stale_after_months__lte", 120)),
                        name="editing_months_are_sensible",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PageReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reviewed_at", models.DateTimeField()),
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="last_review",
                        to="wagtailcore.page",
                    ),
                ),
            ],
        ),
    ]
