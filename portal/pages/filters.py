"""Reads from an address what of a list a reader wants to see, and counts what each further choice would show."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict


@dataclass(frozen=True)
class Option:
    """A choice on offer, with the number of things that it would show."""

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


class ListFilter:
    """The choices that an address holds about a list which is in memory. Values that are not on offer count for nothing.

    `offered` gives each facet its heading, and names by values; `values` says what one thing of the list has of them. Within
    one facet any of the chosen values will do; all facets must hold.
    """

    def __init__(
        self,
        parameters: QueryDict,
        items: Iterable[Any],
        *,
        offered: Mapping[str, tuple[str, Mapping[str, str]]],
        values: Callable[[Any], Mapping[str, Collection[str]]],
    ) -> None:
        self.offered = offered
        self.items = [(item, values(item)) for item in items]
        self.chosen = {
            name: [value for value in dict.fromkeys(parameters.getlist(name)) if value in names]
            for name, (_, names) in offered.items()
        }

    def __bool__(self) -> bool:
        return any(self.chosen.values())

    @property
    def query(self) -> str:
        """The choices as the query of an address; empty if there are none."""
        parameters = QueryDict(mutable=True)
        for name, values in self.chosen.items():
            parameters.setlist(name, values)
        return parameters.urlencode()

    def query_with(self, name: str, value: str) -> str:
        """The same with `value` alone chosen in the facet `name`."""
        parameters = QueryDict(self.query, mutable=True)
        parameters[name] = value
        return parameters.urlencode()

    @property
    def chosen_names(self) -> list[str]:
        """What is chosen, in words."""
        return [self.offered[name][1][value] for name, values in self.chosen.items() for value in values]

    def found(self, *, but: str = "") -> list[Any]:
        """What the choices let through, leaving out the facet named `but`."""
        return [item for item, values in self.items if self._lets_through(values, but)]

    @property
    def facets(self) -> list[Facet]:
        """The facets with the number of things behind each option, given what is chosen in the others."""
        return [Facet(name, heading, self._options(name)) for name, (heading, _) in self.offered.items()]

    def _lets_through(self, values: Mapping[str, Collection[str]], but: str) -> bool:
        return all(
            name == but or not chosen or not set(chosen).isdisjoint(values[name])
            for name, chosen in self.chosen.items()
        )

    def _options(self, name: str) -> list[Option]:
        counts = Counter(
            value
            for _, values in self.items
            if self._lets_through(values, name)
            for value in set(values[name])
        )
        options = [
            Option(value, label, counts[value], value in self.chosen[name])
            for value, label in self.offered[name][1].items()
        ]
        return [option for option in options if option.count or option.chosen]
