"""What differs between two editions, and how much it matters."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import split
from uuid import UUID

from handbook.models import Change, Significance

WORD = re.compile(r"\w+")

OBLIGING_WORDS = frozenset(
    {"cannot", "may", "must", "never", "no", "not", "only", "shall", "should", "unless"}
)


@dataclass(frozen=True)
class SectionFacts:
    """What a comparison needs to know of a section, in either edition. `path` is where it was imported from, or ""."""

    key: UUID
    parent: UUID | None
    title: str
    path: str
    body: str  # hash
    empty: bool = False  # a chapter without words of its own


def derive_changes(old: Sequence[SectionFacts], new: Sequence[SectionFacts]) -> dict[UUID, Change]:
    """What happened to each section that differs; both sequences are in reading order.

    Sections are recognised by their key. A section imported from a folder is compared as git compares files: another
    folder is a move, another file name a renaming, and what stands in the same file is at most amended. A chapter
    without words of its own is never added or removed: its sections are.
    """
    before = {section.key: section for section in old}
    after = {section.key: section for section in new}
    displaced = displaced_in(old, new)
    changes: dict[UUID, Change] = {}
    for section in new:
        change = _change(before.get(section.key), section, displaced=section.key in displaced)
        if change is not None:
            changes[section.key] = change
    for section in old:
        if section.key not in after and not section.empty:
            changes[section.key] = Change.REMOVED
    return changes


def _change(old: SectionFacts | None, new: SectionFacts, *, displaced: bool) -> Change | None:
    if old is None:
        return None if new.empty else Change.ADDED
    same_words = (old.title, old.body) == (new.title, new.body)
    if old.path and new.path:
        if new.empty and same_words:
            return None
        if old.path == new.path:
            return None if same_words else Change.AMENDED
        return Change.MOVED if split(old.path)[0] != split(new.path)[0] else Change.RENAMED
    if old.parent != new.parent or displaced:
        return Change.MOVED
    if same_words:
        return None
    return Change.AMENDED if old.body != new.body else Change.RENAMED


def displaced_in(old: Sequence[SectionFacts], new: Sequence[SectionFacts]) -> set[UUID]:
    """Keys of sections that stand elsewhere among those that share their chapter in both editions: as few as explain the new order."""
    place = {section.key: index for index, section in enumerate(old)}
    parents = {section.key: section.parent for section in old}
    by_parent: dict[UUID | None, list[UUID]] = {}
    for section in new:
        if section.key in place and parents[section.key] == section.parent:
            by_parent.setdefault(section.parent, []).append(section.key)
    displaced: set[UUID] = set()
    for keys in by_parent.values():
        kept = _longest_increasing([place[key] for key in keys])
        displaced |= {key for key in keys if place[key] not in kept}
    return displaced


def _longest_increasing(numbers: Sequence[int]) -> set[int]:
    tails: list[int] = []
    chains: list[tuple[int, ...]] = []
    for number in numbers:
        at = bisect_left(tails, number)
        chain = (*(chains[at - 1] if at else ()), number)
        tails[at : at + 1] = [number]
        chains[at : at + 1] = [chain]
    return set(chains[-1]) if chains else set()


def suggested_significance(change: Change, old_text: str, new_text: str) -> Significance:
    """Minor when at most three words changed, none of them a figure or a word that obliges; additions and removals are major.

    A suggestion only: the editor decides.
    """
    if change in {Change.ADDED, Change.REMOVED}:
        return Significance.MAJOR
    old_words, new_words = Counter(WORD.findall(old_text.lower())), Counter(WORD.findall(new_text.lower()))
    gone, come = old_words - new_words, new_words - old_words
    if max(gone.total(), come.total()) > 3 or any(_weighs(word) for word in gone + come):
        return Significance.MAJOR
    return Significance.MINOR


def _weighs(word: str) -> bool:
    return word in OBLIGING_WORDS or any(char.isdigit() for char in word)
