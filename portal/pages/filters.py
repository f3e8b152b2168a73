"""Reads from an address which case studies a reader wants to see, and counts what each further choice would show."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.http import QueryDict

Choices = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Option:
    """A choice on offer, with the number of case studies that it would show."""

    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list: its parameter in the address, its heading and its options."""

    name: str
    heading: str
    options: list[Option]


class CaseStudyFilter:
    """The choices that an address holds. Values that are not on offer count for nothing.

    Within one facet any of the chosen values will do; all facets must hold.
    """

    LOOKUPS = {"region": "region", "theme": "themes__slug", "role": "roles__slug"}
    HEADINGS = {"region": "Region", "theme": "Theme", "role": "Role"}

    def __init__(self, parameters: QueryDict, *, regions: Choices, themes: Choices, roles: Choices) -> None:
        self.offered = {"region": dict(regions), "theme": dict(themes), "role": dict(roles)}
        self.chosen = {
            name: [value for value in dict.fromkeys(parameters.getlist(name)) if value in offered]
            for name, offered in self.offered.items()
        }

    def __bool__(self) -> bool:
        return any(self.chosen.values())

    @property
    def query(self) -> str:
        """The choices as the part of an address that comes before the page number; empty if there are none."""
        parameters = QueryDict(mutable=True)
        for name, values in self.chosen.items():
            parameters.setlist(name, values)
        return parameters.urlencode()

    @property
    def chosen_names(self) -> list[str]:
        """What is chosen, in words."""
        return [self.offered[name][value] for name, values in self.chosen.items() for value in values]

    def narrow(self, case_studies: QuerySet, *, but: str = "") -> QuerySet:
        """Those of `case_studies` that the choices let through, leaving out the facet named `but`."""
        for name, values in self.chosen.items():
            if values and name != but:
                # A subquery for each facet: joins would show a page once for each of its themes.
                matching = case_studies.model.objects.filter(**{f"{self.LOOKUPS[name]}__in": values})
                case_studies = case_studies.filter(pk__in=matching.values("pk"))
        return case_studies

    def facets(self, case_studies: QuerySet) -> list[Facet]:
        """The facets with the number of `case_studies` behind each option, given what is chosen in the others."""
        return [Facet(name, self.HEADINGS[name], self._options(name, case_studies)) for name in self.LOOKUPS]

    def _options(self, name: str, case_studies: QuerySet) -> list[Option]:
        lookup = self.LOOKUPS[name]
        narrowed = self.narrow(case_studies, but=name).order_by()
        counts = dict(narrowed.values_list(lookup).annotate(Count("pk", distinct=True)))
        options = [
            Option(value, label, counts.get(value, 0), value in self.chosen[name])
            for value, label in self.offered[name].items()
        ]
        return [option for option in options if option.count or option.chosen]
