"""The step in which a second person approves a page, and when reviewers are reminded."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("pages", "0012_permissions_of_editing"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
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
            ],
            options={
                "verbose_name": "Approval of a page by a second person",
                "verbose_name_plural": "Approvals of pages by a second person",
            },
            bases=("wagtailcore.task",),
        ),
        migrations.AddField(
            model_name="editingrules",
            name="remind_after_days",
            field=models.PositiveSmallIntegerField(
                default=3,
                help_text="Of a page or an edition that waits for their approval; then once a week.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(30),
                ],
                verbose_name="working days until reviewers are reminded",
            ),
        ),
        migrations.AddConstraint(
            model_name="editingrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("remind_after_days__gte", 1), ("remind_after_days__lte", 30)),
                name="editing_days_are_sensible",
            ),
        ),
        migrations.AddField(
            model_name="pageapprovaltask",
            name="groups",
            field=models.ManyToManyField(
                help_text="Pages/snippets at this step in a workflow will be moderated or approved by these groups of users",
                to="auth.group",
                verbose_name="groups",
            ),
        ),
    ]
