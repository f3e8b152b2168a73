"""What may be done with an enquiry in which state, and whether its promise is broken."""

from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from portal.enquiries.models import Enquiry, State
from portal.enquiries.models.enquiries import GOING_ON
from portal.enquiries.rules.days import is_working_day, working_day_before

# What nobody went on with is closed by itself: an answer that pleased, or a question back that was never answered.
QUIET = timedelta(days=30)
MOST_IN_A_DAY = 5
MOST_MESSAGES = 100


def is_overdue(enquiry: Enquiry, today: date) -> bool:
    """Whether an adviser owes an answer whose promised day is over."""
    return enquiry.state == State.OPEN and enquiry.promised_on is not None and enquiry.promised_on < today


def is_late(enquiry: Enquiry, now: datetime) -> bool:
    """Whether an answer at `now` comes after the promised day. While we wait for who asked, nothing is late."""
    if enquiry.promised_on is None or enquiry.state == State.ASKED_BACK:
        return False
    return enquiry.promised_on < localdate(now)


def refusal_to_confirm(enquiry: Enquiry) -> str | None:
    if enquiry.state == State.HELD:
        return "Somebody here looks at this question first. You need not do anything."
    return None if enquiry.state == State.UNCONFIRMED else "This question has been sent already."


def refusal_to_reply(enquiry: Enquiry, messages: int) -> str | None:
    """Why the person who asked cannot write more, worded for them."""
    if enquiry.state == State.CLOSED:
        return "This question is closed. Ask a new one, and name the reference if it is about the same."
    if enquiry.state not in GOING_ON:
        return "Confirm your e-mail address first."
    return None if messages < MOST_MESSAGES else "This question has become too long. Ask a new one."


def refusal_to_answer(enquiry: Enquiry) -> str | None:
    """Why an adviser cannot answer or ask back, worded for them."""
    if enquiry.state not in GOING_ON:
        return (
            "It is closed. Open it again first."
            if enquiry.state == State.CLOSED
            else "It has not been opened."
        )
    return None if enquiry.email else "There is no address to answer to: whoever asked has been forgotten."


def refusal_to_close(enquiry: Enquiry) -> str | None:
    return None if enquiry.state in GOING_ON else "It is not open."


def refusal_to_reopen(enquiry: Enquiry) -> str | None:
    if enquiry.emptied_at:
        return "Its words have been deleted."
    return None if enquiry.state == State.CLOSED else "Only what was closed can be opened again."


def refusal_to_release(enquiry: Enquiry) -> str | None:
    return None if enquiry.state == State.HELD else "It does not wait among what looks like spam."


def reminder_due(promised: date, today: date) -> str:
    """Of what advisers are reminded today: `near` from the working day before the promised one, `passed` after it.

    Empty if of nothing. On days on which nobody works nobody is reminded.
    """
    if not is_working_day(today):
        return ""
    if today > promised:
        return "passed"
    return "near" if today >= working_day_before(promised) else ""
