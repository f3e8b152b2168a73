"""What editors put first: for which queries, for whom, and how they do it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page, PageViewRestriction

from search.actions.indexing import catch_up
from search.engines.base import Hit
from search.keys import VISITOR
from search.models import Entry, Pending, Synonym
from search.promotions import promoted, titles_of_links
from search.rules.promoting import same, wishes
from search.rules.queries import parse, synonyms_of
from tests.factories import NOW, make_home, make_staff, sign_in
from tests.handbook.working_copy import add_section, edit, make_handbook, publish
from tests.pages.factories import make_article, make_listing

LIST = "/admin/searchpicks/"
WORDS = synonyms_of([["PCN", "primary care network"], ["ARRS", "additional roles"]])
SIGNED_IN = VISITOR | {"signed-in"}


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize(
    ("one", "other", "are_the_same"),
    [
        ("PCN finance", "pcn  Finance", True),
        ("PCN finance", "primary care network finance", True),
        ("PCNs", "primary care network", True),
        ("additional roles in a PCN", "ARRS PCN", True),
        ("“primary care network”", "PCN", True),
        ("PCN finance", "finance PCN", False),
        ("PCN", "PCN finance", False),
        ("PCN", "PCN kind:handbook", False),
        ("PCN", "PCN -finance", False),
        ("", "", False),
    ],
)
def test_two_queries_are_the_same_if_each_wish_can_be_said_as_that_of_the_other(
    one: str, other: str, are_the_same: bool
) -> None:
    assert same(*(wishes(parse(text, WORDS)) for text in (one, other))) is are_the_same


def promote(text: str, *pages: Page, **fields: object) -> None:
    """Puts pages, or an address elsewhere, first for a query."""
    cache.clear()
    for page in pages or (None,):
        SearchPromotion.objects.create(
            query=Query.get(text), page=page, sort_order=SearchPromotion.objects.count(), **fields
        )


def titles(text: str, keys: frozenset[str] = VISITOR, now: object = NOW) -> list[str]:
    return [hit.title for hit in promoted(text, keys, now)]


@pytest.mark.django_db
def test_pages_come_first_in_the_order_of_their_editor_also_for_synonyms() -> None:
    home = make_home()
    pages = [make_article(home, title=title) for title in ("Finance", "Alpha")]
    Synonym.objects.get_or_create(words="PCN, primary care network")
    promote("PCN money", *pages)
    catch_up(NOW)

    assert titles("primary  care network MONEY") == ["Finance", "Alpha"]
    assert titles("money") == []
    assert titles("PCN money", frozenset()) == []
    assert titles("") == []


@pytest.mark.django_db
def test_what_comes_first_has_the_words_of_its_editor_and_of_its_entry() -> None:
    page = make_article(make_home(), title="Finance", summary="What it costs.", slug="finance")
    promote("money", page)
    promote("money", page, description="Begin here.")
    promote("money", external_link_url="https://example.org/", external_link_text="Elsewhere")
    catch_up(NOW)

    found = promoted("money", VISITOR, NOW)

    assert [(hit.source, hit.kind, hit.url, hit.title, hit.summary) for hit in found] == [
        (f"page:{page.pk}", "article", "/finance/", "Finance", "What it costs."),
        (f"page:{page.pk}", "article", "/finance/", "Finance", "Begin here."),
        (f"promotion:{SearchPromotion.objects.last().pk}", "link", "https://example.org/", "Elsewhere", ""),
    ]
    assert {type(hit) for hit in found} == {Hit}


@pytest.mark.django_db
def test_only_who_may_find_a_page_sees_that_it_was_put_first() -> None:
    page = make_article(make_home(), title="Finance")
    promote("money", page)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    catch_up(NOW)

    assert titles("money") == []
    assert titles("money", SIGNED_IN) == ["Finance"]

    Page.objects.filter(pk=page.pk).update(live=False)  # not looked at again so far
    assert Pending.objects.filter(source=f"page:{page.pk}").exists()
    assert titles("money", SIGNED_IN) == []


@pytest.mark.django_db
def test_a_page_comes_first_from_the_moment_to_the_moment_that_it_is_shown() -> None:
    promote("money", page := make_article(make_home(), title="Finance"))
    catch_up(NOW)
    until = NOW + timedelta(hours=1)
    Entry.objects.filter(source=f"page:{page.pk}").update(shown_from=NOW, shown_until=until)
    second = timedelta(seconds=1)

    shown = [bool(titles("money", now=at)) for at in (NOW - second, NOW, until - second, until)]

    assert shown == [False, True, True, False]


@pytest.mark.django_db
def test_of_a_section_of_the_handbook_the_edition_in_force_comes_first() -> None:
    handbook = make_handbook()
    section = add_section(handbook, "Quorum", "<p>Half of the practices.</p>")
    publish(handbook, "1.0")
    edit(section, html="<p>All of the practices.</p>")
    publish(handbook, "1.1")
    promote("vote", section, handbook)
    catch_up(NOW)

    found = promoted("vote", VISITOR, NOW)

    assert [(hit.kind, hit.title, hit.edition) for hit in found] == [
        ("section", "1 Quorum", "1.1"),
        ("handbook", handbook.title, ""),
    ]


@pytest.mark.django_db
def test_an_address_elsewhere_comes_first_only_if_it_is_safe() -> None:
    for number, url in enumerate(
        ["http://example.org/", "ftp://example.org/", "javascript:alert(1)", "HTTPS://EXAMPLE.ORG/"]
    ):
        promote("money", external_link_url=url, external_link_text=f"Link {number}")

    assert titles("money") == ["Link 3"]
    assert [title for title, _ in titles_of_links().values()] == ["Link 3"]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_is_the_same_however_much_comes_first(count: int) -> None:
    handbook = make_handbook()
    sections = [add_section(handbook, f"Section {number}", "<p>Words.</p>") for number in range(count)]
    publish(handbook, "1.0")
    home = make_home()
    pages = [make_article(home) for _ in range(count)]
    promote("both", *sections, *pages)
    promote("pages", *pages)
    promote("links", *[None] * count, external_link_url="https://example.org/")
    catch_up(NOW)
    titles("both")  # reads synonyms and picks, which are kept for a minute

    def queries(text: str) -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = titles(text)
        return len(found), len(asked)

    assert [queries(text) for text in ("both", "pages", "links", "nothing")] == [
        (2 * count, 2),
        (count, 1),
        (count, 0),
        (0, 0),
    ]


@pytest.mark.django_db
def test_a_change_is_known_to_the_next_search(django_capture_on_commit_callbacks: object) -> None:
    promote("money", external_link_url="https://example.org/", external_link_text="Elsewhere")
    assert (titles("money"), titles("cash")) == (["Elsewhere"], [])

    with django_capture_on_commit_callbacks(execute=True):
        Synonym.objects.create(words="money, cash")
    assert titles("cash") == ["Elsewhere"]

    with django_capture_on_commit_callbacks(execute=True):
        SearchPromotion.objects.all().delete()
    assert titles("money") == []


def form(text: str, *picks: dict[str, object]) -> dict[str, object]:
    """What the form of promotions sends."""
    prefix = "editors_picks"
    values = {f"{prefix}-{name}": len(picks) for name in ("TOTAL_FORMS",)}
    values |= {f"{prefix}-INITIAL_FORMS": 0, f"{prefix}-MIN_NUM_FORMS": 0, f"{prefix}-MAX_NUM_FORMS": 1000}
    empty = {"page": "", "external_link_url": "", "external_link_text": "", "description": "", "DELETE": ""}
    for number, pick in enumerate(picks):
        values |= {
            f"{prefix}-{number}-{name}": value for name, value in {**empty, "ORDER": number, **pick}.items()
        }
    return {"query_string": text, **values}


@pytest.fixture
def editor() -> Client:
    return sign_in(make_staff("Editor"), second_factor=True)


@pytest.mark.django_db
def test_an_editor_puts_a_page_and_an_address_first_changes_and_deletes_them(
    editor: Client, django_capture_on_commit_callbacks: object
) -> None:
    page = make_article(make_listing(make_home()), title="Finance")
    catch_up(NOW)
    elsewhere = {"external_link_url": "https://example.org/", "external_link_text": "Elsewhere"}

    with django_capture_on_commit_callbacks(execute=True):
        added = editor.post(f"{LIST}add/", form(" Money  Matters", {"page": page.pk}, elsewhere))
    query = Query.objects.get()
    assert (added.status_code, query.query_string) == (302, "money matters")
    assert titles("money matters") == ["Finance", "Elsewhere"]

    with django_capture_on_commit_callbacks(execute=True):
        changed = editor.post(f"{LIST}{query.pk}/", form("cash", elsewhere))
    assert changed.status_code == 302
    assert titles("cash")[-1:] == ["Elsewhere"]
    assert titles("money matters") == []

    with django_capture_on_commit_callbacks(execute=True):
        editor.post(f"{LIST}{Query.objects.get(query_string='cash').pk}/delete/")
    assert titles("cash") == []


@pytest.mark.django_db
def test_an_address_that_is_not_safe_is_refused(editor: Client) -> None:
    answer = editor.post(
        f"{LIST}add/",
        form("money", {"external_link_url": "http://example.org/", "external_link_text": "Elsewhere"}),
    )

    assert answer.status_code == 200
    assert "Give an address that begins with https://." in answer.content.decode()
    assert not SearchPromotion.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "filled"), [("", ""), ("?query=care++home", "care home")])
def test_a_link_can_fill_the_query_in(editor: Client, asked: str, filled: str) -> None:
    answer = editor.get(f"{LIST}add/{asked}")

    assert (answer.status_code, answer.context["form"]["query_string"].value()) == (200, filled)


@pytest.mark.django_db
def test_others_cannot_say_what_comes_first() -> None:
    promote("money", external_link_url="https://example.org/", external_link_text="Elsewhere")
    addresses = [LIST, f"{LIST}add/", f"{LIST}{Query.objects.get().pk}/"]
    for group in ("Clinical reviewer", "Forum manager", "Administrator"):
        browser = sign_in(make_staff(group), second_factor=True)

        assert [browser.get(address).status_code for address in addresses] == [302, 302, 302]
        assert browser.post(addresses[1], form("cash", {})).status_code == 302
    assert Query.objects.count() == 1
