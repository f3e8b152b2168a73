"""Sections of the handbook, in every edition that has been published."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from handbook.models import Edition, EditionSection, HandbookPage
from search.models import Entry
from search.sources.base import TRAIL, Labels, entry
from search.sources.pages import Surroundings
from search.watching import Watch

# Every section of the handbook that a row of an edition, or of the handbook's page, concerns.
OF_EDITION = (
    "SELECT 'section:' || section.id FROM handbook_editionsection section "
    "JOIN handbook_edition edition ON edition.id = section.edition_id WHERE edition.handbook_id = {row}.handbook_id"
)
OF_HANDBOOK = (
    "SELECT 'section:' || section.id FROM handbook_editionsection section "
    "JOIN handbook_edition edition ON edition.id = section.edition_id WHERE edition.handbook_id = {row}.id"
)
BELOW_RESTRICTION = (
    "SELECT 'section:' || section.id FROM handbook_editionsection section "
    "JOIN handbook_edition edition ON edition.id = section.edition_id "
    "JOIN wagtailcore_page page ON page.id = edition.handbook_id "
    "JOIN wagtailcore_page top ON top.id = {row}.page_id WHERE page.path LIKE top.path || '%'"
)


class SectionSource:
    """A section of a published edition."""

    name = "section"
    kinds = {"section": "Handbook section"}
    watches = (
        Watch("handbook_edition", OF_EDITION, ("state", "effective_on", "number"), ("UPDATE", "DELETE")),
        Watch("wagtailcore_page", OF_HANDBOOK, ("title", "live", "url_path", "path"), ("UPDATE",)),
        Watch("wagtailcore_pageviewrestriction", BELOW_RESTRICTION),
        Watch("handbook_editionsection", "'section:' || {row}.id", events=("DELETE",)),
    )

    def keys(self) -> Iterable[int]:
        found = EditionSection.objects.filter(edition__in=Edition.objects.published()).present()
        return found.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        found = EditionSection.objects.present().filter(pk__in=keys, edition__in=Edition.objects.published())
        sections = list(found.select_related("edition", "body").defer("body__html", "body__source"))
        handbooks = {
            page.pk: page
            for page in HandbookPage.objects.filter(
                pk__in={one.edition.handbook_id for one in sections}, live=True
            )
        }
        surroundings = Surroundings.of(handbooks.values())
        superseded = _superseded(handbooks)
        chapters = _chapters(sections)
        for section in sections:
            handbook = handbooks.get(section.edition.handbook_id)
            access = surroundings.access(handbook) if handbook else ""
            if not access or not handbook.url:
                continue
            until = superseded[section.edition_id]
            above = chapters.get((section.edition_id, section.parent))
            yield entry(
                f"section:{section.pk}",
                access=access,
                # Without a number the address is that of whichever edition is in force.
                url=f"{handbook.url}{section.edition.number}/{section.anchor}/",
                title=f"{section.number} {section.title}",
                trail=TRAIL.join(filter(None, [handbook.title, above])),
                body=section.body.text,
                labels=Labels("section", place=handbook.slug),
                on=section.edition.effective_on,
                edition=section.edition.number,
                effective_on=section.edition.effective_on,
                superseded_on=max(until, section.edition.effective_on) if until else None,
                weight=1.2,
            )


def _superseded(handbooks: Collection[int]) -> dict[int, date | None]:
    """The first day on which each edition is no longer in force; None if none has come after it."""
    later: dict[int, date | None] = defaultdict(lambda: None)
    found: dict[int, date | None] = {}
    editions = Edition.objects.published().filter(handbook__in=handbooks).order_by("-sequence")
    for pk, handbook, effective_on in editions.values_list("pk", "handbook_id", "effective_on"):
        found[pk] = later[handbook]
        later[handbook] = min(filter(None, (effective_on, later[handbook])))
    return found


def _chapters(sections: Collection[EditionSection]) -> dict[tuple[int, object], str]:
    """The titles of the chapters that sections stand in, by edition and key."""
    wanted = {section.parent for section in sections if section.parent}
    editions = {section.edition_id for section in sections}
    found = EditionSection.objects.filter(edition__in=editions, key__in=wanted)
    return {
        (edition, key): f"{number} {title}"
        for edition, key, number, title in found.values_list("edition", "key", "number", "title")
    }
