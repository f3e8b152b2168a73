"""Lets go of people and words in questions: at the end of their time, or when somebody wants to be forgotten. What is counted stays."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.enquiries.models import Enquiry, Message, State
from portal.enquiries.models.enquiries import GOING_ON, NOT_OPENED
from portal.members.personal import Person

NOBODY = {"user": None, "name": "", "email": "", "works_at": "", "subject": "", "digest": "", "signs": []}


def never_confirmed(before: datetime) -> QuerySet[Enquiry]:
    """Questions asked by then whose address nobody confirmed."""
    return Enquiry.objects.filter(state=State.UNCONFIRMED, asked_at__lte=before)


def never_released(before: datetime) -> QuerySet[Enquiry]:
    """Questions asked by then that look like spam, and that nobody released."""
    return Enquiry.objects.filter(state=State.HELD, asked_at__lte=before)


def closed(before: datetime) -> QuerySet[Enquiry]:
    """Questions closed by then that still have their words."""
    return Enquiry.objects.filter(state=State.CLOSED, closed_at__lte=before, emptied_at=None)


@transaction.atomic
def empty(enquiries: QuerySet[Enquiry]) -> None:
    """Deletes all words and whom they came from; month, topic and how long the answer took stay. Only of what is over."""
    for found in list(enquiries.select_for_update().order_by("pk")):
        Message.objects.filter(enquiry=found).delete()
        Enquiry.objects.filter(pk=found.pk).update(
            **NOBODY, key=uuid4(), form_key=None, emptied_at=found.closed_at
        )


def forget(person: Person) -> None:
    """Lets go of who asked. What was going on is closed with it; what was never opened is deleted."""
    theirs = Enquiry.objects.filter(Q(user=person.user) | Q(email__in=person.addresses))
    theirs.filter(state__in=NOT_OPENED).delete()
    theirs.filter(state__in=GOING_ON).update(state=State.CLOSED, closed_at=person.now, changed_at=person.now)
    empty(theirs.filter(state=State.CLOSED))
