"""Lists, topics and posts as a reader is shown them: read only, and as many queries for many as for few."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from forum.following import topic_key
from forum.forum_tracking.models import ForumReadTrack, TopicReadTrack
from forum.models import Hold, MailingList, Post, Subscription, Topic
from forum.models.subscriptions import State
from forum.reading import MOST_COUNTED, list_mark, unread, unread_counts
from forum.rules import Access
from portal.members.models import Appointment, Follow, User

TOPICS_ON_A_PAGE = 30
POSTS_ON_A_PAGE = 20


@dataclass(frozen=True)
class Own:
    """A list that a reader may read, with what is new in it. `more` is whether there is more than `unread` says."""

    list: MailingList
    unread: int
    more: bool


def own_lists(lists: Iterable[MailingList], user: User) -> list[Own]:
    """The lists with the number of unread topics in each."""
    lists = list(lists)
    counts = unread_counts(lists, user)
    found = [(one, counts.get(one.forum_id, 0)) for one in lists]
    return [Own(one, min(count, MOST_COUNTED), count > MOST_COUNTED) for one, count in found]


def topics_of(mailing_list: MailingList) -> QuerySet[Topic]:
    """The topics of a list that its readers see, pinned ones first, then by their newest posts."""
    return Topic.objects.filter(forum=mailing_list.forum_id, approved=True, merged_into=None)


def narrowed(mailing_list: MailingList, user: User, which: str, floor: datetime | None) -> QuerySet[Topic]:
    """All topics of a list, those with something unread, those that `user` started, or those in which they wrote."""
    if which == "unread":
        return unread(mailing_list, user, floor)
    found = topics_of(mailing_list)
    if which == "started":
        return found.filter(poster=user)
    if which == "taken-part":
        return found.filter(Exists(Post.objects.filter(topic=OuterRef("pk"), poster=user, approved=True)))
    return found


@dataclass
class Row:
    """A topic in a list, with whether there is something unread in it, and whether all of it is."""

    topic: Topic
    is_unread: bool
    is_new: bool

    @property
    def answers(self) -> int:
        return max(self.topic.posts_count - 1, 0)


@dataclass
class TopicList:
    """A page of the topics of a list."""

    rows: list[Row]
    listed: Any
    own_held: list[Hold]
    floor: datetime | None


class CountedOnce(Paginator):
    """A paginator that is told how many there are: the list's own counter, which costs nothing."""

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.__dict__["count"] = count


def topic_list(
    mailing_list: MailingList, user: User, which: str, page: str | None, since: datetime | None
) -> TopicList:
    """A page of the topics of a list as `user` sees them, with those posts of theirs that only they and managers see.

    `since` is when the person began to have to do with the list (`Facts.since`).
    """
    floor = list_mark(mailing_list, user, since)
    found = (
        narrowed(mailing_list, user, which, floor)
        .select_related("poster", "last_post__poster")
        .annotate(own_mark=_own_mark(user))
        .order_by("-type", "-last_post_on", "-pk")
    )
    if which == "all":
        count = mailing_list.forum.direct_topics_count
        listed = CountedOnce(found, TOPICS_ON_A_PAGE, count=count).get_page(page)
    else:
        listed = Paginator(found, TOPICS_ON_A_PAGE).get_page(page)
    topics = list(listed)
    rows = []
    for topic in topics:
        mark = max(filter(None, (topic.own_mark, floor)), default=None)
        is_unread = mark is not None and topic.last_post_on > mark
        rows.append(Row(topic, is_unread, is_unread and topic.created > mark))
    return TopicList(rows, listed, held_of(mailing_list, user), floor)


def held_of(mailing_list: MailingList, user: User) -> list[Hold]:
    """The posts of `user` in a list that readers do not see, each with its last hold: they wait, or were refused."""
    holds = Hold.objects.filter(
        post__topic__forum=mailing_list.forum_id, post__poster=user, post__approved=False
    )
    found: dict[int, Hold] = {}
    for one in holds.select_related("post__topic").order_by("held_at", "pk"):
        found[one.post_id] = one
    return list(found.values())[-20:]


@dataclass
class Shown:
    """A post on a page, with what stands around it."""

    post: Post
    roles: list[str] = field(default_factory=list)
    is_new: bool = False
    begins_new: bool = False
    hold: Hold | None = None


@dataclass
class TopicPage:
    """A page of a topic. `last_seen` is the moment of the last post on it, up to which it can be marked as read."""

    posts: list[Shown]
    listed: Any
    last_seen: datetime | None
    is_unread: bool


def visible_posts(topic: Topic | OuterRef, user: User, *, manages: bool) -> QuerySet[Post]:
    """The posts of a topic that a reader of its list sees: what is approved, and their own; managers see all."""
    found = Post.objects.filter(topic=topic)
    return found if manages else found.filter(Q(approved=True) | Q(poster=user))


def topic_with_marks(pk: int, user: User, *, manages: bool) -> Topic | None:
    """A topic with all that its page says of it and of `user`; `None` if there is none. One query.

    `shown` is how many posts they see, `own_mark` and `list_mark` up to when they have read it and its list, and `cadence` how
    often they are told of it, if they follow it.
    """
    posts = visible_posts(OuterRef("pk"), user, manages=manages).order_by().values("topic")
    follow = Follow.objects.filter(user=user, key=topic_key(pk))
    list_marks = ForumReadTrack.objects.filter(user=user, forum=OuterRef("forum"))
    return (
        Topic.objects.select_related("forum__mailing_list", "merged_into__forum__mailing_list")
        .annotate(
            shown=Coalesce(Subquery(posts.annotate(count=Count("pk")).values("count")), 0),
            own_mark=_own_mark(user),
            list_mark=Subquery(list_marks.values("mark_time")),
            cadence=Subquery(follow.values("cadence")),
        )
        .filter(pk=pk)
        .first()
    )


def _own_mark(user: User) -> Subquery:
    return Subquery(TopicReadTrack.objects.filter(user=user, topic=OuterRef("pk")).values("mark_time"))


def topic_page(
    topic: Topic, user: User, page: str | None, *, manages: bool, now: datetime, since: datetime | None
) -> TopicPage:
    """A page of the posts of a topic from `topic_with_marks`, the oldest first.

    `page` can be `unread`: the one with the first unread post. `since` is when the person began to have to do with the list.
    """
    mark = max(filter(None, (topic.own_mark, topic.list_mark or since)), default=None)
    posts = (
        visible_posts(topic, user, manages=manages)
        .select_related("poster")
        .prefetch_related("attachments")
        .order_by("created", "pk")
    )
    pages = CountedOnce(posts, POSTS_ON_A_PAGE, count=topic.shown)
    if page == "unread":
        before = posts.filter(created__lte=mark).count() if mark else 0
        page = str(min(before, max(pages.count - 1, 0)) // POSTS_ON_A_PAGE + 1)
    listed = pages.get_page(page)
    found = list(listed)
    roles = roles_of({post.poster_id for post in found if post.poster_id}, timezone.localdate(now))
    holds = _last_holds([post for post in found if not post.approved])
    shown = []
    for post in found:
        one = Shown(post, roles.get(post.poster_id, []), hold=holds.get(post.pk))
        one.is_new = mark is not None and post.created > mark and post.poster_id != user.pk
        one.begins_new = one.is_new and not any(earlier.is_new for earlier in shown) and len(shown) > 0
        shown.append(one)
    seen = [post.created for post in found if post.approved]
    is_unread = (
        bool(seen) and mark is not None and topic.last_post_on is not None and topic.last_post_on > mark
    )
    return TopicPage(shown, listed, seen[-1] if seen else None, is_unread)


def _last_holds(posts: list[Post]) -> dict[int, Hold]:
    """The last hold of each of the posts, by its key. No query if there are none."""
    holds = Hold.objects.filter(post__in=posts).order_by("held_at", "pk") if posts else ()
    return {one.post_id: one for one in holds}


def roles_of(users: Iterable[int], on: date) -> dict[int, list[str]]:
    """The confirmed roles of people on a day, in words: “Clinical director, Harbour and Heath PCN”. One query."""
    found: dict[int, list[str]] = {}
    rows = Appointment.objects.confirmed().current(on).filter(user__in=users).select_related("network")
    for row in rows.order_by("starts_on", "pk"):
        found.setdefault(row.user_id, []).append(f"{row.get_role_display()}, {row.network.name}")
    return found


def page_with(topic: Topic, post: Post, user: User, *, manages: bool) -> int:
    """The number of the page of a topic on which a post stands."""
    before = visible_posts(topic, user, manages=manages).filter(
        Q(created__lt=post.created) | Q(created=post.created, pk__lt=post.pk)
    )
    return before.count() // POSTS_ON_A_PAGE + 1


def share_a_list(user: User, lists: QuerySet[MailingList]) -> bool:
    """Whether `user` is on one of the lists, or has written in one."""
    on = Subscription.objects.filter(
        user=user, list__in=lists, periods__state=State.ACTIVE, periods__ends_at=None
    )
    wrote = Post.objects.filter(poster=user, approved=True, topic__forum__mailing_list__in=lists)
    return on.exists() or wrote.exists()


def topics_shown(mailing_list: MailingList, user: User, access: Access) -> QuerySet[Topic]:
    """The topics of a list that can be answered or looked at by a reader with this access: shown ones, their own, all for managers."""
    topics = Topic.objects.filter(forum=mailing_list.forum_id, merged_into=None)
    topics = topics.select_related("forum__mailing_list")
    return topics if access.may_manage else topics.filter(Q(approved=True) | Q(poster=user))


def posts_shown(mailing_list: MailingList, user: User, access: Access) -> QuerySet[Post]:
    """The posts of a list that a reader with this access sees: those that are shown, their own, all for managers."""
    posts = Post.objects.filter(topic__forum=mailing_list.forum_id)
    posts = posts.select_related("poster", "topic__forum__mailing_list")
    return posts if access.may_manage else posts.filter(Q(approved=True) | Q(poster=user))


def answers_since(topic: Topic, user: User, seen: int) -> QuerySet[Post]:
    """The posts of others that a topic has got since `seen` was its last one."""
    posts = topic.posts.filter(approved=True, pk__gt=seen).exclude(poster=user)
    return posts.select_related("poster").order_by("created", "pk")
