"""What the forum does when something happens elsewhere."""

from functools import partial
from typing import Any

from django.db import transaction

from forum.files.keeping import delete_files
from forum.models import Attachment


def delete_file_of(sender: type[Attachment], instance: Attachment, **_: Any) -> None:
    """The file of an attachment that is deleted goes too, with a post or a list as well, once that is certain."""
    transaction.on_commit(partial(delete_files, [instance.file.name]), robust=True)
