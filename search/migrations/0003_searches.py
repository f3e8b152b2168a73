"""Counts of searches by week, and of what was opened after them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0002_saved_searches"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week", models.DateField(help_text="Its Monday.")),
                ("query", models.CharField(max_length=60)),
                ("searches", models.PositiveIntegerField(default=0)),
                ("found_nothing", models.PositiveIntegerField(default=0)),
                ("opened", models.PositiveIntegerField(default=0)),
            ],
            options={
                "permissions": [("see_searches", "Can see what people search for")],
                "constraints": [
                    models.UniqueConstraint(fields=("week", "query"), name="search_count_once"),
                    models.CheckConstraint(
                        condition=models.Q(("found_nothing__lte", models.F("searches"))),
                        name="search_count_found_nothing_at_most_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opened__lte", models.F("searches"))),
                        name="search_count_opened_at_most_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClickCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=60)),
                ("clicks", models.PositiveIntegerField(default=0)),
                (
                    "count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clicked",
                        to="search.searchcount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("count", "source"), name="search_click_once")
                ],
            },
        ),
    ]
