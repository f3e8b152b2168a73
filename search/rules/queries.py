"""What somebody typed, taken apart: words, phrases, what is not wanted, and what narrows it.

Any text is a query: signs that mean nothing count for nothing, and whatever is too long is cut.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

LONGEST_QUERY = 300  # characters; what follows is not read
MOST_TERMS = 16
MOST_ALTERNATIVES = 12
SHORTEST_PREFIX = 2

PART = re.compile(r'(-?)(?:([a-z]+):)?(?:["“”„]([^"“”„]*)["“”„]?|([^\s"“”„]+))', re.IGNORECASE)
WORD = re.compile(r"[^\W_]+")
# Words that say nothing of what is wanted. Within a phrase they count.
STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "get",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "s",
        "so",
        "t",
        "that",
        "the",
        "their",
        "there",
        "these",
        "they",
        "this",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "you",
        "your",
    ]
)
DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
FILTERS = frozenset({"kind", "in", "from", "after", "before"})


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """A word without case and accents, in one way of writing it."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, folded: runs of letters and digits."""
    # Some signs are several words once they are folded: “¼” is 1 and 4.
    return tuple(word for found in WORD.findall(text) for word in WORD.findall(folded(found)))


@dataclass(frozen=True)
class Term:
    """What stands for one wish: any of some words or phrases. `is_prefix`: the last word may go on."""

    alternatives: tuple[tuple[str, ...], ...]
    is_prefix: bool = False


@dataclass(frozen=True)
class Query:
    """A query. All of `wanted` have to be there, and none of `unwanted`; `phrase` are its plain words, side by side.

    What has all of `first` comes before what has not.
    """

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    phrase: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    authors: tuple[tuple[str, ...], ...] = ()
    after: date | None = None
    before: date | None = None
    first: tuple[Term, ...] = ()
    ignored: tuple[str, ...] = field(default=(), compare=False)

    @property
    def asks_for_something(self) -> bool:
        return bool(self.wanted or self.authors)


Synonyms = Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]


def parse(text: str, synonyms: Synonyms | None = None) -> Query:
    """Reads a query. `synonyms` gives the other ways to say something, by its folded words (`synonyms_of`). Never fails."""
    found = _Found()
    for minus, name, phrase, word in PART.findall(_clean(text)[:LONGEST_QUERY]):
        # Whatever is no filter of ours is two words with a colon between.
        filter_name = name.lower() if name.lower() in FILTERS else ""
        value = phrase or word
        if filter_name and not minus:
            found.narrow(filter_name, value)
        else:
            found.add(
                f"{name} {value}" if name and not filter_name else value,
                is_phrase=bool(phrase),
                is_unwanted=bool(minus),
            )
    return found.query(synonyms or {})


def synonyms_of(groups: Iterable[Iterable[str]]) -> Synonyms:
    """Groups of words that mean the same as what `parse` looks up: both ways, with plurals."""
    found: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for group in groups:
        ways = [words for text in group if (words := words_of(text))]
        for words in ways:
            for form in (words, _plural(words)):
                found.setdefault(form, {}).update(dict.fromkeys(other for other in ways if other != words))
    return {words: tuple(others)[:MOST_ALTERNATIVES] for words, others in found.items()}


def any_of(query: Query) -> Query:
    """The query of which any word is enough, and what has them all comes first: for when few have."""
    if len(query.wanted) < 2:
        return query
    ways = dict.fromkeys(way for term in query.wanted for way in term.alternatives)
    return replace(query, wanted=(Term(tuple(ways)),), phrase=(), first=query.wanted)


def _clean(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text[: 4 * LONGEST_QUERY])


def _plural(words: tuple[str, ...]) -> tuple[str, ...]:
    *before, last = words
    return (*before, last if last.endswith("s") else f"{last}s")


class _Found:
    """What has been read of a query so far."""

    def __init__(self) -> None:
        # What was typed side by side: a word, or several that a hyphen holds together. None stands where something else was.
        self.plain: list[tuple[str, ...] | None] = []
        self.beginnings: list[tuple[str, ...]] = []
        self.phrases: list[tuple[str, ...]] = []
        self.unwanted: list[tuple[str, ...]] = []
        self.filters: dict[str, list[str]] = {name: [] for name in FILTERS}
        self.ignored: list[str] = []

    def narrow(self, name: str, value: str) -> None:
        if name in {"after", "before"} and _day(value) is None:
            self.ignored.append(f"{name}:{value}")
        elif value.strip():
            self.filters[name].append(value.strip())

    def add(self, value: str, *, is_phrase: bool, is_unwanted: bool) -> None:
        words = words_of(value)
        if not words:
            return
        if is_unwanted:
            self.unwanted.append(words)
            self.plain.append(None)
        elif is_phrase:
            self.phrases.append(words)
            self.plain.append(None)
        elif value.endswith("*") and len(words[-1]) >= SHORTEST_PREFIX:
            self.beginnings.append(words)
            self.plain.append(None)
        else:
            # “two-thirds” is two words side by side.
            self.plain.append(words)

    def query(self, synonyms: Synonyms) -> Query:
        plain = [words for words in self.plain if words]
        meant = [words for words in plain if not STOP_WORDS.issuperset(words)]
        meant = meant or ([] if self.phrases or self.beginnings else plain)
        terms = [
            *_terms(meant, synonyms),
            *(Term((words, *synonyms.get(words, ()))) for words in self.phrases),
            *(Term((words,), is_prefix=True) for words in self.beginnings),
        ]
        after, before = (self._limit(name) for name in ("after", "before"))
        return Query(
            wanted=tuple(dict.fromkeys(terms))[:MOST_TERMS],
            unwanted=tuple(Term((words,)) for words in self.unwanted)[:MOST_TERMS],
            phrase=_joined(plain) if len(plain) > 1 and None not in self.plain else (),
            kinds=tuple(folded(kind) for kind in self.filters["kind"]),
            places=tuple(folded(place) for place in self.filters["in"]),
            authors=tuple(words for name in self.filters["from"] if (words := words_of(name))),
            after=after,
            before=before,
            ignored=tuple(self.ignored),
        )

    def _limit(self, name: str) -> date | None:
        days = [day for value in self.filters[name] if (day := _day(value))]
        return days[-1] if days else None


def _terms(typed: list[tuple[str, ...]], synonyms: Synonyms) -> list[Term]:
    """Words as terms. Those that are a known phrase together (“primary care network”) are one, the longest first."""
    terms: list[Term] = []
    longest = max((len(way) for way in synonyms), default=1)
    at = 0
    while at < len(typed):
        for count in range(min(longest, len(typed) - at), 0, -1):
            way = _joined(typed[at : at + count])
            if count == 1 or way in synonyms:
                terms.append(Term((way, *synonyms.get(way, ()))))
                at += count
                break
    return terms


def _joined(typed: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(word for words in typed for word in words)


def _day(value: str) -> date | None:
    """The day that begins what is meant: “2026”, “2026-03” or “2026-03-09”; None if it is none of these."""
    match = DATE.fullmatch(value.strip())
    if not match:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
