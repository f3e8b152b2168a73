"""Who may keep figures of funding: those who write pages and those who publish them."""

from typing import Any

from django.db import migrations

from portal.members.groups import EDITOR, PUBLISHER, grant, revoke

GRANTS = [f"toolkits.{verb}_figure" for verb in ("add", "change", "delete")]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER):
        grant(apps, group, GRANTS)


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER):
        revoke(apps, group, GRANTS)


class Migration(migrations.Migration):
    dependencies = [
        ("toolkits", "0004_figures_and_calculator"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
