"""Who may say when pages have to be read again, and who keeps the terms that pages explain."""

from typing import Any

from django.db import migrations

from portal.members.groups import ADMINISTRATOR, EDITOR, PUBLISHER, grant, revoke

RULES = ["pages.change_editingrules"]
TERMS = [f"pages.{verb}_term" for verb in ("add", "change", "delete")]
GRANTS = {EDITOR: TERMS, PUBLISHER: [*TERMS, *RULES], ADMINISTRATOR: RULES}


def give(apps: Any, schema_editor: Any) -> None:
    for group, labels in GRANTS.items():
        grant(apps, group, labels)


def take(apps: Any, schema_editor: Any) -> None:
    for group, labels in GRANTS.items():
        revoke(apps, group, labels)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0016_reading_again"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
