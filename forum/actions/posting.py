"""Starts a topic, answers in one, and changes a post. The words that a change takes the place of are kept."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from machina.apps.forum.models import Forum

from forum.access import access_of
from forum.actions.attaching import claim_attachments
from forum.actions.holding import hold_post
from forum.actions.notifying import announce
from forum.actions.queueing import queue_post
from forum.actions.reading import mark_topic_read
from forum.actions.states import refuse_unless
from forum.counting import settle
from forum.following import topic_key
from forum.markup import attachments_named
from forum.mentions import linked, named_in
from forum.models import Attachment, Draft, HoldReason, MailingList, Post, PostVersion, Topic
from forum.rules import Access
from forum.rules.posting import (
    refusal_of_rate,
    refusal_of_subject,
    refusal_of_text,
    refusal_to_post,
    to_be_held,
)
from portal.members.actions import RefusedError, follow
from portal.members.models import Cadence, User

HOUR = timedelta(hours=1)


class AlreadyPostedError(RefusedError):
    """The form was used before, and other words are in it now."""

    def __init__(self) -> None:
        super().__init__(
            "You have posted from this page before, with other words. To post these too, press again."
        )


@transaction.atomic
def start_topic(
    *,
    mailing_list: MailingList,
    user: User,
    subject: str,
    content: str,
    now: datetime,
    submission: UUID | None = None,
    follow_it: bool = False,
) -> Post:
    """Starts a topic with its first post. Raises `RefusedError`.

    The same `submission` posts once: with the same words, what was posted then is given back. With `follow_it` its author is
    told of answers at once, unless they follow too much already.
    """
    refuse_unless(refusal_of_subject(subject), refusal_of_text(content))
    access = _admitted(mailing_list, user, now)
    content = linked(content, mailing_list, now)
    if before := _posted_before(user, submission, content):
        return before
    _refuse_too_many(user, now)
    topic = Topic(
        forum_id=mailing_list.forum_id,
        poster=user,
        subject=" ".join(subject.split()),
        type=Topic.TOPIC_POST,
        status=Topic.TOPIC_UNLOCKED,
        approved=False,
        created=now,
    )
    topic.save()
    post = _post(topic, access, user, content, now, place="new", submission=submission)
    if follow_it:
        with suppress(RefusedError):
            follow(user=user, key=topic_key(topic.pk), cadence=Cadence.AT_ONCE, now=now)
    return post


@transaction.atomic
def reply(
    *,
    topic: Topic,
    user: User,
    content: str,
    now: datetime,
    answers: Post | None = None,
    submission: UUID | None = None,
) -> Post:
    """Answers in a topic, to one of its posts or to all. Raises `RefusedError`. `submission` as in `start_topic`."""
    refuse_unless(refusal_of_text(content))
    mailing_list = topic.forum.mailing_list
    access = _admitted(mailing_list, user, now)
    content = linked(content, mailing_list, now)
    if before := _posted_before(user, submission, content):
        return before
    _refuse_too_many(user, now)
    topic = Topic.objects.get(pk=topic.pk)
    if topic.merged_into_id is not None:
        raise RefusedError("This topic has become part of another one. Answer there.")
    if not topic.approved and not access.may_manage:
        raise RefusedError("This topic waits for a manager. You can answer once it can be read.")
    refuse_unless(refusal_to_post(access, locked=topic.is_locked))
    if answers is not None and answers.topic_id != topic.pk:
        answers = None
    place = f"topic:{topic.pk}"
    return _post(topic, access, user, content, now, answers=answers, place=place, submission=submission)


@transaction.atomic
def edit(*, post: Post, user: User, content: str, now: datetime, subject: str = "", reason: str = "") -> Post:
    """Changes a post of one's own, or, as a manager and with a reason, anybody's. Raises `RefusedError`.

    `subject` renames the topic with its first post; empty, it stays.
    """
    mailing_list = post.topic.forum.mailing_list
    access = _admitted(mailing_list, user, now)
    post = Post.objects.select_related("topic").get(pk=post.pk)
    if post.poster_id != user.pk:
        if not access.may_manage:
            raise RefusedError("You can change only what you wrote.")
        refuse_unless(None if reason.strip() else "Say why. Readers see that a manager changed the post.")
    refuse_unless(refusal_of_text(content), refusal_to_post(access, locked=post.topic.is_locked))
    content = linked(content, mailing_list, now)
    heads = post.topic.first_post_id == post.pk
    subject = " ".join(subject.split()) if heads and subject.strip() else post.subject
    refuse_unless(refusal_of_subject(subject))
    if (post.content.raw, post.subject) == (content, subject):
        return post
    PostVersion.objects.create(
        post=post,
        number=post.updates_count + 1,
        subject=post.subject,
        content=post.content.raw,
        written_at=post.edited_at or post.created,
        replaced_at=now,
        replaced_by=user,
    )
    post.content, post.subject, post.edited_at = content, subject, now
    post.updated_by, post.updates_count, post.update_reason = user, post.updates_count + 1, reason[:255]
    post.save()
    _claim_files(post, user)
    if heads:
        Topic.objects.filter(pk=post.topic_id).update(subject=subject)
    _hold_again(post, access, now)
    if post.approved and named_in(content):
        announce(post, now)
    Draft.objects.filter(user=user, list=mailing_list, place=f"post:{post.pk}").delete()
    return post


def _hold_again(post: Post, access: Access, now: datetime) -> None:
    """Holds a post that was changed, if it looks as if it names a patient now, or if it was refused before."""
    if post.holds.filter(decided_at=None).exists():
        return
    held = to_be_held(access, f"{post.subject}\n{post.content.raw}", seen_posts=0, hold_first_posts=0)
    if held is not None:
        hold_post(post, held.because, by=None, now=now, note=held.note)
    elif not post.approved:
        before = post.holds.latest("held_at")
        hold_post(post, HoldReason(before.because), by=None, now=now, note="Changed after it was refused.")


def _admitted(mailing_list: MailingList, user: User, now: datetime) -> Access:
    """Locks the list, and then asks: whoever waited for the lock may have lost their access meanwhile."""
    Forum.objects.select_for_update().get(pk=mailing_list.forum_id)
    access = access_of(mailing_list, user, now)
    refuse_unless(refusal_to_post(access))
    return access


def _posted_before(user: User, submission: UUID | None, content: str) -> Post | None:
    """What was posted from the same form; the lock of the list is held. Raises `AlreadyPostedError` if the words differ."""
    before = user.posts.filter(submission=submission).first() if submission else None
    if before is not None and before.content.raw != content:
        raise AlreadyPostedError
    return before


def _claim_files(post: Post, user: User) -> None:
    """Gives a post the files that its words show or link to. Those of other posts, in a quote, stay where they are."""
    named = attachments_named(post.content.raw)
    elsewhere = Attachment.objects.filter(key__in=named, post__isnull=False).exclude(post=post)
    claim_attachments(
        post=post, keys=named - {str(key) for key in elsewhere.values_list("key", flat=True)}, user=user
    )


def _refuse_too_many(user: User, now: datetime) -> None:
    refuse_unless(refusal_of_rate(user.posts.filter(created__gt=now - HOUR, created__lte=now).count()))


def _post(
    topic: Topic,
    access: Access,
    user: User,
    content: str,
    now: datetime,
    *,
    place: str,
    submission: UUID | None,
    answers: Post | None = None,
) -> Post:
    mailing_list = topic.forum.mailing_list
    seen = user.posts.filter(topic__forum=topic.forum_id, approved=True)[: mailing_list.hold_first_posts]
    held = to_be_held(
        access,
        f"{topic.subject}\n{content}",
        seen_posts=len(seen),
        hold_first_posts=mailing_list.hold_first_posts,
    )
    post = Post(
        topic=topic,
        poster=user,
        subject=topic.subject,
        content=content,
        approved=held is None,
        enable_signature=False,
        created=now,
        answers=answers,
        submission=submission,
    )
    post.save()
    _claim_files(post, user)
    if held is not None:
        hold_post(post, held.because, by=None, now=now, note=held.note)
    else:
        post.topic = settle(topic)
        queue_post(post, now)
        announce(post, now)
    mark_topic_read(topic=post.topic, user=user, up_to=now)
    Draft.objects.filter(user=user, list=mailing_list, place=place).delete()
    return post
