"""The page on learning and development."""

import django.db.models.deletion
import wagtail.contrib.routable_page.models
from django.db import migrations, models

import portal.pages.fields


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0027_orders_to_tell_of"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="LearningPage",
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
                ("body", portal.pages.fields.StreamField([], blank=True, verbose_name="introduction")),
                (
                    "kinds",
                    portal.pages.fields.StreamField(
                        [],
                        help_text="For each: what it is like and for whom. Events of these kinds are shown below by themselves.",
                        verbose_name="kinds of learning",
                    ),
                ),
                (
                    "resources",
                    portal.pages.fields.StreamField(
                        [],
                        blank=True,
                        help_text="What people can read or watch by themselves, in groups such as “Before you begin”.",
                        verbose_name="learning resources",
                    ),
                ),
            ],
            options={
                "verbose_name": "learning and development",
                "verbose_name_plural": "learning and development",
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, "wagtailcore.page"),
        ),
    ]
