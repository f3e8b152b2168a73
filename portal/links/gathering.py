"""Who knows of links: each subject registers what goes through its own places, and which pages are not for readers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from lxml import html as lxml_html
from wagtail.models import Page

from portal.links.rules import A_PAGE_THAT_IS_GONE, address_of

LONGEST_WORDS = 250


@dataclass(frozen=True)
class Found:
    """A link: where it leads, and its words."""

    address: str
    words: str = ""


@dataclass(frozen=True)
class Place:
    """Where links stand: its key (`page:12`), what it is called, and the page in which they can be mended."""

    key: str
    title: str
    page_id: int | None
    links: Sequence[Found]


Gatherer = Callable[[], Iterator[Place]]
_gatherers: dict[str, Gatherer] = {}
_left_out: list[type[Page]] = []


def register(prefix: str, gather: Gatherer) -> None:
    """Have `gather` give all places whose keys begin with `prefix`, each with its links; those without any may be left out."""
    _gatherers[prefix] = gather


def gatherers() -> dict[str, Gatherer]:
    return dict(_gatherers)


def leave_out(model: type[Page]) -> None:
    """Pages of this type are not read as pages."""
    _left_out.append(model)


def left_out() -> tuple[type[Page], ...]:
    return tuple(_left_out)


def links_in(html: str) -> list[Found]:
    """The links in HTML that readers are shown. One without an address led to a page of the portal that is gone."""
    if "<a" not in html:
        return []
    found = {}
    for tag in lxml_html.fragment_fromstring(html, create_parent=True).iter("a"):
        words = " ".join(tag.text_content().split())[:LONGEST_WORDS]
        href = tag.get("href")
        if href is None and not (tag.get("id") or tag.get("name")):
            address: str | None = A_PAGE_THAT_IS_GONE
        else:
            address = address_of(href or "", settings.BASE_URL)
        if address:
            found.setdefault(address, Found(address, words))
    return list(found.values())
