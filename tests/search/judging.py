"""How well search ranks: nDCG@10 over the judged queries of `judgements.json`, on the demonstration.

`README.md` beside it says how they were judged. What we find as one thing has the best of the grades that were given to its
parts: the recordings of an event, and a topic with its first post.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from math import log2
from pathlib import Path
from typing import Any

from forum.models import Post, Topic
from search import searching
from search.keys import Keys
from search.models import Entry

DEPTH = 10
FILE = Path(__file__).with_name("judgements.json")
# What the judgements call their pages, where we have another name.
KINDS = {"listing": "page", "event-index": "page", "case-study-index": "page"}
NOT_FOUND = {"home"}
# What came to the demonstration after the judgements were made: nobody has judged it, so it counts neither for nor against.
NOT_JUDGED = {
    "audience",
    "blog-post",
    "briefing",
    "calculator",
    "download",
    "fill-in",
    "resources",
    "terms",
    "timeline",
}
# The same of kinds that were there already.
NEWER = {
    "About and contact",
    "Accessibility statement",
    "Ask an adviser",
    "Clinical director time log, version 2",
    "Coaching for clinical directors",
    "Data sharing agreement for member practices, version 2.0",
    "Declaration of interests, version 1.0",
    "Downloads",
    "How we keep your questions",
    "Learning and development",
    "Negotiating with a trust: a masterclass",
    "Networks explained",
    "Privacy",
    "Video: A hub for respiratory infections",
    "Video: Vaccinating 9,000 people on four Saturdays",
    "Video: When the staff are ill too",
    "Your practice and its network: a leaflet, version 1.1",
}
# What the field calls the same, as editors would enter it.
SYNONYMS = (
    "PCN, primary care network",
    "CD, clinical director",
    "ARRS, additional roles reimbursement scheme, additional roles",
    "DES, directed enhanced service",
    "LMC, local medical committee",
    "ICS, integrated care system",
    "ICB, integrated care board",
    "MDT, multidisciplinary team, multi-disciplinary team",
    "GP, general practitioner",
    "IIF, investment and impact fund",
    "DPIA, data protection impact assessment",
    "FCP, first contact practitioner, first contact physiotherapist",
    "NI, national insurance",
    "physio, physiotherapist",
    "chemist, pharmacy",
)
INLINE = re.compile(r"</?(?:a|em|strong|s|code)\b[^>]*>")
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Judged:
    """A query by one reader, and what is relevant: sources with their grades."""

    query: str
    reader: str
    grades: Mapping[str, int]


def read() -> list[Judged]:
    """The judged queries, for each reader. Raises KeyError when something relevant is not among the entries."""
    names = {**_entries(), **_posts()}
    return [
        Judged(row["query"], reader, _grades(row["relevant"], names))
        for row in json.loads(FILE.read_text(encoding="utf-8"))
        for reader in (("visitor", "member") if row["reader"] == "anyone" else (row["reader"],))
    ]


def halves(judged: Sequence[Judged]) -> tuple[list[Judged], list[Judged]]:
    """The queries in two halves: constants are chosen on the first, and the second says whether that was more than luck."""
    order = list(dict.fromkeys(one.query for one in judged))
    return (
        [one for one in judged if order.index(one.query) % 2 == 0],
        [one for one in judged if order.index(one.query) % 2 == 1],
    )


def measure(judged: Sequence[Judged], keys: Mapping[str, Keys], now: datetime) -> float:
    """The mean of nDCG@10 over some queries, as search answers them."""
    scores = [ndcg(ranking(one, keys, now), one.grades) for one in judged]
    return sum(scores) / len(scores)


def ranking(one: Judged, keys: Mapping[str, Keys], now: datetime) -> list[str]:
    """What its reader finds, the best first."""
    answer = searching.find(searching.asked(one.query, keys[one.reader], now, most=3 * DEPTH))
    found = answer.found.hits
    return [hit.source for hit in found if hit.kind not in NOT_JUDGED and hit.title not in NEWER][:DEPTH]


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """1 for the best order there can be, 0 for nothing that is relevant. Where nothing is, whatever is found is wrong."""
    if not grades:
        return 0.0 if found else 1.0
    best = _gain(sorted(grades.values(), reverse=True)[:DEPTH])
    return _gain([grades.get(source, 0) for source in found[:DEPTH]]) / best


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


def _grades(
    relevant: Sequence[Mapping[str, Any]], names: Mapping[tuple[str, str, str], str]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in relevant:
        kind = KINDS.get(item["kind"], item["kind"])
        if kind in NOT_FOUND:
            continue
        title, place = item["title"], item.get("in", "")
        if kind == "recording":
            title = f"Recordings of {place}"
        source = names[kind, title, place if kind in {"section", "topic", "post"} else ""]
        found[source] = max(item["grade"], found.get(source, 0))
    return found


def _entries() -> dict[tuple[str, str, str], str]:
    """The sources of entries by kind, title and what they are in. Of sections those of the latest edition."""
    found = {}
    for entry in Entry.objects.exclude(kind="post").filter(superseded_on=None).defer("body"):
        title, place = entry.title, ""
        if entry.kind == "section":
            title, place = title.partition(" ")[2], entry.trail.split(" › ")[0]
        if entry.kind == "topic":
            place = entry.trail.split(" › ")[-1]
        found[entry.kind, title, place] = entry.source
    return found


def _posts() -> dict[tuple[str, str, str], str]:
    """The sources of posts, by the head of their text and their topic. A first post is found with its topic."""
    first = dict(Topic.objects.values_list("first_post", "pk"))
    return {
        ("post", _head(post), post.topic.subject): (
            f"topic:{first[post.pk]}" if post.pk in first else f"post:{post.pk}"
        )
        for post in Post.objects.select_related("topic")
    }


def _head(post: Post) -> str:
    text = unescape(TAG.sub(" ", INLINE.sub("", str(post.content.rendered))))
    return " ".join(text.split())[:60]
