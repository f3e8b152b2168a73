"""Documents that have to be accepted, in versions."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0008_memberships"),
    ]

    operations = [
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("accepted_at", models.DateTimeField(verbose_name="accepted")),
            ],
            options={
                "ordering": ["-accepted_at"],
            },
        ),
        migrations.CreateModel(
            name="Terms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, unique=True)),
                ("slug", models.SlugField(max_length=120, unique=True)),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        help_text="In one sentence: what people agree to. Shown beside the tick box.",
                        max_length=300,
                    ),
                ),
            ],
            options={
                "verbose_name": "terms",
                "verbose_name_plural": "terms",
                "ordering": ["title"],
            },
        ),
        migrations.CreateModel(
            name="TermsVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField(help_text="Markdown.")),
                (
                    "change",
                    models.CharField(
                        blank=True,
                        help_text="For those who accepted the version before.",
                        max_length=500,
                        verbose_name="what is new",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published")),
                (
                    "grace_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        help_text="How long those who accepted an earlier version may go on without accepting this one.",
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="days of grace",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of terms",
                "verbose_name_plural": "versions of terms",
                "ordering": ["terms", "-number"],
                "permissions": [("publish_termsversion", "Can publish a version of terms")],
            },
        ),
        migrations.AddField(
            model_name="acceptance",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="acceptances",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="termsversion",
            name="terms",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="members.terms"
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acceptances",
                to="members.termsversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="termsversion",
            constraint=models.UniqueConstraint(fields=("terms", "number"), name="terms_version_number_once"),
        ),
        migrations.AddConstraint(
            model_name="termsversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="terms_version_number_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="termsversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("grace_days__lte", 365)), name="terms_version_grace_at_most_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="acceptance",
            constraint=models.UniqueConstraint(fields=("user", "version"), name="acceptance_once"),
        ),
    ]
