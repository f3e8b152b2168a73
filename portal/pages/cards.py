"""Turns an address of the portal into a card: what lies there, in words that fit beside a link.

Each subject registers a resolver for its own addresses in its `AppConfig.ready`, so that a text which links to a
section of the handbook needs to know nothing of handbooks.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from wagtail.models import Page, Site


@dataclass(frozen=True)
class Card:
    """What lies at an address: its title, what kind of thing it is, and a note such as “edition 1.1; amended since”."""

    title: str
    kind: str
    note: str = ""

    @property
    def has_changed_since(self) -> bool:
        """Whether the note says that what lies there is no longer as it was: “edition 1.1; amended since”."""
        return self.note.endswith(" since")


class NothingThereError(Exception):
    """The address is the resolver's own, and nothing lies there that this reader may see: no other resolver is asked."""


Resolver = Callable[[str, Any, datetime], Card | None]
Many = Callable[[Collection[str], Any, datetime], dict[str, Card]]
_resolvers: list[Resolver] = []
_many: list[Many] = []


def register(resolver: Resolver, many: Many | None = None) -> None:
    """Ask `resolver(path, user, now)` about addresses.

    It returns `None` for what it does not know, and raises `NothingThereError` for what is its own and not to be shown.
    `many` finds the cards of several addresses in few queries: those that it is sure of. The others are asked about one by one.
    """
    if resolver not in _resolvers:
        _resolvers.insert(0, resolver)
        if many is not None:
            _many.append(many)


def card_for(address: str, *, user: Any, now: datetime) -> Card | None:
    """The card of what lies at `address`, a path of the portal, for `user`.

    Queries and anchors are left aside. `None` if nothing lies there that this reader may see.
    """
    path = _path_of(address)
    if not path:
        return None
    try:
        return next((card for resolver in _resolvers if (card := resolver(path, user, now))), None)
    except NothingThereError:
        return None


def cards_for(addresses: Collection[str], *, user: Any, now: datetime) -> dict[str, Card]:
    """The cards of several addresses, as `card_for` gives them, by address; those without a card are left out."""
    paths = {address: path for address in addresses if (path := _path_of(address))}
    known: dict[str, Card] = {}
    for many in _many:
        known |= many(set(paths.values()), user, now)
    found = {
        address: known.get(path) or card_for(address, user=user, now=now) for address, path in paths.items()
    }
    return {address: card for address, card in found.items() if card is not None}


def _path_of(address: str) -> str:
    """The path of an address of the portal; empty for any other."""
    path = unquote(urlsplit(address).path) if address.startswith("/") and not address.startswith("//") else ""
    return "" if "\0" in path else path


def page_card(path: str, user: Any, now: datetime) -> Card | None:
    """The card of a published page that anyone may read. Resolvers of a subject are asked before this one."""
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None:
        return None
    url_path = site.root_page.url_path + path.strip("/") + "/" * bool(path.strip("/"))
    page = Page.objects.live().public().filter(url_path=url_path).first()
    if page is None:
        return None
    kind = page.specific_class._meta.verbose_name if page.specific_class else "page"
    return Card(page.title, kind[:1].upper() + kind[1:])
