"""Telling people of what is new and fits a search that they have saved: every ten minutes, or in the one mail a week."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from portal.members import mail
from portal.members.models import Cadence, Follow, User
from portal.members.rules import Week
from portal.members.weekly import Part, Source
from search.actions.indexing import lock
from search.engines import database
from search.following import chosen_in, followed, search_key
from search.keys import Keys, keys_of
from search.mail import MOST_TITLES, NEW, News, context_for, weekly_part
from search.models import Entry, Pending, SavedSearch
from search.rules.saving import told_up_to
from search.searching import asked

# How long a weekly mail waits for the index.
PATIENCE = timedelta(hours=1)


def tell_waiting(now: datetime | None = None) -> int:
    """Writes to those who want to hear at once, of all that has appeared since they were last told: one mail each.

    Safe to run twice and at the same time; killed at any moment, the next run goes on where this one was. Returns how many
    mails it wrote.
    """
    now = now or timezone.now()
    until = told_up_to(now)
    return sum(_tell_person(person, until, now) for person in _waiting(Cadence.AT_ONCE, until))


def prepare(week: Week, now: datetime) -> Source | None:
    """Our part of the one mail a week. What a person has been told is kept, as each part is made, as it is at once.

    `None` while something new is about to be indexed again, for an hour at most. Whoever it then concerns is told the next week.
    """
    if now < week.end + PATIENCE and _is_unsettled(week.start, week.end):
        return None

    def part_for(user: User) -> Part | None:
        news = _news_for(user, Cadence.WEEKLY, week.end, now)
        return weekly_part(news, timezone.localdate(now)) if news else None

    return Source(set(_waiting(Cadence.WEEKLY, week.end)), part_for)


def _waiting(cadence: Cadence, until: datetime) -> list[int]:
    """Who has not been told up to the newest of what there is, by their primary keys: on most runs nobody."""
    newest = _newest(until)
    if newest is None:
        return []
    waiting = followed(SavedSearch.objects.filter(told_until__lt=newest, user__is_active=True), cadence)
    return list(waiting.order_by("user_id").values_list("user_id", flat=True).distinct())


def _newest(until: datetime) -> datetime | None:
    """The last moment, of those up to `until`, at which something may first have been found."""
    today = timezone.localdate(until)
    found = Entry.objects.aggregate(
        appeared=Max("appeared_at", filter=Q(appeared_at__lte=until)),
        shown=Max("shown_from", filter=Q(shown_from__lte=until)),
        in_force=Max("effective_on", filter=Q(effective_on__lte=today)),
    )
    midnight = found["in_force"] and timezone.make_aware(datetime.combine(found["in_force"], time.min))
    return max(filter(None, (found["appeared"], found["shown"], midnight)), default=None)


@transaction.atomic
def _tell_person(person: int, until: datetime, now: datetime) -> int:
    """Writes one person's mail, if something new fits, and keeps how far it came, in one transaction."""
    address = mail.addresses_of([person]).get(person)
    news = _news_for(address.user, Cadence.AT_ONCE, until, now) if address else []
    if news:
        _write(address.user, address.email, news, until, now)
    return min(len(news), 1)


def _news_for(user: User, cadence: Cadence, until: datetime, now: datetime) -> list[News]:
    """What is new and fits a person's searches. Keeps that they have been told of it: belongs into the transaction that does."""
    # What is being indexed as this begins is committed by then, and nothing is until this ends.
    lock()
    due = _due(user.pk, cadence, until)
    if not due or _is_unsettled(min(since for _, _, since in due), until):
        return []
    keys = keys_of(user, now)
    news = [
        found
        for saved, follow, since in due
        if (found := _news(saved, follow, keys, since, until, now)).count
    ]
    SavedSearch.objects.filter(pk__in=[saved.pk for saved, _, _ in due]).update(told_until=until)
    return news


def _due(person: int, cadence: Cadence, until: datetime) -> list[tuple[SavedSearch, Follow, datetime]]:
    """The person's searches that are not told up to `until`, in the order of their ids, and since when there are news of each.

    Whoever let themselves be written to again hears of what has appeared since then.
    """
    rows = SavedSearch.objects.select_for_update().filter(user=person, told_until__lt=until)
    searches = {search_key(saved.pk): saved for saved in rows.order_by("pk")}
    found = Follow.objects.filter(user=person, cadence=cadence, key__in=searches, created_at__lt=until)
    by_key = {follow.key: follow for follow in found}
    return [
        (saved, by_key[key], max(saved.told_until, by_key[key].created_at))
        for key, saved in searches.items()
        if key in by_key
    ]


def _news(
    saved: SavedSearch, follow: Follow, keys: Keys, since: datetime, until: datetime, now: datetime
) -> News:
    """What is new and fits a search, for somebody who holds `keys`.

    With all of its words. The database is asked, and no index beside it: that could be late.
    """
    chosen = chosen_in(saved.chosen)
    search = asked(saved.text, keys, now, chosen=chosen, since=since, until=until, most=MOST_TITLES)
    found = database.find(search)
    return News(saved, follow, found.hits, found.count(chosen))


def _is_unsettled(since: datetime, until: datetime) -> bool:
    """Whether something new is about to be indexed again. It is not found meanwhile: the next run tells of it."""
    day_before, day = timezone.localdate(since), timezone.localdate(until)
    new = (
        Q(appeared_at__gt=since, appeared_at__lte=until)
        | Q(shown_from__gt=since, shown_from__lte=until)
        | Q(effective_on__gt=day_before, effective_on__lte=day)
    )
    return Entry.objects.filter(new, source__in=Pending.objects.values("source")).exists()


def _write(user: User, to: str, news: Sequence[News], until: datetime, now: datetime) -> None:
    context = context_for(user, news, timezone.localdate(now))
    mail.send(
        template=NEW,
        to=to,
        context=context,
        # No search is told twice up to the same moment.
        key=f"search-told:{news[0].saved.pk}:{until.isoformat()}",
        headers=mail.unsubscribe_headers(context["stop_these"]),
    )
