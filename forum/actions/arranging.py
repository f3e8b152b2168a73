"""What managers do with whole topics: lock, pin, move to another list, split, and merge. Old addresses lead to where things went."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from machina.apps.forum.models import Forum

from forum.access import access_of
from forum.actions.states import refuse_unless
from forum.counting import recount, settle
from forum.forum_tracking.models import TopicReadTrack
from forum.models import Attachment, MailingList, Post, Topic
from forum.rules.managing import refusal_to_manage
from forum.rules.moderating import refusal_to_arrange, refusal_to_merge, refusal_to_split
from forum.rules.posting import refusal_of_subject
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User


@transaction.atomic
def lock(*, topic: Topic, by: User, now: datetime, locked: bool) -> None:
    """Locks a topic, so that only managers can answer, or unlocks it. Raises `RefusedError`."""
    found = _to_be_arranged(topic, by, now)
    found.status = Topic.TOPIC_LOCKED if locked else Topic.TOPIC_UNLOCKED
    Topic.objects.filter(pk=found.pk).update(status=found.status)
    _record("topic.locked" if locked else "topic.unlocked", found, by, now)


@transaction.atomic
def pin(*, topic: Topic, by: User, now: datetime, pinned: bool) -> None:
    """Pins a topic, so that it stands first in its list, or takes the pin away. Raises `RefusedError`."""
    found = _to_be_arranged(topic, by, now)
    found.type = Topic.TOPIC_STICKY if pinned else Topic.TOPIC_POST
    Topic.objects.filter(pk=found.pk).update(type=found.type)
    _record("topic.pinned" if pinned else "topic.unpinned", found, by, now)


@transaction.atomic
def move(*, topic: Topic, to: MailingList, by: User, now: datetime) -> None:
    """Moves a topic into another list, whose readers see it from now on, and whose rules hold for it.

    Raises `RefusedError` unless `by` manages both lists.
    """
    old = topic.forum_id
    if old == to.forum_id:
        raise RefusedError("The topic is in this list already.")
    _lock(old, to.forum_id)
    found = _to_be_arranged(topic, by, now)
    refuse_unless(refusal_to_manage(access_of(to, by, now)))
    was_in = found.forum.mailing_list
    Topic.objects.filter(pk=found.pk).update(forum=to.forum_id)
    Attachment.objects.filter(post__topic=found).update(list=to)
    for forum in sorted({old, to.forum_id}):
        recount(forum)
    _record("topic.moved", found, by, now, was_in=was_in, to=to.name)


@transaction.atomic
def merge(*, topic: Topic, into: Topic, by: User, now: datetime) -> None:
    """Makes the posts of a topic part of another one of the same list, in the order of their moments. Raises `RefusedError`."""
    found = _to_be_arranged(topic, by, now)
    target = Topic.objects.get(pk=into.pk)
    refuse_unless(refusal_to_merge(found, target))
    Post.objects.filter(topic=found).update(topic=target)
    TopicReadTrack.objects.filter(topic=found).delete()
    Topic.objects.filter(pk=found.pk).update(merged_into=target, status=Topic.TOPIC_MOVED)
    Topic.objects.filter(merged_into=found).update(merged_into=target)
    settle(found)
    settle(target)
    recount(found.forum_id)
    _record("topic.merged", found, by, now, to=target.pk)


@transaction.atomic
def split(*, topic: Topic, posts: Collection[int], subject: str, by: User, now: datetime) -> Topic:
    """Makes some posts of a topic a topic of their own in the same list. Raises `RefusedError`."""
    found = _to_be_arranged(topic, by, now)
    chosen = found.posts.filter(pk__in=posts).order_by("created", "pk")
    first = found.posts.order_by("created", "pk").first()
    picked = list(chosen)
    refuse_unless(
        refusal_of_subject(subject),
        refusal_to_split(found.posts.count(), len(picked), first_chosen=first in picked),
    )
    new = Topic(
        forum_id=found.forum_id,
        poster=picked[0].poster,
        subject=" ".join(subject.split()),
        type=Topic.TOPIC_POST,
        status=Topic.TOPIC_UNLOCKED,
        approved=False,
        created=picked[0].created,
    )
    new.save()
    chosen.update(topic=new, subject=new.subject)
    settle(found)
    new = settle(new)
    _record("topic.split", found, by, now, to=new.pk)
    return new


def _lock(*forums: int) -> None:
    # In the order of their keys, so that two moves in opposite directions wait for one another and do not lock each other out.
    for forum in sorted(set(forums)):
        Forum.objects.select_for_update().get(pk=forum)


def _to_be_arranged(topic: Topic, by: User, now: datetime) -> Topic:
    """The topic with its list locked. Raises `RefusedError` unless `by` manages that list."""
    _lock(topic.forum_id)
    found = Topic.objects.select_related("forum__mailing_list").get(pk=topic.pk)
    if found.forum_id != topic.forum_id:
        raise RefusedError("Another manager has just moved this topic. Open it again.")
    refuse_unless(refusal_to_manage(access_of(found.forum.mailing_list, by, now)), refusal_to_arrange(found))
    return found


def _record(
    action: str,
    topic: Topic,
    by: User,
    now: datetime,
    was_in: MailingList | None = None,
    **details: object,
) -> None:
    mailing_list = was_in or topic.forum.mailing_list
    audit.record(
        action,
        now=now,
        by=by,
        subject=mailing_list.key,
        subject_name=mailing_list.name,
        details={"topic": topic.pk, **details},
    )
