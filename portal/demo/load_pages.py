"""Makes the demo's pages from the Markdown files beside it. What exists already is left as its editors have it."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.documents import get_document_model
from wagtail.documents.models import AbstractDocument
from wagtail.models import Collection, Page, Site

from portal.members.models import Region, User
from portal.pages.markdown import to_blocks
from portal.pages.models import (
    ArticlePage,
    CaseStudyIndexPage,
    CaseStudyPage,
    HomePage,
    HubPage,
    ListingPage,
    StaffRole,
    Theme,
    ToolkitPage,
    TopTipsPage,
)
from portal.pages.models.case_study import Label

HERE = Path(__file__).parent
COLLECTION = "Demo"
FRONT_MATTER = re.compile(r"\A\+\+\+\n(.*?)\n\+\+\+\n?(.*)\Z", re.DOTALL)
TIP = re.compile(r"^## +(.+)$", re.MULTILINE)
REGIONS = {label: value for value, label in Region.choices}

RawStream = list[dict[str, Any]]


@dataclass(frozen=True)
class Source:
    """One file: its front matter, and the Markdown below it."""

    fields: dict[str, Any]
    text: str

    @property
    def common(self) -> dict[str, Any]:
        return {key: self.fields[key] for key in ("title", "slug", "summary")}


@dataclass(frozen=True)
class Loader:
    """Makes pages on one day, in the name of one person."""

    by: User
    today: date

    def add(self, parent: Page, page: Page) -> Page:
        """Publish `page` below `parent`, unless there is a page with its slug already; return whichever is there."""
        there = parent.get_children().filter(slug=page.slug).first()
        if there:
            return there
        parent.add_child(instance=page)
        page.save_revision(user=self.by).publish(user=self.by)
        # add_child keeps the parent's count of children in the database only.
        parent.refresh_from_db()
        return page

    def day(self, source: Source) -> date:
        return self.today - timedelta(days=source.fields["days_ago"])


@transaction.atomic
def load_pages(*, by: User, now: datetime) -> None:
    """Make the pages that do not exist yet, published by `by`, with dates that count back from `now`."""
    loader = Loader(by, timezone.localdate(now))
    home = Site.objects.get(is_default_site=True).root_page.specific
    _fill_home(home, loader)
    _add_hub(home, loader)
    _add_tips(home, loader)
    _add_toolkits(home, loader)
    _add_case_studies(home, loader)
    _add_articles(home, loader)


def read(path: Path) -> Source:
    """Read a file of the demo. Raises `ValueError` if it does not begin with front matter."""
    match = FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    if match is None:
        raise ValueError(f"{path.name} does not begin with front matter between +++ lines.")
    return Source(tomllib.loads(match.group(1)), match.group(2))


def read_all(folder: str) -> list[Source]:
    """The files of a folder, the newest first, those without a date by their names."""
    sources = [read(path) for path in (HERE / "pages" / folder).glob("*.md")]
    return sorted(sources, key=lambda source: (source.fields.get("days_ago", 0), source.fields["slug"]))


def _fill_home(home: HomePage, loader: Loader) -> None:
    if home.lead or home.cards or home.steps:
        return
    source = read(HERE / "pages" / "home.md")
    home.title = source.fields["title"]
    home.summary = source.fields["summary"]
    home.lead = source.fields["lead"]
    home.cards = stream("card", [card(found) for found in source.fields["cards"]])
    home.steps = stream("step", [card(found) for found in source.fields["steps"]])
    home.save_revision(user=loader.by).publish(user=loader.by)


def _add_hub(home: Page, loader: Loader) -> None:
    source = read(HERE / "pages" / "hub.md")
    parts = [{"title": part["title"], "body": to_blocks(part["text"])} for part in source.fields["in_brief"]]
    page = HubPage(
        **source.common,
        body=to_blocks(source.text),
        in_brief=stream("part", parts),
        downloads=stream("download", downloads(source.fields["downloads"], loader)),
        committee=source.fields["committee"],
        updated_on=loader.today - timedelta(days=source.fields["updated_days_ago"]),
        show_in_menus=True,
    )
    loader.add(home, page)


def _add_articles(home: Page, loader: Loader) -> None:
    listing = ListingPage(
        title="Guidance",
        slug="articles",
        summary="Short guides to what networks are, how they work with others and where you fit in.",
        show_in_menus=True,
    )
    parent = loader.add(home, listing)
    for source in read_all("articles"):
        page = ArticlePage(
            **source.common,
            author=source.fields["author"],
            published_on=loader.day(source),
            body=to_blocks(source.text),
        )
        loader.add(parent, page)


def _add_tips(home: Page, loader: Loader) -> None:
    listing = ListingPage(
        title="Top tips",
        slug="top-tips",
        summary="Practical advice from people who have done it: what to do first, what to leave, what to say.",
        show_in_menus=True,
    )
    parent = loader.add(home, listing)
    for source in read_all("top-tips"):
        introduction, *rest = TIP.split(source.text)
        tips = [
            {"heading": heading.strip(), "text": rich_text(text)}
            for heading, text in zip(rest[::2], rest[1::2], strict=True)
        ]
        page = TopTipsPage(
            **source.common,
            published_on=loader.day(source),
            introduction=to_blocks(introduction),
            tips=stream("tip", tips),
        )
        loader.add(parent, page)


def _add_toolkits(home: Page, loader: Loader) -> None:
    listing = ListingPage(
        title="Toolkits",
        slug="toolkits",
        summary="Guidance with a checklist to print and templates to fill in.",
        show_in_menus=True,
    )
    parent = loader.add(home, listing)
    for source in read_all("toolkits"):
        groups = [
            {"heading": group["heading"], "items": [{"help": "", **item} for item in group["items"]]}
            for group in source.fields["checklist"]
        ]
        page = ToolkitPage(
            **source.common,
            published_on=loader.day(source),
            body=to_blocks(source.text),
            checklist=stream("group", groups),
            templates_to_download=stream("download", downloads(source.fields["templates"], loader)),
        )
        loader.add(parent, page)


def _add_case_studies(home: Page, loader: Loader) -> None:
    index = CaseStudyIndexPage(
        title="Case studies",
        slug="case-studies",
        summary="What other networks tried, what it cost and what changed. Find those that are like yours.",
        show_in_menus=True,
    )
    parent = loader.add(home, index)
    for source in read_all("case-studies"):
        page = CaseStudyPage(
            **source.common,
            network=source.fields["network"],
            region=REGIONS[source.fields["region"]],
            list_size=source.fields["list_size"],
            published_on=loader.day(source),
            body=to_blocks(source.text),
        )
        page.themes = [label(Theme, name) for name in source.fields["themes"]]
        page.roles = [label(StaffRole, name) for name in source.fields["roles"]]
        loader.add(parent, page)


def label(labels: type[Label], name: str) -> Label:
    """The label of that name, made if it is not there."""
    return labels.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]


def card(found: dict[str, str]) -> dict[str, Any]:
    return {"title": found["title"], "text": found["text"], "link": {"page": None, "address": found["link"]}}


def downloads(files: list[dict[str, str]], loader: Loader) -> RawStream:
    return [
        {
            "document": document(download["file"], download["title"], loader).pk,
            "title": download["title"],
            "description": download["description"],
        }
        for download in files
    ]


def document(name: str, title: str, loader: Loader) -> AbstractDocument:
    """The document made of the file `name`, in the demo's collection; made if it is not there."""
    collection = Collection.objects.filter(name=COLLECTION).first()
    if collection is None:
        collection = Collection.get_first_root_node().add_child(name=COLLECTION)
    documents = get_document_model().objects
    found = documents.filter(collection=collection, title=title).first()
    if found is None:
        with (HERE / "files" / name).open("rb") as file:
            found = documents.model(
                title=title, collection=collection, uploaded_by_user=loader.by, file=File(file, name=name)
            )
            found._set_document_file_metadata()
            found.save()
    return found


def stream(name: str, values: list[dict[str, Any]]) -> RawStream:
    return [{"type": name, "value": value} for value in values]


def rich_text(text: str) -> str:
    """Markdown as the HTML of the text editor. Raises `ValueError` if it holds more than paragraphs, lists and links."""
    blocks = to_blocks(text)
    if any(block["type"] != "text" for block in blocks):
        raise ValueError(f"This text can hold paragraphs, lists and links only: {text[:60]!r}")
    return "".join(block["value"] for block in blocks)
