"""Passes an answer on to one person alone. Neither sees the other's address: the mail is the portal's, and so is the way back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from forum.access import access_of
from forum.actions.posting import AlreadyPostedError
from forum.actions.states import refuse_unless
from forum.models import Level, Post, PrivateMessage
from forum.rules.messages import refusal_of_message, refusal_of_messages, refusal_of_recipient
from portal.members import mail
from portal.members.actions import RefusedError
from portal.members.models import User

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@transaction.atomic
def answer_privately(
    *, post: Post, sender: User, text: str, now: datetime, submission: UUID | None = None
) -> PrivateMessage:
    """Writes to the author of a post that `sender` can read now. Raises `RefusedError`. `submission` as in `start_topic`."""
    access = access_of(post.topic.forum.mailing_list, sender, now)
    if access.level < Level.READ or not (post.approved or access.may_manage):
        raise RefusedError("You cannot read this post now.")
    return _send(post, sender, post.poster, text, now, submission)


@transaction.atomic
def answer_message(
    *, message: PrivateMessage, sender: User, text: str, now: datetime, submission: UUID | None = None
) -> PrivateMessage:
    """Goes on with a private exchange that `sender` is part of, also when access to the list has ended. Raises `RefusedError`."""
    if sender.pk not in {message.sender_id, message.recipient_id}:
        raise RefusedError("This was not written to you.")
    other = message.recipient if message.sender_id == sender.pk else message.sender
    return _send(message.post, sender, other, text, now, submission)


def _send(
    post: Post, sender: User, recipient: User | None, text: str, now: datetime, submission: UUID | None
) -> PrivateMessage:
    # Of two at once the second is counted after the first.
    User.objects.select_for_update().get(pk=sender.pk)
    own = recipient is not None and recipient.pk == sender.pk
    refuse_unless(
        refusal_of_recipient(own=own, reachable=recipient is not None and recipient.is_active),
        refusal_of_message(text),
    )
    before = sender.messages_sent.filter(submission=submission).first() if submission else None
    if before is not None and before.text != text:
        raise AlreadyPostedError
    if before is not None:
        return before
    sent = sender.messages_sent
    refuse_unless(
        refusal_of_messages(
            sent.filter(sent_at__gt=now - HOUR).count(), sent.filter(sent_at__gt=now - DAY).count()
        )
    )
    message = PrivateMessage.objects.create(
        post=post, sender=sender, recipient=recipient, text=text, sent_at=now, submission=submission
    )
    mail.send(
        template="private_message",
        to=recipient.email,
        context={
            "user": recipient,
            "sender": sender.get_full_name(),
            "subject": post.topic.subject,
            "words": text,
            "link": settings.BASE_URL + reverse("message", args=[message.pk]),
        },
        key=f"private-message:{message.pk}",
    )
    return message
