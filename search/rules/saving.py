"""Which searches can be saved, and up to which moment their people are told what is new."""

from datetime import datetime

from portal.members.rules import SETTLING
from search.models.saved import LONGEST_CHOSEN, LONGEST_TEXT
from search.rules.queries import Query

MOST_SAVED = 20


def refusal_to_save(text: str, chosen: str, query: Query, saved: int) -> str | None:
    """Why somebody who has `saved` searches cannot save this one; `None` if they can. `query` is `text` as it was read."""
    if not (query.asks_for_something or query.kinds or query.places):
        return "Type what to search for, then save the search."
    if len(text) > LONGEST_TEXT:
        return f"A search that is saved can have at most {LONGEST_TEXT} characters. Shorten it and try again."
    if len(chosen) > LONGEST_CHOSEN:
        return "You have chosen more than can be saved. Take away some filters and try again."
    if saved >= MOST_SAVED:
        return f"You cannot save more than {MOST_SAVED} searches. Delete one of them, then save this one."
    return None


def told_up_to(now: datetime) -> datetime:
    """Up to which moment people are told at `now`: what was indexed by then is committed, and the words of files have been read."""
    return now - SETTLING
