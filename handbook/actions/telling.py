"""Telling those who follow a handbook or a section what has been published: at once, or once a week in one mail."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django_q.tasks import async_task

from handbook import rules
from handbook.mail import News, context_for, news_of, stop_headers
from handbook.models import Announcement
from portal.members import mail
from portal.members.models import Cadence, Follow, Mail

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
    announcement = _announcements().filter(pk=announcement_id, told_at=None).first()
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
    asked = _follows(news).filter(cadence=Cadence.AT_ONCE, user_id__gt=announcement.reached)
    people = list(asked.order_by("user_id").values_list("user_id", flat=True).distinct()[:BATCH])
    if not people:
        announcement.told_at = now
        announcement.save(update_fields=["told_at"])
        return 0
    template = "handbook_erratum" if news.is_erratum else "handbook_edition"
    followed = _by_person(_follows(news).filter(user_id__in=people))
    for address in mail.addresses_of(people).values():
        follows = followed[address.user_id]
        part = news.concerning({follow.key for follow in follows})
        _write(template, address, [part], follows, _told_key(news))
    announcement.reached = people[-1]
    announcement.save(update_fields=["reached"])
    return len(people)


def send_digests(now: datetime | None = None) -> int:
    """Writes to everybody who wants to hear once a week: what concerns them of the week that ended on Monday at 07:00.

    Makes up for the last weeks after downtime, a mail for each. Safe to run twice. Returns how many mails it wrote.
    """
    return sum(_send_digest(window) for window in rules.digest_windows(now or timezone.now()))


def _send_digest(window: rules.DigestWindow) -> int:
    made = _announcements().filter(made_at__gte=window.start, made_at__lt=window.end)
    due: dict[int, list[tuple[News, list[Follow]]]] = {}
    for news in news_of(list(made.order_by("made_at", "pk"))):
        for person, follows in _by_person(_unheard(news, window)).items():
            due.setdefault(person, []).append((news, follows))
    people = sorted(due)
    batches = [people[start : start + BATCH] for start in range(0, len(people), BATCH)]
    return sum(_send_digest_batch(window, {person: due[person] for person in batch}) for batch in batches)


def _unheard(news: News, window: rules.DigestWindow) -> QuerySet[Follow]:
    """The follows by which the news belongs in the mail of that week, for people who have neither got it nor that mail."""
    wanted = Q(cadence=Cadence.WEEKLY)
    if news.announcement.told_at is not None:
        # Those who have chosen “at once” since: the mail at once was not for them.
        wanted |= Q(cadence=Cadence.AT_ONCE)
    return _follows(news).filter(wanted, ~_mailed(_told_key(news)), ~_mailed(_weekly_key(window)))


@transaction.atomic
def _send_digest_batch(
    window: rules.DigestWindow, due: Mapping[int, Sequence[tuple[News, list[Follow]]]]
) -> int:
    addresses = mail.addresses_of(due)
    for address in addresses.values():
        followed = {follow.pk: follow for _, follows in due[address.user_id] for follow in follows}
        news = [one.concerning({follow.key for follow in follows}) for one, follows in due[address.user_id]]
        _write("handbook_weekly", address, news, list(followed.values()), _weekly_key(window))
    return len(addresses)


def _write(
    template: str, address: EmailAddress, news: Sequence[News], followed: Sequence[Follow], key: str
) -> None:
    mail.send(
        template=template,
        to=address.email,
        context=context_for(address.user, news, followed),
        key=f"{key}{address.user_id}",
        headers=stop_headers(followed),
    )


def _told_key(news: News) -> str:
    return f"handbook-news:{news.announcement.pk}:"


def _weekly_key(window: rules.DigestWindow) -> str:
    return f"handbook-weekly:{window.week}:"


def _mailed(prefix: str) -> Exists:
    """Whether the person of a follow has been written to under the key that begins like this."""
    text = TextField()
    key = Concat(Value(prefix, output_field=text), Cast(OuterRef("user_id"), text), output_field=text)
    return Exists(Mail.objects.filter(key=key))


def _announcements() -> QuerySet[Announcement]:
    return Announcement.objects.select_related("edition__handbook", "edition__previous", "erratum")


def _follows(news: News) -> QuerySet[Follow]:
    """The follows that the news concerns: of the handbook or one of its sections, begun before it was made."""
    return Follow.objects.filter(key__in=news.titles, created_at__lte=news.announcement.made_at)


def _by_person(follows: Iterable[Follow]) -> dict[int, list[Follow]]:
    """The follows of each person: of the handbook first, then of sections, in the order of their keys."""
    found: dict[int, list[Follow]] = {}
    for follow in sorted(follows, key=lambda follow: follow.key):
        found.setdefault(follow.user_id, []).append(follow)
    return found
