"""Who gets a certificate of attendance, what it says, and the code by which anybody can check it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from events.models import Arrangements, Certificate, EventPage, PlaceState
from events.rules.ordering import ALPHABET
from events.rules.times import day, days, lasting

# So long after the end they are given, such as to people in a late report.
GIVEN_FOR = timedelta(days=365)
LENGTH, GROUP = 12, 4
MOST_CHECKS = 20
CHECKS_COUNT_FOR = timedelta(minutes=10)


def refusal_to_give(
    event: EventPage,
    arrangements: Arrangements,
    state: str,
    now: datetime,
    *,
    was_there: bool,
    has_answered: bool,
) -> str | None:
    """Why whoever has a place in that state gets no certificate now; `None` if they get one."""
    if state != PlaceState.CONFIRMED or event.cancelled_at is not None or not arrangements.gives_certificates:
        return "There is no certificate for this place."
    if event.starts_at is None or event.ends_at is None:
        return "There are no certificates for what has no date."
    if now < event.ends_at:
        return "Certificates are given once the event is over."
    if now >= event.ends_at + GIVEN_FOR:
        return "Certificates of this event are no longer given."
    if not was_there:
        return "We do not know yet that you were there. If you were, write to the organisers."
    if arrangements.needs_feedback and not has_answered:
        return "You get the certificate once you have filled in the feedback form."
    return None


def code_from(numbers: Iterable[int]) -> str:
    """The code that random numbers make: “BCDF-GHJK-MNPQ”. There are too many to guess one."""
    letters = "".join(ALPHABET[number % len(ALPHABET)] for number in numbers)[:LENGTH]
    return "-".join(letters[begin : begin + GROUP] for begin in range(0, LENGTH, GROUP))


def code_as_typed(typed: str) -> str:
    """The code that somebody means, with its dashes; empty if it can be none."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return ""
    return "-".join(letters[begin : begin + GROUP] for begin in range(0, LENGTH, GROUP))


def counts(certificate: Certificate, state: str) -> bool:
    """Whether a certificate certifies anything: it was not withdrawn, its place was not taken back, nor its person forgotten."""
    return certificate.withdrawn_at is None and state == PlaceState.CONFIRMED and bool(certificate.name)


def when(certificate: Certificate) -> str:
    """“Thursday 12 March 2026”; “Thursday 12 March 2026 to Friday 13 March 2026”."""
    first, last = days(certificate.starts_at, certificate.ends_at)
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def cpd(certificate: Certificate) -> str:
    """“2 hours and 30 minutes”; empty if nobody said."""
    return lasting(certificate.cpd_minutes)
