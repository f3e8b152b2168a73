"""What can be followed in the forum, and what it is called: `list:<key>` and `topic:<key>`."""

import re
from collections.abc import Sequence

from django.urls import reverse

from forum.models import MailingList, Topic
from portal.members.follows import Followed, register

LIST = re.compile(r"list:([1-9]\d{0,14})")
TOPIC = re.compile(r"topic:([1-9]\d{0,8})")


def list_key(pk: int) -> str:
    return f"list:{pk}"


def topic_key(pk: int) -> str:
    return f"topic:{pk}"


def connect() -> None:
    """Tells the follows what their keys of ours mean."""
    register("list", describe_lists)
    register("topic", describe_topics)


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
