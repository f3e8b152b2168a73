"""Why something cannot be posted, or is held before readers see it: worded for the person who writes."""

import re
from dataclasses import dataclass

from forum.markup import MOST_CHARACTERS
from forum.models import HoldReason, Level
from forum.rules.access import Access
from portal.members.rules.patients import looks_like_a_patient

# NUL and halves of characters: databases refuse them.
UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
MOST_IN_SUBJECT = 200
MOST_AN_HOUR = 30


def refusal_to_post(access: Access, *, locked: bool = False) -> str | None:
    """Why somebody with this access cannot post in a list, or in a topic of it; `None` if they can."""
    if access.level < Level.POST:
        return "You cannot post in this list now."
    if locked and not access.may_manage:
        return "This topic is locked. You can start a new one."
    return None


def refusal_of_rate(posted_in_the_last_hour: int) -> str | None:
    """Why somebody has to wait before they post again; `None` if they need not."""
    if posted_in_the_last_hour >= MOST_AN_HOUR:
        return f"You have posted {posted_in_the_last_hour} times in an hour. Wait a while, then post again."
    return None


def refusal_of_subject(subject: str) -> str | None:
    """Why this cannot be the subject of a topic; `None` if it can."""
    if not subject.strip():
        return "Write a subject."
    if len(subject) > MOST_IN_SUBJECT:
        return f"The subject is too long: {MOST_IN_SUBJECT} characters is the most."
    if not can_be_kept(subject):
        return "The subject has a character that cannot be kept. Write it again."
    return None


def for_topic(words: str) -> str:
    """The words of a mail's subject as that of a topic: something, and not too much."""
    words = UNKEEPABLE.sub("", words).strip() or "No subject"
    return words if len(words) <= MOST_IN_SUBJECT else words[: MOST_IN_SUBJECT - 1].rstrip() + "…"


def refusal_of_text(text: str) -> str | None:
    """Why this cannot be a post; `None` if it can."""
    if not text.strip():
        return "Write something."
    if len(text) > MOST_CHARACTERS:
        return f"The post is too long: {MOST_CHARACTERS:,} characters is the most, and it has {len(text):,}."
    if not can_be_kept(text):
        return "The post has a character that cannot be kept. Write it again."
    return None


def can_be_kept(text: str) -> bool:
    """Whether the database takes all characters of a text."""
    return not UNKEEPABLE.search(text)


@dataclass(frozen=True)
class ToBeHeld:
    """Why a post is held before readers see it, and the words that tell its author."""

    because: HoldReason
    note: str = ""


def to_be_held(access: Access, text: str, *, seen_posts: int, hold_first_posts: int) -> ToBeHeld | None:
    """Why a post with these words is held; `None` if it is not. `seen_posts` are the author's that readers saw so far.

    What looks as if it names a patient is held whoever wrote it.
    """
    signs = looks_like_a_patient(text)
    if signs:
        return ToBeHeld(HoldReason.PATIENT, " ".join(dict.fromkeys(sign.why for sign in signs[:5])))
    if not access.may_manage and seen_posts < hold_first_posts:
        return ToBeHeld(HoldReason.NEWCOMER)
    return None
