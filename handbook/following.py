"""What can be followed in handbooks, and what it is called: `handbook:<page>`, and `section:<key>` in whatever edition."""

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from handbook.mail import News
from handbook.models import Edition, EditionSection, HandbookPage
from portal.members.follows import Followed, register
from portal.members.models import Follow

HEADING = "Handbooks"
HANDBOOK = re.compile(r"handbook:([1-9]\d{0,8})")
SECTION = re.compile(r"section:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def handbook_key(page_id: int) -> str:
    return f"handbook:{page_id}"


def section_key(key: UUID) -> str:
    return f"section:{key}"


def connect() -> None:
    """Tells the follows what their keys of ours mean."""
    register("handbook", describe_handbooks, group=HEADING)
    register("section", describe_sections, group=HEADING)


def describe_handbooks(keys: Sequence[str]) -> dict[str, Followed]:
    """The handbooks that are on the site."""
    wanted = {int(found[1]): key for key in keys if (found := HANDBOOK.fullmatch(key))}
    handbooks = HandbookPage.objects.live().public().filter(id__in=wanted)
    return {wanted[handbook.pk]: Followed(handbook.title, handbook.url) for handbook in handbooks}


def describe_sections(keys: Sequence[str]) -> dict[str, Followed]:
    """The sections of editions in force, and those that a coming edition adds. A removed one is no longer there."""
    wanted = {UUID(found[1]): key for key in keys if (found := SECTION.fullmatch(key))}
    in_force, coming = _editions()
    rows = (
        EditionSection.objects.present()
        .filter(edition__in=[*in_force, *coming], key__in=wanted)
        .order_by("edition__sequence")
        .only("key", "number", "title", "anchor", "edition_id")
    )
    described: dict[str, Followed] = {}
    for row in rows:
        handbook = (in_force.get(row.edition_id) or coming[row.edition_id]).handbook
        home = (
            handbook.url if row.edition_id in in_force else f"{handbook.url}{coming[row.edition_id].number}/"
        )
        title = f"{handbook.title}, section {row.number}: {row.title}"
        described.setdefault(wanted[row.key], Followed(title, f"{home}{row.anchor}/"))
    return described


def _editions() -> tuple[dict[int, Edition], dict[int, Edition]]:
    """The editions in force and those to come, by id, of the handbooks that are on the site."""
    today = timezone.localdate()
    published = (
        Edition.objects.published()
        .filter(handbook__in=HandbookPage.objects.live().public())
        .select_related("handbook")
        .order_by("sequence")
    )
    in_force: dict[int, Edition] = {}
    coming: dict[int, Edition] = {}
    for edition in published:
        if edition.effective_on <= today:
            in_force[edition.handbook_id] = edition
        else:
            coming[edition.pk] = edition
    return {edition.pk: edition for edition in in_force.values()}, coming


def follows_of(news: News) -> QuerySet[Follow]:
    """The follows that the news concerns: of the handbook or one of its sections, begun before it was made."""
    return Follow.objects.filter(key__in=news.titles, created_at__lte=news.announcement.made_at)


def by_person(follows: Iterable[Follow]) -> dict[int, list[Follow]]:
    """The follows of each person: of the handbook first, then of sections, in the order of their keys."""
    found: dict[int, list[Follow]] = {}
    for follow in sorted(follows, key=lambda follow: follow.key):
        found.setdefault(follow.user_id, []).append(follow)
    return found
