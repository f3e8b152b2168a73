"""When a page has to be read again, when somebody has done so, who approves a page, and terms to explain."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("pages", "0015_help_of_checklists"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="EditingRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stale_after_months",
                    models.PositiveSmallIntegerField(
                        default=12,
                        help_text="A page that nobody has published or read again for so long is on the editors’ board.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="months until a page is read again",
                    ),
                ),
                (
                    "remind_after_days",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="Of a page or an edition that waits for their approval; then once a week.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(30),
                        ],
                        verbose_name="working days until reviewers are reminded",
                    ),
                ),
            ],
            options={
                "verbose_name": "editing",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("stale_after_months__gte", 1), ("stale_after_months__lte", 120)),
                        name="editing_months_are_sensible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("remind_after_days__gte", 1), ("remind_after_days__lte", 30)),
                        name="editing_days_are_sensible",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PageApprovalTask",
            fields=[
                (
                    "task_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.task",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        help_text="Pages/snippets at this step in a workflow will be moderated or approved by these groups of users",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
            ],
            options={
                "verbose_name": "Approval of a page by a second person",
                "verbose_name_plural": "Approvals of pages by a second person",
            },
            bases=("wagtailcore.task",),
        ),
        migrations.CreateModel(
            name="PageReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reviewed_at", models.DateTimeField()),
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="last_review",
                        to="wagtailcore.page",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "short",
                    models.CharField(
                        help_text="As it is written, such as “ARRS”.",
                        max_length=30,
                        unique=True,
                        verbose_name="abbreviation or term",
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        help_text="Such as “additional roles reimbursement scheme”.",
                        max_length=200,
                        verbose_name="in plain words",
                    ),
                ),
            ],
            options={
                "verbose_name": "term to explain",
                "verbose_name_plural": "terms to explain",
                "ordering": ["short"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("short", ""), _negated=True), models.Q(("words", ""), _negated=True)
                        ),
                        name="term_has_its_words",
                    )
                ],
            },
        ),
    ]
