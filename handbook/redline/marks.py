"""How a change is marked: in words as well as in colour, numbered, and so that `accept` and `reject` can take it back."""

from dataclasses import dataclass

from handbook.redline.markup import quoted

INSERTED = "inserted"
DELETED = "deleted"


@dataclass
class Marks:
    """Numbers and counts the changes of one section. Numbers that are `taken`, by headings named so, are left out."""

    prefix: str
    taken: frozenset[int] = frozenset()
    number: int = 0
    changes: int = 0
    inserted: int = 0
    deleted: int = 0
    moved: int = 0
    reformatted: int = 0

    def id(self) -> str:
        """The attribute by which a page finds the next change."""
        self.changes += 1
        self.number += 1
        while self.number in self.taken:
            self.number += 1
        return f' id="{self.prefix}-{self.number}"'

    def new(self, html: str, words: int, *, number: str | None = None, said: bool = True) -> str:
        """Words or blocks that were inserted. What goes on from another mark has the empty number and is not `said` again."""
        self.inserted += words
        number = self.id() if number is None else number
        return (
            f'<ins class="new"{number} data-change="inserted">{hidden(INSERTED) if said else ""}{html}</ins>'
        )

    def gone(self, html: str, words: int, *, number: str | None = None, said: bool = True) -> str:
        """Words or blocks that were deleted: HTML without ids, as it may stand beside its newer version."""
        self.deleted += words
        number = self.id() if number is None else number
        return (
            f'<del class="gone"{number} data-change="deleted">{hidden(DELETED) if said else ""}{html}</del>'
        )

    def note(self, words: str) -> str:
        """A change that has no words of its own, said where it is."""
        return f'<span class="redline-note"{self.id()}>{words}</span>'

    def reformatted_as(self, words: str) -> str:
        self.reformatted += 1
        return self.note(f" ({words})")


def hidden(words: str) -> str:
    """What the colour of a mark says, for those who hear it."""
    return f'<span class="redline-note nhsuk-u-visually-hidden">{words}: </span>'


def blanks(old: str, new: str) -> str:
    """Blanks between blocks, which nobody sees."""
    if old == new:
        return new
    return f"<template{quoted('data-old', old)}{quoted('data-new', new)}></template>"
