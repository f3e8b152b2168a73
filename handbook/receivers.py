"""What the handbook does when something happens elsewhere."""

from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from wagtail.models import WorkflowState

from handbook import triggers


def remove_triggers(sender: AppConfig, using: str, plan: list[Any], **_: Any) -> None:
    """Before `migrate` changes the handbook's tables: SQLite cannot rebuild a table that a trigger elsewhere names."""
    if any(migration.app_label == sender.label for migration, _ in plan):
        triggers.remove(connections[using])


def install_triggers(sender: AppConfig, using: str, **_: Any) -> None:
    """After `migrate`: published editions are protected by the database."""
    connection = connections[using]
    if triggers.tables() <= set(connection.introspection.table_names()):  # not while migrating backwards
        triggers.install(connection)


@transaction.atomic
def reopen_edition(sender: type[WorkflowState], instance: WorkflowState, **_: Any) -> None:
    """An edition that was sent back, or whose workflow was cancelled, can be changed again."""
    from handbook.actions.release import reopen
    from handbook.models import Edition

    if instance.base_content_type.model_class() is not Edition:
        return
    if Edition.objects.filter(pk=instance.object_id).exists():
        reopen(Edition.objects.locked(int(instance.object_id)))
