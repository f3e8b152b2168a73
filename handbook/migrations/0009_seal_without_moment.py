"""The seal of an edition no longer covers the moment of publication, so that it can be printed in the PDF that is approved.

Seals made before are made again. The triggers have been taken away for the time of migrating.
"""

import hashlib
import json
from typing import Any

from django.db import migrations


def seal(edition: Any, previous: str | None) -> str:
    """As `handbook.manifest.seal` made it when this migration was written."""
    manifest = {
        "handbook": edition.handbook_id,
        "number": edition.number,
        "sequence": edition.sequence,
        "effective_on": edition.effective_on.isoformat(),
        "summary": edition.summary,
        "previous": previous,
        "sections": [
            [
                str(row.key),
                str(row.parent) if row.parent else None,
                row.position,
                row.depth,
                row.number,
                row.title,
                row.anchor,
                row.path,
                row.body_id,
                hashlib.sha256(row.body.text.encode()).hexdigest(),
                hashlib.sha256(json.dumps(row.body.source, sort_keys=True).encode()).hexdigest(),
                row.change,
                row.significance,
                row.note,
            ]
            for row in edition.sections.select_related("body").order_by("position")
        ],
        "assets": sorted(set(edition.assets.values_list("asset_id", flat=True))),
    }
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal_again(apps: Any, schema_editor: Any) -> None:
    editions = apps.get_model("handbook", "Edition").objects
    seals: dict[int, str] = {}
    for edition in editions.filter(state="published").order_by("handbook_id", "sequence"):
        seals[edition.pk] = seal(edition, seals.get(edition.previous_id))
        editions.filter(pk=edition.pk).update(sha256=seals[edition.pk])


class Migration(migrations.Migration):
    dependencies = [("handbook", "0008_edition_workflow")]

    operations = [migrations.RunPython(seal_again, migrations.RunPython.noop, elidable=True)]
