"""How a page is found by its address: what is kept to find it sooner is never trusted."""

from collections.abc import Callable

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction, Site

from portal.pages.models import ArticlePage, ListingPage
from tests.pages.factories import make_article, make_listing, make_tips

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(home: Page) -> ListingPage:
    return make_listing(home, title="Guidance", slug="guidance")


@pytest.fixture
def article(listing: ListingPage) -> ArticlePage:
    return make_article(listing, title="Rotas", slug="rotas")


@pytest.fixture
def read(client: Client, django_capture_on_commit_callbacks: Callable) -> Callable[[str], tuple[int, str]]:
    """Asks for an address: twice, so that what is kept is used, and gives the second answer."""

    def ask(address: str) -> tuple[int, str]:
        with django_capture_on_commit_callbacks(execute=True):
            client.get(address)
        answer = client.get(address)
        return answer.status_code, answer.content.decode()

    return ask


def test_a_page_is_found_again_once_its_type_is_known(
    article: ArticlePage, read: Callable, client: Client, django_assert_num_queries: Callable
) -> None:
    assert read(article.url)[0] == 200

    with django_assert_num_queries(2):  # the list above it, and the page
        assert client.get(article.url).status_code == 200


def test_a_page_of_another_type_in_its_place_is_found_at_once(article: ArticlePage, read: Callable) -> None:
    read(article.url)
    listing = article.get_parent()
    article.delete()

    make_tips(listing.specific, title="Tips on rotas", slug="rotas")

    status, html = read(f"{listing.url}rotas/")
    assert status == 200
    assert "Tips on rotas" in html


def test_a_page_that_got_another_address_is_found_there_and_no_longer_here(
    article: ArticlePage, read: Callable
) -> None:
    read(article.url)
    before = article.url

    article.slug = "shifts"
    article.save_revision().publish()

    assert read(before.replace("rotas", "shifts"))[0] == 200
    assert read(before)[0] == 404


def test_a_page_that_is_not_published_is_not_found(article: ArticlePage, read: Callable) -> None:
    read(article.url)

    article.unpublish()

    assert read(article.url)[0] == 404


def test_a_page_that_nobody_may_read_any_more_is_refused_at_once(
    article: ArticlePage, read: Callable, client: Client
) -> None:
    read(article.url)

    PageViewRestriction.objects.create(page=article.get_parent(), restriction_type="login")

    answer = client.get(article.url)
    assert answer.status_code == 302
    assert "next=" in answer["Location"]


def test_the_home_page_is_shown_as_it_is_now_although_its_site_is_kept(home: Page, read: Callable) -> None:
    read("/")

    type(home).objects.filter(pk=home.pk).update(lead="Another lead.")  # as another process would have it

    assert "Another lead." in read("/")[1]


def test_a_home_page_that_was_unpublished_elsewhere_is_gone(home: Page, read: Callable) -> None:
    read("/")

    Page.objects.filter(pk=home.pk).update(live=False)

    assert read("/")[0] == 404


def test_the_way_back_up_names_the_pages_above_as_they_are(article: ArticlePage, read: Callable) -> None:
    read(article.url)

    Page.objects.filter(pk=article.get_parent().pk).update(title="Advice")

    assert '<a class="nhsuk-breadcrumb__link" href="/guidance/">Advice</a>' in read(article.url)[1]


def test_a_page_above_that_is_not_published_is_not_in_the_way_back_up(
    article: ArticlePage, read: Callable
) -> None:
    article.get_parent().specific.unpublish()

    status, html = read(article.url)

    assert status == 200
    assert 'href="/guidance/">Guidance</a>' not in html


def test_an_address_that_never_was_is_not_found_and_not_kept(home: Page, read: Callable) -> None:
    for address in ("/nothing/", "/nothing/at/all/", f"/{'x' * 300}/", "/é ü/"):
        assert read(address)[0] == 404, address


def test_a_site_without_a_page_that_the_portal_knows_is_not_found(read: Callable) -> None:
    Site.objects.all().delete()

    assert read("/anything/")[0] == 404
