"""Keeps the table of links as the places are that they stand in."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Page

from portal.links.gathering import Place, gatherers, left_out
from portal.links.models import Link, Use
from portal.links.pages import place_of
from portal.links.rules import host_of


def gather_all(now: datetime | None = None) -> int:
    """Goes through all places; lets go of those that are there no longer. Returns how many links there are. May run twice."""
    now = now or timezone.now()
    for prefix, gather in gatherers().items():
        keys = set()
        for place in gather():
            keys.add(place.key)
            keep(place=place, now=now)
        known = Use.objects.filter(place__startswith=f"{prefix}:").values_list("place", flat=True).distinct()
        for key in set(known) - keys:
            forget_place(key=key)
    # A page that is deleted takes its uses with it, and no link.
    Link.objects.filter(uses=None).delete()
    return Link.objects.count()


def gather_page(*, page_id: int) -> None:
    """Takes in the links of one page as it is published now."""
    page = Page.objects.live().filter(pk=page_id).first()
    if page is None:
        forget_place(key=f"page:{page_id}")
    elif not isinstance(page := page.specific, left_out()):
        keep(place=place_of(page), now=timezone.now())


@transaction.atomic
def keep(*, place: Place, now: datetime) -> None:
    """Makes what is kept of a place agree with what it has."""
    wanted = {link.address: link for link in place.links}
    new = [Link(address=address, host=host_of(address), next_check_at=now) for address in wanted]
    Link.objects.bulk_create(new, ignore_conflicts=True)
    links = {link.address: link.pk for link in Link.objects.filter(address__in=wanted).only("address")}
    uses = [
        Use(
            link_id=links[address],
            place=place.key,
            title=place.title[:300],
            words=found.words,
            page_id=place.page_id,
        )
        for address, found in wanted.items()
    ]
    Use.objects.bulk_create(
        uses,
        update_conflicts=True,
        unique_fields=["link", "place"],
        update_fields=["title", "words", "page"],
    )
    _forget(Use.objects.filter(place=place.key).exclude(link__in=links.values()))


@transaction.atomic
def forget_place(*, key: str) -> None:
    """A place is gone, and with it the links that stood nowhere else."""
    _forget(Use.objects.filter(place=key))


def _forget(uses: QuerySet[Use]) -> None:
    links = list(uses.values_list("link", flat=True))
    uses.delete()
    Link.objects.filter(pk__in=links, uses=None).delete()
