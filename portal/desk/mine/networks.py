"""What a person's networks are working on, and what they asked advisers."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from portal.desk.cards.base import SHOWN, Card, Line
from portal.enquiries.models import Enquiry
from portal.members.models import Appointment, User
from portal.toolkits.reading import Progress, checklists_of

NOTHING_BEGUN = "Your network has begun no checklist. Each toolkit has one to work through together."
NO_NETWORK = (
    "The portal does not know of a network that you work for today. Once you do, its checklists are here."
)


def checklists(user: User, now: datetime) -> Iterator[Card]:
    """The checklists of the networks that the person works for, those with something for them first."""
    found = sorted(checklists_of(user, now), key=lambda one: not one.mine)
    today = timezone.localdate(now)
    has_network = found or Appointment.objects.current(today).confirmed().filter(user=user).exists()
    yield Card(
        key="checklists",
        title="Your network’s checklists",
        count=len(found),
        lines=[_line(one) for one in found[:SHOWN]],
        empty=NOTHING_BEGUN if has_network else NO_NETWORK,
        url=reverse("checklists"),
        link="All checklists of your network",
    )


def _line(one: Progress) -> Line:
    note = f"{one.network}: {one.done} of {one.total} done"
    if one.mine:
        note = f"{note}, {one.mine} for you"
    return Line(one.toolkit.title, note, reverse("checklist", kwargs=one.address))


def questions(user: User) -> Iterator[Card]:
    """Questions to advisers that are open, the newest first, if there are any."""
    found = list(
        Enquiry.objects.readable()
        .going_on()
        .filter(user=user)
        .select_related("topic")
        .order_by("-asked_at", "-pk")
    )
    if found:
        yield Card(
            key="questions",
            title="Your questions to advisers",
            count=len(found),
            lines=[
                Line(
                    one.subject or one.topic.name,
                    one.get_state_display(),
                    reverse("advice_question", args=[one.key]),
                )
                for one in found[:SHOWN]
            ],
            empty="",
            url=reverse("advice_mine"),
            link="All your questions",
        )
