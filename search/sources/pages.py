"""Pages of every type, and what of them can be found by itself: the recordings of an event."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import strip_tags
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction

from events.models import EventIndexPage, EventPage, LearningPage, RecordingsFor
from handbook.models import HandbookPage, SectionPage
from portal.enquiries.models import AdvicePage
from portal.pages.models import (
    ArticlePage,
    AudiencePage,
    BlogIndexPage,
    BlogPostPage,
    BriefingIndexPage,
    BriefingPage,
    CaseStudyIndexPage,
    CaseStudyPage,
    DownloadIndexPage,
    DownloadPage,
    ExplainerPage,
    HomePage,
    HubPage,
    InformationPage,
    ListingPage,
    ResourceIndexPage,
    ResourceListPage,
    TimelinePage,
    ToolkitPage,
    TopTipsPage,
)
from portal.toolkits.models import CalculatorPage
from search.models import Entry
from search.sources.base import PUBLIC, SIGNED_IN, TRAIL, Labels, cut, entry
from search.watching import Watch

RESTRICTION = "page-restriction:"
# What leads somewhere is no word of the page.
ADDRESS = re.compile(r"(?:/|https?://|mailto:)\S*\Z")
PAGE_COLUMNS = (
    "title",
    "live",
    "url_path",
    "path",
    "content_type_id",
    "first_published_at",
    "last_published_at",
)
# The kinds of pages, each with what it is called, and how much it counts.
KINDS: dict[type[Page], tuple[str, str, float]] = {
    AdvicePage: ("page", "Page", 0.8),
    ArticlePage: ("article", "Article", 1.0),
    AudiencePage: ("audience", "Guidance for an audience", 1.0),
    BlogIndexPage: ("page", "Page", 0.7),
    BlogPostPage: ("blog-post", "Blog post", 0.9),
    BriefingIndexPage: ("page", "Page", 0.7),
    BriefingPage: ("briefing", "Briefing", 1.0),
    CalculatorPage: ("calculator", "Calculator", 1.0),
    CaseStudyIndexPage: ("page", "Page", 0.7),
    CaseStudyPage: ("case-study", "Case study", 1.0),
    DownloadIndexPage: ("page", "Page", 0.7),
    DownloadPage: ("download", "Download", 1.0),
    EventIndexPage: ("page", "Page", 0.7),
    EventPage: ("event", "Event", 1.0),
    ExplainerPage: ("article", "Article", 1.0),
    HandbookPage: ("handbook", "Handbook", 1.0),
    HubPage: ("hub", "Subject in brief", 1.0),
    LearningPage: ("hub", "Subject in brief", 1.0),
    InformationPage: ("page", "Page", 0.7),
    ListingPage: ("page", "Page", 0.7),
    ResourceIndexPage: ("page", "Page", 0.7),
    ResourceListPage: ("resources", "List of resources", 1.0),
    TimelinePage: ("timeline", "Timeline", 1.0),
    ToolkitPage: ("toolkit", "Toolkit", 1.0),
    TopTipsPage: ("top-tips", "Top tips", 1.0),
}
# People look for these by what they are: “calculator”, “timeline”. None needs to say so in its text.
ASKED_FOR_BY_KIND = frozenset(
    {"briefing", "calculator", "case-study", "download", "timeline", "toolkit", "top-tips"}
)
NOT_FOUND = {
    HomePage: "Everything begins there, and the way there is on every page.",
    SectionPage: "The working copy of editors. Readers find sections of editions.",
}
BELOW = (
    "SELECT '{name}:' || page.id FROM wagtailcore_page page JOIN wagtailcore_page top ON top.id = {{row}}.page_id "
    "WHERE page.path LIKE top.path || '%'"
)


def page_watches(name: str) -> tuple[Watch, ...]:
    """What concerns entries made of pages: the page itself, and who may see those above it."""
    return (
        Watch("wagtailcore_page", f"'{name}:' || {{row}}.id", PAGE_COLUMNS),
        Watch("wagtailcore_pageviewrestriction", BELOW.replace("{name}", name).replace("{{row}}", "{row}")),
    )


class PageSource:
    """Published pages."""

    name = "page"
    kinds = {kind: words for kind, words, _ in KINDS.values()}
    watches = page_watches("page")

    def keys(self) -> Iterable[int]:
        return Page.objects.type(*KINDS).order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        pages = list(Page.objects.filter(pk__in=keys, live=True).type(*KINDS).specific())
        surroundings = Surroundings.of(pages)
        for page in pages:
            access = surroundings.access(page)
            url = page.get_url()
            if access and url:
                yield _page_entry(page, access, url, surroundings.trail(page))


class RecordingSource:
    """The recordings of an event, all together, once it is over."""

    name = "recording"
    kinds = {"recording": "Recording"}
    watches = (
        *page_watches("recording"),
        Watch(
            "events_eventpage",
            "'recording:' || {row}.page_ptr_id",
            ("recordings", "recordings_for"),
            ("UPDATE",),
        ),
    )

    def keys(self) -> Iterable[int]:
        return EventPage.objects.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        pages = [page for page in EventPage.objects.filter(pk__in=keys, live=True) if page.recordings]
        surroundings = Surroundings.of(pages)
        for page in pages:
            access = access_of_recordings(page, surroundings.access(page))
            url = page.get_url()
            if access and url:
                yield entry(
                    f"recording:{page.pk}",
                    access=access,
                    url=f"{url}#recordings",
                    title=f"Recordings of {page.title}",
                    summary=" · ".join(block.value["title"] for block in page.recordings),
                    body=_text_of_stream(page.recordings),
                    trail=surroundings.trail(page) + TRAIL + page.title,
                    labels=Labels("recording", topics=_slugs(page.topics)),
                    on=page.starts_at,
                    shown_from=page.ends_at,
                    grows_old=True,
                )


def access_of_recordings(page: EventPage, access: str) -> str:
    """The rule of who may see the recordings of an event; the page's own, unless that is all too open."""
    rule = {
        RecordingsFor.EVERYONE: PUBLIC,
        RecordingsFor.SIGNED_IN: SIGNED_IN,
        RecordingsFor.PLACE: f"place:{page.pk}",
    }[RecordingsFor(page.recordings_for)]
    if access in {PUBLIC, rule}:
        return rule
    # Two rules at once are not asked for: what is restricted twice is not found.
    return access if rule == PUBLIC else ""


@dataclass
class Surroundings:
    """What stands above some pages: the titles on the way to each, and who may see it."""

    titles: dict[str, tuple[int, str]] = field(default_factory=dict)
    restrictions: list[tuple[str, int, str]] = field(default_factory=list)

    @classmethod
    def of(cls, pages: Collection[Page]) -> "Surroundings":
        paths = {
            page.path[:end] for page in pages for end in range(Page.steplen, len(page.path) + 1, Page.steplen)
        }
        titles = Page.objects.filter(path__in=paths).values_list("path", "depth", "title")
        restrictions = PageViewRestriction.objects.filter(page__path__in=paths)
        return cls(
            {path: (depth, title) for path, depth, title in titles},
            list(restrictions.order_by("pk").values_list("page__path", "pk", "restriction_type")),
        )

    def trail(self, page: Page) -> str:
        """The titles of the pages above, without the root of the tree and the home page."""
        steps = range(3 * Page.steplen, len(page.path), Page.steplen)
        return TRAIL.join(self.titles[page.path[:end]][1] for end in steps if page.path[:end] in self.titles)

    def access(self, page: Page) -> str:
        """The rule by which a page may be read; empty if nobody may find it."""
        held = [(pk, kind) for path, pk, kind in self.restrictions if page.path.startswith(path)]
        if any(kind == PageViewRestriction.PASSWORD for _, kind in held):
            return ""
        if not held:
            return PUBLIC
        if all(kind == PageViewRestriction.LOGIN for _, kind in held):
            return SIGNED_IN
        return RESTRICTION + "+".join(str(pk) for pk, kind in held if kind == PageViewRestriction.GROUPS)


def _page_entry(page: Page, access: str, url: str, trail: str) -> Entry:
    kind, called, weight = KINDS[type(page)]
    details = DETAILS.get(type(page), lambda _: {})(page)
    more = " ".join(filter(None, [details.pop("more", ""), called if kind in ASKED_FOR_BY_KIND else ""]))
    return entry(
        f"page:{page.pk}",
        access=access,
        url=url,
        title=page.title,
        summary=page.summary or page.search_description,
        trail=trail,
        body=text_of_page(page, more),
        weight=weight,
        author=details.pop("author", ""),
        on=details.pop("on", None) or getattr(page, "published_on", None),
        labels=Labels(kind, **details.pop("labels", {})),
        **details,
    )


def text_of_page(page: Page, more: str = "") -> str:
    """All words of a page but its title and summary."""
    streams = [field.name for field in page._meta.get_fields() if isinstance(field, StreamField)]
    texts = [_text_of_stream(getattr(page, name)) for name in streams if name != "recordings"]
    return " ".join(filter(None, [*texts, more]))


def _text_of_stream(value: Any) -> str:
    found = (
        text for text in value.stream_block.get_searchable_content(value) if not ADDRESS.match(str(text))
    )
    return " ".join(cut(strip_tags(str(text)), 100_000) for text in found)


def _slugs(labels: Any) -> tuple[str, ...]:
    return tuple(labels.values_list("slug", flat=True))


def _case_study(page: CaseStudyPage) -> dict[str, Any]:
    return {
        "more": page.network,
        "labels": {"region": page.region, "topics": _slugs(page.themes), "roles": _slugs(page.roles)},
    }


def _event(page: EventPage) -> dict[str, Any]:
    sessions = page.sessions.prefetch_related("speakers")
    said = [
        f"{session.title} {session.summary} {' '.join(str(one) for one in session.speakers.all())}"
        for session in sessions
    ]
    about = (page.get_kind_display(), page.for_whom, page.hosts, page.provider, page.venue, page.address)
    return {
        "more": " ".join([*about, *said]),
        "on": page.starts_at,
        "grows_old": True,
        "labels": {"region": page.region, "topics": _slugs(page.topics)},
    }


def _hub(page: HubPage) -> dict[str, Any]:
    return {"on": page.last_updated_on}


def _article(page: ArticlePage) -> dict[str, Any]:
    return {"author": page.author}


def _blog_post(page: BlogPostPage) -> dict[str, Any]:
    names = page.authors.values_list("name", flat=True)
    return {"author": ", ".join(names), "grows_old": True, "labels": {"topics": _slugs(page.topics)}}


def _briefing(page: BriefingPage) -> dict[str, Any]:
    readers = [f"{reader.audience} {reader.why}" for reader in page.readers.select_related("audience")]
    return {
        "more": " ".join([page.paper_title, page.paper_publisher, *readers]),
        "labels": {"topics": _slugs(page.topics)},
    }


def _audience(page: AudiencePage) -> dict[str, Any]:
    return {"more": page.audience.name}


def _download(page: DownloadPage) -> dict[str, Any]:
    current = page.current
    audiences = page.audiences.values_list("name", flat=True)
    return {
        "more": " ".join([page.get_kind_display(), f"version {current.number}", current.changes, *audiences]),
        "on": current.dated_on,
        "labels": {"topics": _slugs(page.topics)},
    }


def _resources(page: ResourceListPage) -> dict[str, Any]:
    return {"more": page.get_subject_display(), "on": page.checked_on}


DETAILS: dict[type[Page], Callable[[Any], dict[str, Any]]] = {
    ArticlePage: _article,
    AudiencePage: _audience,
    BlogPostPage: _blog_post,
    BriefingPage: _briefing,
    CaseStudyPage: _case_study,
    DownloadPage: _download,
    EventPage: _event,
    HubPage: _hub,
    ResourceListPage: _resources,
}
