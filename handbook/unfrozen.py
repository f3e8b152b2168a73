"""What has changed in the working copy since an edition was frozen. Reads titles and places only, no words."""

from dataclasses import dataclass
from uuid import UUID

from handbook import rules
from handbook.models import Change, Edition, SectionPage


@dataclass(frozen=True)
class Unfrozen:
    """A section that the edition would have otherwise, or not at all, if it were frozen now. `page` is None if it is deleted."""

    title: str
    change: Change
    page: int | None


def unfrozen_in(edition: Edition) -> list[Unfrozen]:
    """Each section that has been added, published, renamed, moved, taken out or deleted since; what is gone comes last. Two queries."""
    rows = {row.key: row for row in edition.sections.present().only(*FROZEN)}
    pages = list(edition.handbook.sections().values_list(*LIVE, named=True))
    before = [_facts(row.key, row.parent, row.title, "") for row in rows.values()]
    after = []
    keys: dict[str, UUID] = {}
    for page in pages:
        above = page.path[: -SectionPage.steplen]
        # As in a freeze: a section whose chapter is not published has no place to stand.
        if page.live and (above == edition.handbook.path or above in keys):
            keys[page.path] = page.translation_key
            row = rows.get(page.translation_key)
            is_later = page.last_published_at is not None and page.last_published_at > edition.frozen_at
            is_as_frozen = row is not None and (row.anchor, row.path) == (page.slug, page.source_path)
            words = "" if is_as_frozen and not is_later else "later"
            after.append(_facts(page.translation_key, keys.get(above), page.title, words))
    ids = {page.translation_key: page.pk for page in pages}
    titles = {facts.key: facts.title for facts in (*before, *after)}
    changes = rules.derive_changes(before, after)
    return [Unfrozen(titles[key], change, ids.get(key)) for key, change in changes.items()]


FROZEN = ("edition", "key", "parent", "title", "anchor", "path")
LIVE = ("pk", "translation_key", "path", "live", "title", "slug", "source_path", "last_published_at")


def _facts(key: UUID, parent: UUID | None, title: str, words: str) -> rules.SectionFacts:
    # Without the path of its file, so that it counts as moved when it stands elsewhere in the working copy.
    return rules.SectionFacts(key, parent, title, path="", body=words)
