"""Who may see and settle broken links: whoever publishes pages."""

from typing import Any

from django.db import migrations

from portal.members.groups import EDITOR, PUBLISHER, grant, revoke

SEE = ["links.see_link"]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER):
        grant(apps, group, SEE)


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER):
        revoke(apps, group, SEE)


class Migration(migrations.Migration):
    dependencies = [
        ("links", "0001_initial"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
