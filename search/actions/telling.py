"""Telling people of what is new and fits a search that they have saved: every ten minutes, or once a week in one mail."""

from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from portal.members import mail
from portal.members.models import Cadence, Follow, User
from search.actions.indexing import lock
from search.engines import database
from search.following import chosen_in, followed, search_key
from search.keys import Keys, keys_of
from search.mail import MOST_TITLES, NEW, News, context_for
from search.models import Entry, Pending, SavedSearch
from search.rules.saving import told_up_to
from search.searching import asked


def tell_waiting(now: datetime | None = None) -> int:
    """Writes to those who want to hear at once, of all that has appeared since they were last told: one mail each.

    Safe to run twice and at the same time; killed at any moment, the next run goes on where this one was. Returns how many
    mails it wrote.
    """
    return _tell(Cadence.AT_ONCE, now or timezone.now())


def tell_weekly(now: datetime | None = None) -> int:
    """Writes to those who want to hear once a week, of what has appeared until Monday at 07:00 in London. Else as above."""
    return _tell(Cadence.WEEKLY, now or timezone.now())


def _tell(cadence: Cadence, now: datetime) -> int:
    until = told_up_to(cadence, now)
    newest = _newest(until)
    if newest is None:
        return 0
    # Whoever has been told of the newest is not asked about: on most runs that is everybody.
    waiting = followed(SavedSearch.objects.filter(told_until__lt=newest, user__is_active=True), cadence)
    people = list(waiting.order_by("user_id").values_list("user_id", flat=True).distinct())
    return sum(_tell_person(person, cadence, until, now) for person in people)


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
def _tell_person(person: int, cadence: Cadence, until: datetime, now: datetime) -> int:
    """Writes one person's mail, if something new fits, and keeps how far it came, in one transaction."""
    # What is being indexed as this begins is committed by then, and nothing is until this ends.
    lock()
    address = mail.addresses_of([person]).get(person)
    due = _due(person, cadence, until) if address else []
    if not due or _is_unsettled(min(since for _, _, since in due), until):
        return 0
    keys = keys_of(address.user, now)
    news = [
        found
        for saved, follow, since in due
        if (found := _news(saved, follow, keys, since, until, now)).count
    ]
    SavedSearch.objects.filter(pk__in=[saved.pk for saved, _, _ in due]).update(told_until=until)
    if news:
        _write(address.user, address.email, news, until, now)
    return min(len(news), 1)


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
