"""Links and where they stand."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=2000, unique=True)),
                (
                    "host",
                    models.CharField(
                        blank=True, help_text="Empty for an address of the portal.", max_length=255
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Not looked at yet"),
                            ("works", "Works"),
                            ("moved", "Has moved"),
                            ("refuses", "Lets no program look"),
                            ("failing", "Did not work, looked at again"),
                            ("away", "Does not answer"),
                            ("broken", "Gone"),
                        ],
                        default="new",
                        max_length=10,
                    ),
                ),
                ("found", models.CharField(blank=True, max_length=250, verbose_name="what was found")),
                ("moved_to", models.CharField(blank=True, max_length=2000)),
                (
                    "failures",
                    models.PositiveSmallIntegerField(default=0, verbose_name="days on which it failed"),
                ),
                ("failed_on", models.DateField(null=True, verbose_name="last such day")),
                ("checked_at", models.DateTimeField(null=True, verbose_name="looked at")),
                ("next_check_at", models.DateTimeField(db_index=True, verbose_name="looked at next")),
                ("left_until", models.DateField(null=True, verbose_name="left until")),
                ("left_why", models.CharField(blank=True, max_length=240, verbose_name="why it is left")),
            ],
            options={
                "permissions": [("see_link", "Can see and settle broken links")],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "moved"), models.Q(("moved_to", ""), _negated=True)),
                            models.Q(models.Q(("state", "moved"), _negated=True), ("moved_to", "")),
                            _connector="OR",
                        ),
                        name="link_that_moved_says_where_to",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failed_on", None), ("failures", 0)),
                            models.Q(("failed_on__isnull", False), ("failures__gt", 0)),
                            _connector="OR",
                        ),
                        name="link_failures_have_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("left_until", None), ("left_why", "")),
                            models.Q(
                                ("left_until__isnull", False), models.Q(("left_why", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="link_is_left_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.CharField(help_text="Its key: `page:12`.", max_length=120)),
                ("title", models.CharField(help_text="What the place is called.", max_length=300)),
                ("words", models.CharField(blank=True, help_text="The words of the link.", max_length=250)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="links.link"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.page",
                    ),
                ),
            ],
            options={
                "ordering": ["title", "pk"],
                "indexes": [models.Index(fields=["place"], name="use_by_place")],
                "constraints": [
                    models.UniqueConstraint(fields=("link", "place"), name="use_once_in_a_place")
                ],
            },
        ),
    ]
