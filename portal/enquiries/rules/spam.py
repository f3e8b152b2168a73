"""What of a filled-in form looks like spam, without a puzzle for people: each sign is in words, for staff who look at it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

FASTEST = timedelta(seconds=4)
OLDEST = timedelta(hours=24)
MOST_LINKS = 2
SAME_WORDS_FOR = timedelta(days=30)
LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)


@dataclass(frozen=True)
class Facts:
    """What is known of a question that came: its words, whether the trap was filled in, how often the same words came."""

    text: str
    trapped: bool = False
    same_words: int = 0


def refusal_of_time(made_at: datetime | None, now: datetime) -> str | None:
    """Why a form is not taken at `now` that was made at `made_at`, worded for a person; `None` if it is.

    `None` as moment: the form does not say it in a way that can be believed.
    """
    if made_at is None or now - made_at >= OLDEST:
        return "This page was open for too long. Your words are still here: check them, then send them again."
    if now - made_at < FASTEST:
        return "That was faster than we can take it. Your words are still here: check them, then send them again."
    return None


def signs_of_spam(facts: Facts) -> list[str]:
    """Why a question looks like spam; empty if it does not."""
    found = []
    if facts.trapped:
        found.append("A field was filled in that people do not see.")
    links = len(LINK.findall(facts.text))
    if links > MOST_LINKS:
        found.append(f"It has {links} links.")
    if facts.same_words:
        found.append("The same words came before.")
    return found
