"""What can be followed in the forum, and what it is called: `list:<key>` and `topic:<key>`."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from forum.access import visible_to
from forum.models import MailingList, Post, Subscription, Topic
from forum.rules.sentences import moment
from portal.members.follows import Followed, Mailing, register, register_mailings
from portal.members.models import User

HEADING = "Forum"
LIST = re.compile(r"list:([1-9]\d{0,14})")
TOPIC = re.compile(r"topic:([1-9]\d{0,8})")


def list_key(pk: int) -> str:
    return f"list:{pk}"


def topic_key(pk: int) -> str:
    return f"topic:{pk}"


def connect() -> None:
    """Tells the follows what their keys of ours mean."""
    register("list", describe_lists, group=HEADING, is_open_to=may_read)
    register("topic", describe_topics, group=HEADING, is_open_to=may_read)
    register_mailings(mailings)


def mailings(user: User, now: datetime) -> Iterator[Mailing]:
    """What `user` gets by mail of the lists that they are on and may read."""
    found = Subscription.objects.filter(user=user, list__in=visible_to(user, now)).select_related("list")
    for one in found.order_by("list__name"):
        yield Mailing(one.list.name, _often(one, now), reverse("list_delivery", args=[one.list.slug]))


def _often(subscription: Subscription, now: datetime) -> str:
    if subscription.stopped_at:
        return "No mail, because mails to you came back"
    until = subscription.paused_until
    if until and until > now:
        return f"No mail until {moment(until)}"
    return subscription.get_delivery_display()


def describe_lists(keys: Sequence[str]) -> dict[str, Followed]:
    """The lists. Everybody may know what they are called."""
    wanted = {int(found[1]): key for key in keys if (found := LIST.fullmatch(key))}
    lists = MailingList.objects.filter(pk__in=wanted)
    return {wanted[one.pk]: Followed(one.name, one.get_absolute_url()) for one in lists}


def describe_topics(keys: Sequence[str]) -> dict[str, Followed]:
    """The topics. What they are about is for readers of their list alone."""
    wanted = {int(found[1]): key for key in keys if (found := TOPIC.fullmatch(key))}
    topics = Topic.objects.filter(pk__in=wanted, merged_into=None).select_related("forum__mailing_list")
    return {
        wanted[one.pk]: Followed(
            f"{one.forum.mailing_list}: topic {one.pk}",
            reverse("topic", args=[one.forum.mailing_list.slug, one.pk]),
        )
        for one in topics
    }


def may_read(user: User, key: str, now: datetime) -> bool:
    """Whether `user` may read, at `now`, the list or the topic that a key of ours stands for."""
    readable = visible_to(user, now)
    if found := LIST.fullmatch(key):
        return readable.filter(pk=found[1]).exists()
    found = TOPIC.fullmatch(key)
    topics = Topic.objects.filter(approved=True, forum__mailing_list__in=readable.values("pk"))
    return found is not None and topics.filter(pk=found[1]).exists()


def keys_of(post: Post) -> list[str]:
    """What one may follow to hear of a post."""
    return [list_key(post.topic.forum.mailing_list.pk), topic_key(post.topic_id)]


def told_key(post: Post, person: int) -> str:
    """The key of the mail that tells a person of a post at once."""
    return f"post-told:{post.pk}:{person}"


def address_of(post: Post) -> str:
    """Where a post is read, for mails."""
    return settings.BASE_URL + reverse("post", args=[post.topic.forum.mailing_list.slug, post.pk])
