"""From a marked-up section back to the one before or the one after, byte for byte."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from handbook.redline.markup import ATTRIBUTE, TAG, VOID, with_ids, without_ends

NEW = {"inserted", "moved-here"}
OLD = {"deleted", "moved-away"}
OURS = {"data-before", "data-change", "data-new", "data-old", "data-opened", "data-was"}


@dataclass(frozen=True)
class _Step:
    """What becomes of a tag: what is put in its place and in that of its end, or that all of it goes."""

    before: str = ""
    after: str = ""
    goes: bool = False


def accept(html: str) -> str:
    """The newer section that a redline's `html` was made from."""
    return without_ends(_side(html, NEW))


def reject(html: str) -> str:
    """The older section that a redline's `html` was made from."""
    return without_ends(_side(html, OLD))


def _side(html: str, kept: set[str]) -> str:
    parts: list[str] = []
    ends: list[str] = []
    at = depth = 0
    for tag in TAG.finditer(html):
        closes, name, _ = tag.groups()
        if depth:
            depth += 0 if name in VOID else -1 if closes else 1
            at = tag.end()
            continue
        parts.append(html[at : tag.start()])
        at = tag.end()
        if closes:
            parts.append(ends.pop())
            continue
        step = _step(tag[0], name, kept)
        parts.append(step.before)
        if name not in VOID:
            if step.goes:
                depth = 1
            else:
                ends.append(step.after)
    parts.append(html[at:])
    return "".join(parts)


def _step(tag: str, name: str, kept: set[str]) -> _Step:
    ours = _ours(tag)
    if kept is OLD:
        tag = with_ids(tag)
    if name == "span" and "data-old" not in ours:
        return _Step(goes=True)
    if "data-old" in ours and (kept is OLD or name == "template"):
        return _Step(ours["data-old" if kept is OLD else "data-new"], goes=True)
    change = ours.get("data-change")
    if change in NEW | OLD | {"padding"} and change not in kept:
        return _Step(goes=True)
    # The body's own <del> has no such attribute, its own <div> is never marked so.
    if name in {"ins", "span"} or "data-old" in ours or (name in {"del", "div"} and change in kept):
        return _Step()
    if "data-was" in ours and kept is OLD:
        opening = ours["data-was"]
        return _Step(opening, f"</{TAG.match(opening)[2]}>")
    return _Step(ours.get("data-before", "") + _without_ours(tag), f"</{name}>")


def _ours(tag: str) -> dict[str, str]:
    return {part[1]: unescape((part[2] or '""')[1:-1]) for part in _our_attributes(tag)}


def _without_ours(tag: str) -> str:
    """A tag as it was: ours are the last of its attributes."""
    first = next(_our_attributes(tag), None)
    return f"{tag[: first.start()]}>" if first else tag


def _our_attributes(tag: str) -> Iterator[re.Match[str]]:
    if " data-" in tag:
        for part in ATTRIBUTE.finditer(tag):
            if part[1] in OURS:
                yield part
