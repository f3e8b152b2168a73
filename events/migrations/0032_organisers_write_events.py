"""Event organisers write the pages of events below a list of events that is there already; for a new one a receiver sees to it."""

from typing import Any

from django.db import migrations

from portal.members.groups import EVENT_ORGANISER, permission

MAY = ["wagtailcore.add_page", "wagtailcore.change_page"]


def give(apps: Any, schema_editor: Any) -> None:
    group = apps.get_model("auth", "Group").objects.filter(name=EVENT_ORGANISER).first()
    for index in apps.get_model("events", "EventIndexPage").objects.all():
        for label in MAY:
            if group is not None:
                apps.get_model("wagtailcore", "GroupPagePermission").objects.get_or_create(
                    group=group, page_id=index.pk, permission=permission(apps, label, model="page")
                )


def take(apps: Any, schema_editor: Any) -> None:
    indexes = apps.get_model("events", "EventIndexPage").objects.values("pk")
    rows = apps.get_model("wagtailcore", "GroupPagePermission").objects
    rows.filter(group__name=EVENT_ORGANISER, page__in=indexes).delete()


class Migration(migrations.Migration):
    dependencies = [("events", "0031_no_list_of_its_own"), ("members", "0002_groups")]

    operations = [migrations.RunPython(give, take)]
