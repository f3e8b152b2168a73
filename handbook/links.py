"""The links of editions in force: where readers of the handbook are led. They are mended in the working copy."""

from collections.abc import Iterator

from django.utils import timezone

from handbook.models import HandbookPage, SectionPage
from portal.links import gathering
from portal.links.gathering import Place, links_in

PREFIX = "handbook"


def gather() -> Iterator[Place]:
    """Every section with links of the editions that are in force today."""
    for handbook in HandbookPage.objects.live().order_by("path"):
        edition = handbook.editions.in_force(timezone.localdate())
        if edition is None:
            continue
        pages = dict(handbook.sections().order_by().values_list("translation_key", "pk"))
        for section in edition.sections.present().select_related("body"):
            if links := links_in(section.body.html):
                yield Place(
                    f"{PREFIX}:{handbook.pk}:{section.key}",
                    f"{section.title} ({handbook.title}, edition {edition.number})",
                    pages.get(section.key),
                    links,
                )


def connect() -> None:
    """The working copy is for editors; readers have what an edition took over."""
    gathering.register(PREFIX, gather)
    gathering.leave_out(SectionPage)
