"""Forum managers and administrators look after memberships, networks, appointments and terms, and read the audit log."""

from typing import Any

from django.db import migrations

from portal.members import groups

LABELS = [
    *[
        f"members.{verb}_{model}"
        for model in ("network", "practice", "networkpractice", "appointment", "membership")
        for verb in ("add", "change", "delete", "view")
    ],
    *[f"members.{verb}_membershipperiod" for verb in ("add", "change", "view")],
    "members.view_membershipclaim",
    *[f"members.{verb}_{model}" for model in ("terms", "termsversion") for verb in ("add", "change", "view")],
    "members.view_acceptance",
    "members.view_auditentry",
]
SPECIAL = {
    "members.confirm_appointment": "appointment",
    "members.import_membership": "membership",
    "members.decide_membershipclaim": "membershipclaim",
    "members.publish_termsversion": "termsversion",
    "members.export_auditentry": "auditentry",
}


def give(apps: Any, schema_editor: Any) -> None:
    for group in (groups.FORUM_MANAGER, groups.ADMINISTRATOR):
        groups.grant(apps, group, LABELS)
        for label, model in SPECIAL.items():
            groups.grant(apps, group, [label], model=model)


def take(apps: Any, schema_editor: Any) -> None:
    before = {"network", "appointment"}  # what administrators had already
    groups.revoke(apps, groups.FORUM_MANAGER, [*LABELS, *SPECIAL])
    groups.revoke(
        apps,
        groups.ADMINISTRATOR,
        [*(label for label in LABELS if label.rpartition("_")[2] not in before), *SPECIAL],
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0010_audit_log")]
    operations = [migrations.RunPython(give, take)]
