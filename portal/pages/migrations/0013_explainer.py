"""Explainers."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import portal.pages.fields


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0012_downloads"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExplainerPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        help_text="One or two sentences that say who this is for and what it helps them do. Shown under the title and in lists.",
                        max_length=240,
                    ),
                ),
                (
                    "published_on",
                    models.DateField(
                        default=django.utils.timezone.localdate,
                        help_text="Shown to readers. Change it when you have checked the whole page again.",
                        verbose_name="date",
                    ),
                ),
                ("body", portal.pages.fields.StreamField([], blank=True, verbose_name="introduction")),
                (
                    "animation",
                    portal.pages.fields.StreamField(
                        [], blank=True, help_text="With a transcript of all it says and shows."
                    ),
                ),
                (
                    "figures",
                    portal.pages.fields.StreamField(
                        [],
                        blank=True,
                        help_text="Each with its source and the day for which it holds.",
                        verbose_name="facts in figures",
                    ),
                ),
                (
                    "steps",
                    portal.pages.fields.StreamField(
                        [], blank=True, help_text="How it works, step by step. Readers see them numbered."
                    ),
                ),
                ("related", portal.pages.fields.StreamField([], blank=True, verbose_name="where to read on")),
            ],
            options={
                "verbose_name": "explainer",
            },
            bases=("wagtailcore.page", models.Model),
        ),
    ]
