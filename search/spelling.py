"""What somebody may have meant who misspelt a word. Knows the words of public entries only."""

from collections.abc import Sequence
from dataclasses import replace
from math import log10

from django.core.cache import cache
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.engines import Search, database
from search.keys import VISITOR
from search.models import Word
from search.rules.queries import LONGEST_QUERY, STOP_WORDS, WORD, folded
from search.searching import read

WORDS_KEY = "search.words"
SECONDS = 600
MOST_CANDIDATES = 20
SHORTEST = 4
# How much nearer a word has to be to make up for standing in ten times fewer entries.
STEPS_FOR_TEN = 0.75


def suggestion(text: str, search: Search) -> str:
    """The query with its misspelt words put right; empty if there is nothing to put right, or nothing public would be found."""
    words = _words()
    corrected = WORD.sub(lambda match: _corrected(match[0], words), text[:LONGEST_QUERY])
    if corrected == text[:LONGEST_QUERY]:
        return ""
    # A word may have been public when it was counted, and be so no longer.
    found = database.find(replace(search, query=read(corrected), keys=VISITOR, chosen={}, first=0, most=1))
    return corrected if found.hits else ""


def _corrected(typed: str, words: dict[str, int]) -> str:
    word = folded(typed)
    if len(word) < SHORTEST or word in words or word in STOP_WORDS or word.isdecimal():
        return typed
    distance = 1 if len(word) < 6 else 2
    near = process.extract(
        word, words.keys(), scorer=OSA.distance, score_cutoff=distance, limit=MOST_CANDIDATES
    )
    return _best(near, words) or typed


def _best(near: Sequence[tuple[str, float, object]], words: dict[str, int]) -> str:
    best = max(near, key=lambda one: log10(words[one[0]]) * STEPS_FOR_TEN - one[1], default=None)
    return best[0] if best else ""


def _words() -> dict[str, int]:
    found = cache.get(WORDS_KEY)
    if found is None:
        found = dict(Word.objects.values_list("word", "entries"))
        cache.set(WORDS_KEY, found, SECONDS)
    return found
