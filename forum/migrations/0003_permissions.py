"""Forum managers and administrators make lists and rules, close lists, and give access to them."""

from typing import Any

from django.db import migrations

from portal.members import groups

LABELS = [
    f"listserver.{verb}_{model}"
    for model in ("mailinglist", "accessrule")
    for verb in ("add", "change", "delete", "view")
]
SPECIAL = ["listserver.close_mailinglist", "listserver.grant_mailinglist"]
VIEW = ["listserver.view_subscription", "listserver.view_grant"]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (groups.FORUM_MANAGER, groups.ADMINISTRATOR):
        groups.grant(apps, group, [*LABELS, *VIEW])
        groups.grant(apps, group, SPECIAL, model="mailinglist")


def take(apps: Any, schema_editor: Any) -> None:
    for group in (groups.FORUM_MANAGER, groups.ADMINISTRATOR):
        groups.revoke(apps, group, [*LABELS, *VIEW, *SPECIAL])


class Migration(migrations.Migration):
    dependencies = [("listserver", "0002_subscriptions"), ("members", "0011_manager_permissions")]
    operations = [migrations.RunPython(give, take)]
