"""Preparing, annotating and discarding editions."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from handbook import body as bodies
from handbook import rules
from handbook.freezing import FrozenSection, faults_of, freeze
from handbook.models import (
    Asset,
    Body,
    Change,
    Edition,
    EditionAsset,
    EditionSection,
    HandbookPage,
    State,
)
from portal.members.models import User

REFUSALS = {
    State.PREPARED: "Edition {number} has not been submitted for approval.",
    State.SUBMITTED: "Edition {number} waits for approval. Withdraw it first to change anything in it.",
    State.PUBLISHED: "Edition {number} has been published already.",
}


class Refused(Exception):
    """An edition cannot be prepared or published as it is. `reasons` are sentences for the editor."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True)
class Annotation:
    """An editor's word on one amendment."""

    significance: str
    note: str


@transaction.atomic
def prepare_edition(*, handbook: HandbookPage, by: User | None, now: datetime) -> Edition:
    """Freezes what the working copy has published and derives the amendments since the last edition.

    Prepares again the edition that is being prepared, if there is one: its number, date and summary stay, and so do the
    notes on sections that still differ in the same way. Raises Refused when the working copy has links that lead nowhere
    or two sections with one address, or while an edition waits for approval.
    """
    handbook = HandbookPage.objects.select_for_update().get(pk=handbook.pk)
    frozen = freeze(handbook)
    refuse_unless(faults_of(frozen))
    previous = handbook.editions.published().first()
    edition = handbook.editions.in_the_making()
    if edition is not None:
        edition = locked(edition, State.PREPARED)
    else:
        edition = Edition(handbook=handbook, live=False, sequence=previous.sequence + 1 if previous else 1)
        edition.previous = previous
        edition.effective_on = max(timezone.localdate(now), previous.effective_on if previous else date.min)
        edition.number = ""
    annotations = {row.key: row for row in edition.sections.amendments()} if edition.pk else {}
    if previous:
        _keep_earlier_words(frozen, previous)
    rows = _rows(frozen, previous, annotations)
    edition.frozen_at = now
    edition.number = edition.number or rules.suggested_number(
        previous.number if previous else None, (row.significance for row in rows)
    )
    edition.save()
    _store(edition, frozen, rows)
    _renumber(edition)
    log(instance=edition, action="handbook.prepare", user=by, data={"number": edition.number})
    return edition


@transaction.atomic
def annotate_edition(
    *,
    edition: Edition,
    number: str,
    effective_on: date,
    summary: str,
    annotations: Mapping[UUID, Annotation],
    go_live_at: datetime | None = None,
) -> None:
    """Keeps what an editor says of an edition that is being prepared. `annotations` is by section key; others stay as they are.

    Once approved, the edition is published at `go_live_at`, or at once. Raises Refused for a number that does not follow
    or a day before the previous edition's.
    """
    edition = locked(edition, State.PREPARED)
    previous = edition.previous
    reasons = [
        rules.refusal_of_number(number, previous and previous.number),
        rules.refusal_of_date(effective_on, previous and previous.effective_on),
    ]
    refuse_unless([reason for reason in reasons if reason])
    edition.number, edition.effective_on, edition.summary = number, effective_on, summary
    edition.go_live_at = go_live_at
    edition.save()
    rows = [row for row in edition.sections.amendments() if row.key in annotations]
    for row in rows:
        row.significance, row.note = annotations[row.key].significance, annotations[row.key].note.strip()
    EditionSection.objects.bulk_update(rows, ["significance", "note"])
    _renumber(edition)


@transaction.atomic
def discard_edition(*, edition: Edition, by: User | None) -> None:
    """Throws an edition that is being prepared away; the working copy stays as it is.

    Raises PublishedEditionError for one that is published or waits for approval.
    """
    edition = Edition.objects.locked(edition.pk)
    log(instance=edition.handbook, action="handbook.discard", user=by, data={"number": edition.number})
    edition.delete()


def _keep_earlier_words(frozen: Sequence[FrozenSection], previous: Edition) -> None:
    """A section that differs from the last edition in its markup alone stays the body that it was there."""
    earlier = {row.key: row.body for row in previous.sections.present().select_related("body")}
    for section in frozen:
        body = earlier.get(section.page.translation_key)
        if body and bodies.differs_in_markup_alone(section.body, html=body.html, source=body.source):
            section.body.html = body.html


def _rows(
    frozen: Sequence[FrozenSection], previous: Edition | None, annotations: Mapping[UUID, EditionSection]
) -> list[EditionSection]:
    """The edition's rows in order: its sections, then a record of each that it has no longer."""
    old_rows = list(previous.sections.present().select_related("body")) if previous else []
    old = {row.key: row for row in old_rows}
    changes = rules.derive_changes(*_facts(old_rows, frozen)) if previous else {}
    rows = [
        EditionSection(
            key=section.page.translation_key,
            parent=section.parent,
            depth=section.depth,
            number=section.number,
            title=section.page.title,
            anchor=section.page.slug,
            path=section.page.source_path,
            body_id=section.body.sha256,
            change=changes.get(section.page.translation_key, ""),
        )
        for section in frozen
    ]
    rows += [
        EditionSection(
            key=row.key,
            parent=row.parent,
            depth=row.depth,
            number=row.number,
            title=row.title,
            anchor=row.anchor,
            path=row.path,
            body_id=row.body_id,
            change=Change.REMOVED,
        )
        for row in old_rows
        if changes.get(row.key) == Change.REMOVED
    ]
    texts = {section.page.translation_key: section.body.text for section in frozen}
    for position, row in enumerate(rows, start=1):
        row.position = position
        if row.change:
            _annotate(row, old.get(row.key), texts.get(row.key, ""), annotations.get(row.key))
    return rows


def _annotate(
    row: EditionSection, old: EditionSection | None, text: str, earlier: EditionSection | None
) -> None:
    if (
        earlier is not None
        and earlier.change == row.change
        and (earlier.body_id == row.body_id or earlier.note)
    ):
        row.significance, row.note = earlier.significance, earlier.note
    else:
        before = f"{old.title} {old.body.text}" if old else ""
        row.significance = rules.suggested_significance(row.change, before, f"{row.title} {text}")


def _facts(
    old: Sequence[EditionSection], new: Sequence[FrozenSection]
) -> tuple[list[rules.SectionFacts], list[rules.SectionFacts]]:
    """Both editions as the rule compares them. A link that went away with the section it led to is no amendment."""
    staying = {str(section.page.translation_key) for section in new}
    parents = {row.parent for row in old} | {section.parent for section in new}
    before = [
        rules.SectionFacts(
            key=row.key,
            parent=row.parent,
            title=row.title,
            path=row.path,
            body=bodies.hash_of(bodies.without_dead_links(row.body.html, staying)),
            empty=not row.body.html and row.key in parents,
        )
        for row in old
    ]
    after = [
        rules.SectionFacts(
            key=section.page.translation_key,
            parent=section.parent,
            title=section.page.title,
            path=section.page.source_path,
            body=section.body.sha256,
            empty=not section.body.html and section.page.translation_key in parents,
        )
        for section in new
    ]
    return before, after


def _renumber(edition: Edition) -> None:
    """Whether section numbers may move depends on the edition's own number, which the editor may change."""
    previous = edition.previous
    rows = list(edition.sections.present())
    before, retired = None, []
    if previous and rules.is_minor(edition.number, previous.number):
        before = [rules.Place(row.key, row.parent, row.number) for row in previous.sections.present()]
        major = edition.handbook.editions.filter(number__startswith=previous.number.partition(".")[0] + ".")
        earlier = EditionSection.objects.filter(edition__in=major.exclude(pk=edition.pk))
        retired = [rules.Place(*row) for row in earlier.values_list("key", "parent", "number").distinct()]
    numbers = rules.section_numbers([rules.Place(row.key, row.parent) for row in rows], before, retired)
    moved = [row for row in rows if row.number != numbers[row.key]]
    for row in moved:
        row.number = numbers[row.key]
    EditionSection.objects.bulk_update(moved, ["number"])


def _store(edition: Edition, frozen: Sequence[FrozenSection], rows: Sequence[EditionSection]) -> None:
    Body.objects.bulk_create(
        {
            section.body.sha256: Body(
                sha256=section.body.sha256,
                html=section.body.html,
                source=section.body.source,
                text=section.body.text,
            )
            for section in frozen
        }.values(),
        ignore_conflicts=True,
    )
    edition.sections.all().delete()
    for row in rows:
        row.edition = edition
    EditionSection.objects.bulk_create(rows)
    edition.assets.all().delete()
    uses = {replace(use, content=b"", name=""): use for section in frozen for use in section.body.assets}
    for use in uses.values():
        asset = Asset.objects.filter(pk=use.sha256).first() or _copy(use)
        # One by one: Wagtail's reference index, which says where an image is used, listens to each save.
        EditionAsset.objects.create(
            edition=edition, asset=asset, image_id=use.image_id, document_id=use.document_id
        )


def _copy(use: bodies.AssetUse) -> Asset:
    asset = Asset(sha256=use.sha256)
    name = f"{use.sha256}{use.name[use.name.rfind('.') :]}"
    left = asset.file.field.generate_filename(asset, name)
    # A preparation that was killed may have left the file behind, whole or in part.
    if asset.file.storage.exists(left):
        with asset.file.storage.open(left) as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == use.sha256:
                asset.file.name = left
    if not asset.file:
        asset.file.save(name, ContentFile(use.content), save=False)
    asset.save(force_insert=True)
    return asset


def locked(edition: Edition, *states: State) -> Edition:
    """The edition as stored, locked until the transaction ends. Raises Refused when it is in none of the states."""
    edition = Edition.objects.locked(edition.pk)
    if edition.state not in states:
        raise Refused([REFUSALS[edition.state].format(number=edition.number)])
    return edition


def refuse_unless(reasons: Sequence[str]) -> None:
    """Raises Refused when there is any reason."""
    if reasons:
        raise Refused(reasons)
