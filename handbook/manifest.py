"""What an edition's hash covers, and the walk along the chain of hashes that shows whether anything was touched."""

import hashlib
import json
from collections.abc import Iterator

from django.core.files.storage import default_storage
from wagtail.models import ModelLogEntry

from handbook.body import hash_of
from handbook.models import Asset, Body, Edition, EditionPdf, Erratum, HandbookPage, State


def seal(edition: Edition) -> str:
    """The sha256 of an edition's manifest: its own facts, every row in order, its assets, and the previous edition's hash.

    Not the moment of publication: the seal is made on submission, and printed in the PDF that is approved.
    """
    manifest = {
        "handbook": edition.handbook_id,
        "number": edition.number,
        "sequence": edition.sequence,
        "effective_on": edition.effective_on.isoformat(),
        "summary": edition.summary,
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


def seal_erratum(erratum: Erratum, previous: str) -> str:
    """The sha256 of an erratum and of what it follows: the erratum before it, or the edition, by `previous`."""
    facts = [
        previous,
        erratum.sequence,
        str(erratum.key),
        erratum.body_id,
        erratum.text,
        erratum.published_at.isoformat(timespec="microseconds"),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def faults(handbook: HandbookPage) -> Iterator[str]:
    """One sentence for each thing that is not as it was published, oldest edition first; nothing when all is well."""
    for edition in (
        handbook.editions.exclude(state=State.PUBLISHED).filter(announcements__isnull=False).distinct()
    ):
        yield f"Edition {edition.number} has been published, and no longer says so."
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
            yield from _file_faults(edition, asset)
            checked.add(asset.pk)
        yield from _errata_faults(edition)
        for pdf in edition.pdfs.made():
            yield from _file_faults(edition, pdf)


def _body_faults(edition: Edition, title: str, body: Body) -> Iterator[str]:
    if hash_of(body.html) != body.sha256:
        yield f"Edition {edition.number}, section {title}: the words have been touched."


def _errata_faults(edition: Edition) -> Iterator[str]:
    expected, errata = edition.sha256, list(edition.errata.order_by("sequence"))
    for number, erratum in enumerate(errata, start=1):
        if erratum.sequence != number:
            yield f"Edition {edition.number}: an erratum before number {erratum.sequence} is missing."
        if seal_erratum(erratum, expected) != erratum.sha256:
            yield f"Edition {edition.number}: erratum {erratum.sequence} has been touched, or does not follow the one before it."
        expected = erratum.sha256
    # The chain cannot show that its end is missing; the log can.
    published = ModelLogEntry.objects.for_instance(edition).filter(action="handbook.erratum").count()
    if published > (errata[-1].sequence if errata else 0):
        yield f"Edition {edition.number}: erratum {published} is missing."


def _file_faults(edition: Edition, stored: Asset | EditionPdf) -> Iterator[str]:
    if not default_storage.exists(stored.file.name):
        yield f"Edition {edition.number}: the file {stored.file.name} is missing."
        return
    with stored.file.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != stored.sha256:
            yield f"Edition {edition.number}: the file {stored.file.name} has been touched."
