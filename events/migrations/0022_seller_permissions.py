"""Who may say who sells, as it stands on invoices."""

from typing import Any

from django.db import migrations

from portal.members.groups import ADMINISTRATOR, EVENT_ORGANISER, grant, revoke

GRANTS = ["events.change_seller"]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (EVENT_ORGANISER, ADMINISTRATOR):
        grant(apps, group, GRANTS)


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EVENT_ORGANISER, ADMINISTRATOR):
        revoke(apps, group, GRANTS)


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0021_invoices_receipts_and_credit_notes"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
