"""The pages around the handbook: lists that readers narrow down, their feeds, timelines and what is gathered."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from lxml import etree
from pytest_django import Settings
from wagtail.models import Page, PageViewRestriction

from portal.pages.models import BriefingPage, ResourceListPage
from tests.pages import factories as make


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within it is that moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: moment)
        yield


def titles(client: Client, address: str) -> list[str]:
    return [page.title for page in client.get(address).context["listed"]]


@pytest.fixture
def blog(home: Page) -> Page:
    index = make.make_blog(home)
    make.make_post(index, "A", authors=("Ada",), topics=("access", "digital"), published_on=date(2026, 1, 1))
    make.make_post(index, "B", authors=("Ada", "Bo"), topics=("digital",), published_on=date(2026, 1, 3))
    make.make_post(index, "C", authors=("Bo",), topics=("access",), published_on=date(2026, 1, 2))
    make.make_post(index, "D", authors=("Bo",), topics=("access",)).unpublish()
    return index


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["B", "C", "A"]),
        ("topic=access", ["C", "A"]),
        ("topic=access&topic=digital", ["B", "C", "A"]),
        ("topic=nothing", ["B", "C", "A"]),
        ("author={ada}", ["B", "A"]),
        ("author={ada}&topic=access", ["A"]),
        ("author=999999&page=x", ["B", "C", "A"]),
    ],
)
def test_blog_shows_what_matches_the_newest_first(
    client: Client, blog: Page, query: str, found: list[str]
) -> None:
    ada = make.make_author("Ada").pk

    assert titles(client, f"{blog.url}?{query.format(ada=ada)}") == found


def test_counts_say_what_each_choice_would_show(client: Client, blog: Page) -> None:
    facets = client.get(blog.url, {"topic": "digital"}).context["filter"].facets

    assert [
        (facet.name, [(option.name, option.count, option.chosen) for option in facet.options])
        for facet in facets
    ] == [
        ("author", [("Ada", 2, False), ("Bo", 1, False)]),
        ("topic", [("Access", 2, False), ("Digital", 2, True)]),
    ]


def test_feed_holds_what_the_list_shows(client: Client, blog: Page) -> None:
    response = client.get(f"{blog.url}feed/?topic=access")

    channel = etree.fromstring(response.content).find("channel")
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert channel.findtext("title") == "Blog: Access"
    assert [item.findtext("title") for item in channel.findall("item")] == ["C", "A"]
    assert [item.findtext("link") for item in channel.findall("item")] == [
        f"http://testserver{blog.url}c/",
        f"http://testserver{blog.url}a/",
    ]
    assert channel.find("item").findtext("pubDate") == "Fri, 02 Jan 2026 00:00:00 +0000"


def test_feed_is_whole_whatever_somebody_pasted(client: Client, home: Page) -> None:
    index = make.make_blog(home)
    make.make_post(index, "Odd \x0b]]> <b> & \ufffe", slug="odd")

    channel = etree.fromstring(client.get(f"{index.url}feed/").content).find("channel")

    assert channel.find("item").findtext("title") == "Odd ]]> <b> & "


def test_post_names_its_authors_and_leads_to_others_on_its_topics(client: Client, blog: Page) -> None:
    make.make_post(blog, "E", topics=("access", "digital"), published_on=date(2025, 1, 1))

    html = client.get(f"{blog.url}a/").content.decode()

    post = json.loads(re.search(r"ld\+json\">(.*?)</script>", html, re.DOTALL).group(1))["@graph"][0]
    assert (post["@type"], post["author"], post["timeRequired"], post["keywords"]) == (
        "BlogPosting",
        [{"@type": "Person", "name": "Ada", "jobTitle": "Nurse"}],
        "PT1M",
        ["Access", "Digital"],
    )
    related = html.partition('id="related"')[2]
    assert re.findall(r"<h3><a href=\"[^\"]*\">(.*?)</a>", related) == ["E", "B", "C"]


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (220, 1), (329, 1), (331, 2), (2200, 10)])
def test_time_to_read_goes_by_the_words(db: None, words: int, minutes: int) -> None:
    body = [{"type": "text", "value": f"<p>{'word ' * words}</p>"}]

    assert BriefingPage(introduction=body, chapters=[]).reading_minutes == minutes


def test_post_cannot_have_the_address_of_the_feed(home: Page) -> None:
    post = make.make_post(make.make_blog(home))
    post.slug = "feed"

    with pytest.raises(ValidationError, match="address of another page"):
        post.full_clean()


def test_briefings_are_narrowed_by_audience_and_topic(client: Client, home: Page) -> None:
    index = make.make_briefings(home)
    make.make_briefing(index, "A", readers=(("managers", "1"),), topics=("access",))
    make.make_briefing(index, "B", readers=(("managers", "1"), ("nurses", "2")))
    make.make_briefing(index, "C", readers=(("nurses", "2"),), topics=("access",))

    queries = ("audience=nurses", "audience=managers&topic=access", "")
    assert [titles(client, f"{index.url}?{query}") for query in queries] == [
        ["B", "C"],
        ["A"],
        ["A", "B", "C"],
    ]


def test_briefing_says_who_should_read_which_of_its_chapters(client: Client, home: Page) -> None:
    briefing = make.make_briefing(make.make_briefings(home), readers=(("managers", "3, 1, 9"),))

    html = client.get(briefing.url).content.decode()

    guide = html.partition('id="who-reads-what"')[2].partition("</section>")[0]
    assert re.findall(r'<a href="#(.*?)">(.*?)</a>', guide) == [
        ("chapter-1", "Chapter 1: Money"),
        ("chapter-3", "Chapter 3: Rooms"),
    ]
    identifiers = re.findall(r'\sid="([^"]*)"', html)
    assert len(identifiers) == len(set(identifiers))
    assert {"chapter-1", "chapter-2", "chapter-3"} <= set(identifiers)


def test_briefing_names_its_paper_or_has_none(home: Page) -> None:
    briefing = make.make_briefing(make.make_briefings(home))
    briefing.paper_url = "https://example.org/paper"

    with pytest.raises(ValidationError, match="title of the full paper and its address"):
        briefing.full_clean()


def test_resources_are_narrowed_by_subject(client: Client, home: Page) -> None:
    index = make.make_resources(home)
    make.make_resource_list(index, "Scripts", subject="clinical-pharmacists")
    make.make_resource_list(index, "Contract", subject="contract")

    queries = ("", "subject=clinical-pharmacists", "subject=nothing")
    assert [titles(client, f"{index.url}?{query}") for query in queries] == [
        ["Contract", "Scripts"],
        ["Scripts"],
        ["Contract", "Scripts"],
    ]


def test_list_of_resources_says_what_was_found_and_links_to_nothing_that_is_gone(
    client: Client, home: Page
) -> None:
    links = [
        make.resource_link(title="Here", checked_on="2026-02-01"),
        make.resource_link(title="Gone", address="https://example.org/gone", status="gone"),
    ]
    page = make.make_resource_list(make.make_resources(home), links=links)

    with at(datetime(2026, 3, 10, tzinfo=UTC)):
        html = client.get(page.url).content.decode()

    assert "https://example.org/gone" not in html
    assert "NHS England. Checked on 1 February 2026." in html
    assert "NHS England. It was gone when we looked on 1 March 2026." in html
    assert ResourceListPage.objects.get().checked_on == date(2026, 2, 1)


STEPS = [
    make.step("2026-03-11", "To come"),
    make.step("2026-03-10", "Today"),
    make.step("2026-01-01", "Long", "2026-04-01"),
    make.step("2026-02-01", "Over", "2026-03-10"),
]


def shown(client: Client, page: Page) -> list[tuple[str, list[str]]]:
    parts = client.get(page.url).context["parts"]
    return [(phase, [step.value["title"] for step in steps]) for phase, _, steps in parts]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (
            datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC),
            [("now", ["Long", "Over"]), ("coming", ["Today", "To come"])],
        ),
        (
            datetime(2026, 3, 10, tzinfo=UTC),
            [("past", ["Over"]), ("now", ["Long", "Today"]), ("coming", ["To come"])],
        ),
        (
            datetime(2026, 3, 31, 22, 59, 59, tzinfo=UTC),
            [("past", ["Over", "Today", "To come"]), ("now", ["Long"])],
        ),
        # Midnight in London, where summer time has begun.
        (datetime(2026, 3, 31, 23, tzinfo=UTC), [("past", ["Long", "Over", "Today", "To come"])]),
    ],
)
def test_timeline_moves_on_at_midnight_in_london_though_it_is_kept(
    client: Client, home: Page, settings: Settings, moment: datetime, expected: list[tuple[str, list[str]]]
) -> None:
    settings.PAGE_CACHE_SECONDS = 3600
    page = make.make_timeline(home, STEPS)
    with at(datetime(2026, 2, 20, tzinfo=UTC)):
        client.get(page.url)

    with at(moment):
        assert shown(client, page) == expected


def test_timeline_is_kept_until_midnight_at_most(client: Client, home: Page) -> None:
    page = make.make_timeline(home, STEPS)

    with at(datetime(2026, 3, 10, 12, tzinfo=UTC)):
        response = client.get(page.url)

    assert (response.shown_since, response.shown_until) == (
        datetime(2026, 3, 10, tzinfo=UTC),
        datetime(2026, 3, 11, tzinfo=UTC),
    )


def test_timeline_is_a_calendar_of_whole_days(client: Client, home: Page) -> None:
    page = make.make_timeline(home, STEPS)

    response = client.get(f"{page.url}calendar.ics")

    entries = Calendar.from_ical(response.content).walk("VEVENT")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert [(str(entry["summary"]), entry["dtstart"].dt, entry["dtend"].dt) for entry in entries] == [
        ("Long", date(2026, 1, 1), date(2026, 4, 1)),
        ("Over", date(2026, 2, 1), date(2026, 3, 10)),
        ("Today", date(2026, 3, 10), date(2026, 3, 11)),
        ("To come", date(2026, 3, 11), date(2026, 3, 12)),
    ]
    assert [str(entry["uid"]) for entry in entries] == [
        str(step.id) for step in sorted(page.steps, key=lambda step: step.value["begins_on"])
    ]
    assert response.content == client.get(f"{page.url}calendar.ics").content


def test_guidance_gathers_the_briefings_for_its_audience(client: Client, home: Page) -> None:
    index = make.make_briefings(home)
    make.make_briefing(index, "For them", readers=(("managers", "1, 2"),))
    make.make_briefing(index, "For others", readers=(("nurses", "1"),))
    make.make_briefing(index, "Unpublished", readers=(("managers", "1"),)).unpublish()

    response = client.get(make.make_guidance_for(home).url)

    assert [reader.briefing.title for reader in response.context["briefings"]] == ["For them"]
    assert "Chapters to read: 1, 2" in response.content.decode()


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def test_what_is_restricted_is_named_nowhere(client: Client, home: Page) -> None:
    blog, briefings = make.make_blog(home), make.make_briefings(home)
    post = make.make_post(blog, "Open post", topics=("access",))
    hidden = [
        make.make_post(blog, "Hidden post", topics=("access",)),
        make.make_briefing(briefings, "Hidden briefing", readers=(("managers", "1"),)),
    ]
    guidance = make.make_guidance_for(home)
    addresses = [blog.url, f"{blog.url}feed/", post.url, briefings.url, f"{briefings.url}feed/", guidance.url]
    before = [client.get(address).content.decode().count("Hidden") > 0 for address in addresses]

    for page in hidden:
        restrict(page)

    assert before == [True] * 6
    assert ["Hidden" in client.get(address).content.decode() for address in addresses] == [False] * 6


def test_briefings_below_a_restricted_list_are_named_nowhere(client: Client, home: Page) -> None:
    briefings = make.make_briefings(home)
    make.make_briefing(briefings, "Hidden briefing", readers=(("managers", "1"),))
    guidance = make.make_guidance_for(home)
    restrict(briefings)

    assert "Hidden" not in client.get(guidance.url).content.decode()
