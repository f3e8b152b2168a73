"""Gives every heading of a text an anchor of its own, so that one can link to it."""

import re
from dataclasses import dataclass
from html import unescape

from django.utils.text import slugify

ATTRIBUTES = r"""(?:\s+[\w:-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*"""
HEADING = re.compile(rf"<h([1-6])({ATTRIBUTES})\s*>(.*?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
IDENTIFIER = re.compile(r"""\sid\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
OPENING_TAG = re.compile(rf"<[a-z][a-z0-9]*{ATTRIBUTES}\s*/?>", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
LONGEST_ANCHOR = 80


@dataclass(frozen=True)
class Heading:
    """A heading in a text: its level (2 for `h2`), its words and the anchor that leads to it."""

    level: int
    text: str
    anchor: str


def with_anchors(html: str) -> tuple[str, list[Heading]]:
    """Return `html` with an `id` on every heading, and the headings in order.

    The anchor is made from the heading's words, so it stays the same as long as they do; a repeated heading gets
    `-2`, `-3` and so on. An `id` that is there already is kept. `html` is well-formed, with attributes in quotes.
    """
    taken = {anchor for tag in OPENING_TAG.findall(html) if (anchor := _identifier(tag))}
    headings: list[Heading] = []

    def replace(match: re.Match[str]) -> str:
        level, attributes, inner = match.groups()
        text = plain_text(inner)
        anchor = _identifier(attributes)
        if anchor:
            headings.append(Heading(int(level), text, anchor))
            return match.group()
        anchor = _free_anchor(text, taken)
        taken.add(anchor)
        headings.append(Heading(int(level), text, anchor))
        return f'<h{level} id="{anchor}"{IDENTIFIER.sub("", attributes)}>{inner}</h{level}>'

    return HEADING.sub(replace, html), headings


def plain_text(html: str) -> str:
    """The words of a piece of `html`, on one line."""
    return " ".join(unescape(TAG.sub("", html)).split())


def _identifier(attributes: str) -> str:
    match = IDENTIFIER.search(attributes)
    return (match.group(1) or match.group(2) or "") if match else ""


def _free_anchor(text: str, taken: set[str]) -> str:
    stem = slugify(text)[:LONGEST_ANCHOR].strip("-") or "section"
    anchor, number = stem, 1
    while anchor in taken:
        number += 1
        anchor = f"{stem}-{number}"
    return anchor
