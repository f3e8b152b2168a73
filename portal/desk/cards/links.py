"""A card about links that lead nowhere."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from portal.desk.cards.base import SHOWN, Card, Line
from portal.links.admin import SEE
from portal.links.models import Link, by_urgency
from portal.links.rules import A_PAGE_THAT_IS_GONE
from portal.members.models import User


def broken(user: User, now: datetime) -> Iterator[Card]:
    """Links to mend, with what was found and where they stand. Three queries."""
    if not user.has_perm(SEE):
        return
    found = by_urgency(Link.objects.to_mend(timezone.localdate(now)))
    yield Card(
        key="links",
        title="Broken links",
        count=found.count(),
        lines=[_line(link) for link in found.prefetch_related("uses")[:SHOWN]],
        empty="Every link that has been looked at leads somewhere.",
        url=reverse("links:report"),
        link="All links",
    )


def _line(link: Link) -> Line:
    uses = list(link.uses.all())
    where = f"In “{uses[0].title}”" if uses else "Nowhere any more"
    if len(uses) > 1:
        where = f"{where} and {len(uses) - 1} more"
    text = "A page that was deleted" if link.address == A_PAGE_THAT_IS_GONE else link.address
    return Line(text, f"{link.found} {where}.", reverse("links:one", args=[link.pk]))
