"""Every amendment and erratum as one list, by edition: narrowed down, counted, and put into words. Reads only."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from handbook.amendments import Amendment, amendments_of
from handbook.models import Change, Edition, EditionSection, Erratum, HandbookPage, Significance

# When the names of entries were first given, which a tag: address has to say.
NAMED_IN = 2026


@dataclass(frozen=True)
class Chapter:
    """A chapter as the newest edition that has it names it; `gone` if that is not the newest edition of all."""

    anchor: str
    number: str
    title: str
    gone: bool

    def __str__(self) -> str:
        return f"{self.title} (no longer in the handbook)" if self.gone else f"{self.number} {self.title}"


@dataclass(frozen=True)
class Filter:
    """What a reader wants to see of the list: one chapter, or one significance, or all of it."""

    chapter: Chapter | None = None
    significance: Significance | None = None

    @classmethod
    def read(cls, parameters: Mapping[str, str], chapters: Sequence[Chapter]) -> "Filter":
        """The choices that an address holds. Values that are not on offer count for nothing."""
        wanted, significance = parameters.get("chapter"), parameters.get("significance")
        return cls(
            chapter=next((chapter for chapter in chapters if chapter.anchor == wanted), None),
            significance=Significance(significance) if significance in Significance.values else None,
        )

    def __bool__(self) -> bool:
        return bool(self.chapter or self.significance)

    @property
    def query(self) -> str:
        """The choices as a part of an address; empty if there are none."""
        chosen = {"chapter": self.chapter and self.chapter.anchor, "significance": self.significance}
        return urlencode({name: str(value) for name, value in chosen.items() if value})

    @property
    def in_words(self) -> str:
        if not self:
            return ""
        kind = f"{self.significance} amendments" if self.significance else "amendments and errata"
        return f"{kind} in {self.chapter.title}" if self.chapter else kind


@dataclass(frozen=True)
class Fact:
    """What the list needs to know of an amendment or erratum to choose it. `chapter` is an anchor, `pk` that of an amendment's row."""

    edition: int
    at: datetime
    chapter: str
    significance: str = ""  # empty for an erratum
    pk: int | None = None
    erratum: Erratum | None = None


@dataclass(frozen=True)
class Found:
    """What is in the list, newest first; amendments of one edition in reading order."""

    facts: list[Fact]

    @cached_property
    def _by_edition(self) -> dict[int, list[Fact]]:
        found: dict[int, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.edition, []).append(fact)
        return found

    @property
    def count(self) -> int:
        return len(self.facts)

    def of(self, edition: Edition) -> list[Fact]:
        return self._by_edition.get(edition.pk, [])

    def narrowed(self, chosen: Filter) -> "Found":
        """Those that a filter lets through. An erratum has no significance, so it goes when one is asked for."""
        return Found(
            [
                fact
                for fact in self.facts
                if (not chosen.chapter or fact.chapter == chosen.chapter.anchor)
                and (not chosen.significance or fact.significance == chosen.significance)
            ]
        )

    def first(self, count: int) -> "Found":
        return Found(self.facts[:count])


@dataclass(frozen=True)
class Everything(Found):
    """The whole list, and the chapters that it can be narrowed to."""

    chapters: list[Chapter] = field(default_factory=list)


# What is read of a section for the list.
COLUMNS = ("pk", "edition_id", "key", "number", "title", "anchor", "depth", "change", "significance")


def everything_in(editions: Sequence[Edition]) -> Everything:
    """All amendments and errata of published editions, which are given newest first. Two queries, however many there are."""
    wanted = EditionSection.objects.filter(~Q(change="") | Q(depth=1), edition__in=editions)
    rows = list(wanted.order_by("position").values_list(*COLUMNS, named=True))
    chapters, chapter_of = _chapters(editions, rows)
    by_id = {edition.pk: edition for edition in editions}
    facts = [
        Fact(
            pk=row.pk,
            edition=row.edition_id,
            at=by_id[row.edition_id].published_at,
            chapter=chapter_of(
                by_id[row.edition_id].previous_id if row.change == Change.REMOVED else row.edition_id,
                row.number,
            ),
            significance=row.significance,
        )
        for row in rows
        if row.change
    ]
    section = EditionSection.objects.present().filter(edition=OuterRef("edition"), key=OuterRef("key"))
    errata = Erratum.objects.filter(edition__in=editions).order_by("-published_at", "-pk")
    facts += [
        Fact(
            edition=erratum.edition_id,
            at=erratum.published_at,
            chapter=chapter_of(erratum.edition_id, erratum.section_number),
            erratum=erratum,
        )
        for erratum in errata.annotate(section_number=Subquery(section.order_by().values("number")[:1]))
    ]
    return Everything(sorted(facts, key=lambda fact: fact.at, reverse=True), chapters)


def _chapters(
    editions: Sequence[Edition], rows: Iterable[Any]
) -> tuple[list[Chapter], Callable[[int, str], str]]:
    """The chapters by their newest names, those of the newest edition first; and which one a section's number stands for
    in an edition."""
    tops: dict[int, list[Any]] = {edition.pk: [] for edition in editions}
    for row in rows:
        if row.depth == 1 and row.change != Change.REMOVED:
            tops[row.edition_id].append(row)
    anchors: dict[UUID, str] = {}
    chapters: dict[str, Chapter] = {}
    for at, edition in enumerate(editions):
        for top in tops[edition.pk]:
            anchors.setdefault(top.key, top.anchor)
            if anchors[top.key] == top.anchor:
                chapters.setdefault(top.anchor, Chapter(top.anchor, top.number, top.title, gone=at > 0))
    by_number = {(pk, top.number): anchors[top.key] for pk, found in tops.items() for top in found}
    return list(chapters.values()), lambda edition, number: by_number.get(
        (edition, number.partition(".")[0]), ""
    )


# --- What is shown of it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """An amendment or an erratum, with the section that it concerns as the edition has it."""

    edition: Edition
    row: EditionSection
    at: datetime
    home: str
    amendment: Amendment | None = None
    erratum: Erratum | None = None

    @property
    def kind(self) -> str:
        return self.row.get_change_display() if self.amendment else "Erratum"

    @property
    def heading(self) -> str:
        return f"{self.kind}: {self.row.number} {self.row.title} (edition {self.edition.number})"

    @property
    def identity(self) -> str:
        """What the entry is called for good, within its handbook."""
        what = f"errata/{self.erratum.sequence}" if self.erratum else str(self.row.key)
        return f"{self.edition.number}/{what}"

    @property
    def url(self) -> str | None:
        """Where the section stands in the edition; None if it was removed."""
        return (
            self.amendment.url if self.amendment else f"{self.home}{self.edition.number}/{self.row.anchor}/"
        )

    @property
    def address(self) -> str:
        """Where a reader sees best what this is about."""
        if self.amendment and self.amendment.compare_url:
            return self.amendment.compare_url
        return self.url or self.home

    @property
    def html(self) -> SafeString:
        """The entry in words, for those who read it elsewhere: its links are absolute."""
        words = self.erratum.text if self.erratum else self.row.note
        facts = [f"{self.row.get_significance_display()} amendment in"] if self.amendment else ["Erratum to"]
        facts.append(f"edition {self.edition.number}, in force from {self.edition.effective_on:%-d %B %Y}.")
        return format_html(
            '{}<p>{} <a href="{}">{}</a></p>',
            mark_safe(linebreaks(words, autoescape=True)) if words else "",  # noqa: S308  linebreaks has escaped it
            " ".join(facts),
            settings.BASE_URL + self.address,
            "See what changed" if self.amendment and self.amendment.before else "Read the section",
        )


def entries_of(
    handbook_url: str, editions: Sequence[Edition], found: Found, published: Sequence[Edition]
) -> dict[int, list[Entry]]:
    """What was found in each of these editions, by the edition's id: errata first, newest first, then the amendments in
    reading order. Three queries, however many there are. `published`: all editions that the handbook has published."""
    wanted = [fact for edition in editions for fact in found.of(edition)]
    amended = {fact.pk for fact in wanted if fact.pk}
    errata = [fact.erratum for fact in wanted if fact.erratum]
    lines = amendments_of(handbook_url, editions, published)
    rows = EditionSection.objects.present().filter(
        edition__in={erratum.edition_id for erratum in errata}, key__in={erratum.key for erratum in errata}
    )
    sections = {(row.edition_id, row.key): row for row in rows}
    entries: dict[int, list[Entry]] = {}
    for edition in editions:
        entries[edition.pk] = [
            Entry(
                edition,
                sections[erratum.edition_id, erratum.key],
                erratum.published_at,
                handbook_url,
                erratum=erratum,
            )
            for erratum in errata
            if erratum.edition_id == edition.pk
        ] + [
            Entry(edition, line.row, edition.published_at, handbook_url, amendment=line)
            for line in lines[edition.pk]
            if line.row.pk in amended
        ]
    return entries


def newest(handbook_url: str, editions: Sequence[Edition], found: Found, count: int) -> list[Entry]:
    """The newest of what was found in these editions, which are all that are published. Three queries."""
    few = found.first(count)
    entries = entries_of(handbook_url, [edition for edition in editions if few.of(edition)], few, editions)
    every = [entry for edition in editions for entry in entries.get(edition.pk, [])]
    return sorted(every, key=lambda entry: entry.at, reverse=True)


def tag(handbook: HandbookPage, what: str) -> str:
    """The name of a feed or an entry, which stays the same wherever it is read."""
    host = urlsplit(settings.BASE_URL).hostname
    return f"tag:{host},{NAMED_IN}:handbook/{handbook.translation_key}/{what}"
