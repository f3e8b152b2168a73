"""What advisers do with a question: answer, ask back, note, hand on, close and open again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal.enquiries.actions import telling
from portal.enquiries.models import Enquiry, Message, MessageKind, State
from portal.enquiries.people import advisers_for
from portal.enquiries.rules.days import promised_on, working_days_between
from portal.enquiries.rules.standing import (
    QUIET,
    is_late,
    refusal_to_answer,
    refusal_to_close,
    refusal_to_reopen,
)
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User


@transaction.atomic
def answer(*, enquiry: Enquiry, text: str, by: User, now: datetime) -> Message:
    """Answers by mail. The first answer settles in how many working days it came, and whether that was late. Raises `RefusedError`."""
    found = locked(enquiry)
    _refuse(refusal_to_answer(found))
    message = Message.objects.create(enquiry=found, kind=MessageKind.ANSWER, text=text, by=by, at=now)
    if found.answered_at is None:
        found.answered_at = now
        found.working_days = working_days_between(found.opened_at, now)
        found.was_late = is_late(found, now)
    found.state = State.ANSWERED
    _settle(found, by, now)
    telling.tell_of_message(found, message)
    _log("advice.answered", found, by, now)
    return message


@transaction.atomic
def ask_back(*, enquiry: Enquiry, text: str, by: User, now: datetime) -> Message:
    """Asks the person something by mail. Until they write, no answer is owed. Raises `RefusedError`."""
    found = locked(enquiry)
    _refuse(refusal_to_answer(found))
    message = Message.objects.create(enquiry=found, kind=MessageKind.ASKS, text=text, by=by, at=now)
    found.state = State.ASKED_BACK
    _settle(found, by, now)
    telling.tell_of_message(found, message)
    _log("advice.asked-back", found, by, now)
    return message


@transaction.atomic
def note(*, enquiry: Enquiry, text: str, by: User, now: datetime) -> Message:
    """Keeps a note among staff. Raises `RefusedError` once the words have been deleted."""
    found = locked(enquiry)
    _refuse("Its words have been deleted." if found.emptied_at else None)
    return Message.objects.create(enquiry=found, kind=MessageKind.NOTE, text=text, by=by, at=now)


@transaction.atomic
def assign(*, enquiry: Enquiry, adviser: User | None, by: User, now: datetime) -> None:
    """Gives the question to an adviser, who is told unless they took it themselves; `None` gives it back to all.

    Raises `RefusedError` if that person may not answer it.
    """
    found = locked(enquiry)
    _refuse(refusal_to_close(found))
    if adviser is not None and not advisers_for(found).filter(pk=adviser.pk).exists():
        raise RefusedError("This person may not answer questions on this topic.")
    if found.adviser_id == (adviser.pk if adviser else None):
        return
    found.adviser, found.changed_at = adviser, now
    found.save(update_fields=["adviser", "changed_at"])
    if adviser is not None and adviser != by:
        telling.tell_of_assignment(found)
    _log("advice.assigned", found, by, now)


@transaction.atomic
def close(*, enquiry: Enquiry, by: User, now: datetime) -> None:
    """Ends it; from now on the time runs after which its words are deleted. Raises `RefusedError`."""
    found = locked(enquiry)
    _refuse(refusal_to_close(found))
    end(found, now)
    _log("advice.closed", found, by, now)


@transaction.atomic
def reopen(*, enquiry: Enquiry, by: User, now: datetime) -> None:
    """Goes on with what was closed: an answer is owed again. Raises `RefusedError`."""
    found = locked(enquiry)
    _refuse(refusal_to_reopen(found))
    found.state, found.closed_at, found.changed_at = State.OPEN, None, now
    found.promised_on = promised_on(now, found.topic.answer_days)
    if found.answered_at is None:
        found.was_late = None
    found.save()
    _log("advice.reopened", found, by, now)


def close_quiet(now: datetime | None = None) -> int:
    """Closes what was answered, or asked back, and with which nobody went on for 30 days. Gives how many. May run twice."""
    now = now or timezone.now()
    quiet = Enquiry.objects.filter(state__in=(State.ANSWERED, State.ASKED_BACK), changed_at__lte=now - QUIET)
    return sum(_close_if_quiet(pk, now) for pk in list(quiet.values_list("pk", flat=True)))


@transaction.atomic
def _close_if_quiet(pk: int, now: datetime) -> bool:
    found = Enquiry.objects.select_for_update().get(pk=pk)
    if found.state not in (State.ANSWERED, State.ASKED_BACK) or found.changed_at > now - QUIET:
        return False
    end(found, now)
    return True


def end(found: Enquiry, now: datetime) -> None:
    """Closes it, whoever wants that. Belongs into the transaction that has locked it."""
    if found.was_late is None:
        found.was_late = is_late(found, now)
    found.state, found.closed_at, found.changed_at = State.CLOSED, now, now
    found.save()


def locked(enquiry: Enquiry) -> Enquiry:
    """The question as it stands now, for nobody else to change until the transaction ends."""
    return (
        Enquiry.objects.select_for_update(of=("self",)).select_related("topic", "adviser").get(pk=enquiry.pk)
    )


def _settle(found: Enquiry, by: User, now: datetime) -> None:
    """Whoever writes to the person has the question from then on, if nobody had it."""
    found.adviser = found.adviser or by
    found.changed_at = now
    found.save()


def _refuse(refusal: str | None) -> None:
    if refusal:
        raise RefusedError(refusal)


def _log(action: str, found: Enquiry, by: User, now: datetime) -> None:
    audit.record(action, now=now, by=by, subject=f"advice:{found.pk}", subject_name=found.reference)
