"""What editors have put first for a query, if its reader may see it."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from wagtail.contrib.search_promotions.models import SearchPromotion

from handbook.models import EditionSection, SectionPage
from search.engines.base import Hit
from search.keys import Keys
from search.rules.promoting import Wishes, same, wishes
from search.searching import known_to, read

PROMOTION = "promotion"  # the source of what lies elsewhere
LINK = "link"  # its kind
KEY = "search.promotions"
SECONDS = 60
SECURE = "https://"


@dataclass(frozen=True)
class Pick:
    """What an editor has chosen for a query: a page, a section of the handbook by its key, or an address elsewhere."""

    pk: int
    wishes: Wishes
    page: int | None
    section: UUID | None
    url: str
    title: str
    description: str


def promoted(text: str, keys: Keys, now: datetime) -> list[Hit]:
    """What comes first for this query, in the editors' order, without what the reader may not see.

    Two queries at most, one more if the picks have to be read again.
    """
    asked = wishes(read(text))
    chosen = [pick for pick in _picks() if same(pick.wishes, asked)] if asked and keys else []
    known = _known(chosen, keys, now)
    return [hit for pick in chosen if (hit := known.get(pick.pk) or _elsewhere(pick))]


def is_promoted(pk: str) -> bool:
    """Whether there is such a pick, an address elsewhere."""
    return pk.isdecimal() and any(str(pick.pk) == pk and pick.url for pick in _picks())


def titles_of_links() -> dict[str, tuple[str, str]]:
    """What picks that lie elsewhere are called, and their addresses, by their sources."""
    return {f"{PROMOTION}:{pick.pk}": (pick.title, pick.url) for pick in _picks() if pick.url}


def forget_promotions() -> None:
    """Has the next search read the picks again, once they are committed."""
    transaction.on_commit(lambda: cache.delete(KEY))


def _picks() -> list[Pick]:
    """All picks, with their queries taken apart. Kept for a minute, so that most searches do not ask."""
    found = cache.get(KEY)
    if found is None:
        rows = list(SearchPromotion.objects.select_related("query").order_by("sort_order", "pk"))
        pages = [row.page_id for row in rows if row.page_id]
        sections = dict(SectionPage.objects.filter(pk__in=pages).values_list("pk", "translation_key"))
        found = [_pick(row, sections) for row in rows]
        cache.set(KEY, found, SECONDS)
    return found


def _pick(row: SearchPromotion, sections: dict[int, UUID]) -> Pick:
    url = row.external_link_url if row.page_id is None else ""
    return Pick(
        row.pk,
        wishes(read(row.query.query_string)),
        row.page_id,
        sections.get(row.page_id),
        url if url.lower().startswith(SECURE) else "",
        row.external_link_text or url,
        row.description,
    )


def _known(picks: list[Pick], keys: Keys, now: datetime) -> dict[int, Hit]:
    """The pages and sections that were picked and that the reader may see, by the keys of the picks."""
    if not any(pick.page for pick in picks):
        return {}
    editions = _sections(picks)
    sources = {pick.pk: editions.get(pick.section, [f"page:{pick.page}"]) for pick in picks if pick.page}
    hits = {
        hit.source: hit for hit in known_to(keys, now, [one for found in sources.values() for one in found])
    }
    return {
        pick.pk: replace(hits[source], summary=pick.description or hits[source].summary)
        for pick in picks
        for source in sources.get(pick.pk, ())
        if source in hits
    }


def _sections(picks: list[Pick]) -> dict[UUID | None, list[str]]:
    """The sources of sections, in whichever edition, by their keys."""
    keys = [pick.section for pick in picks if pick.section]
    found: dict[UUID | None, list[str]] = {key: [] for key in keys}
    if keys:
        for key, pk in EditionSection.objects.filter(key__in=keys).order_by("pk").values_list("key", "pk"):
            found[key].append(f"section:{pk}")
    return found


def _elsewhere(pick: Pick) -> Hit | None:
    if not pick.url:
        return None
    return Hit(
        source=f"{PROMOTION}:{pick.pk}",
        kind=LINK,
        url=pick.url,
        title=pick.title,
        summary=pick.description,
        author="",
        trail="",
        edition="",
        day=None,
        effective_on=None,
        superseded_on=None,
        body="",
    )
