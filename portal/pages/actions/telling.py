"""Telling those who follow a list of pages or a kind of event that something new has been published, at once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portal.members import mail
from portal.members.models import Cadence
from portal.pages import news
from portal.pages.models import PageNews

BATCH = 200
# After downtime, what is older than this is in the weekly mail or known already.
LATEST = timedelta(days=7)


def tell_waiting(now: datetime | None = None) -> int:
    """Writes to everybody who wanted to hear at once of a page that has been published for the first time: one mail each.

    It looks for such pages itself, so that none is missed however it came to be published. Safe to run twice and at the same
    time; killed at any moment, the next run goes on where this one was. Returns how many people it has been through.
    """
    now = now or timezone.now()
    new = news.unnoticed(now - LATEST, now).values_list("pk", "first_published_at")
    rows = [PageNews(page_id=page, made_at=made_at) for page, made_at in new]
    PageNews.objects.bulk_create(rows, ignore_conflicts=True)
    waiting = PageNews.objects.filter(told_at=None)
    return sum(_tell(number, now) for number in list(waiting.values_list("pk", flat=True)))


def _tell(number: int, now: datetime) -> int:
    reached = 0
    while batch := _tell_batch(number, now):
        reached += batch
    return reached


@transaction.atomic
def _tell_batch(number: int, now: datetime) -> int:
    """Writes to the next people in the order of their ids, and keeps how far it came; 0 when everybody has been told."""
    row = PageNews.objects.select_for_update().filter(pk=number, told_at=None).first()
    if row is None:
        return 0
    # Asked again each time: the page may have been taken off the site, or the event called off, meanwhile.
    item = news.item_of(row.page_id, now) if row.made_at > now - LATEST else None
    people = _next_people(item, row) if item else []
    if not people:
        row.told_at = now
        row.save(update_fields=["told_at"])
        return 0
    followed = news.follows_of(item, row).filter(user_id__in=people).order_by("key")
    for address in mail.addresses_of(people).values():
        theirs = [follow for follow in followed if follow.user_id == address.user_id]
        context = news.context_for(address.user, item, theirs)
        mail.send(
            template=news.NEW,
            to=address.email,
            context=context,
            key=f"{news.told_key(row.page_id)}{address.user_id}",
            headers=mail.unsubscribe_headers(context["stop_these"]),
        )
    row.reached = people[-1]
    row.save(update_fields=["reached"])
    return len(people)


def _next_people(item: news.Item, row: PageNews) -> list[int]:
    asked = news.follows_of(item, row).filter(cadence=Cadence.AT_ONCE, user_id__gt=row.reached)
    return list(asked.order_by("user_id").values_list("user_id", flat=True).distinct()[:BATCH])
