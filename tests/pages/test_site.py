"""What stands around all pages: those about the portal, feeds, where to report a weakness, and what is shared of a page."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from lxml import etree
from wagtail.models import Page

from portal.pages.models import ArticlePage, Organisation
from portal.pages.navigation import forget_frame
from tests.events.pages import make_index
from tests.handbook.working_copy import make_handbook
from tests.pages import factories as make

SECURITY = "http://testserver/.well-known/security.txt"


def foot(client: Client, address: str = "/") -> str:
    return client.get(address).content.decode().partition("<footer")[2]


def test_pages_about_the_portal_are_at_the_foot_of_every_page(client: Client, home: Page) -> None:
    assert "footer-links--about" not in foot(client)
    make.make_information(home)
    make.make_information(home, title="Draft", slug="draft").unpublish()
    forget_frame()

    assert '<a class="nhsuk-footer__list-item-link" href="/privacy/">Privacy</a>' in foot(
        client, "/networks/"
    )
    assert "/draft/" not in foot(client)


def test_a_page_about_the_portal_says_when_it_was_last_reviewed(client: Client, home: Page) -> None:
    make.make_information(home)

    html = client.get("/privacy/").content.decode()

    assert '<dt>Last reviewed</dt> <dd><time datetime="2026-03-01">1 March 2026</time></dd>' in html


@pytest.mark.parametrize("contact", ["mailto:security@example.org", "https://example.org/report?a=1&b=2"])
def test_security_txt_says_where_to_report_and_until_when_it_holds(
    client: Client, home: Page, monkeypatch: pytest.MonkeyPatch, contact: str
) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    Organisation(security_contact=contact).save()
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC))

    answer = client.get("/.well-known/security.txt")

    assert (answer["Content-Type"], answer.content.decode()) == (
        "text/plain; charset=utf-8",
        f"Contact: {contact}\nExpires: 2026-12-27T00:00:00Z\nPreferred-Languages: en\nCanonical: {SECURITY}\n",
    )


@pytest.mark.parametrize(
    "contact", ["security@example.org", "http://example.org/", "mailto:a b@c", "https://x\nExpires: 1"]
)
def test_a_contact_that_would_not_be_read_is_refused(db: None, contact: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Organisation(security_contact=contact).full_clean()

    assert list(refused.value.message_dict) == ["security_contact"]


def test_programs_that_keep_passwords_find_where_one_changes_them(client: Client, db: None) -> None:
    assert client.get("/.well-known/change-password").url == "/accounts/password/change/"


def test_all_feeds_are_in_one_list_and_each_is_there(client: Client, home: Page) -> None:
    make.make_listing(home)
    make.make_blog(home)
    make.make_resources(home)
    make.make_timeline(home, [])
    make_index()
    make_handbook()

    context = client.get("/feeds/").context

    assert [(feed.url, feed.kind) for feed in context["feeds"]] == [
        ("/guidance/feed/", "RSS"),
        ("/blog/feed/", "RSS"),
        ("/resources/feed/", "RSS"),
        ("/events/feed/", "Atom"),
        ("/handbook/amendments/feed/", "Atom"),
    ]
    assert [(feed.url, webcal) for feed, webcal in context["calendars"]] == [
        ("/dates/calendar.ics", "webcal://testserver/dates/calendar.ics"),
        ("/events/calendar.ics", "webcal://testserver/events/calendar.ics"),
    ]
    assert {
        client.get(feed.url).status_code
        for feed in [*context["feeds"], *(one for one, _ in context["calendars"])]
    } == {200}


def test_a_list_that_editors_order_has_a_feed_the_newest_first(client: Client, home: Page) -> None:
    listing = make.make_listing(home)
    make.make_article(listing, title="Old & new", slug="old", published_on=date(2026, 1, 1))
    make.make_article(listing, title="New", slug="new", published_on=date(2026, 2, 1))
    make.make_article(listing, title="Draft", slug="draft").unpublish()

    answer = client.get("/guidance/feed/")

    items = etree.fromstring(answer.content).findall("channel/item")
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert [(item.findtext("title"), item.findtext("link")) for item in items] == [
        ("New", "http://testserver/guidance/new/"),
        ("Old & new", "http://testserver/guidance/old/"),
    ]
    assert (
        '<link rel="alternate" type="application/rss+xml" title="Guidance" href="/guidance/feed/">'
        in client.get("/guidance/").content.decode()
    )


def test_no_page_can_hide_behind_the_feed(home: Page) -> None:
    listing = make.make_listing(home)

    with pytest.raises(ValidationError) as refused:
        make.add(listing, ArticlePage(title="Feed", slug="feed"))

    assert refused.value.messages == ["“feed” is the address of another page."]


def test_the_old_address_of_a_page_that_was_renamed_or_moved_leads_on(
    client: Client, home: Page, django_capture_on_commit_callbacks: Any
) -> None:
    listing, other = make.make_listing(home), make.make_listing(home, title="Other", slug="other")
    article = make.make_article(listing, slug="pay")
    article.slug = "money"
    with django_capture_on_commit_callbacks(execute=True):
        article.save_revision().publish()
    assert client.get("/guidance/pay/?a=1", follow=True).redirect_chain == [("/guidance/money/", 301)]

    article.move(other, pos="last-child")

    assert client.get("/guidance/money/")["Location"] == "/other/money/"
    assert client.get("/guidance/pay/", follow=True).status_code == 200


@pytest.mark.parametrize("address", ["/", "/guidance/", "/networks/", "/feeds/"])
def test_what_is_shared_of_a_page_has_a_picture_and_a_name(client: Client, home: Page, address: str) -> None:
    make.make_listing(home)

    html = client.get(address).content.decode()

    assert '<meta property="og:image" content="http://testserver/static/portal/share.png">' in html
    assert '<meta property="og:site_name" content="Network directors portal">' in html
