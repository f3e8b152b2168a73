"""Made-up entries for `bench/search.py`: the words of the demonstration's handbook and others, as frequent as words are (Zipf)."""

import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORDS = 150  # of each entry
VOCABULARY = 40_000
BATCH = 5_000
LISTS = 20


def vocabulary() -> list[str]:
    """Words, the most frequent first: those of the handbook as frequent as they are there, then made-up ones."""
    counts: dict[str, int] = {}
    for path in sorted((ROOT / "portal" / "demo").rglob("*.md")):
        for word in re.findall(r"[a-z]{2,}", path.read_text(encoding="utf-8").lower()):
            counts[word] = counts.get(word, 0) + 1
    words = sorted(counts, key=lambda word: (-counts[word], word))
    chance = random.Random(7)  # noqa: S311  not a secret
    known = set(words)
    while len(words) < VOCABULARY:
        word = "".join(
            chance.choice("bcdfglmnprstv") + chance.choice("aeiou") for _ in range(chance.randint(2, 4))
        )
        if word not in known:
            known.add(word)
            words.append(word)
    return words


def make_entries(count: int, words: list[str]) -> None:
    from search.models import Entry

    chance = random.Random(11)  # noqa: S311  not a secret
    weights = list(accumulated(1 / rank for rank in range(1, len(words) + 1)))
    rows = (make_entry(number, words, weights, chance) for number in range(count))
    while batch := [row for _, row in zip(range(BATCH), rows, strict=False)]:
        Entry.objects.bulk_create(batch)


def accumulated(values: Iterator[float]) -> Iterator[float]:
    total = 0.0
    for value in values:
        total += value
        yield total


def make_entry(number: int, words: list[str], weights: list[float], chance: random.Random) -> Any:
    from django.utils import timezone

    from search.models import Entry
    from search.sources.base import Labels

    text = chance.choices(words, cum_weights=weights, k=WORDS + 20)
    kind = chance.choice(
        ["post"] * 6 + ["topic"] * 2 + ["article", "section", "document", "event", "case-study"]
    )
    place = chance.randrange(LISTS)
    on = date(2026, 11, 1) - timedelta(days=chance.randrange(2_000))
    labels = Labels(kind, place=f"list-{place}" if kind in {"post", "topic"} else "",
                    region=chance.choice(["", "", "london", "midlands", "north-west", "south-east"]), year=on.year)  # fmt: skip
    now = timezone.now()
    return Entry(source=f"made:{number}", access=f"list:{place}" if kind in {"post", "topic"} else "public", kind=kind,
                 day=on.toordinal(), grows_old=kind in {"post", "topic"}, labels=str(labels), url=f"/{number}/",
                 trail="Somewhere", title=" ".join(text[:6]).capitalize(), summary=" ".join(text[6:20]),
                 body=sentences(text[20:]), indexed_at=now, appeared_at=now)  # fmt: skip


def sentences(words: list[str]) -> str:
    return " ".join(" ".join(words[at : at + 12]).capitalize() + "." for at in range(0, len(words), 12))


def make_queries(count: int, words: list[str]) -> list[str]:
    """Words that stand together in an entry, and say something: none that the parser leaves out."""
    from search.models import Entry
    from search.rules.queries import STOP_WORDS

    chance = random.Random(13)  # noqa: S311  not a secret
    meant = [word for word in words[20:6_000] if word not in STOP_WORDS]
    known = set(meant)
    queries = []
    sources = [f"made:{chance.randrange(1_000)}" for _ in range(4 * count)]
    bodies = dict(Entry.objects.filter(source__in=sources).values_list("source", "body"))
    for source in sources:
        there = sorted(
            {word for word in re.findall(r"[a-z]+", bodies.get(source, "").lower()) if word in known}
        )
        if len(there) >= 3 and len(queries) < count:
            queries.append(" ".join(chance.sample(there, 1 + len(queries) % 3)))
    return queries
