"""Editions are approved by a second person, and nobody publishes them alone; some may publish an erratum.

Administrators may choose who approves, under Settings, Workflows.
"""

from typing import Any

from django.db import migrations

from portal.members.groups import ADMINISTRATOR, EDITOR, PUBLISHER, grant, revoke

NAME = "Edition of the handbook"
WORKFLOWS = [f"wagtailcore.{verb}_{model}" for verb in ("add", "change") for model in ("workflow", "task")]
GRANTS = ["handbook.publish_erratum", "handbook.change_edition"]


def give(apps: Any, schema_editor: Any) -> None:
    content_types = apps.get_model("contenttypes", "ContentType").objects
    task_type, _ = content_types.get_or_create(app_label="handbook", model="editionapprovaltask")
    edition_type, _ = content_types.get_or_create(app_label="handbook", model="edition")
    task = apps.get_model("handbook", "EditionApprovalTask").objects.create(
        name="Approval by a second person", content_type=task_type
    )
    task.groups.set(apps.get_model("auth", "Group").objects.filter(name__in=[PUBLISHER, ADMINISTRATOR]))
    workflow = apps.get_model("wagtailcore", "Workflow").objects.create(name=NAME)
    apps.get_model("wagtailcore", "WorkflowTask").objects.create(
        workflow=workflow, task_id=task.pk, sort_order=0
    )
    apps.get_model("wagtailcore", "WorkflowContentType").objects.get_or_create(
        content_type=edition_type, defaults={"workflow": workflow}
    )
    # The permission to publish alone: the workflow says who approves.
    apps.get_model("auth", "Permission").objects.filter(
        content_type=edition_type, codename="release_edition"
    ).delete()
    grant(apps, ADMINISTRATOR, WORKFLOWS)
    for group in (EDITOR, PUBLISHER, ADMINISTRATOR):
        # To change an edition, in Wagtail's words, is to be shown the way to it; ours are the only pages that change one.
        grant(apps, group, GRANTS, model="edition")


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER, ADMINISTRATOR):
        revoke(apps, group, GRANTS)
    revoke(apps, ADMINISTRATOR, WORKFLOWS)
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=NAME).delete()
    apps.get_model("handbook", "EditionApprovalTask").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("handbook", "0007_edition_approval"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(give, take, elidable=False)]
