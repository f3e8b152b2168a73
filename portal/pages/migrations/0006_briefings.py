"""Briefings, their list, and who should read what."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import wagtail.contrib.routable_page.models
from django.db import migrations, models

import portal.pages.fields


class Migration(migrations.Migration):
    dependencies = [
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("pages", "0005_blog"),
    ]

    operations = [
        migrations.CreateModel(
            name="BriefingIndexPage",
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
                "verbose_name": "list of briefings",
                "verbose_name_plural": "lists of briefings",
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="BriefingPage",
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
                    "introduction",
                    portal.pages.fields.StreamField(
                        [], blank=True, help_text="What has happened, and why it matters now."
                    ),
                ),
                (
                    "chapters",
                    portal.pages.fields.StreamField(
                        [], blank=True, help_text="Readers see them numbered, with a list of them."
                    ),
                ),
                ("paper_title", models.CharField(blank=True, max_length=250, verbose_name="full paper")),
                (
                    "paper_publisher",
                    models.CharField(blank=True, max_length=150, verbose_name="published by"),
                ),
                ("paper_url", models.URLField(blank=True, max_length=500, verbose_name="where it is")),
                (
                    "pdf",
                    models.ForeignKey(
                        blank=True,
                        help_text="The briefing itself, to print or pass on.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtaildocs.document",
                        verbose_name="as a PDF",
                    ),
                ),
                (
                    "topics",
                    modelcluster.fields.ParentalManyToManyField(
                        blank=True, related_name="briefings", to="pages.theme"
                    ),
                ),
            ],
            options={
                "verbose_name": "briefing",
            },
            bases=("wagtailcore.page", models.Model),
        ),
        migrations.CreateModel(
            name="BriefingReader",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "chapters",
                    models.CharField(
                        help_text="The numbers of the chapters, such as 1, 3, 4.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{1,2}(\\s*,\\s*\\d{1,2})*$", "Give numbers, such as 1, 3, 4."
                            )
                        ],
                    ),
                ),
                ("why", models.CharField(blank=True, help_text="What they get out of it.", max_length=240)),
                (
                    "audience",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="briefings",
                        to="pages.audience",
                    ),
                ),
                (
                    "briefing",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readers",
                        to="pages.briefingpage",
                    ),
                ),
            ],
            options={
                "verbose_name": "audience of a briefing",
                "verbose_name_plural": "audiences of a briefing",
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="briefingpage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paper_title", ""), ("paper_url", "")),
                    models.Q(
                        models.Q(("paper_url", ""), _negated=True),
                        models.Q(("paper_title", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="briefing_names_its_paper",
                violation_error_message="Give the title of the full paper and its address, or neither.",
            ),
        ),
    ]
