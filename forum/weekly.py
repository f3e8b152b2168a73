"""The lists' part of the one mail a week: in which topics that a person follows, and may read, there is something new.

It says where, and never what: whoever can still read the list when they open it reads it there. Reads only.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from forum.access import visible_to
from forum.following import HEADING, address_of, keys_of, list_key, told_key
from forum.models import Delivery, DeliveryState, MailingList, Post, PostNews
from portal.members.models import Cadence, Follow, Mail, User
from portal.members.rules import Week
from portal.members.weekly import Part, Source, register

TEMPLATE = "weekly_forum"
MOST_LINES = 30


def connect() -> None:
    """Has the weekly mail ask for our part."""
    register(HEADING, prepare, sample)


def prepare(week: Week, now: datetime) -> Source:
    """What was written in the week, for those who follow its topics or lists.

    Also for those who want to hear at once: some may have chosen that only after everybody had been told at once.
    """
    posts = (
        Post.objects.filter(approved=True, brought_in_at=None, topic__merged_into=None)
        .filter(created__gte=week.start, created__lt=week.end)
        .select_related("topic__forum__mailing_list")
        .order_by("created", "pk")
    )
    by_key: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        for key in keys_of(post):
            by_key[key].append(post)
    due: dict[int, list[Follow]] = defaultdict(list)
    for follow in Follow.objects.filter(key__in=by_key, created_at__lt=week.end).order_by("user", "key"):
        due[follow.user_id].append(follow)
    told = set(
        PostNews.objects.filter(
            post__created__gte=week.start, post__created__lt=week.end, told_at__isnull=False
        ).values_list("post_id", flat=True)
    )

    def part_for(user: User) -> Part | None:
        brought = {
            follow: [
                post
                for post in by_key[follow.key]
                if follow.created_at <= post.created
                and post.poster_id != user.pk
                and (follow.cadence == Cadence.WEEKLY or post.pk in told)
            ]
            for follow in due[user.pk]
        }
        return _part(brought, _unread(user, brought.values(), now))

    return Source(due, part_for)


def _unread(user: User, brought: Iterable[Sequence[Post]], now: datetime) -> set[int]:
    """Which of the posts the person may read now, was not told of at once and has not been sent."""
    posts = {post.pk: post for found in brought for post in found}
    if not posts:
        return set()
    readable = set(visible_to(user, now).values_list("pk", flat=True))
    keys = {told_key(post, user.pk): post.pk for post in posts.values()}
    heard = {keys[key] for key in Mail.objects.filter(key__in=keys).values_list("key", flat=True)}
    sent = Delivery.objects.filter(post__in=posts, subscription__user=user)
    heard |= set(sent.exclude(state=DeliveryState.LEFT_OUT).values_list("post_id", flat=True))
    return {
        pk for pk, post in posts.items() if post.topic.forum.mailing_list.pk in readable and pk not in heard
    }


def _part(brought: Mapping[Follow, Sequence[Post]], unread: set[int]) -> Part | None:
    """One person's part; `None` if nothing is left for them."""
    topics: dict[int, dict[int, Post]] = defaultdict(dict)
    followed = []
    for follow, posts in brought.items():
        new = [post for post in posts if post.pk in unread]
        for post in new:
            topics[post.topic_id][post.pk] = post
        if new:
            followed.append((follow, _title(follow, new[0])))
    if not topics:
        return None
    lines = [_line([posts[pk] for pk in sorted(posts)]) for _, posts in sorted(topics.items())]
    context = {"lines": lines[:MOST_LINES], "left_out": max(len(lines) - MOST_LINES, 0)}
    return Part(HEADING, TEMPLATE, context, followed)


def _title(follow: Follow, post: Post) -> str:
    """What the person follows, who may read it: a list, or a topic by its subject."""
    mailing_list = post.topic.forum.mailing_list
    return mailing_list.name if follow.key == list_key(mailing_list.pk) else post.topic.subject


def _line(posts: Sequence[Post]) -> dict[str, Any]:
    first = posts[0]
    return {
        "subject": first.topic.subject,
        "list": first.topic.forum.mailing_list,
        "posts": len(posts),
        "link": address_of(first),
    }


def sample(now: datetime) -> Part:
    """A part as previews show it."""
    the_list = MailingList(name="Setting up a network", slug="setting-up")
    link = f"{settings.BASE_URL}/a-link/"
    lines = [
        {"subject": "Quorum of a board", "list": the_list, "posts": 1, "link": link},
        {"subject": "Sharing a pharmacist between practices", "list": the_list, "posts": 4, "link": link},
    ]
    return Part(HEADING, TEMPLATE, {"lines": lines, "left_out": 2}, [(Follow(), "Setting up a network")])
