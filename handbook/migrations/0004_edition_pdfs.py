"""PDFs are rows of their own, so that earlier ones are kept; the page of a section is the PDF's own matter."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handbook", "0003_submitted_editions")]

    operations = [
        migrations.RemoveField(model_name="editionsection", name="pdf_page"),
        migrations.DeleteModel(name="EditionFiles"),
        migrations.CreateModel(
            name="EditionPdf",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "errata",
                    models.PositiveIntegerField(
                        help_text="How many errata its errata sheet lists; 0 if it has none."
                    ),
                ),
                ("file", models.FileField(blank=True, upload_to="handbook")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "front",
                    models.PositiveIntegerField(
                        default=0, help_text="How many pages the errata sheet takes in front."
                    ),
                ),
                ("length", models.PositiveIntegerField(default=0, help_text="How many pages it has.")),
                (
                    "page_map",
                    models.JSONField(
                        default=dict,
                        help_text="The page on which each section begins, by the section's key, and what follows them all.",
                    ),
                ),
                ("problem", models.TextField(blank=True)),
                ("made_at", models.DateTimeField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pdfs",
                        to="handbook.edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "PDF",
                "ordering": ["edition", "errata"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "errata"), name="edition_pdf_once_per_errata"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("file", ""), _negated=True),
                                models.Q(("sha256", ""), _negated=True),
                                ("problem", ""),
                            ),
                            models.Q(("file", ""), ("sha256", ""), models.Q(("problem", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="edition_pdf_has_a_file_or_a_problem",
                    ),
                ],
            },
        ),
    ]
