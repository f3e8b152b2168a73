"""The group of advisers, and who may keep topics and see every question."""

from typing import Any

from django.db import migrations

from portal.members.groups import ADMINISTRATOR, ADVISER, EDITOR, PUBLISHER, grant, revoke

TOPICS = [f"enquiries.{verb}_advicetopic" for verb in ("add", "change", "delete", "view")]
KEEP_TOPICS = (EDITOR, PUBLISHER, ADMINISTRATOR)
ANSWER = ["enquiries.answer_enquiry"]
ANSWER_EVERY = ["enquiries.answer_every_enquiry"]


def give(apps: Any, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.get_or_create(name=ADVISER)
    grant(apps, ADVISER, ["wagtailadmin.access_admin"], model="admin")
    grant(apps, ADVISER, ANSWER, model="enquiry")
    grant(apps, ADMINISTRATOR, ANSWER_EVERY, model="enquiry")
    for group in KEEP_TOPICS:
        grant(apps, group, TOPICS)


def take(apps: Any, schema_editor: Any) -> None:
    for group in KEEP_TOPICS:
        revoke(apps, group, TOPICS)
    revoke(apps, ADMINISTRATOR, ANSWER_EVERY)
    apps.get_model("auth", "Group").objects.filter(name=ADVISER).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0001_initial"),
        ("members", "0002_groups"),
        ("wagtailadmin", "0003_admin_managed"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
