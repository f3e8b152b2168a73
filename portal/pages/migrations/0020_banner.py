"""What editors announce on every page, and for how long."""

import django.core.validators
import django.db.models.deletion
import wagtail.models.preview
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0019_news_of_pages"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Banner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="What it is about, such as “The portal is away on Sunday”.", max_length=100
                    ),
                ),
                (
                    "text",
                    models.CharField(
                        blank=True,
                        help_text="One or two sentences on what readers should do.",
                        max_length=300,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("information", "Information"), ("warning", "Warning")],
                        default="information",
                        help_text="A warning is yellow. Keep it for what goes wrong if readers miss it.",
                        max_length=20,
                    ),
                ),
                (
                    "readers",
                    models.CharField(
                        choices=[("everybody", "Everybody"), ("signed_in", "Only people who are signed in")],
                        default="everybody",
                        max_length=20,
                        verbose_name="who sees it",
                    ),
                ),
                (
                    "starts_at",
                    models.DateTimeField(
                        help_text="The time in London from which it is shown.", verbose_name="from"
                    ),
                ),
                (
                    "ends_at",
                    models.DateTimeField(
                        help_text="The time in London at which it is gone.", verbose_name="until"
                    ),
                ),
                (
                    "link_text",
                    models.CharField(
                        blank=True,
                        help_text="Say where the link leads. Leave it empty for no link.",
                        max_length=100,
                        verbose_name="words of the link",
                    ),
                ),
                (
                    "link_address",
                    models.CharField(
                        blank=True,
                        help_text="Only if there is no page to choose: an address that begins with / or https://",
                        max_length=500,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(/(?!/)|https://|mailto:)[^\\s\\\\]*$",
                                "Give an address that begins with / or https://, such as /handbook/ or https://www.gov.uk/",
                            )
                        ],
                        verbose_name="address",
                    ),
                ),
                (
                    "link_page",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailcore.page",
                        verbose_name="page",
                    ),
                ),
            ],
            options={
                "verbose_name": "announcement banner",
                "ordering": ["-ends_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="banner_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="banner_ends_after_it_starts",
                        violation_error_message="A banner must end after it has begun.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["information", "warning"])),
                        name="banner_has_a_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("readers__in", ["everybody", "signed_in"])),
                        name="banner_has_known_readers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("link_page", None), ("link_address", ""), _connector="OR"),
                        name="banner_has_one_link_at_most",
                    ),
                ],
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
    ]
