"""Which errata concern what a reader has open. An erratum concerns words: it is shown wherever the section has them."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from handbook.models import Edition, EditionSection, Erratum


def errata_of(edition: Edition) -> list[Erratum]:
    """The errata to the sections of an edition as it has them, oldest first, whichever edition they were published for."""
    row = EditionSection.objects.present().filter(edition=edition, key=OuterRef("key"), body=OuterRef("body"))
    return list(Erratum.objects.filter(Exists(row.order_by())).order_by("published_at", "pk"))


def errata_of_section(section: EditionSection) -> list[Erratum]:
    """The errata to a section as an edition has it, oldest first."""
    return list(Erratum.objects.filter(key=section.key, body=section.body_id).order_by("published_at", "pk"))


@dataclass(frozen=True)
class Unmended:
    """An erratum, and the section of an edition that still says what it puts right."""

    erratum: Erratum
    section: EditionSection


def errata_still_in(edition: Edition) -> list[Unmended]:
    """The errata that an edition in the making has not taken in: its section has the very words that they put right.

    In reading order, those of a section oldest first. Two queries, however many there are.
    """
    errata = errata_of(edition)
    keys = {erratum.key for erratum in errata}
    order = {row.key: row for row in edition.sections.present().filter(key__in=keys)}
    return [Unmended(erratum, row) for row in order.values() for erratum in errata if erratum.key == row.key]
