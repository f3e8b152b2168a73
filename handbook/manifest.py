"""What an edition's hash covers, and the walk along the chain of hashes that shows whether anything was touched."""

import hashlib
import json
from collections.abc import Iterator

from django.core.files.storage import default_storage

from handbook.body import hash_of
from handbook.models import Asset, Body, Edition, HandbookPage


def seal(edition: Edition) -> str:
    """The sha256 of an edition's manifest: its own facts, every row in order, its assets, and the previous edition's hash."""
    manifest = {
        "handbook": edition.handbook_id,
        "number": edition.number,
        "sequence": edition.sequence,
        "effective_on": edition.effective_on.isoformat(),
        "summary": edition.summary,
        "published_at": edition.published_at.isoformat(timespec="microseconds"),
        "previous": edition.previous.sha256 if edition.previous else None,
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
                hash_of(row.body.text),
                hash_of(json.dumps(row.body.source, sort_keys=True)),
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


def faults(handbook: HandbookPage) -> Iterator[str]:
    """One sentence for each thing that is not as it was published, oldest edition first; nothing when all is well."""
    expected, checked = None, set()
    for edition in handbook.editions.published().order_by("sequence").select_related("previous"):
        if (edition.previous and edition.previous.sha256) != expected:
            yield f"Edition {edition.number} does not follow the edition before it in the chain."
        if seal(edition) != edition.sha256:
            yield f"Edition {edition.number}: its contents, facts or amendments are not those that were published."
        expected = edition.sha256
        for row in edition.sections.exclude(body_id__in=checked).select_related("body"):
            yield from _body_faults(edition, str(row), row.body)
            checked.add(row.body_id)
        for asset in Asset.objects.filter(uses__edition=edition).exclude(pk__in=checked).distinct():
            yield from _asset_faults(edition, asset)
            checked.add(asset.pk)


def _body_faults(edition: Edition, title: str, body: Body) -> Iterator[str]:
    if hash_of(body.html) != body.sha256:
        yield f"Edition {edition.number}, section {title}: the words have been touched."


def _asset_faults(edition: Edition, asset: Asset) -> Iterator[str]:
    if not default_storage.exists(asset.file.name):
        yield f"Edition {edition.number}: the file {asset.file.name} is missing."
        return
    with asset.file.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != asset.sha256:
            yield f"Edition {edition.number}: the file {asset.file.name} has been touched."
