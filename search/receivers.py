"""Hears of changes: whatever is saved or deleted by the ORM is indexed right after the commit."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_delete, post_save

from search.actions.indexing import index_soon
from search.sources import WATCHES


def connect() -> None:
    """Listens to the models of all tables that are watched. What is written otherwise is indexed within a minute."""
    tables = {watch.table for watch in WATCHES}
    for model in apps.get_models():
        parents = {parent._meta.db_table for parent in model._meta.get_parent_list()}
        if tables & {model._meta.db_table, *parents}:
            for signal in (post_save, post_delete):
                signal.connect(_changed, sender=model, dispatch_uid="search.changed")


def _changed(**_: Any) -> None:
    index_soon()
