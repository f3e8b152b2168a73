"""Cards of addresses in a handbook."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import PageViewRestriction

from handbook.actions.editions import prepare_edition
from handbook.models import HandbookPage, SectionPage
from portal.pages.cards import Card, card_for, cards_for
from tests.factories import NOW
from tests.handbook.working_copy import add_section, add_sections, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=2)


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """Edition 1.1 is in force; 2.0 comes into force in ten days."""
    handbook = make_handbook()
    chapter = add_section(handbook, "Governance")
    quorum = add_section(chapter, "Quorum", "<p>Half.</p>")
    votes = add_section(chapter, "Votes", "<p>One each.</p>")
    add_section(handbook, "Money", "<p>Pay.</p>")
    legal = add_section(handbook, "Legal", "<p>Law.</p>")
    publish(handbook, "1.0")
    edit(quorum, html="<p>All.</p>")
    edit(votes, title="Voting", slug="voting")
    legal.unpublish()
    publish(handbook, "1.1", now=NOW + timedelta(days=1))
    edit(quorum, html="<p>None.</p>")
    add_section(handbook, "Future", "<p>New.</p>")
    publish(handbook, "2.0", now=LATER, effective_on=(NOW + timedelta(days=10)).date())
    edit(quorum, html="<p>Secret.</p>", title="Secret", slug="secret")
    prepare_edition(handbook=handbook, by=None, now=LATER)
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


@pytest.mark.parametrize(
    ("address", "card"),
    [
        ("/handbook/", Card("Handbook", "Handbook", "edition 1.1")),
        ("/handbook", Card("Handbook", "Handbook", "edition 1.1")),
        ("/handbook/1.0/", Card("Handbook, edition 1.0", "Handbook edition", "superseded")),
        ("/handbook/1.1/", Card("Handbook, edition 1.1", "Handbook edition", "in force")),
        ("/handbook/2.0/", Card("Handbook, edition 2.0", "Handbook edition", "in force from 20 March 2026")),
        ("/handbook/quorum/", Card("1.1 Quorum", "Handbook section", "edition 1.1")),
        ("/handbook/quorum/#p-1", Card("1.1 Quorum", "Handbook section", "edition 1.1")),
        ("/handbook/1.1/quorum/", Card("1.1 Quorum", "Handbook section", "edition 1.1")),
        ("/handbook/1.0/quorum/", Card("1.1 Quorum", "Handbook section", "edition 1.0; amended since")),
        ("/handbook/1.0/votes/", Card("1.2 Votes", "Handbook section", "edition 1.0; renamed since")),
        ("/handbook/1.0/voting/", Card("1.2 Votes", "Handbook section", "edition 1.0; renamed since")),
        ("/handbook/votes/", Card("1.2 Voting", "Handbook section", "edition 1.1")),
        ("/handbook/1.0/money/", Card("2 Money", "Handbook section", "edition 1.0")),
        ("/handbook/1.0/legal/", Card("3 Legal", "Handbook section", "edition 1.0; removed since")),
        ("/handbook/legal/", Card("3 Legal", "Handbook section", "edition 1.0; removed since")),
        (
            "/handbook/2.0/future/",
            Card("3 Future", "Handbook section", "edition 2.0, in force from 20 March 2026"),
        ),
    ],
)
def test_a_card_says_what_lies_at_an_address(handbook: HandbookPage, address: str, card: Card) -> None:
    assert card_for(address, user=AnonymousUser(), now=LATER) == card


@pytest.mark.parametrize(
    "path",
    [
        "/handbook/future/",
        "/handbook/1.0/future/",
        "/handbook/secret/",
        "/handbook/2.1/",
        "/handbook/2.1/secret/",
        "/handbook/9.9/quorum/",
        "/handbook/amendments/",
        "/handbook/1.0/whole/",
        "/handbook/1.0/quorum/extra/",
        "/handbook/½.0/",
        "/handbook/99999.0/",
        "/handbook/" + "x" * 300 + "/",
        "/handbooks/quorum/",
    ],
)
def test_there_is_no_card_of_what_is_not_published_or_not_there(handbook: HandbookPage, path: str) -> None:
    assert card_for(path, user=AnonymousUser(), now=LATER) is None


def test_a_handbook_that_not_everybody_may_read_has_no_cards(handbook: HandbookPage) -> None:
    def cards() -> list[Card | None]:
        return [
            card_for(path, user=AnonymousUser(), now=LATER)
            for path in ("/handbook/1.0/", "/handbook/quorum/")
        ]

    before = len([card for card in cards() if card])
    restriction = PageViewRestriction.objects.create(
        page=handbook, restriction_type=PageViewRestriction.LOGIN
    )
    restricted = cards()
    restriction.delete()
    HandbookPage.objects.get().unpublish()

    assert (before, restricted, cards()) == (2, [None, None], [None, None])


@pytest.mark.parametrize("size", [3, 12])
def test_a_card_takes_the_same_queries_however_large_the_handbook_is(
    django_assert_num_queries: Callable, size: int
) -> None:
    handbook = make_handbook()
    add_sections(handbook, size)
    publish(handbook, "1.0")
    edit(SectionPage.objects.get(title="Section 1"), html="<p>Other.</p>")
    publish(handbook, "1.1", now=NOW + timedelta(days=1))
    card_for("/handbook/1.0/section-1/", user=AnonymousUser(), now=LATER)

    with django_assert_num_queries(5):
        card_for("/handbook/1.0/section-1/", user=AnonymousUser(), now=LATER)


ADDRESSES = [
    *("/handbook/", "/handbook/1.0/", "/handbook/quorum/", "/handbook/1.0/quorum/", "/handbook/1.0/votes/"),
    *("/handbook/1.0/voting/", "/handbook/1.0/money/", "/handbook/1.0/money", "/handbook/1.0/legal/"),
    *("/handbook/1.1/quorum/#p-1", "/handbook/2.0/future/", "/handbook/1.1/legal/", "/handbook/9.9/quorum/"),
    *(
        "/handbook/2.1/secret/",
        "/handbook/1.0/quorum/extra/",
        "/",
        "/nowhere/",
        "https://example.org/",
        "/%00",
    ),
]


def test_cards_of_many_addresses_are_those_of_each(handbook: HandbookPage) -> None:
    alone = {one: card_for(one, user=AnonymousUser(), now=LATER) for one in ADDRESSES}

    together = cards_for(ADDRESSES, user=AnonymousUser(), now=LATER)

    assert together == {address: card for address, card in alone.items() if card is not None}
    assert len(together) >= 10
    assert {card.note for card in together.values() if card.has_changed_since} == {
        "edition 1.0; amended since",
        "edition 1.0; renamed since",
        "edition 1.0; removed since",
    }


@pytest.mark.parametrize("count", [1, 4])
def test_cards_of_many_sections_take_the_same_queries(
    handbook: HandbookPage, count: int, django_assert_num_queries: Callable
) -> None:
    addresses = [
        "/handbook/1.0/quorum/",
        "/handbook/1.0/votes/",
        "/handbook/1.0/money/",
        "/handbook/1.1/quorum/",
    ]
    cards_for(addresses, user=AnonymousUser(), now=LATER)

    with django_assert_num_queries(2):
        assert len(cards_for(addresses[:count], user=AnonymousUser(), now=LATER)) == count


@pytest.mark.parametrize("at", ["handbook", "home"])
def test_cards_of_many_addresses_are_none_for_a_handbook_that_not_everybody_may_read(
    handbook: HandbookPage, at: str
) -> None:
    def found() -> int:
        return len(cards_for(["/handbook/1.0/quorum/"], user=AnonymousUser(), now=LATER))

    before = found()
    page = handbook if at == "handbook" else handbook.get_parent()
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    restricted = found()
    restriction.delete()
    HandbookPage.objects.get().unpublish()

    assert (before, restricted, found()) == (1, 0, 0)
