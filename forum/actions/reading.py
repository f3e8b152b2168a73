"""Marks what a person has read. Only a POST comes here: no GET changes anything."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from forum.forum_conversation.models import Topic
from forum.forum_tracking.models import ForumReadTrack, TopicReadTrack
from forum.models import MailingList
from forum.reading import floors_of, list_mark, read_up_to, unread
from portal.members.models import User


@transaction.atomic
def mark_topic_read(*, topic: Topic, user: User, up_to: datetime, since: datetime | None = None) -> None:
    """Marks a topic as read up to a moment: that of the last post which was shown. A later mark stays.

    `since` is when the person began to have to do with the list (`Facts.since`), which is looked up if it is not said.

    When nothing in the list is unread any more, one mark for the whole list takes the place of those of its topics.
    """
    mailing_list = topic.forum.mailing_list
    if TopicReadTrack.objects.filter(topic=topic, user=user, mark_time__gte=up_to).exists():
        return
    TopicReadTrack.objects.bulk_create(
        [TopicReadTrack(topic=topic, user=user, mark_time=up_to)],
        update_conflicts=True,
        unique_fields=["user", "topic"],
        update_fields=["mark_time"],
    )
    floor = (
        list_mark(mailing_list, user, since) if since else read_up_to([mailing_list], user)[mailing_list.pk]
    )
    # Somebody may be posting now, with a moment a little earlier than this: so not up to now, but to what was there.
    newest = (
        Topic.objects.filter(forum=topic.forum_id, approved=True, merged_into=None)
        .order_by("-last_post_on")
        .values_list("last_post_on", flat=True)
        .first()
    )
    if newest is not None and not unread(mailing_list, user, floor).exists():
        mark_list_read(mailing_list=mailing_list, user=user, now=newest)


@transaction.atomic
def keep_read(*, mailing_list: MailingList, before: Mapping[int, datetime | None]) -> None:
    """Keeps posts that were brought in from being news: a topic that a person had read stays read.

    `before` are the topics that they went into, each with the moment of its last post before; `None`: it had none. Who began to have
    to do with the list later has nothing unread anyway. As many queries for many topics and people as for few.
    """
    latest = dict(Topic.objects.filter(pk__in=before).values_list("pk", "last_post_on"))
    newest = max(filter(None, latest.values()), default=None)
    if newest is None:
        return
    floors = {user: floor for user, floor in floors_of(mailing_list, newest) if floor < newest}
    marks = {
        (user, topic): mark
        for user, topic, mark in TopicReadTrack.objects.filter(topic__in=before, user__in=floors).values_list(
            "user", "topic", "mark_time"
        )
    }
    read = [
        TopicReadTrack(topic_id=topic, user_id=user, mark_time=last)
        for user, floor in floors.items()
        for topic, last in latest.items()
        if last is not None
        and last > (seen := max(floor, marks.get((user, topic), floor)))
        and ((had := before[topic]) is None or had <= seen)
    ]
    TopicReadTrack.objects.bulk_create(
        read,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["user", "topic"],
        update_fields=["mark_time"],
    )


@transaction.atomic
def mark_list_read(*, mailing_list: MailingList, user: User, now: datetime) -> None:
    """Marks everything in a list up to `now` as read."""
    ForumReadTrack.objects.bulk_create(
        [ForumReadTrack(forum_id=mailing_list.forum_id, user=user, mark_time=now)],
        update_conflicts=True,
        unique_fields=["user", "forum"],
        update_fields=["mark_time"],
    )
    TopicReadTrack.objects.filter(topic__forum=mailing_list.forum_id, user=user, mark_time__lte=now).delete()
