"""Lists of resources by subject."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import wagtail.contrib.routable_page.models
from django.db import migrations, models

import portal.pages.fields


class Migration(migrations.Migration):
    dependencies = [
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("pages", "0006_briefings"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResourceIndexPage",
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
            ],
            options={
                "verbose_name": "lists of resources",
                "verbose_name_plural": "lists of resources",
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="ResourceListPage",
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
                    "subject",
                    models.CharField(
                        choices=[
                            ("contract", "Contract"),
                            ("quality-improvement", "Quality improvement"),
                            ("providers", "Providers at scale"),
                            ("general", "General questions"),
                            ("clinical-pharmacists", "Clinical pharmacists"),
                            ("social-prescribing", "Social prescribing"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "body",
                    portal.pages.fields.StreamField(
                        [],
                        blank=True,
                        help_text="What the links were chosen by.",
                        verbose_name="introduction",
                    ),
                ),
                (
                    "questions",
                    portal.pages.fields.StreamField(
                        [], help_text="As readers ask them, the most frequent first."
                    ),
                ),
            ],
            options={
                "verbose_name": "list of resources",
                "verbose_name_plural": "lists of resources by subject",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "subject__in",
                                [
                                    "contract",
                                    "quality-improvement",
                                    "providers",
                                    "general",
                                    "clinical-pharmacists",
                                    "social-prescribing",
                                ],
                            )
                        ),
                        name="resource_subject_is_known",
                        violation_error_message="Choose what the list is about.",
                    )
                ],
            },
            bases=("wagtailcore.page",),
        ),
    ]
