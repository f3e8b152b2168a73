"""A workflow for pages: clinical review, then publishing. It holds for no page until it is given to one."""

from typing import Any

from django.db import migrations

from portal.members.groups import CLINICAL_REVIEWER, PUBLISHER

NAME = "Clinical review, then publishing"
STEPS = (("Clinical review", CLINICAL_REVIEWER), ("Publishing", PUBLISHER))


def make(apps: Any, schema_editor: Any) -> None:
    task_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="pages", model="pageapprovaltask"
    )
    workflow = apps.get_model("wagtailcore", "Workflow").objects.create(name=NAME)
    for number, (name, group) in enumerate(STEPS):
        task = apps.get_model("pages", "PageApprovalTask").objects.create(name=name, content_type=task_type)
        task.groups.set(apps.get_model("auth", "Group").objects.filter(name=group))
        apps.get_model("wagtailcore", "WorkflowTask").objects.create(
            workflow=workflow, task_id=task.pk, sort_order=number
        )


def take(apps: Any, schema_editor: Any) -> None:
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=NAME).delete()
    apps.get_model("pages", "PageApprovalTask").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0017_permissions_of_editing"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(make, take, elidable=False)]
