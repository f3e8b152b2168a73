"""New pages and events: who is told of them at once and in the weekly mail, once, also after downtime or if a worker is killed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client

from events.models import EventIndexPage, EventPage
from portal.members.actions.weekly import write_weekly
from portal.members.mail import preview
from portal.members.models import Cadence, Follow, Mail, User
from portal.pages.actions import telling
from portal.pages.actions.telling import tell_waiting
from portal.pages.models import PageNews, Theme
from tests.events.pages import make_event, make_index
from tests.factories import NOW, make_home, make_user
from tests.handbook.test_races import at_once
from tests.pages.factories import make_article, make_blog, make_listing, make_post

pytestmark = pytest.mark.django_db

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BEFORE = NOW - DAY
# The Monday after NOW, which is a Tuesday, when the weekly mail is due.
DUE = datetime(2026, 3, 16, 7, 5, tzinfo=UTC)
LATER = {"starts_at": NOW + 30 * DAY, "ends_at": NOW + 30 * DAY + 60 * MINUTE}


@pytest.fixture
def index() -> EventIndexPage:
    return make_index()


def make_follower(
    *keys: str, cadence: str = Cadence.AT_ONCE, since: datetime = BEFORE, **fields: Any
) -> User:
    user = make_user(**fields)
    for key in keys:
        Follow.objects.create(user=user, key=key, cadence=cadence, created_at=since)
    return user


def told() -> list[tuple[str, str]]:
    """Whom the mails are for, and what they are about."""
    return list(Mail.objects.order_by("pk").values_list("to", "subject"))


# --- Events -------------------------------------------------------------------------------------------------------------


def test_followers_of_a_kind_are_told_of_a_new_event_with_when_and_where(index: EventIndexPage) -> None:
    make_follower("event-kind:webinar", email="webinars@example.org", first_name="Ada")
    make_follower("event-kind:course", email="courses@example.org")
    make_follower("event-kind:webinar", email="weekly@example.org", cadence=Cadence.WEEKLY)
    event = make_event(index, title="Estates & you", summary="What to ask for.", **LATER)

    assert (tell_waiting(NOW), tell_waiting(NOW)) == (1, 0)

    assert told() == [("webinars@example.org", "New webinar: Estates & you")]
    row = Mail.objects.get()
    assert row.key == f"page-news:{event.pk}:{User.objects.get(email='webinars@example.org').pk}"
    assert row.text.startswith(
        "Hello Ada,\n\nNew webinar: Estates & you\n\n"
        "Thursday 9 April 2026, 10:30am to 11:30am, London time (BST)\nOn-line\n\nWhat to ask for.\n\n"
        "http://testserver/events/" + event.slug + "/\n\n"
    )
    assert ">Estates &amp; you</a></h1>" in row.html


def test_a_person_who_follows_the_kind_and_a_topic_of_it_gets_one_mail_that_names_both(
    index: EventIndexPage,
) -> None:
    make_event(index, topics=("workforce",), first_published_at=NOW - 30 * DAY, **LATER)
    topic = f"event-topic:{Theme.objects.get().pk}"
    user = make_follower("event-kind:webinar", topic)
    make_follower(topic, email="topic@example.org")
    make_event(index, title="Rotas", topics=("workforce",), **LATER)

    tell_waiting(NOW)

    assert told() == [(user.email, "New webinar: Rotas"), ("topic@example.org", "New webinar: Rotas")]
    items = BeautifulSoup(Mail.objects.earliest("pk").html, "html.parser").select("li")
    assert [item.contents[0].strip("\xa0 ") for item in items] == ["Webinars", "Events about Workforce"]


def test_one_click_stops_the_follows_that_bring_the_mail(index: EventIndexPage) -> None:
    user = make_follower("event-kind:webinar", "event-kind:course")
    make_event(index, **LATER)
    tell_waiting(NOW)
    row = Mail.objects.get()
    assert row.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    Client(enforce_csrf_checks=True).post(
        row.headers["List-Unsubscribe"].strip("<>"), {"List-Unsubscribe": "One-Click"}
    )

    assert list(user.follows.values_list("key", flat=True)) == ["event-kind:course"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, 1),
        ({"starts_at": None, "ends_at": None}, 1),
        ({"starts_at": NOW - DAY, "ends_at": NOW + timedelta(seconds=1)}, 1),
        ({"starts_at": NOW - DAY, "ends_at": NOW}, 0),
        ({"cancelled_at": NOW}, 0),
        ({"live": False}, 0),
        ({"first_published_at": BEFORE}, 1),
        ({"first_published_at": BEFORE - timedelta(seconds=1)}, 0),  # before they followed
        ({"first_published_at": NOW + timedelta(seconds=1)}, 0),
    ],
)
def test_nobody_is_told_of_what_is_over_called_off_or_not_to_be_seen(
    index: EventIndexPage, fields: dict[str, Any], expected: int
) -> None:
    make_follower("event-kind:webinar")
    make_event(index, **{**LATER, **fields})

    tell_waiting(NOW)

    assert Mail.objects.count() == expected


@pytest.mark.parametrize(("late", "expected"), [(-1, 1), (0, 0), (1, 0)])
def test_what_was_missed_while_the_worker_was_down_is_told_for_a_week(
    index: EventIndexPage, late: int, expected: int
) -> None:
    make_follower("event-kind:webinar")
    make_event(index, **LATER)

    assert tell_waiting(NOW + 7 * DAY + timedelta(seconds=late)) == expected


def test_an_event_that_changes_or_is_taken_off_and_published_again_is_not_news_again(
    index: EventIndexPage,
) -> None:
    make_follower("event-kind:webinar")
    event = make_event(index, **LATER)
    tell_waiting(NOW)
    late = make_follower("event-kind:webinar", email="late@example.org", since=NOW + MINUTE)

    event.unpublish()
    event.title = "Another title"
    event.save_revision().publish()
    tell_waiting(NOW + DAY)

    assert PageNews.objects.count() == 1
    assert late.email not in [to for to, _ in told()]


def test_publishing_an_event_in_the_editing_area_is_news(index: EventIndexPage) -> None:
    event = make_event(index, live=False, first_published_at=None, starts_at=None, ends_at=None)
    make_follower("event-kind:webinar")
    event.save_revision().publish()
    event.refresh_from_db()
    assert event.first_published_at is not None

    assert tell_waiting(event.first_published_at + MINUTE) == 1


def test_an_event_called_off_before_all_are_told_is_told_to_nobody_else(
    index: EventIndexPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "BATCH", 1)
    first, _ = make_follower("event-kind:webinar"), make_follower("event-kind:webinar")
    event = make_event(index, **LATER)
    send = telling.mail.send

    def call_off(**fields: Any) -> Mail:
        EventPage.objects.filter(pk=event.pk).update(cancelled_at=NOW)
        return send(**fields)

    monkeypatch.setattr(telling.mail, "send", call_off)
    tell_waiting(NOW)

    assert [to for to, _ in told()] == [first.email]
    assert PageNews.objects.get().told_at == NOW


# --- Pages in lists -----------------------------------------------------------------------------------------------------


def test_followers_of_a_list_are_told_of_pages_that_are_new_directly_below_it() -> None:
    home = make_home()
    blog, guidance = make_blog(home), make_listing(home)
    make_follower(f"page:{blog.pk}", email="blog@example.org")
    make_follower(f"page:{guidance.pk}", email="guidance@example.org")
    dates = {"first_published_at": NOW, "last_published_at": NOW}
    make_post(blog, title="What a board is for", **dates)
    make_article(guidance, title="Quorum", **dates)
    make_post(blog, title="A draft", live=False)

    assert tell_waiting(NOW) == 2

    assert told() == [
        ("blog@example.org", f"New in {blog.title}: What a board is for"),
        ("guidance@example.org", "New in Guidance: Quorum"),
    ]


# --- Once a week --------------------------------------------------------------------------------------------------------


def test_the_weekly_mail_has_events_and_pages_each_once_and_nothing_that_was_told_at_once(
    index: EventIndexPage,
) -> None:
    blog = make_blog(make_home())
    keys = "event-kind:webinar", f"page:{blog.pk}"
    user = make_follower(*keys, cadence=Cadence.WEEKLY)
    changed = make_follower("event-kind:webinar", email="changed@example.org")
    changed_back = make_follower("event-kind:webinar", cadence=Cadence.WEEKLY, email="back@example.org")
    make_event(index, title="Rotas", **LATER)
    make_event(index, title="Over by Monday", starts_at=NOW + DAY, ends_at=NOW + 2 * DAY)
    make_post(blog, title="Boards", first_published_at=NOW, last_published_at=NOW)
    tell_waiting(NOW)
    changed.follows.update(cadence=Cadence.WEEKLY)
    changed_back.follows.update(cadence=Cadence.AT_ONCE)

    assert (write_weekly(DUE), write_weekly(DUE)) == (2, 0)

    rows = Mail.objects.filter(template="weekly").order_by("pk")
    assert [(row.to, titles_in(row)) for row in rows] == [
        (user.email, {"Events": ["Rotas"], "News and guidance": ["Boards"]}),
        ("back@example.org", {"Events": ["Rotas"]}),
    ]


def titles_in(row: Mail) -> dict[str, list[str]]:
    page = BeautifulSoup(row.html, "html.parser")
    return {
        head.get_text(): [link.get_text() for link in head.find_next_sibling("ul").select("a")]
        for head in page.select("h1")
    }


# --- Once only ----------------------------------------------------------------------------------------------------------


class KilledError(Exception):
    """The worker dies here."""


@pytest.mark.parametrize("at", range(1, 6))
def test_a_worker_that_dies_at_any_mail_is_gone_on_from_and_everybody_is_told_once(
    index: EventIndexPage, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(telling, "BATCH", 2)
    people = [make_follower("event-kind:webinar") for _ in range(5)]
    make_event(index, **LATER)
    send, calls = telling.mail.send, []

    def send_until_killed(**fields: Any) -> Mail:
        calls.append(fields["to"])
        if len(calls) == at:
            raise KilledError
        return send(**fields)

    monkeypatch.setattr(telling.mail, "send", send_until_killed)
    with pytest.raises(KilledError):
        tell_waiting(NOW)
    whole_batches = (at - 1) // 2 * 2
    assert PageNews.objects.get().reached == (people[whole_batches - 1].pk if whole_batches else 0)

    assert tell_waiting(NOW + MINUTE) == 5 - whole_batches

    assert [to for to, _ in told()] == [user.email for user in people]
    assert PageNews.objects.get().told_at == NOW + MINUTE


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_workers_that_tell_at_the_same_moment_write_to_everybody_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telling, "BATCH", 2)
    people = [make_follower("event-kind:webinar") for _ in range(7)]
    make_event(make_index(), **LATER)

    outcomes = at_once(4, lambda: tell_waiting(NOW))

    assert (sum(outcomes), sorted(to for to, _ in told())) == (7, sorted(user.email for user in people))


@pytest.mark.parametrize("events", [1, 5])
def test_a_run_without_anything_new_asks_three_questions(
    index: EventIndexPage, events: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    make_follower("event-kind:webinar")
    for _ in range(events):
        make_event(index, **LATER)
    tell_waiting(NOW)

    with django_assert_num_queries(3):
        assert tell_waiting(NOW + MINUTE) == 0


def test_preview_shows_a_new_page_and_the_weekly_one_a_new_webinar_too() -> None:
    subject, text, html = preview("page_new")
    _, weekly, _ = preview("weekly")

    assert subject == "New in Blog: What I wish I had known in my first year"
    assert "* Blog\n  Stop: http://testserver/a-secret-link/\n" in text
    assert ">What I wish I had known in my first year</a></h1>" in html
    assert (
        "* New webinar: Your first hundred days as a clinical director\n"
        "  Tuesday 12 January 2027, 12:30pm to 1:30pm, London time (GMT)\n  On-line\n  Free\n"
    ) in weekly
