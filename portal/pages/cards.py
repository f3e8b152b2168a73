"""Turns an address of the portal into a card: what lies there, in words that fit beside a link.

Each subject registers a resolver for its own addresses in its `AppConfig.ready`, so that a text which links to a
section of the handbook needs to know nothing of handbooks.
"""

from collections.abc import Callable
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


class NothingThereError(Exception):
    """The address is the resolver's own, and nothing lies there that this reader may see: no other resolver is asked."""


Resolver = Callable[[str, Any, datetime], Card | None]
_resolvers: list[Resolver] = []


def register(resolver: Resolver) -> None:
    """Ask `resolver(path, user, now)` about addresses.

    It returns `None` for what it does not know, and raises `NothingThereError` for what is its own and not to be shown.
    """
    if resolver not in _resolvers:
        _resolvers.insert(0, resolver)


def card_for(address: str, *, user: Any, now: datetime) -> Card | None:
    """The card of what lies at `address`, a path of the portal, for `user`.

    Queries and anchors are left aside. `None` if nothing lies there that this reader may see.
    """
    path = unquote(urlsplit(address).path) if address.startswith("/") and not address.startswith("//") else ""
    if not path or "\0" in path:
        return None
    try:
        return next((card for resolver in _resolvers if (card := resolver(path, user, now))), None)
    except NothingThereError:
        return None


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
