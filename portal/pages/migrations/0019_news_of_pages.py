"""Who has been told of new pages."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0018_clinical_review"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageNews",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="published")),
                ("reached", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="told")),
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="news",
                        to="wagtailcore.page",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "page news",
                "ordering": ["made_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("told_at", None)), fields=["made_at"], name="page_news_waiting"
                    )
                ],
            },
        ),
    ]
