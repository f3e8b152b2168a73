"""The working copy as an edition would hold it: every live section rendered, at its place. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from handbook import body as bodies
from handbook.models import HandbookPage, SectionPage
from portal.pages.links import forget_addresses


@dataclass
class FrozenSection:
    """A section of the working copy, rendered, at its place in the edition."""

    page: SectionPage
    parent: UUID | None
    number: str
    depth: int
    body: bodies.Rendered


def freeze(handbook: HandbookPage) -> list[FrozenSection]:
    """Every live section of the working copy in reading order, rendered. Writes nothing."""
    forget_addresses()  # those that another process changed a moment ago
    pages = _live_with_live_ancestors(handbook)
    home = handbook.get_url_parts()[2]
    addresses = {f"{home}{page.slug}/": str(page.translation_key) for page in pages}
    frozen: list[FrozenSection] = []
    by_path: dict[str, FrozenSection] = {}
    counters: list[int] = []
    for page in pages:
        parent = by_path.get(page.path[: -SectionPage.steplen])
        depth = page.depth - handbook.depth
        counters = [*counters[: depth - 1], (counters[depth - 1] if len(counters) >= depth else 0) + 1]
        section = FrozenSection(
            page=page,
            parent=parent.page.translation_key if parent else None,
            number=".".join(map(str, counters)),
            depth=depth,
            body=bodies.render(page.body, sections=addresses, home=home),
        )
        by_path[page.path] = section
        frozen.append(section)
    return frozen


def _live_with_live_ancestors(handbook: HandbookPage) -> list[SectionPage]:
    """A section whose chapter is not published has no place to stand, so it is left out with it."""
    kept: dict[str, SectionPage] = {}
    for page in handbook.sections().live():
        if page.depth == handbook.depth + 1 or page.path[: -SectionPage.steplen] in kept:
            kept[page.path] = page
    return list(kept.values())


def faults_of(frozen: Sequence[FrozenSection]) -> list[str]:
    """What keeps these sections from being an edition, in sentences for the editor: dead links and addresses that clash."""
    faults = [f"{section.page.title}: {fault}" for section in frozen for fault in section.body.broken_links]
    by_slug: dict[str, FrozenSection] = {}
    for section in frozen:
        other = by_slug.setdefault(section.page.slug, section)
        if other is not section:
            faults.append(
                f"“{other.page.title}” and “{section.page.title}” have the same address, “{section.page.slug}”. "
                "Change the slug of one of them."
            )
    return faults
