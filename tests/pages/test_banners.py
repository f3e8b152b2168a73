"""Announcement banners: shown and gone to the second, on kept pages too; who sees them, who makes them, and what one must hold."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import ModelLogEntry, Page

from portal import page_cache
from portal.page_cache import Generation, KeptPages, Turns
from portal.pages import banners
from portal.pages.models import Banner
from portal.pages.rules import standing_of_banner
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.pages.factories import make_article

pytestmark = pytest.mark.django_db

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
START, END = NOW + HOUR, NOW + 3 * HOUR
ADMIN = "/admin/snippets/pages/banner/"
TITLE = "The portal is away on Sunday"
AROUND = [
    (START - SECOND, False),
    (START, True),
    (START + SECOND, True),
    (END - SECOND, True),
    (END, False),
    (END + SECOND, False),
]


def make_banner(**fields: Any) -> Banner:
    """A banner of two hours, which begins an hour from NOW."""
    return Banner.objects.create(**{"title": TITLE, "starts_at": START, "ends_at": END, **fields})


class Clock:
    """What the portal takes for the time."""

    def __init__(self) -> None:
        self.now = NOW


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture
def _pages_kept(settings: Settings) -> None:
    settings.PAGE_CACHE_SECONDS = 1_000_000


def titles(client: Client, address: str = "/") -> list[str]:
    """The titles of the banners on a page."""
    html = client.get(address).content.decode()
    return re.findall(r'<p class="nhsuk-notification-banner__heading" id="banner-\d">(.*?)</p>', html)


def seen(client: Client, address: str, clock: Clock) -> list[tuple[datetime, bool]]:
    """What the page shows around the beginning and the end."""
    found = []
    for moment, _ in AROUND:
        clock.now = moment
        found.append((moment, titles(client, address) == [TITLE]))
    return found


# --- To the second ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        (START - SECOND, "To come"),
        (START, "Shown"),
        (END - SECOND, "Shown"),
        (END, "Over"),
        (END + SECOND, "Over"),
    ],
)
def test_where_a_banner_stands(moment: datetime, standing: str) -> None:
    assert standing_of_banner(Banner(starts_at=START, ends_at=END), moment) == standing


@pytest.mark.parametrize("address", ["/", "/networks/", "/accounts/login/", "/nothing-is-here/"])
@pytest.mark.usefixtures("_pages_kept", "home")
def test_it_is_on_every_page_from_its_first_second_and_gone_at_its_end(address: str, clock: Clock) -> None:
    make_banner()

    assert seen(Client(), address, clock) == AROUND


@pytest.mark.usefixtures("home")
def test_it_is_so_for_people_who_are_signed_in_and_without_kept_pages(clock: Clock) -> None:
    make_banner()
    member = sign_in(make_user())

    assert seen(member, "/accounts/profile/", clock) == seen(Client(), "/", clock) == AROUND


@pytest.mark.usefixtures("_pages_kept", "home")
def test_kept_pages_on_either_side_of_a_turn_are_kept_apart_and_cost_no_query(
    clock: Clock, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "SECONDS_BETWEEN_READS", 3600.0)
    make_banner()
    etags = {}
    for moment, shown in AROUND:
        clock.now = moment
        etags.setdefault(shown, []).append(Client().get("/")["ETag"])
        cache.clear()  # as if the minute of the frame were over
        with django_assert_num_queries(0):
            Client().get("/")

    assert (len(set(etags[True])), len(set(etags[False]))) == (1, 1)
    assert etags[True][0] != etags[False][0]


@pytest.mark.usefixtures("_pages_kept", "home")
@pytest.mark.parametrize(("turn", "shown"), [(START, True), (END, False)])
def test_a_browser_that_has_the_page_of_before_gets_the_new_one(
    clock: Clock, turn: datetime, shown: bool
) -> None:
    make_banner()
    clock.now = turn - SECOND
    before = Client().get("/")
    clock.now = turn

    by_etag = Client().get("/", headers={"if-none-match": before["ETag"]})
    by_date = Client().get("/", headers={"if-modified-since": before["Last-Modified"]})

    assert (by_etag.status_code, by_date.status_code) == (200, 200)
    assert by_etag["Last-Modified"] == http_date(turn.timestamp())
    assert (TITLE in by_etag.content.decode()) is shown


@pytest.mark.usefixtures("_pages_kept", "home")
def test_a_page_that_was_under_way_at_the_turn_is_not_shown_after_a_later_one(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_banner()
    clock.now = START - SECOND
    key_of = page_cache.key_of

    def slow(request: Any) -> Any:
        key = key_of(request)
        clock.now = START
        return key

    with monkeypatch.context() as patched:
        patched.setattr(page_cache, "key_of", slow)
        assert titles(Client()) == [TITLE]
    clock.now = END

    assert titles(Client()) == []


@pytest.mark.usefixtures("_pages_kept", "home")
def test_another_process_keeps_no_page_with_the_banners_of_an_earlier_generation(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "SECONDS_BETWEEN_READS", 0.0)
    clock.now = START
    assert titles(Client()) == []
    frame_of_the_other = cache.get("pages.banners")

    make_banner()
    # The other process has its own memory: it heard of no signal, and its frame is not a minute old.
    cache.set("pages.banners", frame_of_the_other)

    assert titles(Client()) == [TITLE]


@pytest.mark.usefixtures("_pages_kept", "home")
def test_two_processes_agree_about_an_end_although_each_keeps_what_it_knows(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_banner()
    memories = [(Generation(), Turns(), KeptPages()) for _ in range(2)]
    found = []
    for moment in (END - SECOND, END):
        clock.now = moment
        for generation, turns, pages in memories:
            if not turns._sources:
                turns.register(banners.turns)
            monkeypatch.setattr(page_cache, "generation", generation)
            monkeypatch.setattr(page_cache, "turns", turns)
            monkeypatch.setattr(page_cache, "kept_pages", pages)
            found.append(titles(Client()))

    assert found == [[TITLE], [TITLE], [], []]


@pytest.mark.usefixtures("home")
def test_the_first_page_asks_once_and_the_next_not_at_all(
    clock: Clock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Client().get("/")
    make_banner(link_text="More", link_page=Page.objects.get(depth=2))

    with django_assert_num_queries(1):
        banners.shown_at(START, signed_in=False)
    with django_assert_num_queries(0):
        banners.shown_at(END, signed_in=True)


# --- What is shown, and to whom --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_pages_kept", "home")
def test_some_are_only_for_people_who_are_signed_in(clock: Clock) -> None:
    make_banner(readers="signed_in")
    clock.now = START

    assert (titles(Client()), titles(sign_in(make_user())), titles(Client())) == ([], [TITLE], [])


@pytest.mark.usefixtures("home")
def test_warnings_come_first_then_what_began_first_and_three_are_shown_at_most(clock: Clock) -> None:
    for number, kind in enumerate(["information", "information", "information", "warning"]):
        make_banner(title=f"{kind} {number}", kind=kind, starts_at=NOW - number * SECOND)

    assert titles(Client()) == ["warning 3", "information 2", "information 1"]


@pytest.mark.usefixtures("home")
def test_it_is_a_region_with_a_name_and_its_words_are_no_html(clock: Clock) -> None:
    make_banner(
        title="<b>Away</b>", text="See below.", link_text="What to do", link_address="/networks/?a=1&b=2"
    )
    clock.now = START

    html = Client().get("/").content.decode()

    assert re.search(r'<div role="region" [^>]*aria-labelledby="banner-1-kind banner-1">', html)
    assert '<h2 class="nhsuk-notification-banner__title" id="banner-1-kind">Announcement</h2>' in html
    assert 'id="banner-1">&lt;b&gt;Away&lt;/b&gt;</p>' in html
    assert (
        'See below. <a class="nhsuk-notification-banner__link" href="/networks/?a=1&amp;b=2">What to do</a></p>'
        in html
    )


def test_the_link_goes_when_its_page_is_unpublished_or_deleted_and_the_banner_stays(
    clock: Clock, home: Page
) -> None:
    page = make_article(home, title="Plans", slug="plans")
    banner = make_banner(link_text="Our plans", link_page=page)
    clock.now = START
    assert 'href="/plans/">Our plans</a>' in Client().get("/").content.decode()

    page.unpublish()
    unpublished = Client().get("/").content.decode()
    page.delete()
    banner.refresh_from_db()

    assert (TITLE in unpublished, "Our plans" in unpublished) == (True, False)
    assert (banner.href, titles(Client())) == ("", [TITLE])


# --- What one must hold, and who makes them --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"ends_at": START},
        {"ends_at": START - SECOND},
        {"kind": "urgent"},
        {"readers": "nobody"},
        {"link_text": "More", "link_page_id": 2, "link_address": "/handbook/"},
    ],
)
def test_the_database_refuses_what_must_never_be(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_banner(**fields)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({}, set()),
        ({"ends_at": START + SECOND}, set()),
        ({"link_text": "More", "link_address": "https://www.gov.uk/"}, set()),
        ({"ends_at": START}, {"ends_at"}),
        ({"ends_at": START - SECOND}, {"ends_at"}),
        ({"ends_at": None}, {"ends_at"}),
        ({"link_text": "More"}, {"link_page"}),
        ({"link_address": "/handbook/"}, {"link_text"}),
        ({"link_text": "More", "link_address": "javascript:alert(1)"}, {"link_address"}),
        ({"link_text": "More", "link_address": "//elsewhere.example/"}, {"link_address"}),
        ({"title": "x" * 101}, {"title"}),
        ({"text": "x" * 301}, {"text"}),
    ],
)
def test_editors_are_told_what_to_mend(fields: dict[str, Any], errors: set[str]) -> None:
    banner = Banner(**{"title": TITLE, "starts_at": START, "ends_at": END, **fields})
    found: set[str] = set()

    try:
        banner.full_clean()
    except ValidationError as error:
        found = set(error.error_dict) - {"__all__"}

    assert found == errors


@pytest.mark.parametrize(
    ("group", "made"),
    [("Editor", 1), ("Publisher", 1), ("Event organiser", 0), ("Clinical reviewer", 0), ("Forum manager", 0)],
)
@pytest.mark.usefixtures("home")
def test_editors_and_publishers_make_them_in_the_time_of_london(group: str, made: int) -> None:
    person = make_staff(group)
    client = sign_in(person, second_factor=True)

    client.post(
        f"{ADMIN}add/",
        {
            "title": TITLE, "text": "", "kind": "warning", "readers": "everybody", "link_text": "", "link_page": "",
            "link_address": "", "starts_at": "2026-07-01 09:00", "ends_at": "2026-07-01 11:00",
        },
    )  # fmt: skip

    assert (
        list(Banner.objects.values_list("starts_at", "ends_at"))
        == [(datetime(2026, 7, 1, 8, tzinfo=UTC), datetime(2026, 7, 1, 10, tzinfo=UTC))] * made
    )
    assert (
        list(ModelLogEntry.objects.values_list("user", "action", "label"))
        == [(person.pk, "wagtail.create", TITLE)] * made
    )


@pytest.mark.usefixtures("home")
def test_the_list_says_where_each_stands_and_its_history_opens(clock: Clock) -> None:
    for number, hours in enumerate((-2, 0, 2)):
        make_banner(title=f"Banner {number}", starts_at=NOW + hours * HOUR, ends_at=NOW + (hours + 1) * HOUR)
    client = sign_in(make_staff("Editor"), second_factor=True)

    html = client.get(ADMIN).content.decode()

    assert re.findall(r">\s*(To come|Shown|Over)\s*<", html) == ["To come", "Shown", "Over"]
    assert client.get(f"{ADMIN}history/{Banner.objects.first().pk}/").status_code == 200


@pytest.mark.usefixtures("home")
def test_the_preview_shows_the_banner_as_readers_will_see_it(clock: Clock) -> None:
    banner = make_banner()
    client = sign_in(make_staff("Editor"), second_factor=True)
    client.post(
        f"{ADMIN}preview/{banner.pk}/",
        {
            "title": "Away on Monday", "text": "", "kind": "warning", "readers": "everybody", "link_text": "",
            "link_page": "", "link_address": "", "starts_at": "2026-07-01 09:00", "ends_at": "2026-07-01 11:00",
        },
    )  # fmt: skip

    assert titles(client, f"{ADMIN}preview/{banner.pk}/?mode=") == ["Away on Monday"]
