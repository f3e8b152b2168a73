"""Makes the demo's pages around the handbook: blog, briefings, downloads, resources, a timeline, and guidance for audiences."""

import re
import tomllib
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Site

from portal.demo.load_pages import (
    HERE,
    Loader,
    Source,
    card,
    document,
    label,
    read,
    read_all,
    rich_text,
    stream,
)
from portal.members.models import User
from portal.pages.markdown import to_blocks
from portal.pages.models import (
    Audience,
    AudiencePage,
    Author,
    BlogIndexPage,
    BlogPostPage,
    BriefingIndexPage,
    BriefingPage,
    BriefingReader,
    DownloadIndexPage,
    DownloadPage,
    DownloadVersion,
    ExplainerPage,
    InformationPage,
    Organisation,
    ResourceIndexPage,
    ResourceListPage,
    Theme,
    TimelinePage,
)

CHAPTER = re.compile(r"^## +(.+)$", re.MULTILINE)


@transaction.atomic
def load_library(*, by: User, now: datetime) -> None:
    """Make the pages that do not exist yet, published by `by`, with dates that count back from `now`."""
    loader = Loader(by, timezone.localdate(now))
    home = Site.objects.get(is_default_site=True).root_page.specific
    _add_blog(home, loader)
    _add_briefings(home, loader)
    _add_downloads(home, loader)
    _add_resources(home, loader)
    _add_information(home, loader)
    guidance = home.get_children().get(slug="articles").specific
    _add_explainer(guidance, loader)
    _add_timelines(guidance, loader)
    _add_audiences(guidance, loader)


def _add_information(home: Page, loader: Loader) -> None:
    """What every site of the public sector says of itself, and where to report a weakness."""
    for source in read_all("information"):
        page = InformationPage(**source.common, reviewed_on=loader.day(source), body=to_blocks(source.text))
        loader.add(home, page)
    organisation = Organisation.current()
    if not organisation.security_contact:
        organisation.security_contact = "mailto:security@demo.example"
        organisation.save()


def _add_blog(home: Page, loader: Loader) -> None:
    index = BlogIndexPage(
        title="Blog",
        slug="blog",
        summary="What people who lead and staff networks have tried, got wrong and changed their minds about.",
        show_in_menus=True,
    )
    parent = loader.add(home, index)
    for author in tomllib.loads((HERE / "pages" / "authors.toml").read_text(encoding="utf-8"))["authors"]:
        Author.objects.get_or_create(name=author["name"], defaults=author)
    for source in read_all("blog"):
        page = BlogPostPage(**source.common, published_on=loader.day(source), body=to_blocks(source.text))
        page.authors = [Author.objects.get(name=name) for name in source.fields["authors"]]
        page.topics = [label(Theme, name) for name in source.fields["topics"]]
        loader.add(parent, page)


def _add_briefings(home: Page, loader: Loader) -> None:
    index = BriefingIndexPage(
        title="Briefings",
        slug="briefings",
        summary="Longer papers in brief, with the chapters that each reader needs.",
        show_in_menus=True,
    )
    parent = loader.add(home, index)
    for source in read_all("briefings"):
        loader.add(parent, _briefing(source, loader))


def _briefing(source: Source, loader: Loader) -> BriefingPage:
    introduction, *rest = CHAPTER.split(source.text)
    chapters = [
        {"title": title.strip(), "body": to_blocks(text)}
        for title, text in zip(rest[::2], rest[1::2], strict=True)
    ]
    paper = {name: source.fields[name] for name in ("paper_title", "paper_publisher", "paper_url")}
    page = BriefingPage(
        **source.common,
        **paper,
        published_on=loader.day(source),
        introduction=to_blocks(introduction),
        chapters=stream("chapter", chapters),
    )
    if "pdf" in source.fields:
        page.pdf = document(source.fields["pdf"], source.fields["title"], loader)
    page.topics = [label(Theme, name) for name in source.fields["topics"]]
    page.readers = [
        BriefingReader(
            audience=label(Audience, found["audience"]),
            chapters=found["chapters"],
            why=found["why"],
            sort_order=number,
        )
        for number, found in enumerate(source.fields["readers"])
    ]
    return page


def _add_downloads(home: Page, loader: Loader) -> None:
    index = DownloadIndexPage(
        title="Downloads",
        slug="downloads",
        summary="Documents to fill in, sign or keep. See at once whether the version you hold is still current.",
        show_in_menus=True,
    )
    parent = loader.add(home, index)
    for source in read_all("downloads"):
        page = DownloadPage(**source.common, kind=source.fields["kind"], body=to_blocks(source.text))
        page.topics = [label(Theme, name) for name in source.fields["topics"]]
        page.audiences = [label(Audience, name) for name in source.fields["audiences"]]
        page.versions = [
            DownloadVersion(
                number=found["number"],
                dated_on=loader.today - timedelta(days=found["days_ago"]),
                document=document(
                    found["file"], f"{source.fields['title']}, version {found['number']}", loader
                ),
                changes=found.get("changes", ""),
                sort_order=number,
            )
            for number, found in enumerate(source.fields["versions"])
        ]
        loader.add(parent, page)


def _add_resources(home: Page, loader: Loader) -> None:
    index = ResourceIndexPage(
        title="Questions and resources",
        slug="resources",
        summary="What we are asked most often, with a short answer and links that somebody has checked.",
        show_in_menus=True,
    )
    parent = loader.add(home, index)
    for source in read_all("resources"):
        questions = [_question(found, loader.today) for found in source.fields["questions"]]
        page = ResourceListPage(
            **source.common,
            subject=source.fields["subject"],
            body=to_blocks(source.text),
            questions=stream("question", questions),
        )
        loader.add(parent, page)


def _question(found: dict[str, Any], today: date) -> dict[str, Any]:
    links = [
        {
            **{name: link[name] for name in ("title", "address", "source", "note", "status")},
            "dated": None,
            "checked_on": (today - timedelta(days=link["checked_days_ago"])).isoformat(),
        }
        for link in found["links"]
    ]
    return {"question": found["question"], "answer": rich_text(found["answer"]), "links": links}


def _add_explainer(parent: Page, loader: Loader) -> None:
    source = read(HERE / "pages" / "explainer.md")
    drawn = source.fields["animation"]
    animation = {
        **drawn,
        "transcript": rich_text(drawn["transcript"]),
        **dict.fromkeys(("film", "captions"), None),
        "address": "",
    }
    figures = [
        {"address": "", **found, "holds_for": found["holds_for"].isoformat()}
        for found in source.fields["figures"]
    ]
    steps = [{**found, "text": rich_text(found["text"])} for found in source.fields["steps"]]
    page = ExplainerPage(
        **source.common,
        published_on=loader.day(source),
        body=to_blocks(source.text),
        animation=stream("animation", [animation]),
        figures=stream("figure", figures),
        steps=stream("step", steps),
        related=stream("card", [card(found) for found in source.fields["related"]]),
    )
    loader.add(parent, page)


def _add_timelines(parent: Page, loader: Loader) -> None:
    for source in read_all("timelines"):
        page = TimelinePage(
            **source.common,
            published_on=loader.day(source),
            body=to_blocks(source.text),
            steps=stream("step", [_step(found, loader.today) for found in source.fields["steps"]]),
        )
        loader.add(parent, page)


def _step(found: dict[str, Any], today: date) -> dict[str, Any]:
    until = found.get("until_in_days")
    begins_on = found.get("on") or (today + timedelta(days=found["in_days"])).isoformat()
    return {
        "begins_on": begins_on,
        "ends_on": (today + timedelta(days=until)).isoformat() if until is not None else None,
        "title": found["title"],
        "text": rich_text(found["text"]),
        "address": found.get("address", ""),
        "link_text": found.get("link_text", ""),
    }


def _add_audiences(parent: Page, loader: Loader) -> None:
    for source in read_all("audiences"):
        groups = [
            {"heading": group["heading"], "cards": [card(found) for found in group["cards"]]}
            for group in source.fields["groups"]
        ]
        page = AudiencePage(
            **source.common,
            audience=label(Audience, source.fields["audience"]),
            published_on=loader.day(source),
            body=to_blocks(source.text),
            gathered=stream("group", groups),
        )
        loader.add(parent, page)
