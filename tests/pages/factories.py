"""Pages for tests, published below the home page."""

from datetime import date
from itertools import count
from typing import Any

from wagtail.models import Page

from portal.pages.models import (
    ArticlePage,
    CaseStudyIndexPage,
    CaseStudyPage,
    HubPage,
    ListingPage,
    StaffRole,
    Theme,
    ToolkitPage,
    TopTipsPage,
)

_numbers = count(1)
TEXT = [{"type": "text", "value": "<h2>Why</h2><p>Because.</p><h2>Why</h2>"}]


def add(parent: Page, page: Page) -> Page:
    """Publish `page` below `parent`."""
    parent.refresh_from_db()
    return parent.add_child(instance=page)


def make_listing(home: Page, **fields: Any) -> ListingPage:
    return add(home, ListingPage(**{"title": "Guidance", "slug": "guidance", **fields}))


def make_article(parent: Page, **fields: Any) -> ArticlePage:
    fields = {"title": f"Article {next(_numbers)}", "published_on": date(2026, 3, 1), "body": TEXT, **fields}
    return add(parent, ArticlePage(**fields))


def make_hub(home: Page, **fields: Any) -> HubPage:
    parts = [{"type": "part", "value": {"title": "Funding", "body": TEXT}}]
    return add(
        home,
        HubPage(**{"title": "Essentials", "slug": "essentials", "body": TEXT, "in_brief": parts, **fields}),
    )


def make_tips(listing: Page, **fields: Any) -> TopTipsPage:
    tips = [{"type": "tip", "value": {"heading": "Visit every practice", "text": "<p>Go first.</p>"}}]
    return add(listing, TopTipsPage(**{"title": "Meetings", "tips": tips, **fields}))


def make_toolkit(listing: Page, **fields: Any) -> ToolkitPage:
    items = [{"text": "Open an account", "help": "Two people approve each payment."}]
    checklist = [{"type": "group", "value": {"heading": "Money", "items": items}}]
    return add(
        listing, ToolkitPage(**{"title": "Setting up", "body": TEXT, "checklist": checklist, **fields})
    )


def make_case_studies(home: Page, **fields: Any) -> CaseStudyIndexPage:
    return add(home, CaseStudyIndexPage(**{"title": "Case studies", "slug": "case-studies", **fields}))


def make_case_study(
    index: Page, title: str = "", *, themes: tuple[str, ...] = (), roles: tuple[str, ...] = (), **fields: Any
) -> CaseStudyPage:
    fields = {"network": "Testing PCN", "region": "london", "published_on": date(2026, 3, 1), **fields}
    page = CaseStudyPage(title=title or f"Case study {next(_numbers)}", **fields)
    page.themes = [
        Theme.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0] for slug in themes
    ]
    page.roles = [
        StaffRole.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0] for slug in roles
    ]
    return add(index, page)
