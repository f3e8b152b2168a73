"""Takes files that people add to their posts, gives them to the posts, and deletes those that nobody posted."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from forum.access import access_of
from forum.actions.retention import files_not_posted
from forum.actions.states import refuse_unless
from forum.files import FileRefused, Prepared, VirusFound, prepare
from forum.files.keeping import delete_files, orphans
from forum.models import Attachment, MailingList, Post
from forum.rules.files import DAY, LONGEST_WAIT, Sent, refusal_of_number, refusal_to_send
from forum.rules.posting import refusal_to_post
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User

GONE = "A file that you added is not there any more. Files that are not posted within 24 hours are deleted. Add it again."


def attach(*, mailing_list: MailingList, user: User, file: File, now: datetime) -> Attachment:
    """Keeps a file that `user` means to add to a post in a list. Raises `RefusedError`.

    What takes long (looking, scanning, making a picture anew) is done before the transaction, so that nobody waits for it.
    """
    _refuse_unless_admitted(mailing_list, user, file.size, now)
    try:
        prepared = prepare(file)
    except VirusFound as found:
        _record("attachment.infected", mailing_list, user, now, signature=found.signature)
        raise RefusedError(str(found)) from found
    except FileRefused as refused:
        raise RefusedError(str(refused)) from refused
    attachment = _unsaved(prepared, mailing_list, user, now)
    try:
        with transaction.atomic():
            # Of two files at once the second is counted after the first.
            User.objects.select_for_update().get(pk=user.pk)
            _refuse_unless_admitted(mailing_list, user, attachment.size, now)
            attachment.file.save("", ContentFile(prepared.content), save=False)
            attachment.save()
    except BaseException:
        if attachment.file:
            attachment.file.delete(save=False)
        raise
    return attachment


@transaction.atomic
def claim_attachments(*, post: Post, keys: Iterable[UUID | str], user: User) -> None:
    """Gives a post the files with these keys, which `user` has sent to its list and posted nowhere yet. Raises `RefusedError`.

    Files that the post has already are left as they are. Belongs into the transaction that writes the post.
    """
    Post.objects.select_for_update().get(pk=post.pk)
    had = set(post.attachments.values_list("key", flat=True))
    wanted = _as_keys(keys) - had
    found = Attachment.objects.select_for_update().filter(
        key__in=wanted, uploader=user, list=post.topic.forum.mailing_list, post=None
    )
    numbers = [attachment.pk for attachment in found]
    refuse_unless(
        GONE if len(numbers) < len(wanted) else None,
        refusal_of_number(len(had) + len(numbers)),
    )
    Attachment.objects.filter(pk__in=numbers).update(post=post)


@transaction.atomic
def discard(*, attachment: Attachment, user: User, now: datetime) -> None:
    """Deletes a file for good: one's own, or, as a manager, anybody's that was posted. Raises `RefusedError`."""
    found = Attachment.objects.select_for_update().filter(pk=attachment.pk).first()
    if found is None:
        return
    access = access_of(found.present_list, user, now)
    owner = found.uploader_id if found.post is None else found.post.poster_id
    if owner == user.pk:
        refuse_unless(None if found.post is None else refusal_to_post(access))
    elif found.post is None or not access.may_manage:
        raise RefusedError("You can remove only files that you added.")
    if found.post is not None:
        _record(
            "attachment.removed", found.present_list, user, now, person=found.uploader, post=found.post.pk
        )
    found.delete()


def forget_unattached(now: datetime | None = None) -> int:
    """Deletes every file that was sent a day ago and not posted since, and says how many those were. May run twice."""
    return delete_unposted(files_not_posted((now or timezone.now()) - LONGEST_WAIT))


@transaction.atomic
def delete_unposted(files: QuerySet[Attachment]) -> int:
    """Deletes those of the files that have no post, and says how many those were."""
    # Locked first: a file that is being posted at this moment has a post once the lock is had.
    numbers = [attachment.pk for attachment in files.select_for_update() if attachment.post_id is None]
    Attachment.objects.filter(pk__in=numbers).delete()
    return len(numbers)


def forget_orphans(now: datetime | None = None) -> int:
    """Deletes every file that no row names, and says how many those were: what a killed process has left. May run twice."""
    found = orphans(now or timezone.now())
    delete_files(found)
    return len(found)


def _refuse_unless_admitted(mailing_list: MailingList, user: User, size: int, now: datetime) -> None:
    files = Attachment.objects.filter(uploader=user)
    today = files.filter(created_at__gt=now - DAY).aggregate(bytes=Sum("size", default=0))
    sent = Sent(waiting=files.filter(post=None).count(), bytes_today=today["bytes"])
    refuse_unless(
        refusal_to_post(access_of(mailing_list, user, now)),
        refusal_to_send(sent, size),
    )


def _unsaved(prepared: Prepared, mailing_list: MailingList, user: User, now: datetime) -> Attachment:
    return Attachment(
        list=mailing_list,
        uploader=user,
        name=prepared.name,
        type=prepared.kind.media_type,
        size=len(prepared.content),
        sha256=hashlib.sha256(prepared.content).hexdigest(),
        width=prepared.width,
        height=prepared.height,
        created_at=now,
    )


def _as_keys(keys: Iterable[UUID | str]) -> set[UUID]:
    try:
        return {UUID(str(key)) for key in keys}
    except ValueError as error:
        raise RefusedError(GONE) from error


def _record(
    action: str,
    mailing_list: MailingList,
    user: User,
    now: datetime,
    *,
    person: User | None = None,
    **details: str | int,
) -> None:
    audit.record(
        action,
        now=now,
        by=user,
        person=person or user,
        subject=mailing_list.key,
        subject_name=mailing_list.name,
        details=details,
    )
