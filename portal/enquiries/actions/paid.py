"""Advice that was paid for: it goes to the advisers at once, and ends if it is taken back. What is sold, and for how much, is known above."""

from datetime import datetime

from django.db import transaction

from portal.enquiries.actions import telling
from portal.enquiries.actions.answering import end, locked
from portal.enquiries.actions.asking import make_reference
from portal.enquiries.models import AdviceTopic, Enquiry, Message, MessageKind, State
from portal.enquiries.rules.days import promised_on
from portal.enquiries.rules.standing import refusal_to_close
from portal.members.models import User

LONGEST_SUBJECT = Enquiry._meta.get_field("subject").max_length


@transaction.atomic
def open_paid(
    *, topic: AdviceTopic, what: str, order: str, name: str, email: str, user: User | None, now: datetime
) -> Enquiry:
    """Opens what somebody has paid for, and tells both sides. `order` is the reference by which they know the order.

    Nothing waits: the address was confirmed when it was ordered, and nobody pays to send spam. Each call opens one, so whoever calls
    keeps it beside what was paid, under a lock of theirs.
    """
    enquiry = Enquiry.objects.create(
        reference=make_reference(),
        state=State.OPEN,
        topic=topic,
        user=user,
        name=name,
        email=email.lower(),
        subject=what[:LONGEST_SUBJECT],
        asked_at=now,
        confirmed_at=now,
        opened_at=now,
        promised_on=promised_on(now, topic.answer_days),
        changed_at=now,
    )
    text = f"Ordered: {what}. The reference of the order is {order}."
    Message.objects.create(enquiry=enquiry, kind=MessageKind.ORDER, text=text, at=now)
    telling.tell_of_paid(enquiry)
    telling.tell_advisers_of_new(enquiry)
    return enquiry


@transaction.atomic
def withdraw(*, enquiry: Enquiry, now: datetime) -> None:
    """Closes what was taken back out of its order, and tells the adviser. What is closed stays as it is."""
    found = locked(enquiry)
    if refusal_to_close(found):
        return
    text = "This was taken back out of the order, so it has ended."
    Message.objects.create(enquiry=found, kind=MessageKind.ORDER, text=text, at=now)
    end(found, now)
    telling.tell_advisers_of_withdrawal(found)
