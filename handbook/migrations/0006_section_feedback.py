"""Answers to “Was this section useful?”."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handbook", "0005_errata")]

    operations = [
        migrations.CreateModel(
            name="SectionFeedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("useful", models.BooleanField()),
                ("comment", models.TextField(blank=True)),
                ("sent_at", models.DateTimeField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback",
                        to="handbook.edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer about a section",
                "verbose_name_plural": "answers about sections",
                "indexes": [models.Index(fields=["key", "sent_at"], name="handbook_se_key_0a3844_idx")],
            },
        ),
    ]
