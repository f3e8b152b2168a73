"""Who may keep authors and audiences: those who keep the other labels."""

from typing import Any

from django.db import migrations

from portal.members.groups import EDITOR, PUBLISHER, grant, revoke

LABELS = [f"pages.{verb}_{model}" for model in ("audience", "author") for verb in ("add", "change", "delete")]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER):
        grant(apps, group, LABELS)


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER):
        revoke(apps, group, LABELS)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0009_guidance_for_audiences"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
