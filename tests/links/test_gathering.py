"""The table of links: taken from what readers are shown, kept once, and gone with the places where they stood."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page

from portal.links.actions.gathering import gather_all, gather_page
from portal.links.gathering import Found, links_in
from portal.links.models import Link, Use
from tests.factories import NOW
from tests.handbook.working_copy import add_section, edit, make_handbook, publish
from tests.pages.factories import (
    make_article,
    make_briefing,
    make_briefings,
    make_listing,
    make_resource_list,
    make_resources,
    resource_link,
)

pytestmark = pytest.mark.django_db

OUTSIDE = "https://www.gov.uk/vat"


def body(html: str) -> list[dict[str, Any]]:
    return [{"type": "text", "value": html}]


def link(address: str, words: str = "VAT") -> list[dict[str, Any]]:
    return body(f'<p><a href="{address}">{words}</a></p>')


def uses() -> list[tuple[str, str, str]]:
    return sorted(Use.objects.values_list("link__address", "title", "words"))


def test_links_in_html_that_readers_are_shown() -> None:
    html = (
        '<p><a href="https://a.example/#x"> Two\n words </a><a href="https://a.example/">Again</a><a href="#here">Here</a>'
        '<a href="mailto:a@example.org">Mail</a><a>Gone</a><a id="anchor"></a><a href="/handbook/#p-1">Ours</a></p>'
    )

    assert links_in(html) == [
        Found("https://a.example/", "Two words"),
        Found("page:gone", "Gone"),
        Found("/handbook/#p-1", "Ours"),
    ]


def test_links_of_all_kinds_of_fields_and_blocks_are_found(home: Page) -> None:
    listing = make_listing(home)
    make_article(
        listing,
        title="Article",
        body=[
            *link(OUTSIDE),
            {"type": "markdown", "value": "[Down](https://b.example/)"},
            {
                "type": "action_link",
                "value": {"text": "Go", "link": {"page": None, "address": "https://c.example/"}},
            },
            *body(
                f'<p><a linktype="page" id="{listing.pk}">List</a> <a linktype="page" id="999999">Old</a></p>'
            ),
        ],
    )
    make_briefing(
        make_briefings(home), title="Paper", paper_title="The paper", paper_url="https://d.example/paper"
    )
    make_resource_list(
        make_resources(home),
        title="Questions",
        links=[resource_link(address="https://e.example/", title="E", status="works")],
    )

    gather_all(NOW)

    assert {(address, words) for address, _, words in uses() if address not in ("/", "/briefings/")} >= {
        ("/guidance/", "List"),
        ("https://b.example/", "Down"),
        ("https://c.example/", "Go"),
        ("https://d.example/paper", ""),
        ("https://e.example/", "E"),
        (OUTSIDE, "VAT"),
        ("page:gone", "Old"),
    }


def test_a_link_is_kept_once_with_all_the_places_where_it_stands(home: Page) -> None:
    listing = make_listing(home)
    for title in ("One", "Two"):
        make_article(listing, title=title, body=link(OUTSIDE, f"In {title}"))
    make_article(listing, title="Draft", body=link("https://draft.example/"), live=False)

    gather_all(NOW)
    gather_all(NOW)

    assert uses() == [(OUTSIDE, "One", "In One"), (OUTSIDE, "Two", "In Two")]
    assert Link.objects.values_list("host", "state", "next_check_at").get() == ("www.gov.uk", "new", NOW)


def test_what_stands_nowhere_any_more_is_let_go_of_and_what_is_known_of_the_rest_stays(home: Page) -> None:
    listing = make_listing(home)
    page = make_article(listing, body=[*link(OUTSIDE), *link("https://b.example/")])
    gather_all(NOW)
    Link.objects.filter(address=OUTSIDE).update(state="works", checked_at=NOW)
    page.body = link(OUTSIDE, "New words")
    page.save()

    gather_all(NOW)
    assert list(Link.objects.values_list("address", "state", "uses__words")) == [
        (OUTSIDE, "works", "New words")
    ]

    page.unpublish()
    gather_all(NOW)
    assert (Link.objects.count(), Use.objects.count()) == (0, 0)


def test_a_page_s_links_are_taken_in_as_soon_as_it_is_published(
    home: Page, django_capture_on_commit_callbacks: Callable
) -> None:
    page = make_article(make_listing(home), title="Page", body=[])
    page.body = link(OUTSIDE)
    revision = page.save_revision()
    assert uses() == []

    with django_capture_on_commit_callbacks(execute=True):
        revision.publish()
    assert uses() == [(OUTSIDE, "Page", "VAT")]

    with django_capture_on_commit_callbacks(execute=True):
        page.refresh_from_db()
        page.unpublish()
    assert uses() == []


def test_a_page_that_is_deleted_takes_its_uses_with_it_and_the_next_run_its_links(home: Page) -> None:
    page = make_article(make_listing(home), body=link(OUTSIDE))
    gather_page(page_id=page.pk)

    page.delete()
    assert Use.objects.count() == 0

    gather_all(NOW)
    gather_page(page_id=page.pk)
    assert Link.objects.count() == 0


def test_the_handbook_s_links_are_those_of_the_edition_in_force_and_lead_to_the_working_copy() -> None:
    handbook = make_handbook()
    section = add_section(handbook, "Tax", f'<p><a href="{OUTSIDE}">VAT</a></p>')
    publish(handbook, "1.0", now=timezone.now())
    edit(section, html='<p><a href="https://next.example/">Next</a></p>')

    gather_all(NOW)

    assert uses() == [(OUTSIDE, "Tax (Handbook, edition 1.0)", "VAT")]
    assert Use.objects.get().page_id == section.pk


@pytest.mark.parametrize("count", [1, 5])
def test_a_place_takes_the_same_queries_however_many_links_it_has(
    count: int, home: Page, django_assert_num_queries: Callable
) -> None:
    html = "".join(f'<p><a href="https://{number}.example/">A</a></p>' for number in range(count))
    page = make_article(make_listing(home), body=body(html))

    with django_assert_num_queries(9):
        gather_page(page_id=page.pk)
