"""Gives the demo's editors something to do: pages that nobody has read again for long, and a link that leads nowhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from wagtail.models import Page

from portal.links.actions.gathering import gather_all
from portal.links.models import Link, State
from portal.members.models import User


@dataclass(frozen=True)
class Old:
    """A page, whose it is, and when it was last published."""

    slug: str
    owner: str
    days_ago: int


PAGES = (
    Old("first-100-days-as-clinical-director", "Editor", 430),
    Old("small-grants-and-link-workers", "Editor", 391),
    Old("running-a-network-meeting", "Publisher", 512),
    Old("network-meetings-and-decisions", "Publisher", 12),
    Old("what-a-primary-care-network-is", "Editor", 30),
)


# In a domain that stands for nothing, so that what the demo says of it is true.
NOWHERE = "harbour-and-heath-pcn.example"


def load_board(*, people: dict[str, User], now: datetime) -> None:
    """Gives those pages their owners and their age, and notes that a link has failed. What is there already stays as it is."""
    for old in PAGES:
        Page.objects.filter(slug=old.slug, owner=None).update(
            owner=people[old.owner], last_published_at=now - timedelta(days=old.days_ago)
        )
    gather_all(now)
    Link.objects.filter(host=NOWHERE, state=State.NEW).update(
        state=State.BROKEN,
        found="There is no server of this name.",
        failures=3,
        failed_on=timezone.localdate(now),
        checked_at=now,
        next_check_at=now + timedelta(days=3),
    )
