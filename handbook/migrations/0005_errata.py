"""Errata, and what followers are still to be told of."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handbook", "0004_edition_pdfs")]

    operations = [
        migrations.CreateModel(
            name="Erratum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sequence",
                    models.PositiveIntegerField(
                        help_text="1 for the first erratum to this edition, then 2, 3 and so on."
                    ),
                ),
                ("key", models.UUIDField(help_text="The section it concerns.")),
                ("text", models.TextField()),
                ("published_at", models.DateTimeField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="errata", to="handbook.body"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="errata",
                        to="handbook.edition",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "errata",
                "ordering": ["edition", "sequence"],
                "indexes": [models.Index(fields=["key"], name="handbook_er_key_525f97_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "sequence"), name="erratum_sequence_once_per_edition"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="erratum_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("reached", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="announcements",
                        to="handbook.edition",
                    ),
                ),
                (
                    "erratum",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="announcement",
                        to="handbook.erratum",
                    ),
                ),
            ],
            options={
                "ordering": ["made_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("erratum__isnull", True)),
                        fields=("edition",),
                        name="edition_announced_once",
                    ),
                ],
            },
        ),
    ]
