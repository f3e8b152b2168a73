"""What is known of a search while it is counted: a token that the page of results hands out, and whose names are left out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core import signing
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import get_random_string

from events.models import EventSpeaker
from portal.members.models import Membership, User
from search.rules.counting import Names, names_of, week_of
from search.rules.queries import LONGEST_QUERY

SALT = "search.counting"
HOLDS_FOR = timedelta(hours=1)
LONGEST_TOKEN = 2500  # characters: a query may have signs of many bytes
NAMES_KEY = "search.names"
SECONDS = 60


@dataclass(frozen=True)
class Asked:
    """A search that can be counted: what was typed, whether anything was found, and in which week."""

    text: str
    found: bool
    week: date


def token_for(query: str, found: bool, now: datetime) -> str:  # noqa: FBT001 - the two facts of a search, in order
    """What a page of results has for its script to send back, so that only searches that were made are counted.

    It names nobody, and no two are the same.
    """
    told = [query[:LONGEST_QUERY], int(bool(found)), int(now.timestamp()), get_random_string(8)]
    return signing.dumps(told, salt=SALT)


def read_token(token: str, now: datetime) -> Asked | None:
    """What a token says; None if it is none of ours, or older than an hour."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        text, found, seconds, _ = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    at = datetime.fromtimestamp(seconds, UTC)
    if not at - timedelta(seconds=1) <= now < at + HOLDS_FOR:
        return None
    return Asked(text, bool(found), week_of(timezone.localdate(at)))


def names() -> Names:
    """The names of everybody with an account, a membership or a part in an event. Kept for a minute."""
    found = cache.get(NAMES_KEY)
    if found is None:
        found = names_of([*_first_and_last(User), *_first_and_last(Membership), *_speakers()])
        cache.set(NAMES_KEY, found, SECONDS)
    return found


def _first_and_last(model: Any) -> list[tuple[str, str]]:
    return list(model.objects.exclude(last_name="").values_list("first_name", "last_name"))


def _speakers() -> list[tuple[str, str]]:
    names = (name.rpartition(" ") for name in EventSpeaker.objects.values_list("name", flat=True))
    return [(first, last) for first, _, last in names]
