"""Who may prepare editions and who may publish them."""

from typing import Any

from django.db import migrations

from portal.members.groups import ADMINISTRATOR, EDITOR, PUBLISHER, grant, revoke

GRANTS = ["handbook.prepare_edition", "handbook.release_edition"]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER, ADMINISTRATOR):
        grant(apps, group, GRANTS)


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER, ADMINISTRATOR):
        revoke(apps, group, GRANTS)


class Migration(migrations.Migration):
    dependencies = [
        ("handbook", "0001_initial"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take, elidable=False)]
