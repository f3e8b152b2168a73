"""Writing to everybody, once a week in one mail, what is new in all that they follow."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal.members import mail, weekly
from portal.members.models import WeeklyMailing
from portal.members.rules import Week, weeks_due
from portal.members.weekly import Source


def write_weekly(now: datetime | None = None) -> int:
    """Writes the mails about the week that ended on Monday at 07:00 in London: one to each person for whom there is something.

    Makes up for the last weeks after downtime, a mail for each. Safe to run twice and at the same time; killed at any moment, the
    next run goes on where this one was. Returns how many mails it wrote.
    """
    now = now or timezone.now()
    weeks = weeks_due(now)
    names = [week.name for week in weeks]
    written = set(
        WeeklyMailing.objects.filter(week__in=names, written_at__isnull=False).values_list("week", flat=True)
    )
    return sum(_write_week(week, now) for week in weeks if week.name not in written)


def _write_week(week: Week, now: datetime) -> int:
    sources = weekly.sources(week, now)
    if sources is None:
        return 0
    people = sorted({person for source in sources for person in source.people})
    mailing, _ = WeeklyMailing.objects.get_or_create(week=week.name)
    mails = sum(_write_to(person, week, sources, now) for person in people if person > mailing.reached)
    WeeklyMailing.objects.filter(week=week.name, written_at=None).update(written_at=now)
    return mails


@transaction.atomic
def _write_to(person: int, week: Week, sources: Sequence[Source], now: datetime) -> int:
    """Writes one person's mail, if there is something in it, and keeps how far it came."""
    mailing = WeeklyMailing.objects.select_for_update().get(week=week.name)
    if person <= mailing.reached:
        return 0
    mailing.reached = person
    mailing.save(update_fields=["reached"])
    address = mail.addresses_of([person]).get(person)
    if address is None:
        return 0
    parts = [
        part for source in sources if person in source.people and (part := source.part_for(address.user))
    ]
    if not parts:
        return 0
    context = weekly.context_for(address.user, week, parts)
    mail.send(
        template=weekly.TEMPLATE,
        to=address.email,
        context=context,
        key=f"weekly:{week.name}:{person}",
        headers=mail.unsubscribe_headers(context["stop_these"]),
    )
    return 1
