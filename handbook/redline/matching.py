"""Which things of one row stand in another too, in the same order: the same ones, then similar ones. Effort is bounded."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TypeVar

# How many pairs of equal things are looked at before rare things have to divide the rows, and how many similar ones.
MOST_PAIRS = 20_000
MOST_SIMILAR = 40_000

T = TypeVar("T")
Pairs = list[tuple[int, int]]


def ends_alike(old: Sequence[T], new: Sequence[T]) -> tuple[int, int]:
    """How many things are equal from the beginning on, and how many of the others from the end on."""
    most = min(len(old), len(new))
    start = 0
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def matches(old: Sequence[str], new: Sequence[str]) -> Pairs:
    """Places of equal things, increasing in both rows. Long rows that have nothing rare in common are left unmatched."""
    found: Pairs = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        i, j, k, m = waiting.pop()
        while i < j and k < m and old[i] == new[k]:
            found.append((i, k))
            i, k = i + 1, k + 1
        while i < j and k < m and old[j - 1] == new[m - 1]:
            j, m = j - 1, m - 1
            found.append((j, m))
        if i == j or k == m:
            continue
        counts = Counter(new[k:m])
        if sum(counts[thing] for thing in old[i:j]) <= MOST_PAIRS:
            matcher = SequenceMatcher(None, old[i:j], new[k:m], autojunk=False)
            found += [
                (i + a + step, k + b + step)
                for a, b, size in matcher.get_matching_blocks()
                for step in range(size)
            ]
            continue
        anchors = _rare(old, new, (i, j, k, m))
        found += anchors
        edges = [(i - 1, k - 1), *anchors, (j, m)]
        if anchors:
            waiting += [(a + 1, c, b + 1, d) for (a, b), (c, d) in pairwise(edges)]
    return sorted(found)


def _rare(old: Sequence[str], new: Sequence[str], window: tuple[int, int, int, int]) -> Pairs:
    """The longest row of things that stand once in each, as in patience diff."""
    i, j, k, m = window
    old_counts, new_counts = Counter(old[i:j]), Counter(new[k:m])
    places = {new[at]: at for at in range(k, m) if new_counts[new[at]] == 1}
    common = [(at, places[old[at]]) for at in range(i, j) if old_counts[old[at]] == 1 and old[at] in places]
    ends: list[int] = []  # the smallest end of an increasing row of each length
    rows: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(common):
        length = bisect_left(ends, place)
        before.append(rows[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        rows[length : length + 1] = [number]
    chain = []
    at = rows[-1] if rows else -1
    while at >= 0:
        chain.append(common[at])
        at = before[at]
    return chain[::-1]


def similar(old: Sequence[T], new: Sequence[T], score: Callable[[T, T], float]) -> Pairs:
    """The pairs, increasing in both rows, whose scores add up to the most; a score of 0 is no pair."""
    pieces = -(-len(old) * len(new) // MOST_SIMILAR) or 1
    found: Pairs = []
    for piece in range(pieces):
        i, j = (len(old) * edge // pieces for edge in (piece, piece + 1))
        k, m = (len(new) * edge // pieces for edge in (piece, piece + 1))
        found += [(i + a, k + b) for a, b in _best(old[i:j], new[k:m], score)]
    return found


def _best(old: Sequence[T], new: Sequence[T], score: Callable[[T, T], float]) -> Pairs:
    scores = [[score(one, other) for other in new] for one in old]
    # best[i][j] is what the things from i and from j on can add up to
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if scores[i][j]:
                best[i][j] = max(best[i][j], best[i + 1][j + 1] + scores[i][j])
    pairs: Pairs = []
    i = j = 0
    while i < len(old) and j < len(new):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs
