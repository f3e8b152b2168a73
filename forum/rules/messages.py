"""Why an answer to somebody alone cannot be sent: worded for the person who writes it."""

from forum.rules.posting import can_be_kept
from portal.members.rules.patients import looks_like_a_patient

MOST_CHARACTERS = 5_000
MOST_AN_HOUR = 10
MOST_A_DAY = 30


def refusal_of_message(text: str) -> str | None:
    """Why this cannot be sent; `None` if it can. Nobody else looks at it, so what names a patient is refused, not held."""
    if not text.strip():
        return "Write something."
    if len(text) > MOST_CHARACTERS:
        return f"This is too long: {MOST_CHARACTERS:,} characters is the most, and it has {len(text):,}."
    if not can_be_kept(text):
        return "There is a character in it that cannot be kept. Write it again."
    if signs := looks_like_a_patient(text):
        return f"It looks as if this names a patient. Take that out, then send it. {signs[0].why}"
    return None


def refusal_of_messages(last_hour: int, last_day: int) -> str | None:
    """Why somebody who has sent so many has to wait; `None` if they need not."""
    if last_hour >= MOST_AN_HOUR or last_day >= MOST_A_DAY:
        return "You have sent many private answers. Wait a while, then send this one."
    return None


def refusal_of_recipient(*, own: bool, reachable: bool) -> str | None:
    """Why nobody can be written to; `None` if they can."""
    if own:
        return "This is your own post."
    if not reachable:
        return "This person cannot be reached any more."
    return None
