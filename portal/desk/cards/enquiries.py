"""Cards about questions to advisers: what waits for an answer, and what looks like spam."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from portal.desk.cards.base import SHOWN, Card, Line
from portal.enquiries.models import Enquiry, State
from portal.enquiries.people import may_enter
from portal.enquiries.rules.standing import is_overdue
from portal.members.models import User


def waiting(user: User, now: datetime) -> Iterator[Card]:
    """The questions that wait for an answer of somebody like the reader, the one that is due first on top; and likely spam."""
    if not may_enter(user):
        return
    visible, today = Enquiry.objects.visible_to(user).distinct(), timezone.localdate(now)
    found = list(
        visible.filter(state=State.OPEN).select_related("topic", "adviser").order_by("promised_on", "pk")
    )
    yield Card(
        key="questions",
        title="Questions that wait for an answer",
        count=len(found),
        lines=[
            Line(
                one.subject or one.topic.name,
                f"{one.topic}, {'late since' if is_overdue(one, today) else 'answer by'} {one.promised_on:%-d %B %Y}. "
                f"{one.adviser or 'Nobody has taken it yet'}.",
                reverse("enquiries:enquiry", args=[one.pk]),
            )
            for one in found[:SHOWN]
        ],
        empty="Every question has been answered.",
        url=reverse("enquiries:index"),
        link="All questions to advisers",
    )
    held = visible.held().count()
    yield Card(
        key="spam",
        title="Questions that look like spam",
        count=held,
        lines=[Line("Look at them", "", reverse("enquiries:held"))] if held else [],
        empty="Nothing looks like spam.",
    )
