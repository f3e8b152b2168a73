"""Brings the words that a section had in an edition back into the working copy, as a draft for an editor to go on from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from wagtail.blocks import StreamValue
from wagtail.images import get_image_model
from wagtail.locks import BasicLock, ScheduledForPublishLock
from wagtail.log_actions import log
from wagtail.models import Page

from handbook.actions.editions import refuse_unless
from handbook.drafts import Drafts, draft_of
from handbook.models import EditionSection, HandbookPage, SectionPage
from handbook.models.handbook import RESERVED_SLUGS
from portal.members.models import User
from portal.pages.prose import RawBlock, keep_ids


@dataclass
class Restorable:
    """The blocks of an edition's section that can be had again, and in sentences what cannot."""

    blocks: list[RawBlock]
    lost: list[str] = field(default_factory=list)


@transaction.atomic
def restore_section(*, handbook: HandbookPage, row: EditionSection, by: User, now: datetime) -> SectionPage:
    """Gives the section of `row`, in a published edition of `handbook`, the title and blocks that it had there, as a draft.

    A section that has been removed is made again with its key: in its old chapter, or at the top of the handbook if that has
    gone too. Blocks of a picture that no longer exists are left out. Raises Refused, with the reasons, when `by` may not
    change the section or it is locked, and when its draft has these words already.
    """
    handbook = HandbookPage.objects.select_for_update().get(pk=handbook.pk)
    found = find_section(handbook, row)
    refuse_unless(refusals_to_restore(handbook=handbook, row=row, found=found, by=by))
    page = found.get_latest_revision_as_object() if found else _make_again(handbook, row, by)
    page.title = row.title
    blocks = keep_ids(list(page.body.raw_data), restorable(row).blocks)
    page.body = StreamValue(page.body.stream_block, blocks, is_lazy=True)
    # Unchecked, as any draft may be: what is missing in it by today's rules is said when somebody publishes it.
    revision = page.save_revision(user=by, log_action=False, clean=False)
    data = {"number": row.edition.number, "made_again": found is None}
    log(page, "handbook.restore", user=by, revision=revision, data=data, timestamp=now)
    return page


def find_section(handbook: HandbookPage, row: EditionSection) -> SectionPage | None:
    """The section in the working copy, or None if it has been removed."""
    return handbook.sections().filter(translation_key=row.key).select_related("latest_revision").first()


def refusals_to_restore(
    *, handbook: HandbookPage, row: EditionSection, found: SectionPage | None, by: User
) -> list[str]:
    """Why the section cannot be restored by this person now, in sentences; empty if it can. `found` is as `find_section` says."""
    permission = refusal_of_permission(handbook=handbook, row=row, found=found, by=by)
    if permission:
        return [permission]
    if found is None:
        elsewhere = Page.objects.filter(translation_key=row.key).first()
        return (
            [f"This section stands outside the handbook now, as “{elsewhere.title}”. Move it back first."]
            if elsewhere
            else []
        )
    locked = _refusal_of_lock(found, by)
    if locked:
        return [locked]
    if draft_of(found).says_the_same_as(row):
        return [
            f"The draft of “{row.title}” has the words of edition {row.edition.number} already. There is nothing to restore."
        ]
    return []


def refusal_of_permission(
    *, handbook: HandbookPage, row: EditionSection, found: SectionPage | None, by: User
) -> str | None:
    """Why this person may not restore the section, or None."""
    if found is not None:
        if found.permissions_for_user(by).can_edit():
            return None
        return f"You may not change “{found.title}”. Ask somebody who may edit the handbook to restore it."
    if _home_of(handbook, row).permissions_for_user(by).can_add_subpage():
        return None
    return (
        f"You may not add sections to {handbook.title}. Ask somebody who may edit the handbook to restore it."
    )


def restorable(row: EditionSection) -> Restorable:
    """The blocks of the section without those of pictures that no longer exist."""
    blocks: Sequence[RawBlock] = row.body.source
    wanted = {_picture_of(block) for block in blocks} - {None}
    there = set(get_image_model().objects.filter(pk__in=wanted).values_list("pk", flat=True))
    found = Restorable([])
    for block in blocks:
        picture = _picture_of(block)
        if picture is None or picture in there:
            found.blocks.append(block)
        else:
            name = block["value"].get("alt_text") or block["value"].get("caption") or "without a description"
            found.lost.append(f"The picture “{name}” no longer exists, so it is left out.")
    return found


def broken_links(handbook: HandbookPage, row: EditionSection) -> list[str]:
    """What the restored words would link to that no longer exists, in sentences."""
    field_of_body = SectionPage._meta.get_field("body")
    stream = StreamValue(field_of_body.stream_block, restorable(row).blocks, is_lazy=True)
    return Drafts(handbook).render(stream).broken_links


def _picture_of(block: RawBlock) -> Any | None:
    return block["value"].get("image") if block["type"] == "image" else None


def _refusal_of_lock(page: SectionPage, by: User) -> str | None:
    lock = page.get_lock()
    if lock is None or not lock.for_user(by):
        return None
    if isinstance(lock, BasicLock):
        who = page.locked_by.get_full_name() if page.locked_by else "somebody"
        return f"“{page.title}” is locked by {who}. Ask them to unlock it."
    if isinstance(lock, ScheduledForPublishLock):
        return f"“{page.title}” is going to be published at a set time. Cancel that first."
    return f"“{page.title}” waits for approval, and only its reviewers can change it. Wait for them, or cancel the workflow."


def _home_of(handbook: HandbookPage, row: EditionSection) -> Page:
    """Where a section that has been removed goes: its old chapter, or else the top of the handbook."""
    chapter = handbook.sections().filter(translation_key=row.parent).first() if row.parent else None
    return chapter or handbook


def _make_again(handbook: HandbookPage, row: EditionSection, by: User) -> SectionPage:
    taken = RESERVED_SLUGS | set(handbook.sections().values_list("slug", flat=True))
    choices = (row.anchor if number == 1 else f"{row.anchor[:240]}-{number}" for number in count(1))
    slug = next(choice for choice in choices if choice not in taken)
    page = SectionPage(title=row.title, slug=slug, translation_key=row.key, live=False, owner=by)
    return _home_of(handbook, row).add_child(instance=page)
