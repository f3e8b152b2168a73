"""Taking people's names, or what they wrote, out of the portal, which the audit log records."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from forum.access import access_of
from forum.actions.states import refuse_unless
from forum.models import MailingList
from forum.outgoing import mbox
from forum.rules.managing import refusal_to_manage
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User


@transaction.atomic
def record_export(
    action: str, *, mailing_list: MailingList, by: User, now: datetime, details: dict[str, Any]
) -> None:
    """Says in the audit log that `by` takes people of a list away, and which. Raises `RefusedError` if they may not see them."""
    if not by.has_perm("listserver.view_subscription"):
        raise RefusedError(
            "You cannot export the people of lists. Ask an administrator for the right to do so."
        )
    audit.record(
        action, now=now, by=by, subject=mailing_list.key, subject_name=mailing_list.name, details=details
    )


@dataclass(frozen=True)
class Archive:
    """The posts of a list for a mailbox. `by` takes them; `None` is whoever has the server itself."""

    mailing_list: MailingList
    by: User | None
    posts: list[int] = field(repr=False)

    def messages(self) -> Iterator[Iterator[bytes]]:
        """Each post as it stands in a mailbox, in pieces: as those are taken, so that memory does not grow with the list.

        Raises `RefusedError` once `by` may not manage the list any more: the rest does not go out.
        """
        for number, message in enumerate(mbox.messages(self.mailing_list, self.posts)):
            if number % mbox.BATCH == 0:
                _refuse_unless_manager(self.mailing_list, self.by, timezone.now())
            yield message


@transaction.atomic
def export_archive(*, mailing_list: MailingList, by: User | None, now: datetime) -> Archive:
    """Says in the audit log that `by` takes the posts of a list away, and gives them. Raises `RefusedError` unless they manage it."""
    _refuse_unless_manager(mailing_list, by, now)
    archive = Archive(mailing_list, by, mbox.posts_of(mailing_list))
    audit.record(
        "list.archive-exported",
        now=now,
        by=by,
        subject=mailing_list.key,
        subject_name=mailing_list.name,
        details={"posts": len(archive.posts)},
    )
    return archive


def _refuse_unless_manager(mailing_list: MailingList, by: User | None, now: datetime) -> None:
    if by is not None:
        refuse_unless(refusal_to_manage(access_of(mailing_list, by, now)))
