"""What stands on an invoice, a receipt and a credit note: lines, and the VAT by rate."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from events.rules.tickets import vat_within


@dataclass(frozen=True)
class Item:
    """A line of a document: what, so many of it, for so much each, with VAT."""

    what: str
    pence: int
    vat_percent: int
    count: int = 1

    @property
    def together(self) -> int:
        return self.count * self.pence


def gathered(items: Iterable[Item]) -> list[Item]:
    """Equal lines as one with their number, in the order in which they first come."""
    counts: dict[tuple[str, int, int], int] = defaultdict(int)
    for one in items:
        counts[one.what, one.pence, one.vat_percent] += one.count
    return [Item(*key, count) for key, count in counts.items()]


def by_rate(items: Sequence[Item]) -> list[dict[str, int]]:
    """For each rate of VAT what is without it, the VAT, and what is with it. VAT is reckoned and rounded for each single thing."""
    with_vat: dict[int, int] = defaultdict(int)
    vat: dict[int, int] = defaultdict(int)
    for one in items:
        with_vat[one.vat_percent] += one.together
        vat[one.vat_percent] += one.count * vat_within(one.pence, one.vat_percent)
    return [
        {"percent": rate, "net": with_vat[rate] - vat[rate], "vat": vat[rate], "gross": with_vat[rate]}
        for rate in sorted(with_vat)
    ]


def spread(pence: int, items: Sequence[Item], what: str) -> list[Item]:
    """A sum that is taken off an order as lines, one for each rate of VAT, in the proportion of what was ordered at each."""
    rates = [one for one in by_rate(items) if one["gross"]]
    whole, rest = sum(one["gross"] for one in rates), pence
    made = []
    for one in rates[:-1]:
        part = pence * one["gross"] // whole
        rest -= part
        made.append(Item(what, part, one["percent"]))
    return [one for one in [*made, *(Item(what, rest, last["percent"]) for last in rates[-1:])] if one.pence]


def due_on(day: date, days: int) -> date:
    """Until when an invoice of that day is to be paid."""
    return day + timedelta(days=days)


def content(items: Sequence[Item]) -> dict[str, Any]:
    """The lines and sums of a document, as they are stored."""
    rates = by_rate(items)
    return {
        "lines": [asdict(one) | {"together": one.together} for one in items],
        "rates": rates,
        "total": sum(one["gross"] for one in rates),
        "vat": sum(one["vat"] for one in rates),
    }
