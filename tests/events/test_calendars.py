"""Events in calendars, read by two libraries that know nothing of each other."""

from datetime import UTC, datetime

import icalendar
import pytest
import vobject
from django.test import Client

from events.calendars import calendar_of, calendar_of_all
from events.models import EventIndexPage, EventPage
from tests.events.pages import make_event, make_index, utc
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(db: None) -> EventIndexPage:
    return make_index()


def read_by_icalendar(content: bytes) -> list[tuple[str, datetime, datetime]]:
    calendar = icalendar.Calendar.from_ical(content)
    return [
        (str(entry["summary"]), entry.start.astimezone(UTC), entry.end.astimezone(UTC))
        for entry in calendar.walk("VEVENT")
    ]


def read_by_vobject(content: bytes) -> list[tuple[str, datetime, datetime]]:
    calendar = vobject.readOne(content.decode())
    return [
        (
            entry.summary.value,
            entry.dtstart.value.astimezone(UTC),
            entry.dtend.value.astimezone(UTC),
        )
        for entry in calendar.vevent_list
    ]


def entry_of(content: bytes) -> icalendar.Event:
    return icalendar.Calendar.from_ical(content).walk("VEVENT")[0]


@pytest.mark.parametrize("read", [read_by_icalendar, read_by_vobject])
@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        (utc(2026, 3, 12, 9, 30), utc(2026, 3, 12, 16)),
        # The last evening of summer time, and the morning after the clocks went back.
        (utc(2026, 10, 24, 18), utc(2026, 10, 24, 20)),
        (utc(2026, 10, 25, 9), utc(2026, 10, 25, 11)),
        # Over the change: 9.30am in BST on Saturday to 4pm in GMT on Monday.
        (utc(2026, 10, 24, 8, 30), utc(2026, 10, 26, 16)),
        # The morning on which the clocks go forward.
        (utc(2027, 3, 28, 0, 30), utc(2027, 3, 28, 1, 30)),
    ],
)
def test_times_are_read_as_they_were_written(
    index: EventIndexPage, read: object, starts_at: datetime, ends_at: datetime
) -> None:
    page = make_event(index, title="Straße, £5; “now”", starts_at=starts_at, ends_at=ends_at)

    assert read(calendar_of(page, "/events/x/")) == [("Straße, £5; “now”", starts_at, ends_at)]
    assert read(calendar_of_all([(page, "/events/x/")], "Events")) == [
        ("Straße, £5; “now”", starts_at, ends_at)
    ]


def test_hour_that_comes_twice_is_read_as_the_one_that_was_meant(
    index: EventIndexPage,
) -> None:
    """1.30am comes in summer time, half past midnight in UTC, and an hour later once more."""
    page = make_event(index, starts_at=utc(2026, 10, 25, 0, 30), ends_at=utc(2026, 10, 25, 1, 30))

    assert read_by_icalendar(calendar_of(page, "/x/"))[0][1:] == (page.starts_at, page.ends_at)
    assert read_by_vobject(calendar_of(page, "/x/"))[0][1:] == (page.starts_at, page.ends_at)


def test_times_stand_in_london_time_with_the_rule_of_summer_time(index: EventIndexPage) -> None:
    page = make_event(index, starts_at=utc(2026, 10, 24, 8, 30), ends_at=utc(2026, 10, 26, 16))
    lines = calendar_of(page, "/events/x/").decode().split("\r\n")

    assert "DTSTART;TZID=Europe/London:20261024T093000" in lines
    assert "DTEND;TZID=Europe/London:20261026T160000" in lines
    assert [line for line in lines if line.startswith("RRULE")] == [
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    ]


def test_entry_says_what_a_calendar_needs_and_is_the_same_each_time(index: EventIndexPage) -> None:
    page = make_event(
        index,
        title="Conference",
        summary="Two days.",
        venue="Corn Exchange",
        address="1 Square\nMidmarch",
        region="midlands",
    )
    content = calendar_of(page, "/events/conference/")
    entry = entry_of(content)

    assert content == calendar_of(EventPage.objects.get(pk=page.pk), "/events/conference/")
    assert {name: str(entry[name]) for name in ("uid", "location", "status", "url", "description")} == {
        "uid": str(page.translation_key),
        "location": "Corn Exchange, 1 Square, Midmarch",
        "status": "CONFIRMED",
        "url": "http://testserver/events/conference/",
        "description": "Two days.\n\nhttp://testserver/events/conference/",
    }
    assert (entry["sequence"], entry["dtstamp"].dt) == (0, NOW)
    assert b"METHOD:PUBLISH" in content


@pytest.mark.parametrize(
    ("field", "value", "sequence"),
    [
        ("title", "Another", 1),
        ("ends_at", utc(2026, 3, 12, 17), 1),
        ("is_online", False, 1),
        ("venue", "Town hall", 1),
        ("address", "2 Square", 1),
        ("cancelled_at", NOW, 1),
        ("summary", "Other words.", 0),
        ("for_whom", "Everybody", 0),
    ],
)
def test_sequence_goes_up_when_calendars_have_to_be_told(
    index: EventIndexPage, field: str, value: object, sequence: int
) -> None:
    page = make_event(index, region="midlands")
    setattr(page, field, value)
    page.save()

    page.refresh_from_db()
    assert page.sequence == sequence


def test_update_moves_the_entry_and_an_older_draft_does_not_count_down(index: EventIndexPage) -> None:
    page = make_event(index)
    before = entry_of(calendar_of(page, "/x/"))
    draft = EventPage.objects.get(pk=page.pk)
    draft.summary = "Words of somebody who writes while others publish."
    older = draft.save_revision()
    page.starts_at, page.ends_at = utc(2026, 4, 2, 8, 30), utc(2026, 4, 2, 15)
    page.save_revision().publish()
    moved = EventPage.objects.get(pk=page.pk)
    after = entry_of(calendar_of(moved, "/x/"))

    assert (before["uid"], before["sequence"]) == (after["uid"], 0)
    assert (after["sequence"], after.start.astimezone(UTC)) == (1, utc(2026, 4, 2, 8, 30))

    older.publish()
    assert EventPage.objects.get(pk=page.pk).sequence == 2


def test_draft_tells_no_calendar_anything(index: EventIndexPage) -> None:
    page = make_event(index)
    page.title = "Only thought of"
    page.save_revision()

    stored = EventPage.objects.get(pk=page.pk)
    assert (stored.title == "Only thought of", stored.sequence) == (False, 0)


def test_event_that_was_called_off_takes_its_entry_away_and_stays_so_when_a_draft_is_published(
    index: EventIndexPage,
) -> None:
    page = make_event(index, title="Webinar")
    draft = EventPage.objects.get(pk=page.pk).save_revision()
    page.cancelled_at = utc(2026, 3, 11, 8)
    page.save()
    draft.publish()
    stored = EventPage.objects.get(pk=page.pk)
    content = calendar_of(stored, "/x/")

    assert b"METHOD:CANCEL" in content
    assert {name: str(entry_of(content)[name]) for name in ("uid", "status", "sequence")} == {
        "uid": str(page.translation_key),
        "status": "CANCELLED",
        "sequence": "1",
    }
    assert b"METHOD:PUBLISH" in calendar_of_all([(stored, "/x/")], "Events")
    assert str(entry_of(calendar_of_all([(stored, "/x/")], "Events"))["status"]) == "CANCELLED"


def test_copy_of_an_event_is_an_entry_of_its_own(index: EventIndexPage) -> None:
    page = make_event(index, sequence=4, cancelled_at=NOW)
    copy = page.copy(update_attrs={"slug": "again", "title": "Again"})

    assert (copy.sequence, copy.cancelled_at, copy.translation_key == page.translation_key) == (
        0,
        None,
        False,
    )


def test_calendar_of_all_holds_what_is_to_come_as_far_as_it_was_chosen(
    index: EventIndexPage, client: Client
) -> None:
    far = {"starts_at": utc(2099, 3, 12, 9), "ends_at": utc(2099, 3, 12, 10)}
    make_event(index, title="Past")
    make_event(index, title="Webinar", **far)
    make_event(index, title="Course", kind="course", **far)
    make_event(index, title="On demand", starts_at=None, ends_at=None)
    make_event(index, title="Draft", **far).unpublish()

    everything = client.get("/events/calendar.ics")
    chosen = client.get("/events/calendar.ics?kind=course")

    assert everything["Content-Type"] == "text/calendar; charset=utf-8"
    assert [entry[0] for entry in read_by_icalendar(everything.content)] == ["Course", "Webinar"]
    assert [entry[0] for entry in read_by_vobject(chosen.content)] == ["Course"]


def test_calendar_of_one_event_is_below_its_page(index: EventIndexPage, client: Client) -> None:
    make_event(index, title="Webinar", slug="webinar")
    make_event(index, slug="on-demand", starts_at=None, ends_at=None)

    assert [entry[0] for entry in read_by_vobject(client.get("/events/webinar/calendar.ics").content)] == [
        "Webinar"
    ]
    assert client.get("/events/on-demand/calendar.ics").status_code == 404
    assert client.get("/events/nothing/calendar.ics").status_code == 404
