"""Gives the demo's editors something to do: pages that nobody has read again for long, and whose they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wagtail.models import Page

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


def load_board(*, people: dict[str, User], now: datetime) -> None:
    """Gives those pages their owners, and their age. A page that has an owner already stays as it is."""
    for old in PAGES:
        Page.objects.filter(slug=old.slug, owner=None).update(
            owner=people[old.owner], last_published_at=now - timedelta(days=old.days_ago)
        )
