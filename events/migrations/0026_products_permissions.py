"""Who may keep what is sold."""

from typing import Any

from django.db import migrations

from portal.members.groups import ADMINISTRATOR, EVENT_ORGANISER, grant, revoke

GRANTS = [f"events.{verb}_product" for verb in ("add", "change", "delete")]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (EVENT_ORGANISER, ADMINISTRATOR):
        grant(apps, group, GRANTS)


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EVENT_ORGANISER, ADMINISTRATOR):
        revoke(apps, group, GRANTS)


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0025_enquiries"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
