"""Who may say when pages have to be read again: publishers and administrators."""

from typing import Any

from django.db import migrations

from portal.members.groups import ADMINISTRATOR, PUBLISHER, grant, revoke

RULES = ["pages.change_editingrules"]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (PUBLISHER, ADMINISTRATOR):
        grant(apps, group, RULES)


def take(apps: Any, schema_editor: Any) -> None:
    for group in (PUBLISHER, ADMINISTRATOR):
        revoke(apps, group, RULES)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0011_reading_again"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
