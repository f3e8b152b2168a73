"""A small handbook to prepare editions of, made through the same doors that editors use."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from handbook.actions.editions import Annotation, annotate_edition, prepare_edition
from handbook.actions.release import publish_edition
from handbook.models import Edition, HandbookPage, SectionPage
from tests.factories import NOW, make_home


def make_handbook(title: str = "Handbook", slug: str = "handbook", home: Page | None = None) -> HandbookPage:
    handbook = HandbookPage(title=title, slug=slug)
    (home or make_home()).add_child(instance=handbook)
    return handbook


def add_section(parent: Page, title: str, html: str | None = None, **fields: Any) -> SectionPage:
    """A published section below a handbook or a chapter. `html` None leaves it without words, as a chapter is."""
    section = SectionPage(title=title, body=text(html), **fields)
    parent.refresh_from_db()
    parent.add_child(instance=section)
    section.save_revision().publish()
    return section


def add_sections(parent: Page, count: int, html: str = "<p>Words.</p>", **fields: Any) -> list[SectionPage]:
    """That many sections, “Section 0” and on. They are live at once, without a revision: where only their number matters."""
    parent.refresh_from_db()
    sections = [SectionPage(title=f"Section {number}", body=text(html), **fields) for number in range(count)]
    for section in sections:
        parent.add_child(instance=section)
    return sections


def edit(section: SectionPage, **fields: Any) -> SectionPage:
    """Publishes a change of a section in the working copy: `title`, `slug`, or `html`."""
    section = SectionPage.objects.get(pk=section.pk)
    if "html" in fields:
        section.body = text(fields.pop("html"))
    for name, value in fields.items():
        setattr(section, name, value)
    section.save_revision().publish()
    return section


def text(html: str | None) -> list[dict[str, Any]]:
    return [{"type": "text", "value": html}] if html is not None else []


def publish(
    handbook: HandbookPage,
    number: str = "",
    *,
    now: datetime = NOW,
    note: str = "Read it again.",
    **facts: Any,
) -> Edition:
    """Prepares an edition, gives every amendment the same note, and publishes it. Number and date are as suggested if left out."""
    edition = prepare_edition(handbook=handbook, by=None, now=now)
    annotate_edition(
        edition=edition,
        number=number or edition.number,
        effective_on=facts.get("effective_on", timezone.localdate(now)),
        summary=facts.get("summary", ""),
        annotations={row.key: Annotation(row.significance, note) for row in edition.sections.amendments()},
    )
    publish_edition(edition=edition, by=None, now=now)
    edition.refresh_from_db()
    return edition
