"""Places in the words of a section that a link can lead to: its headings, and every paragraph, list, table, picture and box."""

from collections.abc import Container
from itertools import count

import lxml.html
from django.core.cache import cache

# Goes up when places are made in another way, so that those in the cache are made anew.
PLACES = 1
HEADINGS = frozenset({"h2", "h3", "h4"})


def with_places(html: str, sha256: str) -> str:
    """A frozen section in which every heading is a link to itself, and every other block has an id and a link before it.

    The blocks are numbered in their order (`p-1`, `p-2` …): the same words have the same places in every edition. `sha256`
    is the hash of `html`, by which the result is kept in the cache.
    """
    return cache.get_or_set(f"handbook.places.{PLACES}.{sha256}", lambda: _with_places(html), None)


def _with_places(html: str) -> str:
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    taken = set(root.xpath(".//@id"))
    numbers = count(1)
    for block in list(root):
        if block.tag in HEADINGS:
            _link_to_itself(block)
        elif block.tag != "hr" and (holder := _holder(block)) is not None:
            _add_link(block, holder, numbers, taken)
    return "".join([root.text or "", *(lxml.html.tostring(child, encoding="unicode") for child in root)])


def _link_to_itself(heading: lxml.html.HtmlElement) -> None:
    """The heading's own words are the link, so that its name stays what it is. One with a link in it is left alone."""
    if not heading.get("id") or heading.find(".//a") is not None:
        return
    link = lxml.html.Element("a", {"class": "heading-place", "href": f"#{heading.get('id')}"})
    link.text, heading.text = heading.text, None
    link.extend(list(heading))
    heading.append(link)


def _holder(block: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """What carries the id: the block, or what is inside it, when showing it gives it a frame to scroll in."""
    if block.tag != "pre" and block.get("class") != "table":
        return block
    return block[0] if len(block) else None


def _add_link(
    block: lxml.html.HtmlElement, holder: lxml.html.HtmlElement, numbers: count, taken: Container[str]
) -> None:
    number = next(number for number in numbers if f"p-{number}" not in taken)
    name = holder.get("id") or f"p-{number}"
    holder.set("id", name)
    link = lxml.html.Element(
        "a", {"class": "place", "href": f"#{name}", "aria-label": f"Link to paragraph {number}"}
    )
    block.addprevious(link)
