"""Carries out an import that somebody has seen a preview of, if everything is still as they saw it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from handbook.actions.importing import import_sections
from handbook.import_plan import ImportSummary
from handbook.models import HandbookPage
from handbook.sources import Source
from portal.members.models import User

STATE = ("pk", "path", "slug", "title", "live", "latest_revision_id", "live_revision_id", "source_path")


class ImportRefused(Exception):
    """This person may not bring anything into this handbook. Worded for them."""


class WorkingCopyChanged(Exception):
    """Somebody changed the working copy after the preview was made."""


class RemovalNotAgreed(Exception):
    """Sections would be removed, and nobody has said that they may."""


def state_of(handbook: HandbookPage) -> str:
    """A hash of the working copy: another one as soon as a section is edited, moved, published, added or removed."""
    rows = [handbook.url_path, *handbook.sections().values_list(*STATE)]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def refusal_to_import(handbook: HandbookPage, by: User) -> str | None:
    """Why this person may not bring a file into the working copy, or None: its sections are added, and published there."""
    permissions = handbook.permissions_for_user(by)
    if permissions.can_add_subpage() and permissions.can_publish_subpage():
        return None
    return (
        f"You may not publish sections in the working copy of {handbook.title}, so you cannot bring a file into it. "
        "Ask an editor or a publisher."
    )


@transaction.atomic
def confirm_import(
    *,
    handbook: HandbookPage,
    sources: Sequence[Source],
    state: str,
    may_remove: bool,
    by: User,
    now: datetime,
) -> ImportSummary:
    """Brings `sources` in as the preview has shown it; `state` is the working copy's at that time.

    Raises `ImportRefused`, `WorkingCopyChanged`, or `RemovalNotAgreed` when sections would be removed without `may_remove`.
    """
    handbook = HandbookPage.objects.select_for_update().get(pk=handbook.pk)
    refusal = refusal_to_import(handbook, by)
    if refusal:
        raise ImportRefused(refusal)
    if state_of(handbook) != state:
        raise WorkingCopyChanged
    if not may_remove:
        planned = import_sections(handbook=handbook, sources=sources, by=by, now=now, dry_run=True)
        if planned.removed:
            raise RemovalNotAgreed
    return import_sections(handbook=handbook, sources=sources, by=by, now=now)
