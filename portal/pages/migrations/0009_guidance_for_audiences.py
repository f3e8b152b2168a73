"""Guidance for audiences."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import portal.pages.fields


class Migration(migrations.Migration):
    dependencies = [
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("pages", "0008_timeline"),
    ]

    operations = [
        migrations.CreateModel(
            name="AudiencePage",
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
                (
                    "body",
                    portal.pages.fields.StreamField(
                        [], blank=True, help_text="What concerns them most, before they read on elsewhere."
                    ),
                ),
                (
                    "gathered",
                    portal.pages.fields.StreamField(
                        [],
                        blank=True,
                        help_text="Pages, sections of the handbook and resources, in groups such as “Your contract”.",
                    ),
                ),
                (
                    "audience",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pages", to="pages.audience"
                    ),
                ),
            ],
            options={
                "verbose_name": "guidance for an audience",
                "verbose_name_plural": "guidance for audiences",
            },
            bases=("wagtailcore.page", models.Model),
        ),
    ]
