"""The feeds of handbooks, for the list of all feeds."""

from collections.abc import Iterator

from handbook.models import HandbookPage
from portal.pages.feeds import Feed, Kind


def feeds_of_handbooks() -> Iterator[Feed]:
    """The feed of amendments and errata of each handbook that anyone may read."""
    for handbook in HandbookPage.objects.live().public().order_by("path").defer_streamfields():
        about = "New editions with their amendments, and errata."
        yield Feed(f"{handbook.title}: amendments", f"{handbook.url}amendments/feed/", Kind.ATOM, about)
