"""Which new file is an old one under another name: git's own rule, so that an import says the same as git's list of changes."""

import re
from collections import Counter
from posixpath import basename

LOWEST = 0.5
LOWEST_SAME_NAME = 0.75  # for a first look at files that are the only ones of their name
CHUNK = 64
CANDIDATES = 4  # how many likely old files git keeps in view for each new one
MOST_COMPARISONS = 1000 * 1000

Chunks = Counter[bytes]


def pair_renames(gone: dict[str, bytes], new: dict[str, bytes]) -> dict[str, str]:
    """Return, for each path in `new` that is a file renamed, the path in `gone` that it had before.

    First come files with the same content, then files that are the only ones of their name and at least 75% alike, then the
    rest in the order of their likeness, down to 50%. Each old file is used once.
    """
    pairs = _exact(gone, new)
    gone = {path: gone[path] for path in sorted(gone) if path not in pairs.values()}
    new = {path: new[path] for path in sorted(new) if path not in pairs}
    chunks: dict[bytes, Chunks] = {text: _chunks(text) for text in [*gone.values(), *new.values()]}

    def likeness(old_path: str, new_path: str, lowest: float) -> float:
        return _likeness(gone[old_path], new[new_path], chunks, lowest)

    for old_path, new_path in _only_ones_of_their_name(gone, new):
        if likeness(old_path, new_path, LOWEST_SAME_NAME) >= LOWEST_SAME_NAME:
            pairs[new_path] = old_path
    old_paths = [path for path in gone if path not in pairs.values()]
    new_paths = [path for path in new if path not in pairs]
    if len(old_paths) * len(new_paths) > MOST_COMPARISONS:
        return pairs
    found: list[tuple[float, bool, str, str]] = []
    for new_path in new_paths:
        scores = [
            (likeness(old, new_path, LOWEST), _same_name(old, new_path), old, new_path) for old in old_paths
        ]
        found += _best(scores)
    for score, _, old_path, new_path in sorted(found, key=lambda pair: pair[:2], reverse=True):
        if score >= LOWEST and new_path not in pairs and old_path not in pairs.values():
            pairs[new_path] = old_path
    return pairs


def _exact(gone: dict[str, bytes], new: dict[str, bytes]) -> dict[str, str]:
    paths: dict[bytes, list[str]] = {}
    for path in sorted(gone):
        paths.setdefault(gone[path], []).append(path)
    pairs: dict[str, str] = {}
    for new_path in sorted(new):
        same = paths.get(new[new_path])
        if same:
            old_path = next((path for path in same if _same_name(path, new_path)), same[0])
            same.remove(old_path)
            pairs[new_path] = old_path
    return pairs


def _only_ones_of_their_name(gone: dict[str, bytes], new: dict[str, bytes]) -> list[tuple[str, str]]:
    old_names = Counter(map(basename, gone))
    new_names = Counter(map(basename, new))
    places = {basename(path): path for path in new}
    return [
        (path, places[basename(path)])
        for path in gone
        if old_names[basename(path)] == 1 and new_names[basename(path)] == 1
    ]


def _best(scores: list[tuple[float, bool, str, str]]) -> list[tuple[float, bool, str, str]]:
    """The candidates that git keeps for one new file, in the order in which it keeps them: which of two equals wins hangs on it."""
    kept = scores[:CANDIDATES]
    for score in scores[CANDIDATES:]:
        worst = min(range(CANDIDATES), key=lambda at: kept[at][:2])
        if score[:2] > kept[worst][:2]:
            kept[worst] = score
    return kept


def _same_name(one: str, other: str) -> bool:
    return basename(one) == basename(other)


def _chunks(text: bytes) -> Chunks:
    """How many bytes of `text` are in each line, or in each piece of a long line."""
    counts: Chunks = Counter()
    for line in re.findall(rb"[^\n]*\n|[^\n]+", text.replace(b"\r\n", b"\n")):
        for start in range(0, len(line), CHUNK):
            piece = line[start : start + CHUNK]
            counts[piece] += len(piece)
    return counts


def _likeness(old: bytes, new: bytes, chunks: dict[bytes, Chunks], lowest: float) -> float:
    """The part of the larger file that is in both."""
    larger, smaller = max(len(old), len(new)), min(len(old), len(new))
    if larger * (1 - lowest) < larger - smaller:
        return 0.0
    return (chunks[old] & chunks[new]).total() / larger
