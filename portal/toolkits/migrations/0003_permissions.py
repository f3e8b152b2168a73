"""Who may keep documents to fill in: those who write pages and those who publish them."""

from typing import Any

from django.db import migrations

from portal.members.groups import EDITOR, PUBLISHER, grant, revoke

GRANTS = [f"toolkits.{verb}_fillabledocument" for verb in ("add", "change", "delete")]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER):
        grant(apps, group, GRANTS)


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER):
        revoke(apps, group, GRANTS)


class Migration(migrations.Migration):
    dependencies = [
        ("toolkits", "0002_documents_to_fill_in"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
