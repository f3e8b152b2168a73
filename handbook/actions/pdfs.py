"""PDFs of editions, made in the background. Killed at any moment, the next run makes what is missing."""

import hashlib
import logging
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from handbook import pdf as pdfs
from handbook.errata import errata_of
from handbook.models import Edition, EditionPdf, Erratum, State
from portal import page_cache

logger = logging.getLogger(__name__)

RETRY_AFTER = timedelta(hours=1)


def make_pdf(edition_id: int, now: datetime | None = None) -> EditionPdf | None:
    """Makes the PDF of an edition that is submitted or published, with the errata that it has, unless it is there.

    Safe to run twice, and at the same time. Returns the row, which says so if the PDF could not be made; None when there is
    nothing to make it of, or the edition was withdrawn meanwhile.
    """
    edition = Edition.objects.select_related("handbook", "previous").filter(pk=edition_id).first()
    if edition is None or edition.state == State.PREPARED:
        return None
    errata = errata_of(edition)
    plain = _made(edition, []) or _make(edition, [], now or timezone.now())
    if not errata or plain is None or plain.problem:
        return plain
    return _made(edition, errata) or _make(edition, errata, now or timezone.now(), like=plain)


def make_missing(now: datetime | None = None) -> int:
    """Makes the PDFs that a killed worker left unmade, the newest edition's first; one that failed is tried again after an hour.

    Stops after one, since each can take a while. Returns how many it made.
    """
    now = now or timezone.now()
    for edition in Edition.objects.exclude(state=State.PREPARED).order_by("-sequence"):
        rows = list(edition.pdfs.all())
        if any(row.problem and row.made_at > now - RETRY_AFTER for row in rows):
            continue
        made = {row.errata for row in rows if row.file}
        if {0, len(errata_of(edition))} - made:
            row = make_pdf(edition.pk, now)
            return int(bool(row and row.file))
    return 0


def _made(edition: Edition, errata: list[Erratum]) -> EditionPdf | None:
    return edition.pdfs.made().filter(errata=len(errata)).first()


def _make(
    edition: Edition, errata: list[Erratum], now: datetime, like: EditionPdf | None = None
) -> EditionPdf | None:
    try:
        made = pdfs.make(edition, [_facts(edition, erratum) for erratum in errata])
        if like is not None:
            _refuse_other_pages(made, like)
    except Exception as problem:
        logger.exception("The PDF of %s could not be made.", edition)
        return _store(edition, len(errata), {"problem": str(problem) or type(problem).__name__}, now)
    sha256 = hashlib.sha256(made.content).hexdigest()
    return _store(
        edition,
        len(errata),
        {"sha256": sha256, "front": made.front, "length": made.length, "page_map": made.pages},
        now,
        content=made.content,
    )


class PagesMovedError(Exception):
    """With the errata sheet in front, other pages would not be those that were published."""


def _refuse_other_pages(made: pdfs.Pdf, like: EditionPdf) -> None:
    if {key: page - made.front for key, page in made.pages.items()} != like.page_map:
        raise PagesMovedError(
            "With the errata sheet in front, sections would begin on other pages than in the PDF that was published. "
            "The earlier PDF stays."
        )


@transaction.atomic
def _store(
    edition: Edition, errata: int, facts: dict[str, object], now: datetime, content: bytes | None = None
) -> EditionPdf | None:
    """The row, unless another run was faster or the edition is no longer the one that the PDF was made of."""
    stored = (
        Edition.objects.select_for_update(of=("self",)).filter(pk=edition.pk, sha256=edition.sha256).first()
    )
    if stored is None:
        return None
    row = edition.pdfs.filter(errata=errata).first() or EditionPdf(edition=edition, errata=errata)
    if row.file:
        return row
    row.problem, row.made_at = "", now
    for name, value in facts.items():
        setattr(row, name, value)
    if content is not None:
        name = row.file.field.generate_filename(row, f"{row.sha256}.pdf")
        row.file.storage.delete(name)  # what a run that was killed while writing may have left
        row.file = row.file.storage.save(name, ContentFile(content))
    row.save()
    page_cache.bump()
    return row


def _facts(edition: Edition, erratum: Erratum) -> pdfs.ErratumFacts:
    section = edition.sections.present().get(key=erratum.key)
    return pdfs.ErratumFacts(
        key=erratum.key,
        number=section.number,
        title=section.title,
        day=timezone.localdate(erratum.published_at),
        text=erratum.text,
    )
