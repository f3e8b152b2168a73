"""What a person has not read yet. A topic is unread if it has a post that is later than its mark, or, without one, its list's."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from forum.forum_conversation.models import Post, Topic
from forum.forum_tracking.models import ForumReadTrack, TopicReadTrack
from forum.models import Grant, MailingList, Subscription
from forum.rules.facts import midnight
from portal.members.models import User

MOST_COUNTED = 100  # beyond this a page says “more than 100”


def read_up_to(lists: Iterable[MailingList], user: User) -> dict[int, datetime | None]:
    """Up to when a person has read each list as a whole, by the list's key. One query.

    Without a mark it is the day on which they joined, or the moment at which access was given: an archive is nobody's
    to-do list. `None` if they never had anything to do with it.
    """
    found = MailingList.objects.filter(pk__in=[one.pk for one in lists]).order_by()
    marked = ForumReadTrack.objects.filter(user=user, forum=OuterRef("forum"))
    joined = Subscription.objects.filter(user=user, list=OuterRef("pk"))
    given = Grant.objects.filter(user=user, list=OuterRef("pk")).order_by("starts_at")
    rows = found.values_list(
        "pk",
        Subquery(marked.values("mark_time")[:1]),
        Subquery(joined.values("joined_on")[:1]),
        Subquery(given.values("starts_at")[:1]),
    )
    return {pk: mark or (midnight(day) if day else start) for pk, mark, day, start in rows}


def floors_of(mailing_list: MailingList, before: datetime) -> Iterator[tuple[int, datetime]]:
    """The same for everybody who has to do with a list since before a moment: people by their keys. Three queries."""
    marks = dict(ForumReadTrack.objects.filter(forum=mailing_list.forum_id).values_list("user", "mark_time"))
    given = Grant.objects.filter(list=mailing_list, starts_at__lt=before).order_by("-starts_at")
    since = dict(given.values_list("user", "starts_at"))
    joined = Subscription.objects.filter(list=mailing_list, joined_on__lte=timezone.localdate(before))
    since |= {user: midnight(day) for user, day in joined.values_list("user", "joined_on")}
    for user, start in since.items():
        yield user, marks.get(user, start)


def list_mark(mailing_list: MailingList, user: User, since: datetime | None) -> datetime | None:
    """Up to when a person has read one list as a whole; `since` (of `Facts`) is what holds without a mark. One query."""
    mark = ForumReadTrack.objects.filter(user=user, forum=mailing_list.forum_id)
    return mark.values_list("mark_time", flat=True).first() or since


def unread(mailing_list: MailingList, user: User, floor: datetime | None) -> QuerySet[Topic]:
    """The topics of a list in which there is something that `user` has not read. `floor` is what `read_up_to` says.

    Only topics with a post since then are looked at, so the cost does not grow with the archive.
    """
    if floor is None:
        return Topic.objects.none()
    read = TopicReadTrack.objects.filter(
        user=user, topic=OuterRef("pk"), mark_time__gte=OuterRef("last_post_on")
    )
    return Topic.objects.filter(
        ~Exists(read),
        forum=mailing_list.forum_id,
        approved=True,
        merged_into=None,
        last_post_on__gt=floor,
    )


def unread_counts(lists: Iterable[MailingList], user: User) -> dict[int, int]:
    """How many topics with something unread there are in each list, by the key of its forum, and no more than `MOST_COUNTED` + 1.

    Two queries, however many lists there are.
    """
    lists = list(lists)
    floors = read_up_to(lists, user)
    some = [
        Q(pk__in=unread(one, user, floors[one.pk]).order_by().values("pk")[: MOST_COUNTED + 1])
        for one in lists
    ]
    if not some:
        return {}
    counted = Topic.objects.filter(reduce(or_, some)).order_by().values("forum_id")
    return dict(counted.annotate(count=Count("pk")).values_list("forum_id", "count"))


def new_posts(topics: Iterable[Topic], user: User, floor: datetime | None) -> dict[int, int]:
    """How many posts of each topic `user` has not read, by the topic's key; topics without any are left out. One query."""
    if floor is None:
        return {}
    later = [topic.pk for topic in topics if topic.last_post_on and topic.last_post_on > floor]
    mark = TopicReadTrack.objects.filter(user=user, topic=OuterRef("topic")).values("mark_time")[:1]
    posts = Post.objects.filter(topic__in=later, approved=True, created__gt=floor).order_by()
    unread_posts = posts.annotate(mark=Subquery(mark)).filter(Q(mark=None) | Q(created__gt=F("mark")))
    return dict(unread_posts.values_list("topic").annotate(count=Count("pk")))
