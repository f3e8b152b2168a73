"""Looking at links: what is due, what is kept, from the portal itself and from a server on this machine; the command."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import Page

from portal.links import inside
from portal.links.actions.checking import check_due, check_hourly, check_one, record
from portal.links.models import Link, State, Use
from portal.links.rules import Answer, Kind
from portal.members.actions import RefusedError
from portal.members.actions.alone import alone
from portal.models import PageChange
from tests.factories import NOW
from tests.links.site import Site
from tests.pages.factories import (
    make_article,
    make_listing,
    make_resource_list,
    make_resources,
    resource_link,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def add(address: str, **fields: Any) -> Link:
    values = {
        "host": "127.0.0.1" if address.startswith("http") else "",
        "next_check_at": timezone.now(),
        **fields,
    }
    return Link.objects.create(address=address, **values)


def states() -> dict[str, str]:
    return dict(Link.objects.values_list("address", "state"))


# --- The portal itself ------------------------------------------------------------------------------------------------


def test_the_portal_asks_itself(home: Page) -> None:
    listing = make_listing(home)
    make_article(listing, slug="money")
    answers = {
        address: inside.ask(address)
        for address in (
            "/guidance/money/",
            "/guidance/money/#why",
            "/guidance/money/#nowhere",
            "/guidance/nowhere/",
            "/accounts/profile/",
            "/guidance/money",
            "page:gone",
        )
    }

    assert {address: (answer.kind, answer.moved_to) for address, answer in answers.items()} == {
        "/guidance/money/": (Kind.FINE, ""),
        "/guidance/money/#why": (Kind.FINE, ""),
        "/guidance/money/#nowhere": (Kind.GONE, ""),
        "/guidance/nowhere/": (Kind.GONE, ""),
        "/accounts/profile/": (Kind.FINE, ""),
        "/guidance/money": (Kind.FINE, "/guidance/money/"),
        "page:gone": (Kind.GONE, ""),
    }
    assert (
        answers["/guidance/money/#nowhere"].words == "The page is there, but not the place “nowhere” in it."
    )


def test_a_link_to_a_page_of_the_portal_that_goes_is_broken_at_once_and_works_again_with_it(
    home: Page,
) -> None:
    page = make_article(make_listing(home), slug="money")
    link = add("/guidance/money/")
    check_due()
    assert states() == {"/guidance/money/": "works"}

    page.unpublish()
    check_one(link.pk)
    assert states() == {"/guidance/money/": "broken"}

    page.save_revision().publish()
    check_one(link.pk)
    assert states() == {"/guidance/money/": "works"}


# --- What is due ------------------------------------------------------------------------------------------------------


def test_only_what_is_due_is_looked_at_and_each_once(site: Site) -> None:
    add(site.answers("/due"))
    add(site.answers("/later"), next_check_at=timezone.now() + DAY)

    assert (check_due(), check_due()) == (1, 0)
    assert site.requests == [("HEAD", "/due")]
    assert states() == {f"{site.address}/due": "works", f"{site.address}/later": "new"}


def test_a_run_stops_at_its_limit_and_when_its_time_is_up(site: Site) -> None:
    for number in range(3):
        add(site.answers(f"/{number}"))

    assert (check_due(limit=2), check_due(seconds=0), check_due()) == (2, 0, 1)


@pytest.mark.one_database(
    "on PostgreSQL a session that has the lock is given it again, and the test has one session"
)
def test_one_looks_at_a_time(site: Site) -> None:
    add(site.answers("/page"))

    with alone("check-links", refusal="x"):
        with pytest.raises(RefusedError, match="Links are being looked at already"):
            check_due()
        assert check_hourly() == 0
        with pytest.raises(CommandError, match="Links are being looked at already"):
            call_command("check_links")


def test_the_schedule_leaves_other_sites_alone_where_that_is_switched_off(
    site: Site, settings: Settings, home: Page
) -> None:
    html = f'<p><a href="{site.answers("/page")}">A</a><a href="/guidance/">B</a></p>'
    make_article(make_listing(home), body=[{"type": "text", "value": html}])

    settings.LINK_CHECK = False
    check_hourly()
    assert (site.asked, states()) == ([], {f"{site.address}/page": "new", "/guidance/": "works"})

    settings.LINK_CHECK = True
    check_hourly()
    assert states()[f"{site.address}/page"] == "works"


# --- What is kept -----------------------------------------------------------------------------------------------------


def test_three_days_make_a_link_broken_and_one_answer_mends_it() -> None:
    link = add("https://a.example/", host="a.example")
    gone = Answer(Kind.GONE, "404 Not Found")

    seen = [record(link=link, answer=gone, now=NOW + n * DAY / 2).state for n in range(5)]
    assert seen == ["failing", "failing", "failing", "failing", "broken"]
    assert (link.found, link.next_check_at) == ("404 Not Found", NOW + 5 * DAY)

    record(link=link, answer=Answer(Kind.FINE, "200 OK", "https://b.example/"), now=NOW + 9 * DAY)
    stored = Link.objects.get()
    assert (stored.state, stored.moved_to, stored.failures, stored.failed_on) == (
        State.MOVED,
        "https://b.example/",
        0,
        None,
    )


def test_without_a_network_nothing_that_is_known_changes() -> None:
    link = add(
        "https://a.example/",
        host="a.example",
        state=State.MOVED,
        moved_to="https://b.example/",
        found="200 OK",
    )

    record(link=link, answer=Answer(Kind.UNKNOWN, "No network."), now=NOW)

    stored = Link.objects.get()
    assert (stored.state, stored.moved_to, stored.found, stored.next_check_at) == (
        "moved",
        "https://b.example/",
        "200 OK",
        NOW + DAY,
    )


def test_readers_of_a_list_of_resources_are_told_that_a_link_has_gone_since(
    home: Page, client: Client
) -> None:
    today = timezone.localdate()
    page = make_resource_list(
        make_resources(home),
        links=[
            resource_link(
                address="https://a.example/#x", status="works", checked_on=(today - 9 * DAY).isoformat()
            )
        ],
    )
    link = add("https://a.example/", host="a.example", state=State.FAILING, failures=2, failed_on=today - DAY)
    told = f"It was gone when the portal looked on {today:%-d %B %Y}."
    assert told not in client.get(page.url).content.decode()
    changes = PageChange.objects.count()

    record(link=link, answer=Answer(Kind.GONE, "410 Gone"), now=timezone.now())

    assert told in client.get(page.url).content.decode()
    assert PageChange.objects.count() > changes


# --- The command ------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("check_links", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_says_what_it_found_and_a_dry_run_keeps_none_of_it(site: Site, home: Page) -> None:
    there, gone = site.answers("/there"), site.answers("/gone", 410)
    moved = site.answers("/moved", 301, Location="/there")
    html = "".join(f'<p><a href="{address}">A</a></p>' for address in (there, gone, moved))
    make_article(make_listing(home), body=[{"type": "text", "value": html}])
    expected = [f"{gone}: 410 Gone", f"{moved}: moved to {there}", "Looked at 3: 2 are there, 1 are gone"]

    assert run("--dry-run") == [*expected, "This was a dry run: nothing that was found is kept."]
    assert set(states().values()) == {"new"}
    assert run() == expected
    assert states() == {there: "works", gone: "failing", moved: "moved"}
    assert run() == ["Looked at 0."]
    with pytest.raises(CommandError, match="--limit has to be 1 or more"):
        run("--limit", "0")
    assert Use.objects.count() == 3
