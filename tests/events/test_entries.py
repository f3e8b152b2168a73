"""Entries in attendees' calendars: what mails bring is taken by a calendar, and read by two libraries."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import icalendar
import pytest
from django.utils import timezone

from events.actions.calling_off import call_off, finish
from events.actions.entries import tell_of_changes
from events.actions.holding import hold
from events.actions.naming import name_attendee
from events.actions.ordering import cancel_line, place
from events.actions.passing import pass_on
from events.actions.seating import move
from events.actions.telling import tell_of_ticket
from events.entries import attachments
from events.mail import ways_to
from events.models import CalendarEntry, EventPage, Order, OrderLine, Place, Ticket
from events.rules.entries import uid_of
from portal.members.models import Mail
from tests.events.calendar_store import CalendarStore, by_icalendar, by_vobject, letters
from tests.events.factories import DAY, make_basket, make_event, make_pool, make_ticket, told
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ADA, GRACE = "ada@one.example", "grace@two.example"
# In the summer before: 9.30am is half past eight in UTC.
STARTS, ENDS = datetime(2099, 10, 24, 8, 30, tzinfo=UTC), datetime(2099, 10, 24, 15, 0, tzinfo=UTC)


@pytest.fixture(params=[by_icalendar, by_vobject], ids=["icalendar", "vobject"])
def store(request: Any) -> CalendarStore:
    return CalendarStore(request.param)


def make_published(title: str = "Conference", **fields: Any) -> EventPage:
    now = timezone.now()
    values = {"starts_at": STARTS, "ends_at": ENDS, "venue": "Corn Exchange", "region": "midlands", **fields}
    return make_event(title, first_published_at=now, last_published_at=now, **values)


def order_for(event: EventPage, *emails: str, ticket: Ticket | None = None) -> Order:
    """An order with a place for each of them."""
    now = timezone.now()
    ticket = ticket or make_ticket(make_pool(9, event))
    basket = make_basket(now=now, email="office@one.example")
    lines = hold(order=basket, ticket=ticket, count=len(emails), now=now)
    for line, email in zip(lines, emails, strict=True):
        name_attendee(place=line.place, name=email.partition("@")[0].title(), email=email, now=now)
    return told(place(order=basket, method="free", now=now))


def publish(event: EventPage, **changes: Any) -> None:
    page = EventPage.objects.get(pk=event.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()


def take_all(store: CalendarStore) -> list[str]:
    """Takes every mail that waits; gives their subjects."""
    found = letters()
    for message in found:
        store.take(message)
    return [str(message["Subject"]) for message in found if message["To"] != "office@one.example"]


def only_line() -> OrderLine:
    return OrderLine.objects.select_related("order", "place__ticket", "place__pool__event").get()


def test_the_ticket_brings_the_entry_and_says_all_that_a_calendar_needs(store: CalendarStore) -> None:
    event = make_published()
    order_for(event, ADA)

    assert take_all(store) == ["Your ticket for Conference"]

    [entry] = store.of(ADA)
    assert (entry.method, entry.title, entry.place, entry.status) == (
        "REQUEST", "Conference", "Corn Exchange", "CONFIRMED",
    )  # fmt: skip
    assert (entry.starts_at, entry.ends_at, entry.sequence) == (STARTS, ENDS, 0)
    assert entry.uid == uid_of(event.translation_key, Place.objects.get().pk) != str(event.translation_key)


def test_the_mail_has_the_form_that_mail_programs_know() -> None:
    order_for(make_published(), ADA)

    [message] = [one for one in letters() if one["To"] == ADA]
    kinds = [part.get_content_type() for part in message.walk()]
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    entry = icalendar.Calendar.from_ical(calendar.get_content()).walk("VEVENT")[0]

    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    assert (calendar.get_param("method"), calendar.get_content_charset()) == ("REQUEST", "utf-8")
    assert str(entry["organizer"]) == "mailto:" + str(message["From"]).partition("<")[2].rstrip(">")
    assert dict(entry["attendee"].params) == {
        "CN": "Ada", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE",
    }  # fmt: skip
    assert str(entry["url"]) == f"http://testserver{EventPage.objects.get().get_url_parts()[2]}"
    assert b"DTSTART;TZID=Europe/London:20991024T093000" in calendar.get_content().encode()
    # Others see what stands in a calendar: the secret of the ticket does not.
    assert str(Place.objects.get().key) not in calendar.get_content()


def test_mails_keep_no_entry_once_they_are_sent() -> None:
    order_for(make_published(), ADA)
    assert Mail.objects.exclude(attachments=[]).count() == 1

    letters()

    assert Mail.objects.exclude(attachments=[]).count() == 0


def test_an_update_moves_the_entry_across_the_end_of_summer_time_and_each_is_told_once(
    store: CalendarStore,
) -> None:
    event = make_published()
    order_for(event, ADA, GRACE)
    take_all(store)
    # From Saturday in BST to Sunday in GMT: the same time on the clock, an hour later in UTC.
    after = STARTS + timedelta(days=1, hours=1), ENDS + timedelta(days=1, hours=1)
    publish(event, starts_at=after[0], ends_at=after[1], title="The conference", venue="Town hall")

    told = [tell_of_changes() for _ in range(2)]

    assert told == [2, 0]
    assert take_all(store) == ["The conference has changed"] * 2
    for email in (ADA, GRACE):
        [entry] = store.of(email)
        assert (entry.starts_at, entry.ends_at) == after
        assert (entry.title, entry.place, entry.sequence) == ("The conference", "Town hall", 1)
    changed = Mail.objects.filter(template="event_changed")
    assert changed.count() == 2


def test_an_hour_that_comes_twice_is_the_one_that_was_meant(store: CalendarStore) -> None:
    first, second = datetime(2099, 10, 25, 0, 30, tzinfo=UTC), datetime(2099, 10, 25, 1, 30, tzinfo=UTC)
    order_for(make_published(starts_at=first, ends_at=second), ADA)

    take_all(store)

    assert [(one.starts_at, one.ends_at) for one in store.of(ADA)] == [(first, second)]


def test_what_calendars_do_not_show_is_told_to_nobody() -> None:
    event = make_published()
    order_for(event, ADA)
    publish(event, summary="Other words.")

    assert tell_of_changes() == 0


@pytest.mark.parametrize("moment", [ENDS - timedelta(seconds=1), ENDS, ENDS + timedelta(seconds=1)])
def test_what_is_over_is_told_to_nobody(moment: datetime) -> None:
    event = make_published()
    order_for(event, ADA)
    publish(event, venue="Town hall")

    assert tell_of_changes(moment) == (moment < ENDS)


def test_a_place_that_is_given_back_leaves_the_calendar(store: CalendarStore) -> None:
    order_for(make_published(), ADA)
    take_all(store)

    cancel_line(line=only_line(), now=timezone.now())

    assert take_all(store) == ["Your place at Conference has been given back"]
    assert store.of(ADA) == []
    assert list(store.told.values()) == [[0, 1]]


def test_an_event_that_is_called_off_leaves_the_calendar_and_changes_no_more(store: CalendarStore) -> None:
    event = make_published()
    order_for(event, ADA, GRACE)
    take_all(store)

    call_off(event=event, by=make_user("staff@example.org"), reason="Flood.", now=timezone.now())
    assert tell_of_changes() == 0
    finish()
    finish()

    assert sorted(set(take_all(store))) == ["Conference has been called off"]
    assert (store.of(ADA), store.of(GRACE)) == ([], [])
    assert list(store.told.values()) == [[0, 1], [0, 1]]


def test_a_place_that_is_passed_on_leaves_one_calendar_for_another_and_can_come_back(
    store: CalendarStore,
) -> None:
    order_for(make_published(), ADA)
    take_all(store)
    now = timezone.now()

    pass_on(line=only_line(), name="Grace", email=GRACE, now=now)
    assert take_all(store) == [
        "Your place at Conference is somebody else’s now",
        "Your ticket for Conference",
    ]
    assert (store.of(ADA), len(store.of(GRACE))) == ([], 1)

    pass_on(line=only_line(), name="Ada", email=ADA, now=now + timedelta(minutes=1))
    take_all(store)

    assert (len(store.of(ADA)), store.of(GRACE)) == (1, [])
    assert list(store.told.values()) == [[0, 1, 2, 3, 4]]


def test_a_name_that_is_corrected_and_another_ticket_count_on(store: CalendarStore) -> None:
    event = make_published()
    order_for(event, ADA)
    other = make_ticket(make_pool(2, event), name="Balcony")
    now = timezone.now()

    pass_on(line=only_line(), name="Ada Example", email=ADA, now=now)
    move(line=only_line(), ticket=other, by=make_user("staff@example.org"), reason="Asked.", now=now)
    take_all(store)

    assert list(store.told.values()) == [[0, 1, 2]]
    assert len(store.of(ADA)) == 1


@pytest.mark.parametrize("order", list(permutations(["change", "pass on", "again"])))
def test_whatever_happens_in_whichever_order_the_number_only_grows(order: tuple[str, ...]) -> None:
    store, event = CalendarStore(by_icalendar), make_published()
    order_for(event, ADA)

    for turn, step in enumerate(order):
        now = timezone.now() + timedelta(seconds=turn)
        if step == "change":
            publish(event, venue="Town hall")
            tell_of_changes()
        elif step == "pass on":
            pass_on(line=only_line(), name="Grace", email=GRACE, now=now)
        else:
            tell_of_ticket(only_line().place, again=f"{turn}")
    publish(event, title="Called other")
    tell_of_changes()
    take_all(store)
    cancel_line(line=only_line(), now=timezone.now())
    [entry] = store.of(GRACE)
    take_all(store)

    [told] = store.told.values()
    assert told == list(range(len(told)))
    assert (entry.title, entry.place) == ("Called other", "Town hall")
    assert (store.of(ADA), store.of(GRACE)) == ([], [])


def test_whoever_got_the_place_after_a_change_is_not_told_of_it_again() -> None:
    event = make_published()
    order_for(event, ADA)
    publish(event, venue="Town hall")

    pass_on(line=only_line(), name="Grace", email=GRACE, now=timezone.now())

    assert tell_of_changes() == 0


def test_a_ticket_that_is_sent_under_the_same_key_does_not_hide_a_change() -> None:
    event = make_published()
    order_for(event, ADA)
    publish(event, venue="Town hall")

    tell_of_ticket(only_line().place)

    assert tell_of_changes() == 1


def test_an_event_without_dates_has_no_entry_until_it_gets_some_and_loses_it_with_them(
    store: CalendarStore,
) -> None:
    event = make_published(starts_at=None, ends_at=None)
    order_for(event, ADA)
    take_all(store)
    assert store.of(ADA) == []

    publish(event, starts_at=STARTS, ends_at=ENDS)
    tell_of_changes()
    take_all(store)
    assert [one.starts_at for one in store.of(ADA)] == [STARTS]

    publish(event, starts_at=None, ends_at=None)
    tell_of_changes()
    take_all(store)
    assert store.of(ADA) == []


def test_telling_of_changes_asks_as_often_for_many_as_it_has_to(django_assert_num_queries: Any) -> None:
    order_for(make_published(), ADA, GRACE)

    with django_assert_num_queries(1):
        assert tell_of_changes(timezone.now() + DAY) == 0
    assert CalendarEntry.objects.count() == 2


def test_of_whoever_joins_on_line_the_entry_has_their_own_address_as_its_only_link() -> None:
    order_for(make_published("Webinar", is_online=True, venue="", region="", summary="Words."), ADA)
    taken = only_line().place

    sent = attachments(taken, "REQUEST", 0, timezone.now())[0].content
    [entry] = icalendar.Calendar.from_ical(sent).walk("VEVENT")

    join = ways_to(taken)["join"]
    assert (str(entry["url"]), str(entry["description"])) == (join, f"Words.\n\nJoin: {join}")
