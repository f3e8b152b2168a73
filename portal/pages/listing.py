"""The pages around the handbook, read for lists: what readers choose by, and feeds of what is new."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.text import capfirst
from wagtail.models import Page, get_page_models

from portal.members.models import Region
from portal.pages.feeds import Feed, Kind
from portal.pages.filters import ListFilter
from portal.pages.models import (
    BlogIndexPage,
    BlogPostPage,
    BriefingIndexPage,
    BriefingPage,
    BriefingReader,
    CaseStudyIndexPage,
    CaseStudyPage,
    DownloadIndexPage,
    DownloadKind,
    DownloadPage,
    DownloadVersion,
    ListingPage,
    ResourceIndexPage,
    ResourceSubject,
    Theme,
    TimelinePage,
)
from portal.pages.models.base import BasePage
from portal.pages.models.index import IndexPage
from portal.pages.rules import SIZES, size_of

MOST_IN_FEED = 50
# What somebody may have pasted and XML has no way to say.
UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def posts(index: BlogIndexPage, parameters: QueryDict) -> ListFilter:
    """The posts that anyone may read, the newest first."""
    found = list(_dated(index).prefetch_related("authors", "topics"))
    authors = {str(author.pk): author.name for post in found for author in post.authors.all()}
    offered = {"author": ("Author", _sorted(authors)), "topic": ("Topic", _topics(found))}
    return ListFilter(parameters, found, offered=offered, values=_post_values)


def briefings(index: BriefingIndexPage, parameters: QueryDict) -> ListFilter:
    """The briefings that anyone may read, the newest first."""
    readers = Prefetch("readers", BriefingReader.objects.select_related("audience"))
    found = list(_dated(index).prefetch_related("topics", readers))
    audiences = {
        reader.audience.slug: reader.audience.name for page in found for reader in page.readers.all()
    }
    offered = {"audience": ("For whom", _sorted(audiences)), "topic": ("Topic", _topics(found))}
    return ListFilter(parameters, found, offered=offered, values=_briefing_values)


def case_studies(index: CaseStudyIndexPage, parameters: QueryDict) -> ListFilter:
    """The case studies that anyone may read, the newest first."""
    found = list(_dated(index).defer("body").prefetch_related("themes", "roles"))
    offered = {
        "region": ("Region", dict(Region.choices)),
        "theme": (
            "Theme",
            _sorted({theme.slug: theme.name for page in found for theme in page.themes.all()}),
        ),
        "role": ("Role", _sorted({role.slug: role.name for page in found for role in page.roles.all()})),
        "size": ("Size of the network", SIZES),
    }
    return ListFilter(parameters, found, offered=offered, values=_case_study_values)


def downloads(index: DownloadIndexPage, parameters: QueryDict) -> ListFilter:
    """The downloads that whoever reads the list may read, those with the newest version first."""
    versions = Prefetch("versions", DownloadVersion.objects.select_related("document"))
    # Whoever reads the list may read what is above the pages too.
    pages = index.below().live().filter(view_restrictions=None).defer("body").order_by("title")
    pages = pages.prefetch_related(versions, "topics", "audiences")
    found = sorted(pages, key=lambda page: page.current.dated_on, reverse=True)
    audiences = {audience.slug: audience.name for page in found for audience in page.audiences.all()}
    offered = {
        "kind": ("Kind", dict(DownloadKind.choices)),
        "audience": ("For whom", _sorted(audiences)),
        "topic": ("Topic", _topics(found)),
    }
    return ListFilter(parameters, found, offered=offered, values=_download_values)


def resources(index: ResourceIndexPage, parameters: QueryDict) -> ListFilter:
    """The lists of resources that anyone may read, in the order of their subjects."""
    order = ResourceSubject.values
    found = sorted(index.below().live().public(), key=lambda page: (order.index(page.subject), page.title))
    offered = {"subject": ("Subject", dict(ResourceSubject.choices))}
    return ListFilter(parameters, found, offered=offered, values=lambda page: {"subject": {page.subject}})


def pages(index: ListingPage, parameters: QueryDict) -> ListFilter:
    """The pages of a list that anyone may read, in the order of their editors, by their kind; not yet as what they are."""
    found = list(index.get_children().live().public())
    kinds = {page.specific_class for page in found}
    offered = {
        "kind": ("Kind", _sorted({_kind(one): capfirst(one._meta.verbose_name_plural) for one in kinds}))
    }
    return ListFilter(
        parameters, found, offered=offered, values=lambda page: {"kind": {_kind(page.specific_class)}}
    )


def as_what_they_are(pages: Iterable[Page]) -> list[Page]:
    """The same pages in the same order, each of its own type: a query for each type."""
    numbers: dict[type[Page], list[int]] = defaultdict(list)
    for page in pages:
        numbers[page.specific_class].append(page.pk)
    found = {pk: page for model, pks in numbers.items() for pk, page in model.objects.in_bulk(pks).items()}
    return [found[page.pk] for page in pages if page.pk in found]


def _kind(model: type[Page]) -> str:
    return model._meta.model_name.removesuffix("page")


def feed_of(index: IndexPage, chosen: ListFilter) -> str:
    """What is new in a list as RSS, narrowed as the list is."""
    title = f"{index.title}: {', '.join(chosen.chosen_names)}" if chosen else index.title
    return _feed(index, title, f"?{chosen.query}" if chosen else "", chosen.found())


def feed_of_listing(index: ListingPage) -> str:
    """The pages of a list that editors order, as RSS."""
    return _feed(index, index.title, "", index.get_children().live().public().specific())


def feeds_of_pages() -> Iterator[Feed]:
    """The feed of each list of pages that anyone may read, and the calendar of each timeline. In the order of the pages."""
    lists = [model for model in get_page_models() if getattr(model, "has_feed", False)]
    found = Page.objects.type((*lists, TimelinePage)).live().public().order_by("path")
    for page in found.specific(defer=True):
        if isinstance(page, TimelinePage):
            yield Feed(page.title, f"{page.url}calendar.ics", Kind.CALENDAR)
        else:
            yield Feed(page.title, f"{page.url}feed/", Kind.RSS)


def _feed(index: BasePage, title: str, query: str, pages: Iterable[Any]) -> str:
    home = f"{settings.BASE_URL}{index.url}"
    rss = Rss201rev2Feed(
        title=_spoken(title),
        link=home + query,
        description=_spoken(index.summary or index.title),
        language="en-GB",
        feed_url=f"{home}feed/{query}",
    )
    for page in sorted(pages, key=_day_of, reverse=True)[:MOST_IN_FEED]:
        rss.add_item(
            link=f"{home}{page.slug}/",
            unique_id_is_permalink=False,
            pubdate=_at_midnight(_day_of(page)),
            categories=[topic.name for topic in _topics_of(page)],
            **(_version_in_feed(page) if isinstance(page, DownloadPage) else _page_in_feed(page)),
        )
    return rss.writeString("utf-8")


def _page_in_feed(page: BasePage) -> dict[str, str]:
    return {
        "title": _spoken(page.title),
        "description": _spoken(page.summary),
        "unique_id": f"urn:uuid:{page.translation_key}",
    }


def _version_in_feed(page: DownloadPage) -> dict[str, str]:
    """Each version is news of its own: feed readers know by the number that there is another."""
    current = page.current
    return {
        "title": _spoken(f"{page.title}: version {current.number}"),
        "description": _spoken(current.changes or page.summary),
        "unique_id": f"urn:uuid:{page.translation_key}#{current.number}",
    }


def _topics_of(page: BasePage) -> Iterable[Theme]:
    topics = getattr(page, "themes", None) or getattr(page, "topics", None)
    return topics.all() if topics is not None else ()


def _day_of(page: BasePage) -> date:
    """The day that a reader is told: the one that an editor gave, else that of its publication."""
    if isinstance(page, DownloadPage):
        return page.current.dated_on
    given = getattr(page, "published_on", None) or getattr(page, "checked_on", None)
    return given or timezone.localdate(page.first_published_at or page.latest_revision_created_at)


def _dated(index: IndexPage) -> QuerySet:
    return index.below().live().public().order_by("-published_on", "title")


def _topics(pages: Iterable[BlogPostPage | BriefingPage | DownloadPage]) -> dict[str, str]:
    return _sorted({topic.slug: topic.name for page in pages for topic in page.topics.all()})


def _sorted(names: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def _post_values(post: BlogPostPage) -> dict[str, set[str]]:
    return {
        "author": {str(author.pk) for author in post.authors.all()},
        "topic": {topic.slug for topic in post.topics.all()},
    }


def _briefing_values(briefing: BriefingPage) -> dict[str, set[str]]:
    return {
        "audience": {reader.audience.slug for reader in briefing.readers.all()},
        "topic": {topic.slug for topic in briefing.topics.all()},
    }


def _case_study_values(page: CaseStudyPage) -> dict[str, set[str]]:
    return {
        "region": {page.region},
        "theme": {theme.slug for theme in page.themes.all()},
        "role": {role.slug for role in page.roles.all()},
        "size": {size_of(page.list_size)},
    }


def _download_values(page: DownloadPage) -> dict[str, set[str]]:
    return {
        "kind": {page.kind},
        "audience": {audience.slug for audience in page.audiences.all()},
        "topic": {topic.slug for topic in page.topics.all()},
    }


def _at_midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _spoken(text: str) -> str:
    return UNSPEAKABLE.sub("", text)
