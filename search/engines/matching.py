"""How an engine in the database searches for words."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Matched:
    """SQL: the tables to search, what a row of them has to match, and how well it does, more being better.

    `has_all` says whether a row has everything that was asked for, where a part is enough. `before` are tables that are made
    first (WITH); `parameters_before` are theirs, and then those of `has_all`.
    """

    tables: str
    condition: str
    score: str
    parameters: list[Any] = field(default_factory=list)
    before: str = ""
    parameters_before: list[Any] = field(default_factory=list)
    has_all: str = ""
