"""Pages for tests, published below the home page."""

from datetime import date
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page

from portal.pages.models import (
    ArticlePage,
    Audience,
    AudiencePage,
    Author,
    BlogIndexPage,
    BlogPostPage,
    BriefingIndexPage,
    BriefingPage,
    BriefingReader,
    CaseStudyIndexPage,
    CaseStudyPage,
    DownloadIndexPage,
    DownloadPage,
    DownloadVersion,
    ExplainerPage,
    HubPage,
    InformationPage,
    ListingPage,
    ResourceIndexPage,
    ResourceListPage,
    StaffRole,
    Theme,
    TimelinePage,
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


def make_information(home: Page, **fields: Any) -> InformationPage:
    fields = {"title": "Privacy", "slug": "privacy", "reviewed_on": date(2026, 3, 1), "body": TEXT, **fields}
    return add(home, InformationPage(**fields))


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


def make_theme(slug: str) -> Theme:
    return Theme.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def make_author(name: str = "Ada Love", **fields: Any) -> Author:
    return Author.objects.get_or_create(name=name, defaults={"role": "Nurse", **fields})[0]


def make_audience(slug: str = "managers") -> Audience:
    return Audience.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def make_blog(home: Page, **fields: Any) -> BlogIndexPage:
    return add(
        home, BlogIndexPage(**{"title": "Blog", "slug": "blog", "summary": "What we think.", **fields})
    )


def make_post(
    blog: Page, title: str = "", *, authors: tuple[str, ...] = (), topics: tuple[str, ...] = (), **fields: Any
) -> BlogPostPage:
    fields = {"published_on": date(2026, 3, 1), "body": TEXT, **fields}
    page = BlogPostPage(title=title or f"Post {next(_numbers)}", **fields)
    page.authors = [make_author(name) for name in authors]
    page.topics = [make_theme(slug) for slug in topics]
    return add(blog, page)


def make_briefings(home: Page, **fields: Any) -> BriefingIndexPage:
    return add(home, BriefingIndexPage(**{"title": "Briefings", "slug": "briefings", **fields}))


def make_briefing(
    index: Page,
    title: str = "",
    *,
    readers: tuple[tuple[str, str], ...] = (),
    topics: tuple[str, ...] = (),
    **fields: Any,
) -> BriefingPage:
    chapters = [
        {"type": "chapter", "value": {"title": name, "body": TEXT}} for name in ("Money", "People", "Rooms")
    ]
    fields = {"published_on": date(2026, 3, 1), "introduction": TEXT, "chapters": chapters, **fields}
    page = BriefingPage(title=title or f"Briefing {next(_numbers)}", **fields)
    page.topics = [make_theme(slug) for slug in topics]
    page.readers = [
        BriefingReader(audience=make_audience(slug), chapters=chapters, why="It concerns you.", sort_order=at)
        for at, (slug, chapters) in enumerate(readers)
    ]
    return add(index, page)


def make_document(title: str = "", **fields: Any) -> AbstractDocument:
    title = title or f"Document {next(_numbers)}"
    file = ContentFile(b"a,b", name=f"{title.lower().replace(' ', '-')}.csv")
    return get_document_model().objects.create(title=title, file=file, **fields)


def make_downloads(home: Page, **fields: Any) -> DownloadIndexPage:
    return add(home, DownloadIndexPage(**{"title": "Downloads", "slug": "downloads", **fields}))


def version(number: str, dated_on: date, **fields: Any) -> DownloadVersion:
    document = fields.pop("document", None) or make_document(f"Agreement {number}")
    return DownloadVersion(number=number, dated_on=dated_on, document=document, **fields)


def make_download(
    index: Page,
    title: str = "",
    *,
    versions: tuple[DownloadVersion, ...] = (),
    topics: tuple[str, ...] = (),
    audiences: tuple[str, ...] = (),
    **fields: Any,
) -> DownloadPage:
    fields = {"kind": "template", "body": TEXT, **fields}
    page = DownloadPage(title=title or f"Download {next(_numbers)}", **fields)
    page.topics = [make_theme(slug) for slug in topics]
    page.audiences = [make_audience(slug) for slug in audiences]
    page.versions = list(versions) or [version("1.0", date(2026, 3, 1))]
    return add(index, page)


def make_resources(home: Page, **fields: Any) -> ResourceIndexPage:
    return add(home, ResourceIndexPage(**{"title": "Resources", "slug": "resources", **fields}))


def resource_link(**fields: Any) -> dict[str, Any]:
    return {
        "title": "The contract",
        "address": "https://example.org/contract",
        "source": "NHS England",
        "dated": None,
        "note": "",
        "checked_on": "2026-03-01",
        "status": "works",
        **fields,
    }


def make_resource_list(index: Page, title: str = "", *, links: Any = None, **fields: Any) -> ResourceListPage:
    value = {"question": "Who signs?", "answer": "<p>You do.</p>", "links": links or [resource_link()]}
    questions = [{"type": "question", "value": value}]
    fields = {"subject": "contract", "questions": questions, **fields}
    return add(index, ResourceListPage(title=title or f"List {next(_numbers)}", **fields))


def step(begins_on: str, title: str = "A step", ends_on: str | None = None, **fields: Any) -> dict[str, Any]:
    value = {"begins_on": begins_on, "ends_on": ends_on, "title": title, "text": "<p>Plan.</p>"}
    return {"type": "step", "value": {**value, "address": "", "link_text": "", **fields}}


def make_timeline(home: Page, steps: list[dict[str, Any]], **fields: Any) -> TimelinePage:
    fields = {"title": "Dates", "slug": "dates", "published_on": date(2026, 3, 1), **fields}
    return add(home, TimelinePage(steps=steps, **fields))


def animation(**fields: Any) -> dict[str, Any]:
    value = {
        "title": "How it works",
        "drawing": "how-networks-work",
        "film": None,
        "captions": None,
        "address": "",
        "transcript": "<p>Six practices appear.</p>",
    }
    return {"type": "animation", "value": {**value, **fields}}


def make_explainer(home: Page, *, count: int = 1, **fields: Any) -> ExplainerPage:
    """An explainer with so many figures, steps and cards."""
    figure = {
        "number": "1,250",
        "counts": "networks",
        "source": "A census",
        "address": "https://example.org/",
        "holds_for": "2020-05-31",
    }
    link = {"title": "Read on", "text": "", "link": {"page": None, "address": "/"}}
    fields = {
        "title": "Explained",
        "slug": "explained",
        "published_on": date(2026, 3, 1),
        "body": TEXT,
        "animation": [animation()],
        "figures": [{"type": "figure", "value": figure}] * count,
        "steps": [{"type": "step", "value": {"heading": "They sign", "text": "<p>Then.</p>"}}] * count,
        "related": [{"type": "card", "value": link}] * count,
        **fields,
    }
    return add(home, ExplainerPage(**fields))


def make_guidance_for(home: Page, audience: str = "managers", **fields: Any) -> AudiencePage:
    cards = [{"title": "Pay", "text": "", "link": {"page": None, "address": "/handbook/"}}]
    gathered = [{"type": "group", "value": {"heading": "Money", "cards": cards}}]
    fields = {"title": "For managers", "slug": "for-managers", "body": TEXT, "gathered": gathered, **fields}
    return add(home, AudiencePage(audience=make_audience(audience), **fields))
