"""Cards of addresses."""

from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page, PageViewRestriction

from portal.pages.cards import Card, card_for
from tests.pages.factories import make_article, make_listing

READER = AnonymousUser()


@pytest.mark.parametrize(
    ("address", "card"),
    [
        ("/", Card("Home", "Home page")),
        ("/guidance/", Card("Guidance", "Listing page")),
        ("/guidance/pay/", Card("Pay", "Article")),
        ("/guidance/pay", Card("Pay", "Article")),
        ("/guidance/pay/?x=1#why", Card("Pay", "Article")),
        ("/guidance/other/", None),
        ("//guidance/pay/", None),
        ("https://example.org/guidance/pay/", None),
        ("guidance/pay/", None),
        ("", None),
        ("/%00", None),
        ("/" + "x" * 10_000, None),
    ],
)
def test_card_says_what_lies_at_an_address(
    home: Page, now: datetime, address: str, card: Card | None
) -> None:
    make_article(make_listing(home), title="Pay", slug="pay")

    assert card_for(address, user=READER, now=now) == card


def test_card_is_refused_for_a_draft_and_for_a_restricted_page(home: Page, now: datetime) -> None:
    listing = make_listing(home)
    make_article(listing, title="Pay", slug="pay")
    draft = make_article(listing, title="Draft", slug="draft")
    secret = make_article(listing, title="Secret", slug="secret")
    draft.unpublish()
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)

    cards = {
        slug: card_for(f"/guidance/{slug}/", user=READER, now=now) for slug in ("pay", "draft", "secret")
    }

    assert cards == {"pay": Card("Pay", "Article"), "draft": None, "secret": None}
