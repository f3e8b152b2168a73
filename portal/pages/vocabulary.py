"""What a text brought in from outside may hold, and what of it the text editor can."""

import re

import nh3
from bs4.element import Tag

SCHEMES = {"http", "https", "mailto", "tel"}
INLINE = {
    "a",
    "b",
    "br",
    "code",
    "del",
    "em",
    "i",
    "img",
    "kbd",
    "mark",
    "q",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
}
BLOCKS = {
    "blockquote",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
CONTAINERS = {"article", "details", "div", "dd", "dl", "dt", "figcaption", "figure", "section", "summary"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"colspan"},
    "th": {"colspan"},
}
# How the editor writes what it shows bold, and so on.
WRITTEN = {"b": "b", "strong": "b", "i": "i", "em": "i", "code": "code", "sup": "sup", "sub": "sub"}
STRUCK = {"s", "del"}


def clean(html: str) -> str:
    """`html` with nothing in it but the elements, attributes and kinds of address that a text may have."""
    return nh3.clean(
        html,
        tags=INLINE | BLOCKS | HEADINGS | CONTAINERS,
        attributes=ATTRIBUTES,
        attribute_filter=_language_only,
        url_schemes=SCHEMES,
        link_rel=None,
    )


def _language_only(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class" and not re.fullmatch(r"language-[\w+#.-]+", value):
        return None
    return value


def holds_only(tag: Tag, names: set[str]) -> bool:
    return all(inner.name in names | (INLINE - STRUCK) for inner in tag.find_all())


def is_plain(tag: Tag) -> bool:
    """True if a block other than the Markdown block can hold the top-level element `tag` as it is."""
    if tag.name == "pre":
        return True
    if tag.name in {"ul", "ol"}:
        return _is_plain_list(tag)
    if tag.name == "blockquote":
        return holds_only(tag, {"p", "ul", "ol", "li"}) and all(
            _is_plain_list(part) for part in tag.find_all(["ul", "ol"])
        )
    return not tag.find(STRUCK)


def _is_plain_list(tag: Tag) -> bool:
    if (
        not holds_only(tag, {"p", "ul", "ol", "li"})
        or tag.find("img")
        or tag.find("ol", start=True)
        or tag.get("start")
    ):
        return False
    return all(_is_plain_item(item) for item in tag.find_all("li"))


def _is_plain_item(item: Tag) -> bool:
    """True for one run of words, then lists: what a list item of the editor can be."""
    order = []
    for node in item.children:
        if isinstance(node, Tag) and node.name in {"ul", "ol"}:
            order.append("list")
        elif isinstance(node, Tag) and node.name == "p":
            order.append("words")
        elif (isinstance(node, Tag) or str(node).strip()) and order[-1:] != ["loose"]:
            order.append("loose")
    return len([part for part in order if part != "list"]) <= 1 and "list" not in order[:1]
