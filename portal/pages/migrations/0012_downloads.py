"""Downloads with their versions."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import wagtail.contrib.routable_page.models
from django.db import migrations, models

import portal.pages.fields


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0011_pages_about_the_portal"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]

    operations = [
        migrations.CreateModel(
            name="DownloadIndexPage",
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
                "verbose_name": "list of downloads",
                "verbose_name_plural": "lists of downloads",
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="DownloadPage",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("template", "Template"),
                            ("agreement", "Agreement"),
                            ("policy", "Policy"),
                            ("form", "Form"),
                            ("guide", "Guide"),
                            ("tool", "Spreadsheet"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "body",
                    portal.pages.fields.StreamField(
                        [],
                        blank=True,
                        help_text="When to use it, and what to fill in.",
                        verbose_name="how to use it",
                    ),
                ),
                (
                    "audiences",
                    modelcluster.fields.ParentalManyToManyField(
                        blank=True, related_name="downloads", to="pages.audience", verbose_name="for whom"
                    ),
                ),
                (
                    "topics",
                    modelcluster.fields.ParentalManyToManyField(
                        blank=True, related_name="downloads", to="pages.theme"
                    ),
                ),
            ],
            options={
                "verbose_name": "download",
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="DownloadVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "number",
                    models.CharField(
                        help_text="As it stands in the file, such as 2.1.",
                        max_length=9,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{1,4}(\\.\\d{1,4})?\\Z", "Give a number, such as 2 or 2.1."
                            )
                        ],
                    ),
                ),
                (
                    "dated_on",
                    models.DateField(
                        default=django.utils.timezone.localdate,
                        help_text="The day from which it holds. The version before ends with it.",
                        verbose_name="date",
                    ),
                ),
                (
                    "changes",
                    models.CharField(
                        blank=True,
                        help_text="What whoever holds the version before needs to know. Empty for the first.",
                        max_length=300,
                        verbose_name="what changed",
                    ),
                ),
                ("superseded_on", models.DateField(blank=True, editable=False, null=True)),
                (
                    "document",
                    models.ForeignKey(
                        help_text="A file of its own: do not replace the file of an earlier version.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="wagtaildocs.document",
                        verbose_name="file",
                    ),
                ),
                (
                    "page",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="pages.downloadpage",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a download",
                "verbose_name_plural": "versions of a download",
                "ordering": ["dated_on", "sort_order"],
            },
        ),
        migrations.AddConstraint(
            model_name="downloadpage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["template", "agreement", "policy", "form", "guide", "tool"])
                ),
                name="download_kind_is_known",
                violation_error_message="Choose what kind of document it is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="downloadversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_on__isnull", True)),
                fields=("page",),
                name="download_has_one_current_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="downloadversion",
            constraint=models.UniqueConstraint(
                fields=("page", "number"), name="download_version_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="downloadversion",
            constraint=models.UniqueConstraint(
                fields=("page", "document"), name="download_version_has_its_own_file"
            ),
        ),
        migrations.AddConstraint(
            model_name="downloadversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("superseded_on__isnull", True),
                    ("superseded_on__gte", models.F("dated_on")),
                    _connector="OR",
                ),
                name="download_version_superseded_after_its_date",
            ),
        ),
    ]
