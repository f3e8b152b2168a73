"""The weeks before there was one mail a week count as written: each subject wrote mails of its own about them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from portal.members.rules import weeks_due


def begin(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    mailings, now = apps.get_model("members", "WeeklyMailing").objects, timezone.now()
    mailings.bulk_create([mailings.model(week=week.name, written_at=now) for week in weeks_due(now)])


class Migration(migrations.Migration):
    dependencies = [("members", "0018_weekly_mailings")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
