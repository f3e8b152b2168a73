"""What programs are told of editions, sections and amendments: plain values, with absolute addresses. Reads only."""

import re
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from handbook.body import shown
from handbook.entries import Entry
from handbook.errata import errata_of_section
from handbook.models import Edition, EditionPdf, EditionSection, HandbookPage
from handbook.reading import EditionItem, asset_address

Facts = dict[str, Any]
# An address within the portal, in a tag and not in the words.
LOCAL_ADDRESS = re.compile(r'(<[a-z][^<>]*? (?:href|src)=")(/(?!/)[^"]*")')


def changed_at(handbook: HandbookPage, today: date) -> datetime:
    """When anything that programs are told last changed: something was published or made, or an edition's day came."""
    newest = handbook.editions.published().aggregate(
        published=Max("published_at"),
        erratum=Max("errata__published_at"),
        pdf=Max("pdfs__made_at"),
        day=Max("effective_on", filter=Q(effective_on__lte=today)),
    )
    day = newest.pop("day")
    moments = [moment for moment in newest.values() if moment]
    if day:
        moments.append(datetime.combine(day, time.min, timezone.get_default_timezone()))
    return max(moments, default=datetime(2000, 1, 1, tzinfo=UTC))


def with_pdf(editions: Sequence[Edition]) -> set[int]:
    """The ids of those editions that can be had as a PDF."""
    return set(EditionPdf.objects.made().filter(edition__in=editions).values_list("edition_id", flat=True))


def edition_facts(
    item: EditionItem, handbook: HandbookPage, previous: str | None, pdfs: Collection[int]
) -> Facts:
    """An edition in a list of them. `previous` is the number of the one it follows."""
    edition = item.edition
    home = _absolute(handbook, f"{edition.number}/")
    return {
        "number": edition.number,
        "standing": item.standing.value,
        "effective_on": edition.effective_on.isoformat(),
        "published_at": _moment(edition.published_at),
        "summary": edition.summary,
        "sha256": edition.sha256,
        "previous": previous,
        "urls": {
            "html": home,
            "pdf": f"{home}pdf/" if edition.pk in pdfs else None,
            "json": _json(handbook, edition.number),
        },
    }


def sections_of(edition: Edition, handbook: HandbookPage) -> list[Facts]:
    """The sections of an edition in reading order, without their words. One query."""
    rows = edition.sections.present().only(
        "key",
        "parent",
        "number",
        "title",
        "anchor",
        "body_id",
        "change",
        "significance",
        "note",
        "edition_id",
        "position",
    )
    return [_section(row, edition, handbook) for row in rows]


def section_facts(row: EditionSection, edition: Edition, handbook: HandbookPage) -> Facts:
    """A section with its words, its errata, and what became of it in every edition. `row` has its body. Three queries."""
    history = list(
        EditionSection.objects.filter(edition__in=handbook.editions.published(), key=row.key)
        .exclude(change="")
        .select_related("edition")
        .order_by("-edition__sequence")
    )
    return {
        **_section(row, edition, handbook),
        "edition": edition.number,
        "html": _html(row, edition, handbook),
        "text": row.body.text,
        "errata": [
            {"published_at": _moment(erratum.published_at), "text": erratum.text}
            for erratum in errata_of_section(row)
        ],
        "history": [{"edition": then.edition.number, **_change(then)} for then in history],
    }


def entry_facts(entry: Entry, handbook: HandbookPage) -> Facts:
    """An amendment or an erratum."""
    facts = {
        "kind": "erratum" if entry.erratum else "amendment",
        "edition": entry.edition.number,
        "published_at": _moment(entry.at),
        "section": _place(entry.row),
    }
    if entry.erratum:
        return {**facts, "text": entry.erratum.text, "urls": {"section": _address(entry.url)}}
    before = entry.amendment.before
    return {
        **facts,
        **_change(entry.row),
        "before": _place(before) if before else None,
        "urls": {
            "section": _address(entry.url),
            "before": _address(entry.amendment.before_url),
            "comparison": _address(entry.amendment.compare_url),
        },
    }


def _section(row: EditionSection, edition: Edition, handbook: HandbookPage) -> Facts:
    return {
        **_place(row),
        "parent": str(row.parent) if row.parent else None,
        "sha256": row.body_id,
        **_change(row),
        "urls": {
            "html": _absolute(handbook, f"{edition.number}/{row.anchor}/"),
            "json": _json(handbook, f"{edition.number}/sections/{row.anchor}"),
        },
    }


def _place(row: EditionSection) -> Facts:
    return {"key": str(row.key), "number": row.number, "title": row.title, "anchor": row.anchor}


def _change(row: EditionSection) -> Facts:
    return {"change": row.change or None, "significance": row.significance or None, "note": row.note}


def _html(row: EditionSection, edition: Edition, handbook: HandbookPage) -> str:
    anchors = {str(key): anchor for key, anchor in edition.sections.present().values_list("key", "anchor")}
    html = shown(
        row.body.html,
        section_address=lambda key: (
            f"{handbook.url}{edition.number}/{anchors[key]}/" if key in anchors else None
        ),
        asset_address=asset_address,
    )
    return LOCAL_ADDRESS.sub(rf"\g<1>{settings.BASE_URL}\g<2>", html)


def _absolute(handbook: HandbookPage, path: str) -> str:
    return f"{settings.BASE_URL}{handbook.url}{path}"


def _json(handbook: HandbookPage, path: str) -> str:
    return _absolute(handbook, f"api/editions/{path}/")


def _address(url: str | None) -> str | None:
    return settings.BASE_URL + url if url else None


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
