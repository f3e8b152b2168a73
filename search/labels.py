"""By what readers narrow what was found, in words."""

from collections.abc import Callable, Collection, Mapping

from forum.models import MailingList
from handbook.models import HandbookPage
from portal.members.models import Region
from portal.pages.filters import Facet, Option
from portal.pages.models import StaffRole, Theme
from search.engines import Found
from search.sources import KINDS

Chosen = Mapping[str, tuple[str, ...]]
HEADINGS = {
    "kind": "Kind",
    "in": "Where",
    "topic": "Topic",
    "role": "Staff role",
    "region": "Region",
    "year": "Year",
}
MOST_VALUES = 24  # of one facet; those that are chosen are always there
LONGEST_VALUE = 100
MOST_CHOSEN = 20


def chosen_of(lists: Mapping[str, Collection[str]]) -> Chosen:
    """The choices that an address holds, by facet: at most so many, each a short word."""
    found: dict[str, tuple[str, ...]] = {}
    for facet in HEADINGS:
        values = [
            value
            for value in lists.get(facet, ())
            if value and len(value) <= LONGEST_VALUE and "|" not in value
        ]
        if values:
            found[facet] = tuple(dict.fromkeys(values))[:MOST_CHOSEN]
    return found


def facets(found: Found, chosen: Chosen) -> list[Facet]:
    """The facets with what each value would show, the most first. At most one query for the names of each facet."""
    listed = []
    for facet, heading in HEADINGS.items():
        counts = found.counts(facet, chosen)
        picked = chosen.get(facet, ())
        values = {**counts, **{value: 0 for value in picked if value not in counts}}
        if len(values) > 1 or picked:
            names = NAMES[facet](values)
            order = sorted(
                values, key=lambda value: _order(facet, value, values[value], is_chosen=value in picked)
            )
            options = [
                Option(value, names.get(value, value), values[value], value in picked)
                for value in order[:MOST_VALUES]
            ]
            listed.append(Facet(facet, heading, options))
    return listed


def _order(facet: str, value: str, count: int, *, is_chosen: bool) -> tuple[bool, object, str]:
    return (not is_chosen, -int(value) if facet == "year" and value.isdecimal() else -count, value)


def _kinds(values: Collection[str]) -> Mapping[str, str]:
    return KINDS


def _places(values: Collection[str]) -> Mapping[str, str]:
    """Lists and handbooks by their short forms: readers see those only in which they found something."""
    lists = dict(MailingList.objects.filter(slug__in=values).values_list("slug", "name"))
    return {**dict(HandbookPage.objects.filter(slug__in=values).values_list("slug", "title")), **lists}


def _themes(values: Collection[str]) -> Mapping[str, str]:
    return dict(Theme.objects.filter(slug__in=values).values_list("slug", "name"))


def _roles(values: Collection[str]) -> Mapping[str, str]:
    return dict(StaffRole.objects.filter(slug__in=values).values_list("slug", "name"))


def _regions(values: Collection[str]) -> Mapping[str, str]:
    return dict(Region.choices)


def _years(values: Collection[str]) -> Mapping[str, str]:
    return {}


NAMES: dict[str, Callable[[Collection[str]], Mapping[str, str]]] = {
    "kind": _kinds,
    "in": _places,
    "topic": _themes,
    "role": _roles,
    "region": _regions,
    "year": _years,
}
