"""Following kinds and topics of events from the list and from an event's page."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from events.following import KINDS
from events.models import EventIndexPage, EventKind
from portal.members import follows
from portal.members.follows import Followed
from portal.members.models import Follow
from portal.pages.models import Theme
from tests.events.pages import make_event, make_index
from tests.factories import NOW, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> EventIndexPage:
    index = make_index()
    make_event(index, slug="rotas", starts_at=None, ends_at=None, topics=("workforce",))
    return index


def main_of(client: Client, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser").main


def offered(client: Client, address: str) -> list[tuple[str, str]]:
    """The keys that the forms of a page are for, and where each leads back to."""
    forms = main_of(client, address).select("form.follow__form")
    return [
        (form.find(attrs={"name": "key"})["value"], form.find(attrs={"name": "next"})["value"])
        for form in forms
    ]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/events/", "Sign in to be told by e-mail of new events of the kinds that you choose."),
        ("/events/?kind=webinar", "Sign in to be told by e-mail of new webinars."),
        ("/events/rotas/", "Sign in to be told by e-mail of new webinars."),
    ],
)
def test_anonymous_readers_are_led_to_sign_in_and_get_no_form_and_no_token(
    index: EventIndexPage, address: str, words: str
) -> None:
    page = main_of(Client(), address)

    [line] = page.select(".follow")
    assert line.get_text(" ", strip=True) == words
    assert line.a["href"].startswith("/accounts/login/?next=/events/")
    assert page.select("[name=csrfmiddlewaretoken]") == []


def test_the_list_offers_each_kind_or_what_it_is_narrowed_to_and_an_event_its_kind(
    index: EventIndexPage,
) -> None:
    client, topic = sign_in(make_user()), Theme.objects.get()

    assert [key for key, _ in offered(client, "/events/")] == [
        "event-kind:conference",
        "event-kind:webinar",
        "event-kind:course",
        "event-kind:masterclass",
        "event-kind:e-learning",
        "event-kind:coaching",
    ]
    narrowed = "/events/?kind=webinar&topic=workforce"
    assert offered(client, narrowed) == [
        ("event-kind:webinar", narrowed),
        (f"event-topic:{topic.pk}", narrowed),
    ]
    assert offered(client, "/events/rotas/") == [("event-kind:webinar", "/events/rotas/")]


def test_a_kind_is_followed_and_stopped_from_the_page(index: EventIndexPage) -> None:
    user = make_user()
    client = sign_in(user)

    answer = client.post(
        "/follow/", {"key": "event-kind:webinar", "next": "/events/?kind=webinar", "cadence": "weekly"}
    )

    assert answer["Location"] == "/events/?kind=webinar"
    assert list(user.follows.values_list("key", "cadence")) == [("event-kind:webinar", "weekly")]
    words = " ".join(main_of(client, "/events/rotas/").select_one(".follow").get_text().split())
    assert words == "You follow webinars: once a week, in one mail. What you follow Stop following webinars"
    client.post("/follow/", {"key": "event-kind:webinar", "next": "/events/", "cadence": "never"})
    assert not user.follows.exists()


def test_keys_say_what_they_are_and_where_they_lead(index: EventIndexPage) -> None:
    topic = Theme.objects.get()

    assert follows.known(
        ["event-kind:e-learning", "event-kind:party", f"event-topic:{topic.pk}", "event-topic:999999"]
    ) == {
        "event-kind:e-learning": Followed("E-learning", "/events/?kind=e-learning"),
        f"event-topic:{topic.pk}": Followed("Events about Workforce", "/events/?topic=workforce"),
    }


def test_without_a_list_of_events_there_is_nothing_to_follow() -> None:
    assert follows.known(["event-kind:webinar"]) == {}


@pytest.mark.parametrize("followed", [0, 6])
def test_all_forms_of_the_list_cost_one_query(
    index: EventIndexPage,
    followed: int,
    django_assert_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    user = make_user()
    for kind in ("conference", "webinar", "course", "masterclass", "e-learning", "coaching")[:followed]:
        Follow.objects.create(user=user, key=f"event-kind:{kind}", cadence="weekly", created_at=NOW)
    client = sign_in(user)
    client.get("/events/")

    with django_assert_num_queries(9):
        client.get("/events/")


def test_every_kind_of_event_can_be_followed() -> None:
    assert list(KINDS) == EventKind.values
