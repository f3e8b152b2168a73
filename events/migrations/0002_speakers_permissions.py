"""Who may keep the people that speak at events."""

from typing import Any

from django.db import migrations

from portal.members.groups import EDITOR, EVENT_ORGANISER, PUBLISHER, grant, revoke

GRANTS = [f"events.{verb}_eventspeaker" for verb in ("add", "change", "delete")]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER, EVENT_ORGANISER):
        grant(apps, group, GRANTS)


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER, EVENT_ORGANISER):
        revoke(apps, group, GRANTS)


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_events_places_and_orders"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
