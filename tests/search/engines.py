"""What the tests of engines need: entries, and one way to ask each engine."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from search.actions import elastic
from search.engines import Editions, Found, Search, database
from search.engines import elasticsearch as server
from search.models import Entry
from search.rules.queries import Synonyms, parse
from search.sources.base import Labels
from tests.factories import NOW

TODAY = NOW.date()
SINCE_EVER = date(2020, 1, 1)


def make_entry(source: str, title: str = "", body: str = "", **fields: Any) -> Entry:
    """An entry that is not saved: public, a page, without a date."""
    kind = fields.pop("kind", "article")
    on: date | None = fields.pop("on", None)
    labels = Labels(
        kind,
        **{name: fields.pop(name) for name in ("place", "region", "topics", "roles") if name in fields},
        year=on.year if on else None,
    )
    values = {
        "access": "public",
        "url": f"/{source}/",
        "kind": kind,
        "labels": str(labels),
        "day": on.toordinal() if on else None,
        "indexed_at": NOW,
        "appeared_at": NOW,
    }
    return Entry(source=source, title=title or source, body=body, **{**values, **fields})


@dataclass(frozen=True)
class Engine:
    """One of the engines."""

    name: str

    def store(self, *entries: Entry) -> None:
        """Saves entries, and has the engine know them."""
        Entry.objects.bulk_create(entries)
        self.refresh()

    def refresh(self) -> None:
        """Has the engine know the table as it is now."""
        if self.name == "elasticsearch":
            elastic.rebuild_index()

    def find(self, search: Search) -> Found:
        """What this engine finds. It does not give way to another."""
        return server.find(search) if self.name == "elasticsearch" else database.find(search)

    def ask(
        self,
        text: str,
        *,
        keys: Collection[str] = ("public",),
        now: datetime = NOW,
        synonyms: Synonyms | None = None,
        **others: Any,
    ) -> Found:
        """What this engine finds for what somebody typed, in the editions that are in force today."""
        values = {"editions": Editions(on=TODAY), "most": 50, **others}
        query = parse(text, synonyms)
        return self.find(Search(query, frozenset(keys), now, TODAY, **values))

    def sources(self, text: str, **others: Any) -> list[str]:
        """The same, as the sources of the hits in their order."""
        return sources(self.ask(text, **others))

    def walk(self, search: Search, size: int) -> list[str]:
        """The sources of all hits, page by page, with a page of so many."""
        found: list[str] = []
        while page := sources(self.find(replace(search, first=len(found), most=size))):
            found += page
        return found


def sources(found: Found) -> list[str]:
    return [hit.source for hit in found.hits]


def count(found: Found) -> int:
    """How many there are in all."""
    return found.count({})


def entries(titles: Iterable[str]) -> list[Entry]:
    """Entries by their titles, named a, b, c, …"""
    return [make_entry(chr(ord("a") + number), title) for number, title in enumerate(titles)]
