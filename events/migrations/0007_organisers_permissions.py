"""Who may organise every event, and a group for those who help at some only."""

from typing import Any

from django.db import migrations

from portal.members.groups import ADMINISTRATOR, EVENT_HELPER, EVENT_ORGANISER, grant, revoke

EVERY = ["events.organise_every_event"]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (EVENT_ORGANISER, ADMINISTRATOR):
        grant(apps, group, EVERY, model="eventright")
    apps.get_model("auth", "Group").objects.get_or_create(name=EVENT_HELPER)
    grant(apps, EVENT_HELPER, ["wagtailadmin.access_admin"], model="admin")
    grant(apps, EVENT_HELPER, ["events.help_at_events"], model="eventright")


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EVENT_ORGANISER, ADMINISTRATOR):
        revoke(apps, group, EVERY)
    apps.get_model("auth", "Group").objects.filter(name=EVENT_HELPER).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0006_why_called_off"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]

    operations = [migrations.RunPython(give, take)]
