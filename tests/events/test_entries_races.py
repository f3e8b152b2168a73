"""Several workers tell of the same thing at the same moment: everybody is told once, and no number of an entry comes twice."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail as outgoing
from django.utils import timezone

from events.actions.entries import tell_of_changes
from events.actions.passing import pass_on
from events.actions.reminding import remind
from events.models import CalendarEntry, OrderLine, Place, Reminder
from portal.members.models import Mail
from tests.events.calendar_store import by_icalendar
from tests.events.factories import DAY
from tests.events.test_entries import ADA, GRACE, STARTS, make_published, order_for, publish
from tests.handbook.test_races import at_once, each_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
WORKERS = 4


def numbers() -> list[int]:
    """The number of each entry that went out."""
    return [
        entry.sequence
        for message in outgoing.outbox
        for content, kind in message.alternatives
        if kind.startswith("text/calendar")
        for entry in by_icalendar(content.encode())
    ]


def test_each_is_told_of_a_change_once_however_many_look() -> None:
    event = make_published()
    order_for(event, ADA, GRACE)
    publish(event, venue="Town hall")

    told = at_once(WORKERS, tell_of_changes)

    assert sum(told) == 2
    found = Mail.objects.filter(template="event_changed").values_list("to", flat=True)
    assert Counter(found) == {ADA: 1, GRACE: 1}
    assert set(CalendarEntry.objects.values_list("sequence", flat=True)) == {1}


def test_a_change_and_a_place_that_is_passed_on_at_the_same_moment_give_no_number_twice() -> None:
    event = make_published()
    order_for(event, ADA)
    publish(event, venue="Town hall")
    line, now = OrderLine.objects.select_related("order").get(), timezone.now()

    outcomes = each_at_once(tell_of_changes, lambda: pass_on(line=line, name="Grace", email=GRACE, now=now))
    assert not [one for one in outcomes if isinstance(one, Exception)]
    tell_of_changes()

    found = numbers()
    assert sorted(found) == list(range(len(found)))
    entry = CalendarEntry.objects.get()
    assert (entry.sequence, entry.told_of) == (max(found), 1)
    assert Place.objects.get().email == GRACE


def test_each_is_reminded_once_however_many_look() -> None:
    order_for(make_published(), ADA, GRACE)
    Place.objects.update(taken_at=STARTS - 60 * DAY)

    sent = at_once(WORKERS, lambda: remind(STARTS - timedelta(hours=1)))

    assert sum(sent) == 2
    assert (Reminder.objects.count(), Mail.objects.filter(template="event_reminder").count()) == (2, 2)
