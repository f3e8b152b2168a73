"""How an engine in the database searches for words."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Matched:
    """SQL: the tables to search, what a row of them has to match, and how well it does, more being better.

    `before` are tables that are made first (WITH), `parameters_before` theirs.
    """

    tables: str
    condition: str
    score: str
    parameters: list[Any] = field(default_factory=list)
    before: str = ""
    parameters_before: list[Any] = field(default_factory=list)
