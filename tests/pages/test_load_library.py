"""The demo's pages around the handbook."""

from datetime import datetime

from wagtail.models import Page

from portal.demo.load_library import load_library
from portal.demo.load_pages import load_pages
from portal.pages.models import BlogPostPage, BriefingPage, DownloadPage, ResourceListPage, TimelinePage
from tests.factories import make_user


def test_library_is_made_once(home: Page, now: datetime) -> None:
    by = make_user(is_superuser=True)
    load_pages(by=by, now=now)
    before = Page.objects.count()
    load_library(by=by, now=now)
    first = Page.objects.count()
    load_library(by=by, now=now)

    assert (first - before, Page.objects.count()) == (27, first)
    kinds = (BlogPostPage, BriefingPage, DownloadPage, ResourceListPage, TimelinePage)
    assert [kind.objects.live().count() for kind in kinds] == [4, 2, 4, 6, 1]


def test_every_chapter_that_somebody_should_read_is_there(home: Page, now: datetime) -> None:
    by = make_user(is_superuser=True)
    load_pages(by=by, now=now)
    load_library(by=by, now=now)

    for briefing in BriefingPage.objects.all():
        for reader in briefing.readers.all():
            assert len(reader.chapters_of(briefing)) == len(reader.chapters.split(","))
