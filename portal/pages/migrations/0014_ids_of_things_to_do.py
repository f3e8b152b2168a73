"""Gives every thing to do of a checklist an id that stays, in pages and in all of their versions.

Lists that were stored as plain values have none: each editing would give them new ones, and a network's ticks would belong to
nothing. The ids are made of the words, so a page and its versions agree.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import migrations

from portal.pages.models.toolkit import id_of_words

Blocks = list[dict[str, Any]]


def named(groups: Blocks) -> Blocks:
    """The same groups with an id for each thing to do."""
    known: set[str] = set()
    return [
        {**group, "value": {**group["value"], "items": list(_named(group["value"], known))}}
        for group in groups
    ]


def _named(value: dict[str, Any], known: set[str]) -> Iterable[dict[str, Any]]:
    for item in value.get("items", []):
        block = item if set(item) >= {"type", "value", "id"} else {"type": "item", "value": item, "id": None}
        number = 1
        while not block["id"] or block["id"] in known:
            block = {**block, "id": id_of_words(value.get("heading", ""), block["value"]["text"], number)}
            number += 1
        known.add(block["id"])
        yield block


def name_all(apps: Any, schema_editor: Any) -> None:
    # A migration's StreamField knows no blocks and would drop them all, so the column is read and written as it is.
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT page_ptr_id, checklist FROM pages_toolkitpage ORDER BY page_ptr_id")
        for pk, checklist in cursor.fetchall():
            written = json.dumps(named(json.loads(checklist or "[]")))
            cursor.execute(
                "UPDATE pages_toolkitpage SET checklist = %s WHERE page_ptr_id = %s", [written, pk]
            )
    revisions = apps.get_model("wagtailcore", "Revision").objects.filter(
        content_type__app_label="pages", content_type__model="toolkitpage"
    )
    for revision in revisions.order_by("pk").iterator():
        checklist = json.loads(revision.content.get("checklist") or "[]")
        revision.content["checklist"] = json.dumps(named(checklist))
        revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0013_explainer"),
        ("wagtailcore", "0094_alter_page_locale"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # Ids that are there do no harm on the way back.
    operations = [migrations.RunPython(name_all, migrations.RunPython.noop)]
