"""What a source is: a kind of object, what can be found of it, and which changes of the database concern it."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any, Protocol

import nh3
from django.utils import timezone

from search.models import Entry
from search.models.entries import LONGEST_BODY
from search.watching import Watch

PUBLIC, SIGNED_IN = "public", "signed-in"
TRAIL = " › "
# Where one block of HTML ends, words of it and of the next do not belong together.
BLOCK_ENDS = re.compile(
    r"</(?:p|li|h[1-6]|td|th|dd|dt|div|figcaption|blockquote|pre|caption)>|<(?:br|hr)\b[^>]*>", re.IGNORECASE
)


class Source(Protocol):
    """A kind of object that can be found.

    `name` begins the keys of its entries. `kinds` says, in the singular, what its entries are called. `keys` gives all
    primary keys, for rebuilding; `entries` makes the entries of some of them: what it leaves out cannot be found.
    """

    name: str
    kinds: Mapping[str, str]
    watches: tuple[Watch, ...]

    def keys(self) -> Iterable[int]: ...

    def entries(self, keys: Collection[int]) -> Iterable[Entry]: ...


@dataclass(frozen=True)
class Labels:
    """What an entry can be narrowed by: for each facet its values, short words without bars and colons."""

    kind: str
    place: str = ""
    region: str = ""
    year: int | None = None
    topics: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def __str__(self) -> str:
        pairs = [
            ("kind", self.kind),
            ("in", self.place),
            *(("topic", topic) for topic in sorted(self.topics)),
            ("region", self.region),
            *(("role", role) for role in sorted(self.roles)),
            ("year", str(self.year or "")),
        ]
        return f"|{'|'.join(f'{facet}:{value}' for facet, value in pairs if value)}|"


def entry(
    source: str,
    *,
    access: str,
    url: str,
    title: str,
    labels: Labels,
    on: date | datetime | None = None,
    **others: Any,
) -> Entry:
    """An entry that is not saved. Texts that are too long are cut; `on` is its date."""
    day = timezone.localdate(on) if isinstance(on, datetime) else on
    texts = {
        name: cut(others.pop(name, ""), Entry._meta.get_field(name).max_length or LONGEST_BODY)
        for name in ("summary", "author", "body", "trail")
    }
    return Entry(
        source=source,
        access=access,
        url=url,
        title=cut(title, 400),
        kind=labels.kind,
        labels=str(labels if day is None else Labels(**{**vars(labels), "year": day.year}))[:1000],
        day=day and day.toordinal(),
        **texts,
        **others,
    )


def cut(text: str, longest: int) -> str:
    """A text as one line without odd characters, as long as is allowed."""
    plain = " ".join(text.replace("\0", " ").split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def text_of_html(html: str) -> str:
    """The words of some HTML, those of blocks apart."""
    return unescape(nh3.clean(BLOCK_ENDS.sub(" ", html), tags=set()))
