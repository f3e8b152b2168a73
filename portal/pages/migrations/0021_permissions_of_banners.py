"""Who may announce something on every page: editors and publishers."""

from typing import Any

from django.db import migrations

from portal.members.groups import EDITOR, PUBLISHER, grant, revoke

BANNERS = [f"pages.{verb}_banner" for verb in ("add", "change", "delete")]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER):
        grant(apps, group, BANNERS)


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER):
        revoke(apps, group, BANNERS)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0020_banner"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
