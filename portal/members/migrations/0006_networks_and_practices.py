"""Practices, and when networks opened and closed."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0005_mail_headers"),
    ]

    operations = [
        migrations.CreateModel(
            name="NetworkPractice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "ordering": ["practice__name", "-starts_on"],
            },
        ),
        migrations.CreateModel(
            name="Practice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=6,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]\\d{5}$",
                                "A practice's code is a letter and five digits, such as A81001.",
                            )
                        ],
                        verbose_name="ODS code",
                    ),
                ),
                ("name", models.CharField(max_length=200)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="network",
            name="board",
            field=models.CharField(
                blank=True,
                help_text="The board in whose area it lies.",
                max_length=200,
                verbose_name="integrated care board",
            ),
        ),
        migrations.AddField(
            model_name="network",
            name="ends_on",
            field=models.DateField(
                blank=True,
                help_text="The first day on which it no longer exists.",
                null=True,
                verbose_name="closed",
            ),
        ),
        migrations.AddField(
            model_name="network",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="opened"),
        ),
        migrations.AlterField(
            model_name="network",
            name="region",
            field=models.CharField(
                blank=True,
                choices=[
                    ("north-east-and-yorkshire", "North East and Yorkshire"),
                    ("north-west", "North West"),
                    ("midlands", "Midlands"),
                    ("east-of-england", "East of England"),
                    ("london", "London"),
                    ("south-east", "South East"),
                    ("south-west", "South West"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="network",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                ),
                name="network_ends_after_start",
            ),
        ),
        migrations.AddField(
            model_name="networkpractice",
            name="network",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="practices", to="members.network"
            ),
        ),
        migrations.AddField(
            model_name="networkpractice",
            name="practice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="networks", to="members.practice"
            ),
        ),
        migrations.AddConstraint(
            model_name="networkpractice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                ),
                name="network_practice_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="networkpractice",
            constraint=models.UniqueConstraint(
                fields=("network", "practice", "starts_on"), name="network_practice_once_from_a_day"
            ),
        ),
    ]
