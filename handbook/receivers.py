"""What the handbook does when something happens elsewhere."""

from typing import Any

from django.apps import AppConfig
from django.db import connections

from handbook import triggers


def install_triggers(sender: AppConfig, using: str, **_: Any) -> None:
    """After `migrate`: published editions are protected by the database."""
    from handbook.models import EditionSection  # the table may not be there yet when migrating backwards

    connection = connections[using]
    if EditionSection._meta.db_table in connection.introspection.table_names():
        triggers.install(connection)
