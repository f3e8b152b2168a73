"""The demo's events."""

from datetime import datetime
from email.message import EmailMessage

import pytest
from django.test import Client
from django.utils import timezone

from events.actions.calling_off import call_off, finish
from events.actions.entries import tell_of_changes
from events.models import (
    CalendarEntry,
    EventPage,
    EventRight,
    EventSpeaker,
    LearningPage,
    Place,
    Price,
    Product,
    SensitiveAnswer,
)
from portal.demo.load_events import load_events
from portal.members.models import User
from portal.pages.models import HomePage
from tests.events.calendar_store import letters
from tests.factories import make_staff, make_user, sign_in

pytestmark = pytest.mark.one_database("shows what is made of rows that other tests read on each database")


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (EventPage, EventSpeaker, Place, Price, Product))


@pytest.fixture
def helper() -> User:
    return make_staff("Event helper")


def test_demo_events_are_made_once_with_days_that_count_from_loading(
    home: HomePage, now: datetime, helper: User
) -> None:
    by, people = make_user(is_superuser=True), {"Event helper": helper}
    load_events(by=by, now=now, people=people)
    first = counts()
    load_events(by=by, now=now, people=people)

    assert Product.objects.get(handover="enquiry").topic.group.name == "Adviser"
    assert (first, counts()) == ((9, 8, 375, 15, 2), (9, 8, 375, 15, 2))
    conference = EventPage.objects.get(slug="clinical-directors-conference")
    assert 0 <= (conference.starts_at - now).days - 75 < 8
    assert f"{conference.starts_at:%A}" == "Thursday"


def test_each_demo_event_keeps_to_what_is_asked_of_events(
    home: HomePage, now: datetime, client: Client, helper: User
) -> None:
    load_events(by=make_user(is_superuser=True), now=now, people={"Event helper": helper})

    for page in (*EventPage.objects.all(), LearningPage.objects.get()):
        page.full_clean()
        assert client.get(page.url).status_code == 200


def test_the_demo_conference_asks_about_diets_and_access_and_some_have_answered(
    home: HomePage, now: datetime, helper: User
) -> None:
    load_events(by=make_user(is_superuser=True), now=now, people={"Event helper": helper})

    conference = EventPage.objects.get(slug="clinical-directors-conference")
    assert list(conference.questions.values_list("words", "is_sensitive")) == [
        ("Do you have any dietary needs?", True),
        ("Do you have any access needs?", True),
    ]
    answers = SensitiveAnswer.objects.filter(question__event=conference)
    assert (answers.count(), SensitiveAnswer.objects.count()) == (7, 7)
    assert all(email.endswith("@demo.example") for email in answers.values_list("place__email", flat=True))


def test_the_demo_helper_checks_people_in_at_the_conference_and_sees_nothing_else(
    home: HomePage, now: datetime, helper: User
) -> None:
    load_events(by=make_user(is_superuser=True), now=now, people={"Event helper": helper})

    given = EventRight.objects.get()
    other = EventPage.objects.get(slug="chairing-difficult-meetings")
    client = sign_in(helper, second_factor=True)
    # Wagtail leads whoever it refuses to its first page.
    assert [
        client.get(f"/admin/places/{event.pk}/{page}/").status_code
        for event in (given.event, other)
        for page in ("check-in", "people", "orders")
    ] == [200, 302, 302, 302, 302, 302]
    assert given.event.slug == "clinical-directors-conference"


def test_people_with_places_at_a_demo_event_are_told_once_it_moves_and_once_it_is_off(
    home: HomePage, helper: User
) -> None:
    by, now = make_user(is_superuser=True), timezone.now()
    load_events(by=by, now=now, people={"Event helper": helper})
    event = EventPage.objects.get(slug="chairing-difficult-meetings")
    emails = sorted(Place.objects.filter(pool__event=event).values_list("email", flat=True))
    assert CalendarEntry.objects.count() == Place.objects.count()
    assert (tell_of_changes(now), len(letters())) == (0, 0)

    event.venue = "Another hall"
    event.save_revision().publish()
    assert tell_of_changes(now) == len(emails) > 0
    moved = letters()
    call_off(event=event, by=by, reason="The speaker is ill.", now=now)
    finish(now)
    off = letters()

    assert sorted(one["To"] for one in moved) == sorted(one["To"] for one in off) == emails
    assert {method_of(one) for one in moved} == {"REQUEST"}
    assert {method_of(one) for one in off} == {"CANCEL"}


def method_of(letter: EmailMessage) -> str:
    """What a mail tells a calendar to do."""
    [found] = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    return found.get_param("method")
