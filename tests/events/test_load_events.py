"""The demo's events."""

from datetime import datetime

import pytest
from django.test import Client

from events.models import EventPage, EventSpeaker, LearningPage, Place, Price, Product
from portal.demo.load_events import load_events
from portal.pages.models import HomePage
from tests.factories import make_user

pytestmark = pytest.mark.one_database("shows what is made of rows that other tests read on each database")


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (EventPage, EventSpeaker, Place, Price, Product))


def test_demo_events_are_made_once_with_days_that_count_from_loading(home: HomePage, now: datetime) -> None:
    by = make_user(is_superuser=True)
    load_events(by=by, now=now)
    first = counts()
    load_events(by=by, now=now)

    assert Product.objects.get(handover="enquiry").topic.group.name == "Adviser"
    assert (first, counts()) == ((9, 8, 375, 15, 2), (9, 8, 375, 15, 2))
    conference = EventPage.objects.get(slug="clinical-directors-conference")
    assert 0 <= (conference.starts_at - now).days - 75 < 8
    assert f"{conference.starts_at:%A}" == "Thursday"


def test_each_demo_event_keeps_to_what_is_asked_of_events(
    home: HomePage, now: datetime, client: Client
) -> None:
    load_events(by=make_user(is_superuser=True), now=now)

    for page in (*EventPage.objects.all(), LearningPage.objects.get()):
        page.full_clean()
        assert client.get(page.url).status_code == 200
