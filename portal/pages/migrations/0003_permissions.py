"""Who may keep the labels of case studies, and the names in the header and footer."""

from typing import Any

from django.db import migrations

from portal.members.groups import ADMINISTRATOR, EDITOR, PUBLISHER, grant, revoke

LABELS = [f"pages.{verb}_{model}" for model in ("theme", "staffrole") for verb in ("add", "change", "delete")]
NAMES = ["pages.change_organisation"]
GRANTS = {EDITOR: LABELS, PUBLISHER: [*LABELS, *NAMES], ADMINISTRATOR: NAMES}


def give(apps: Any, schema_editor: Any) -> None:
    for group, labels in GRANTS.items():
        grant(apps, group, labels)


def take(apps: Any, schema_editor: Any) -> None:
    for group, labels in GRANTS.items():
        revoke(apps, group, labels)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0002_home"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
