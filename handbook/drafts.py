"""The sections of the working copy as their editors last left them, published or not, and what editions said instead."""

from dataclasses import dataclass
from uuid import UUID

from wagtail.blocks import StreamValue

from handbook import body as bodies
from handbook.body import without_ids
from handbook.models import Edition, EditionSection, HandbookPage, SectionPage, State
from portal.pages.links import forget_addresses


@dataclass(frozen=True)
class Draft:
    """A section's latest title and blocks."""

    page: SectionPage
    title: str
    stream: StreamValue

    def says_the_same_as(self, row: EditionSection) -> bool:
        """Whether title and blocks are those of an edition."""
        if self.title != row.title:
            return False
        if without_ids(list(self.stream.raw_data)) == row.body.source:
            return True
        # An edition keeps blocks as they are written once they have been read, which may differ from how they were stored.
        list(self.stream)
        return without_ids(self.stream.get_prep_value()) == row.body.source


@dataclass(frozen=True)
class EarlierWords:
    """What one or several editions say in a section: the newest of them, the numbers of all, whether the draft says it too."""

    row: EditionSection
    numbers: list[str]
    is_same: bool


@dataclass(frozen=True)
class Difference:
    """A section of an edition that the working copy has with other words, or not at all."""

    row: EditionSection
    draft: Draft | None


class Drafts:
    """The drafts of one handbook, by key, and how to render them."""

    def __init__(self, handbook: HandbookPage) -> None:
        forget_addresses()  # those that another process changed a moment ago
        self.handbook = handbook
        pages = handbook.sections().select_related("latest_revision")
        self.by_key: dict[UUID, Draft] = {page.translation_key: draft_of(page) for page in pages}
        self._home = handbook.get_url_parts()[2]
        self._addresses = {f"{self._home}{draft.page.slug}/": str(key) for key, draft in self.by_key.items()}

    def render(self, stream: StreamValue) -> bodies.Rendered:
        """The blocks as an edition would hold them, links to drafts included."""
        return bodies.render(stream, sections=self._addresses, home=self._home)

    def differences(self, edition: Edition) -> list[Difference]:
        """The sections of a published edition that differ from the working copy, in reading order."""
        rows = edition.sections.present().select_related("body")
        found = [Difference(row, self.by_key.get(row.key)) for row in rows]
        return [item for item in found if not (item.draft and item.draft.says_the_same_as(item.row))]

    def earlier_words(self, key: UUID) -> list[EarlierWords]:
        """What the published editions say in this section, the newest first, the same words once."""
        rows = (
            EditionSection.objects.present()
            .filter(key=key, edition__handbook=self.handbook, edition__state=State.PUBLISHED)
            .select_related("edition", "body")
            .order_by("-edition__sequence")
        )
        draft = self.by_key.get(key)
        by_words: dict[tuple[str, str], list[EditionSection]] = {}
        for row in rows:
            by_words.setdefault((row.title, row.body_id), []).append(row)
        return [
            EarlierWords(
                same[0],
                [row.edition.number for row in same],
                draft is not None and draft.says_the_same_as(same[0]),
            )
            for same in by_words.values()
        ]


def draft_of(page: SectionPage) -> Draft:
    """The latest revision's title and blocks, or the page's own if it has no revision."""
    if page.latest_revision is None:
        return Draft(page, page.title, page.body)
    content = page.latest_revision.content
    return Draft(page, content["title"], SectionPage._meta.get_field("body").to_python(content["body"]))
