"""Where figures come from: the section of the handbook that says so, in which edition, and whether it has been amended since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.pages.cards import Card, cards_for
from portal.toolkits.models import Figure


@dataclass(frozen=True)
class Source:
    """A figure with the card of its section; no card, if nothing lies there that this reader may see."""

    figure: Figure
    card: Card | None


def sources_of(figures: Iterable[Figure], *, user: Any, now: datetime) -> dict[int, Source]:
    """By the key of each figure. The sections are looked up together."""
    all_of_them = list(figures)
    cards = cards_for({figure.source for figure in all_of_them}, user=user, now=now)
    return {figure.pk: Source(figure, cards.get(figure.source)) for figure in all_of_them}
