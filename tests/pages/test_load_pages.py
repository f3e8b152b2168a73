"""The demo's pages."""

from datetime import datetime

from wagtail.documents import get_document_model
from wagtail.models import Page, Revision

from portal.demo.load_pages import load_pages
from portal.pages.models import CaseStudyPage, HomePage
from tests.factories import make_user


def counts() -> tuple[int, int, int]:
    return (Page.objects.count(), Revision.objects.count(), get_document_model().objects.count())


def test_demo_pages_are_made_once(home: HomePage, now: datetime) -> None:
    by = make_user(is_superuser=True)
    load_pages(by=by, now=now)
    first = counts()
    load_pages(by=by, now=now)

    assert (first, counts()) == ((22, 21, 12), (22, 21, 12))


def test_demo_leaves_what_an_editor_has_changed(home: HomePage, now: datetime) -> None:
    by = make_user(is_superuser=True)
    load_pages(by=by, now=now)
    study = CaseStudyPage.objects.first()
    study.title = "Ours"
    study.save_revision().publish()
    load_pages(by=by, now=now)

    study.refresh_from_db()
    assert study.title == "Ours"


def test_demo_dates_count_back_from_the_day_of_loading(home: HomePage, now: datetime) -> None:
    load_pages(by=make_user(is_superuser=True), now=now)

    study = CaseStudyPage.objects.get(slug="a-paramedic-for-home-visits")
    assert (now.date() - study.published_on).days == 176
