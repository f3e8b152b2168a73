"""Lists that were there before get their forums."""

from typing import Any

from django.db import migrations


def make(apps: Any, schema_editor: Any) -> None:
    forums, lists = apps.get_model("forum", "Forum"), apps.get_model("listserver", "MailingList")
    trees = max(forums.objects.values_list("tree_id", flat=True), default=0)
    for number, one in enumerate(lists.objects.filter(forum__isnull=True).order_by("pk"), trees + 1):
        # A tree of its own, as django-mptt would number it; its manager is not here while migrations run.
        one.forum = forums.objects.create(
            name=one.name[:100], slug=one.slug, type=0, tree_id=number, lft=1, rght=2, level=0
        )
        one.save(update_fields=["forum"])


class Migration(migrations.Migration):
    dependencies = [("listserver", "0004_forum_of_a_list")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
