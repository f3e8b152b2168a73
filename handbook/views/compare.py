"""Two editions beside each other: all that differs, or one section. Bound to a handbook's page and served below it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from handbook import comparing
from handbook.comparing import Comparison
from handbook.models import Edition, EditionSection, HandbookPage
from handbook.reading import Reading
from handbook.views.frame import page, part, read_only
from portal.pages.navigation import Link

SECTIONS_A_PAGE = 20
SHOWN = {"both": "Both marked", "new": "Only the newer text", "old": "Only the older text"}


@read_only
def choose(handbook: HandbookPage, request: HttpRequest) -> HttpResponse:
    """The form in which a reader chooses two editions, and the way to what they have chosen."""
    published = list(handbook.editions.published())
    numbers = {edition.number for edition in published}
    old, new = request.GET.get("from", ""), request.GET.get("to", "")
    if {old, new} <= numbers:
        return HttpResponseRedirect(f"{handbook.url}compare/{old}/{new}/")
    unknown = [number for number in (old, new) if number not in numbers]
    return page(
        request,
        "handbook/compare_choose.html",
        handbook,
        published=published,
        old=old if old in numbers else None,
        new=new if new in numbers else None,
        unknown=unknown if request.GET else [],
    )


@read_only
def whole(handbook: HandbookPage, request: HttpRequest, old: str, new: str) -> HttpResponse:
    """Every section that differs, twenty to a page."""
    editions = _editions(handbook, old, new)
    if editions[0].sequence > editions[1].sequence:
        return _the_other_way_round(handbook, request, old, new)
    comparison = comparing.compare(*editions)
    listed = part(comparison.differences, request, SECTIONS_A_PAGE)
    shown = comparing.in_full(listed, comparison, _opened(handbook, comparison.new))
    return page(
        request,
        "handbook/compare.html",
        handbook,
        below=[Link("All editions", f"{handbook.url}editions/")],
        comparison=comparison,
        published=list(handbook.editions.published()),
        listed=listed,
        index=_index(comparison),
        differences=[comparing.among_others(difference) for difference in shown],
    )


@read_only
def section(handbook: HandbookPage, request: HttpRequest, old: str, new: str, anchor: str) -> HttpResponse:
    """One section in two editions."""
    editions = _editions(handbook, old, new)
    if editions[0].sequence > editions[1].sequence:
        return _the_other_way_round(handbook, request, old, new, f"{anchor}/")
    comparison = comparing.compare(*editions)
    was, now = comparison.find(anchor)
    if not was and not now:
        raise Http404(f"Neither edition {old} nor edition {new} has such a section.")
    if now and now.anchor != anchor:
        return HttpResponseRedirect(f"{handbook.url}compare/{old}/{new}/{now.anchor}/")
    difference, before, after = comparison.around(now or was)
    opened = _opened(handbook, comparison.new)
    home = f"{handbook.url}compare/{old}/{new}/"
    if difference:
        (difference,) = comparing.in_full([difference], comparison, opened)
    return page(
        request,
        "handbook/compare_section.html",
        handbook,
        below=[Link(f"Editions {old} and {new} compared", home)],
        home=home,
        comparison=comparison,
        section=now or was,
        was=was,
        now=now,
        difference=difference,
        before=before,
        after=after,
        **_shown(handbook, request, comparison, was, now),
    )


def _editions(handbook: HandbookPage, old: str, new: str) -> tuple[Edition, Edition]:
    """Raises Http404 if one of them is not there, or not published."""
    found = {
        edition.number: edition for edition in handbook.editions.published().filter(number__in=[old, new])
    }
    for number in (old, new):
        if number not in found:
            raise Http404(f"{handbook.title} has no edition {number}.")
    return found[old], found[new]


def _the_other_way_round(
    handbook: HandbookPage, request: HttpRequest, old: str, new: str, rest: str = ""
) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    address = f"{handbook.url}compare/{new}/{old}/{rest}"
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


def _opened(handbook: HandbookPage, edition: Edition) -> Reading:
    return Reading(handbook, edition, None, timezone.localdate(), permanent=True)


def _index(comparison: Comparison) -> list[tuple[EditionSection, list[tuple[comparing.Difference, int]]]]:
    """Every difference by chapter, with the page on which it stands."""
    pages = {
        difference.section.key: at // SECTIONS_A_PAGE + 1
        for at, difference in enumerate(comparison.differences)
    }
    return [
        (chapter.section, [(difference, pages[difference.section.key]) for difference in chapter.differences])
        for chapter in comparison.chapters
    ]


def _shown(
    handbook: HandbookPage,
    request: HttpRequest,
    comparison: Comparison,
    was: EditionSection | None,
    now: EditionSection | None,
) -> dict[str, object]:
    """Which way of showing the reader has chosen, and the text when that is one edition's alone."""
    chosen = request.GET.get("show")
    sides = {"old": (comparison.old, was), "new": (comparison.new, now)}
    edition, row = sides.get(chosen, (None, None))
    if row is None or not was or not now:
        return {"show": "both", "ways": SHOWN.items() if was and now else ()}
    return {"show": chosen, "ways": SHOWN.items(), "html": _opened(handbook, edition).html(row)}
