"""Telling those who follow a handbook or a section what has been published, at once."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from handbook.following import by_person, follows_of
from handbook.mail import News, announcements, context_for, news_of, told_key
from handbook.models import Announcement
from portal.members import mail
from portal.members.models import Cadence

BATCH = 200


def queue(announcement: Announcement) -> None:
    """Has followers told once the transaction has committed. Robust: if the queue is out of order, the sweep tells them."""
    transaction.on_commit(lambda: async_task("handbook.actions.telling.tell", announcement.pk), robust=True)


def tell(announcement_id: int, now: datetime | None = None) -> int:
    """Writes to everybody who followed the handbook, or a section that it concerns, when the announcement was made, and wants
    to hear at once: one mail each.

    Safe to run twice and at the same time; killed at any moment, the next run goes on where this one was. Returns how many
    people it has been through.
    """
    announcement = announcements().filter(pk=announcement_id, told_at=None).first()
    if announcement is None:
        return 0
    [news] = news_of([announcement])
    reached = 0
    while batch := _tell_batch(news, now or timezone.now()):
        reached += batch
    return reached


def tell_waiting(now: datetime | None = None) -> int:
    """Tells what a killed worker, or a queue that was out of order, has left untold, the oldest first."""
    waiting = Announcement.objects.filter(told_at=None).order_by("made_at", "pk")
    return sum(tell(announcement_id, now) for announcement_id in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _tell_batch(news: News, now: datetime) -> int:
    """Writes to the next people in the order of their ids, and keeps how far it came; 0 when everybody has been told."""
    announcement = Announcement.objects.select_for_update().get(pk=news.announcement.pk)
    if announcement.told_at is not None:
        return 0
    asked = follows_of(news).filter(cadence=Cadence.AT_ONCE, user_id__gt=announcement.reached)
    people = list(asked.order_by("user_id").values_list("user_id", flat=True).distinct()[:BATCH])
    if not people:
        announcement.told_at = now
        announcement.save(update_fields=["told_at"])
        return 0
    template = "handbook_erratum" if news.is_erratum else "handbook_edition"
    followed = by_person(follows_of(news).filter(user_id__in=people))
    for address in mail.addresses_of(people).values():
        follows = followed[address.user_id]
        context = context_for(address.user, news.concerning({follow.key for follow in follows}), follows)
        mail.send(
            template=template,
            to=address.email,
            context=context,
            key=f"{told_key(news)}{address.user_id}",
            headers=mail.unsubscribe_headers(context["stop_these"]),
        )
    announcement.reached = people[-1]
    announcement.save(update_fields=["reached"])
    return len(people)
