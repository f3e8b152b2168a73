"""How a post read before: its versions, and word by word what each change took out and put in. Reads only."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from forum.models import Post
from forum.rules.versions import shown_versions

WORDS = re.compile(r"\S+\s*|\s+")
SAME, OUT, IN = "same", "out", "in"


@dataclass(frozen=True)
class Piece:
    """Some words of a change: the same before and after, taken out, or put in."""

    kind: str
    words: str


@dataclass(frozen=True)
class Change:
    """One change of a post: when, whether by a manager, and its words; of the subject only if that changed."""

    number: int
    at: datetime
    by_manager: bool
    subject: list[Piece]
    pieces: list[Piece]


@dataclass(frozen=True)
class History:
    """The changes of a post that a reader is shown, the newest first. `left_out` is whether there are more."""

    changes: list[Change]
    left_out: bool


def history_of(post: Post, *, manages: bool) -> History:
    """How a post came to read as it does. Three versions or thirty cost one query."""
    versions = list(post.versions.order_by("number"))
    shown = shown_versions(versions, post.poster_id, manages=manages)
    read = {one.number: (one.subject, one.content) for one in shown}
    read[len(versions) + 1] = (post.subject, post.content.raw)
    changes = []
    for one in shown:
        after = read.get(one.number + 1)
        if after is None:
            continue
        by_manager = one.replaced_by_id != post.poster_id
        subject = compared(one.subject, after[0]) if one.subject != after[0] else []
        changes.append(
            Change(one.number, one.replaced_at, by_manager, subject, compared(one.content, after[1]))
        )
    return History(changes[::-1], len(changes) < len(versions))


def compared(before: str, after: str) -> list[Piece]:
    """The words of two texts as one: what stayed, what went and what came. Lines are compared first, so that long texts are quick."""
    return list(_joined(_by_lines(before.splitlines(keepends=True), after.splitlines(keepends=True))))


def _by_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for kind, out, came in _steps(before, after):
        if kind == "replace":
            yield from _by_words(WORDS.findall("".join(out)), WORDS.findall("".join(came)))
        else:
            yield from _pieces(kind, out, came)


def _by_words(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for kind, out, came in _steps(before, after):
        yield from _pieces(kind, out, came)


def _steps(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        yield kind, before[i1:i2], after[j1:j2]


def _pieces(kind: str, out: Sequence[str], came: Sequence[str]) -> Iterator[Piece]:
    if kind == "equal":
        yield Piece(SAME, "".join(out))
        return
    yield Piece(OUT, "".join(out))
    yield Piece(IN, "".join(came))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Pieces without empty ones, neighbours of one kind together."""
    last: Piece | None = None
    for piece in pieces:
        if not piece.words:
            continue
        if last is not None and last.kind == piece.kind:
            last = Piece(last.kind, last.words + piece.words)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
