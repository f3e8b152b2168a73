"""Lists, and the rules of who may be on them."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import forum.models.lists


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("members", "0011_manager_permissions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MailingList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                (
                    "slug",
                    models.SlugField(
                        help_text="In the address of the list, and of its mail.", max_length=60, unique=True
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        help_text="What the list is for, in one sentence. Anybody can read this.",
                        max_length=300,
                    ),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True, help_text="Who talks here about what. Anybody can read this. Markdown."
                    ),
                ),
                ("opens_at", models.DateTimeField(blank=True, null=True, verbose_name="opens")),
                (
                    "closes_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="From this moment on nobody can post.",
                        null=True,
                        verbose_name="closes",
                    ),
                ),
                (
                    "after_closing",
                    models.CharField(
                        choices=[
                            ("read", "Those whom the rules let in can go on reading it"),
                            ("nothing", "Nobody can read it"),
                        ],
                        default="read",
                        max_length=10,
                        verbose_name="after it has closed",
                    ),
                ),
                (
                    "grace_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="For so many days after a membership of the association has ended, its holder still counts as a member.",
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="days of grace",
                    ),
                ),
                (
                    "approves_itself",
                    models.BooleanField(
                        default=False,
                        help_text="Otherwise a manager decides on each application.",
                        verbose_name="let in at once whoever the rules let in",
                    ),
                ),
                (
                    "reminders",
                    models.JSONField(
                        blank=True,
                        default=forum.models.lists.default_reminders,
                        help_text="So many days before their access ends, people are told.",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="made")),
                (
                    "moved_on_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="closed and moved on"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where people are moved on to when this list closes, if the rules of that list let them in.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="predecessors",
                        to="listserver.mailinglist",
                    ),
                ),
                (
                    "terms",
                    models.ManyToManyField(
                        blank=True,
                        help_text="What people have to accept.",
                        related_name="lists",
                        to="members.terms",
                    ),
                ),
            ],
            options={
                "verbose_name": "list",
                "ordering": ["name"],
                "permissions": [
                    ("close_mailinglist", "Can close a list and move its people on"),
                    ("grant_mailinglist", "Can give a person access to a list"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "whom",
                    models.CharField(
                        choices=[
                            ("members", "Members of the association"),
                            ("non-members", "People who are not members of the association"),
                            ("anyone", "Anyone"),
                        ],
                        max_length=20,
                        verbose_name="for",
                    ),
                ),
                (
                    "roles",
                    models.JSONField(
                        blank=True,
                        default=forum.models.lists.no_roles,
                        help_text="Only for people with one of these roles, confirmed by a manager. None: whatever their role.",
                    ),
                ),
                (
                    "until_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="From this moment on the rule lets nobody post.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                (
                    "until_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="The day of joining counts: with 90 days, the 91st is the first without.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="days after joining",
                    ),
                ),
                (
                    "then",
                    models.CharField(
                        choices=[
                            ("read", "They can read, but no longer post"),
                            ("nothing", "They can no longer read or post"),
                        ],
                        default="nothing",
                        max_length=10,
                        verbose_name="after that",
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="listserver.mailinglist",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="mailinglist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_at__isnull", True),
                    ("closes_at__isnull", True),
                    ("closes_at__gt", models.F("opens_at")),
                    _connector="OR",
                ),
                name="list_closes_after_opening",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailinglist",
            constraint=models.CheckConstraint(
                condition=models.Q(("grace_days__lte", 365)), name="list_grace_at_most_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailinglist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor__isnull", True),
                    models.Q(("successor", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="list_is_not_its_own_successor",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailinglist",
            constraint=models.CheckConstraint(
                condition=models.Q(("after_closing__in", ["read", "nothing"])), name="list_after_closing"
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("whom__in", ["members", "non-members", "anyone"])),
                name="rule_whom_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("then__in", ["read", "nothing"])), name="rule_then_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_at__isnull", True), ("until_days__isnull", True), _connector="OR"),
                name="rule_has_one_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_days__isnull", True),
                    models.Q(("until_days__gte", 1), ("until_days__lte", 3650)),
                    _connector="OR",
                ),
                name="rule_days_are_sensible",
            ),
        ),
    ]
