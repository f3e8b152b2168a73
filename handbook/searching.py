"""Finding words in an edition: what a query asks for, which sections have it, and the piece of text that shows it.

Words are compared without case, accents and endings, so that “practice” finds “practices”; a word in the text that begins
with the one asked for counts too. Words in quotation marks must stand as they are, side by side. A minus before a word or
a phrase leaves out the sections that have it.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

LONGEST_QUERY = 200
WORDS_IN_SNIPPET = 32
WORD = re.compile(r"\d+(?:[.,]\w+)+|\w+(?:['’]\w+)*")
PART = re.compile(r'(-?)(?:["“”„]([^"“”„]*)["“”„]?|([^\s"“”„]+))')
# From the longest, so that “-ingly” does not become “-ing” first. What is left of a word has three letters at least.
ENDINGS = ("ations", "ation", "ingly", "ments", "ment", "ings", "edly", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "e", "s", "y")  # fmt: skip
SHORTEST_STEM = 3
WHOLE = {"ay", "ey", "oy", "ss", "uy"}


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """A word without case and accents, in one way of writing it."""
    plain = unicodedata.normalize("NFKD", word.replace("’", "'").casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()


def stem(word: str) -> str:
    """A folded word without its ending."""
    for ending in ENDINGS:
        rest = word.removesuffix(ending)
        # “class” and “employ” end so by themselves.
        if rest != word and len(rest) >= SHORTEST_STEM and word[-2:] not in WHOLE:
            return rest
    return word


# --- What is asked for ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """A word or a phrase, folded. An `exact` one is not stemmed."""

    words: tuple[str, ...]
    exact: bool = False


@dataclass(frozen=True)
class Query:
    """What all sections that are found must have, and what none of them may have."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()


def parse(text: str) -> Query:
    """Reads what somebody typed. Never fails: signs that mean nothing count for nothing."""
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    for minus, phrase, word in PART.findall(text[:LONGEST_QUERY]):
        words = tuple(filter(None, (folded(found) for found in WORD.findall(phrase or word))))
        if words:
            # “two-thirds” is two words side by side.
            term = Term(words, exact=bool(phrase) or len(words) > 1)
            (unwanted if minus else wanted)[term] = None
    return Query(tuple(wanted), tuple(unwanted))


# --- Where it is ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """A section to be searched: its number and title, and its words."""

    title: str
    text: str


@dataclass
class Index:
    """Where each folded word stands: for each document the places in its title and in its text.

    `titles` and `texts` are by word, then by the document's place in the edition.
    """

    titles: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    texts: dict[str, dict[int, list[int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Index":
        index = cls()
        for number, document in enumerate(documents):
            for places, text in ((index.titles, document.title), (index.texts, document.text)):
                for at, match in enumerate(WORD.finditer(text)):
                    places.setdefault(folded(match[0]), {}).setdefault(number, []).append(at)
        return index

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted({*self.titles, *self.texts})

    @cached_property
    def _stems(self) -> dict[str, list[str]]:
        stems: dict[str, list[str]] = {}
        for word in self._vocabulary:
            stems.setdefault(stem(word), []).append(word)
        return stems

    def words_like(self, term: Term) -> set[str]:
        """The words of the edition that will do for a term of one word."""
        (word,) = term.words
        if term.exact:
            return {word}
        found = {word, *self._stems.get(stem(word), ())}
        if len(word) >= SHORTEST_STEM:
            at = bisect_left(self._vocabulary, word)
            while at < len(self._vocabulary) and self._vocabulary[at].startswith(word):
                found.add(self._vocabulary[at])
                at += 1
        return found

    def hits(self, term: Term, places: dict[str, dict[int, list[int]]]) -> dict[int, int]:
        """How often a term stands in each document, in its title or in its text; documents without it are left out."""
        if len(term.words) > 1:
            return self._phrases(term.words, places)
        counts: dict[int, int] = {}
        for word in self.words_like(term):
            for number, found in places.get(word, {}).items():
                counts[number] = counts.get(number, 0) + len(found)
        return counts

    def _phrases(self, words: tuple[str, ...], places: dict[str, dict[int, list[int]]]) -> dict[int, int]:
        lists = [places.get(word, {}) for word in words]
        counts: dict[int, int] = {}
        for number in set(lists[0]).intersection(*lists[1:]):
            starts = set(lists[0][number])
            for offset, found in enumerate(lists[1:], start=1):
                starts &= {at - offset for at in found[number]}
            if starts:
                counts[number] = len(starts)
        return counts


def matching(index: Index, query: Query) -> list[int]:
    """The documents that a query finds, the best first: those with more of the query in their titles, then those that say
    it more often, then in reading order. None for a query that wants nothing."""
    if not query.wanted:
        return []
    in_titles = [index.hits(term, index.titles) for term in query.wanted]
    in_texts = [index.hits(term, index.texts) for term in query.wanted]
    found = set.intersection(
        *(set(titles) | set(texts) for titles, texts in zip(in_titles, in_texts, strict=True))
    )
    for term in query.unwanted:
        found -= set(index.hits(term, index.titles)) | set(index.hits(term, index.texts))

    def rank(number: int) -> tuple[int, int, int]:
        return (
            -sum(number in titles for titles in in_titles),
            -sum(texts.get(number, 0) for texts in in_texts),
            number,
        )

    return sorted(found, key=rank)


# --- What shows it ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A piece of text; `found` if it is what was asked for."""

    text: str
    found: bool


def marked(text: str, query: Query, words: int | None = None) -> list[Piece]:
    """A text in pieces, with what was asked for marked; with `words`, only as many of them, where they show most of it."""
    tokens = list(WORD.finditer(text))
    hits = _hits([folded(token[0]) for token in tokens], query)
    first, last = 0, len(tokens)
    if words is not None and len(tokens) > words:
        first = _best_window(hits, len(tokens), words)
        last = first + words
    begin = tokens[first].start() if first else 0
    end = tokens[last].start() if last < len(tokens) else len(text)
    return [
        *([Piece("… ", found=False)] if first else []),
        *_pieces(
            text[begin:end].rstrip() if last < len(tokens) else text[begin:end],
            begin,
            tokens[first:last],
            first,
            hits,
        ),
        *([Piece(" …", found=False)] if last < len(tokens) else []),
    ]


def _hits(words: Sequence[str], query: Query) -> dict[int, int]:
    """The places of words that were asked for, each with the number of the term that it belongs to."""
    hits: dict[int, int] = {}
    for number, term in enumerate(query.wanted):
        length = len(term.words)
        root = stem(term.words[0])
        for at, word in enumerate(words):
            if length > 1 or term.exact:
                if word == term.words[0] and tuple(words[at : at + length]) == term.words:
                    hits |= dict.fromkeys(range(at, at + length), number)
            elif stem(word) == root or (
                len(term.words[0]) >= SHORTEST_STEM and word.startswith(term.words[0])
            ):
                hits[at] = number
    return hits


def _best_window(hits: dict[int, int], total: int, words: int) -> int:
    """Where the window begins that shows most of the terms, then most hits; a little before its first hit."""
    if not hits:
        return 0
    places = sorted(hits)

    def shown(start: int) -> tuple[int, int]:
        inside = [hits[at] for at in places[bisect_left(places, start) :] if at < start + words]
        return len(set(inside)), len(inside)

    lead = words // 4
    starts = [max(0, min(at - lead, total - words)) for at in places[:200]]
    return max(starts, key=lambda start: (shown(start), -start))


def _pieces(
    text: str, begin: int, tokens: Sequence[re.Match[str]], first: int, hits: dict[int, int]
) -> Iterator[Piece]:
    at = 0
    for number, token in enumerate(tokens, start=first):
        if number in hits:
            start, end = token.start() - begin, token.end() - begin
            if start > at:
                yield Piece(text[at:start], found=False)
            yield Piece(text[start:end], found=True)
            at = end
    if at < len(text):
        yield Piece(text[at:], found=False)
