"""What the forum does when something happens elsewhere."""

from functools import partial
from typing import Any

from django.db import transaction

from forum.actions.closing import carry_over
from forum.files.keeping import delete_files
from forum.models import Attachment
from portal.members.models import Acceptance


def delete_file_of(sender: type[Attachment], instance: Attachment, **_: Any) -> None:
    """The file of an attachment that is deleted goes too, with a post or a list as well, once that is certain."""
    transaction.on_commit(partial(delete_files, [instance.file.name]), robust=True)


def carry_over_who_accepted(
    sender: type[Acceptance], instance: Acceptance, *, created: bool, **_: Any
) -> None:
    """Moves on somebody who lacked nothing but terms when their list closed. What fails here, the schedule does."""
    if created:
        transaction.on_commit(
            partial(carry_over, user_id=instance.user_id, now=instance.accepted_at), robust=True
        )
