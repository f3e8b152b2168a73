"""Topics and posts as a reader of their list is shown them: read only, and as many queries for many as for few."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from forum.cards import Linked, cards_of
from forum.following import topic_key
from forum.forum_tracking.models import ForumReadTrack, TopicReadTrack
from forum.models import Draft, Hold, IncomingMail, MailingList, Outcome, Post, Topic
from forum.profiles import author_of, name_of, roles_of
from forum.reading import MOST_COUNTED, list_mark, new_posts, unread
from forum.rules import Access
from forum.rules.drafts import MOST_DRAFTS
from portal.members.models import Follow, User

TOPICS_ON_A_PAGE = 30
POSTS_ON_A_PAGE = 20
MOST_HELD = 20
MOST_NARROWED = (
    20 * TOPICS_ON_A_PAGE
)  # of the unread topics, for one: as some are read, others take their place
# What is not needed of topics in a list: the words of their first and last posts.
WORDS = (
    "first_post__content",
    "first_post___content_rendered",
    "last_post__content",
    "last_post___content_rendered",
)


class CountedOnce(Paginator):
    """A paginator that is told how many there are."""

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.__dict__["count"] = count


# --- Topics of a list ----------------------------------------------------------------------------------------------------


def topics_of(mailing_list: MailingList) -> QuerySet[Topic]:
    """The topics of a list that its readers see, pinned ones first, then by their newest posts."""
    return Topic.objects.filter(forum=mailing_list.forum_id, approved=True, merged_into=None)


def narrowed(mailing_list: MailingList, user: User, which: str, floor: datetime | None) -> QuerySet[Topic]:
    """All topics of a list, or those with something unread, started by `user`, with posts of theirs, or followed by them."""
    found = topics_of(mailing_list)
    match which:
        case "unread":
            return unread(mailing_list, user, floor)
        case "started":
            return found.filter(poster=user)
        case "taken-part":
            return found.filter(Exists(Post.objects.filter(topic=OuterRef("pk"), poster=user, approved=True)))
        case "followed":
            keys = Follow.objects.filter(user=user, key__startswith=topic_key("")).values_list(
                "key", flat=True
            )
            return found.filter(
                pk__in=[number for key in keys if (number := key.partition(":")[2]).isdecimal()]
            )
    return found


@dataclass(frozen=True)
class Row:
    """A topic in a list, with how many of its posts are new to the reader. `all_new`: none of it has been read."""

    topic: Topic
    new: int

    @property
    def by(self) -> str:
        """Who started it. Whoever has no account stands by name in the first post, if anywhere."""
        first = self.topic.first_post
        return author_of(first) if self.topic.poster is None and first else name_of(self.topic.poster)

    @property
    def answers(self) -> int:
        return max(self.topic.posts_count - 1, 0)

    @property
    def all_new(self) -> bool:
        return self.new >= self.topic.posts_count

    @property
    def new_in_words(self) -> str:
        """“3 new”."""
        return f"more than {MOST_COUNTED} new" if self.new > MOST_COUNTED else f"{self.new} new"


@dataclass(frozen=True)
class TopicList:
    """A page of the topics of a list, and those posts of the reader that only they and managers see."""

    rows: list[Row]
    listed: Page
    own_held: list[Hold]


def topic_list(
    mailing_list: MailingList, user: User, which: str, page: str | None, since: datetime | None
) -> TopicList:
    """A page of the topics of a list as `user` sees them. `since` is when they began to have to do with it (`Facts.since`)."""
    floor = list_mark(mailing_list, user, since)
    found = (
        narrowed(mailing_list, user, which, floor)
        .select_related("poster", "first_post__poster", "last_post__poster")
        .defer(*WORDS)
        .order_by("-type", "-last_post_on", "-pk")
    )
    # The counter costs nothing; what is counted here is counted no further than to its end.
    count = (
        mailing_list.forum.direct_topics_count if which == "all" else found.order_by()[:MOST_NARROWED].count()
    )
    listed = CountedOnce(found, TOPICS_ON_A_PAGE, count=count).get_page(page)
    topics = list(listed)
    new = new_posts(topics, user, floor)
    return TopicList(
        [Row(topic, new.get(topic.pk, 0)) for topic in topics],
        listed,
        held_of(mailing_list, user) if which == "all" else [],
    )


def held_of(mailing_list: MailingList, user: User) -> list[Hold]:
    """The posts of `user` in a list that readers do not see, each with its last hold: they wait, or were refused."""
    holds = Hold.objects.filter(
        post__topic__forum=mailing_list.forum_id, post__poster=user, post__approved=False
    )
    found: dict[int, Hold] = {}
    for one in holds.select_related("post__topic").order_by("held_at", "pk"):
        found[one.post_id] = one
    return list(found.values())[-MOST_HELD:]


# --- Posts of a topic ----------------------------------------------------------------------------------------------------


@dataclass
class Shown:
    """A post on a page, with what stands around it. `is_trimmed`: something of its mail was taken off, which this reader may see."""

    post: Post
    roles: list[str] = field(default_factory=list)
    begins_new: bool = False
    hold: Hold | None = None
    cards: list[Linked] = field(default_factory=list)
    is_trimmed: bool = False

    @property
    def is_refused(self) -> bool:
        return self.hold is not None and self.hold.outcome == Outcome.REFUSED


@dataclass(frozen=True)
class TopicPage:
    """A page of a topic. `last_seen` is the moment of the last post on it, up to which it can be marked as read."""

    posts: list[Shown]
    listed: Page
    last_seen: datetime | None
    is_unread: bool
    unread_elsewhere: bool


def topic_with_marks(pk: int, user: User, *, manages: bool) -> Topic | None:
    """A topic with all that its page says of it and of `user`; `None` if there is none. One query.

    `shown` is how many posts they see, `own_mark` and `list_mark` up to when they have read it and its list, and `cadence` how
    often they are told of it, if they follow it.
    """
    posts = visible_posts(pk, user, manages=manages).order_by().values("topic")
    follow = Follow.objects.filter(user=user, key=topic_key(pk))
    own_marks = TopicReadTrack.objects.filter(user=user, topic=pk)
    list_marks = ForumReadTrack.objects.filter(user=user, forum=OuterRef("forum"))
    return (
        Topic.objects.annotate(
            shown=Coalesce(Subquery(posts.annotate(count=Count("pk")).values("count")), 0),
            own_mark=Subquery(own_marks.values("mark_time")),
            list_mark=Subquery(list_marks.values("mark_time")),
            cadence=Subquery(follow.values("cadence")),
        )
        .filter(pk=pk)
        .first()
    )


def visible_posts(topic: Topic | int, user: User, *, manages: bool) -> QuerySet[Post]:
    """The posts of a topic that a reader of its list sees, the oldest first: what is approved, and their own; managers see all."""
    found = Post.objects.filter(topic=topic).order_by("created", "pk")
    return found if manages else found.filter(Q(approved=True) | Q(poster=user))


def mark_of(topic: Topic, since: datetime | None) -> datetime | None:
    """Up to when a reader has read a topic from `topic_with_marks`; `since` is when they began to have to do with its list."""
    return max(filter(None, (topic.own_mark, topic.list_mark or since)), default=None)


def first_unread(topic: Topic, user: User, since: datetime | None, *, manages: bool) -> Post | None:
    """The first post of a topic that the person has not read; if there is none, the last one."""
    posts = visible_posts(topic, user, manages=manages)
    mark = mark_of(topic, since)
    later = posts.filter(created__gt=mark) if mark else posts
    return later.first() or posts.last()


def topic_page(
    topic: Topic, user: User, page: str | None, *, manages: bool, now: datetime, since: datetime | None
) -> TopicPage:
    """A page of the posts of a topic from `topic_with_marks`, the oldest first. `since` is as for `mark_of`."""
    mark = mark_of(topic, since)
    posts = visible_posts(topic, user, manages=manages).select_related("poster", "answers__poster")
    pages = CountedOnce(
        posts.defer("answers__content", "answers___content_rendered").prefetch_related("attachments"),
        POSTS_ON_A_PAGE,
        count=topic.shown,
    )
    listed = pages.get_page(page)
    found = list(listed)
    roles = roles_of({post.poster_id for post in found if post.poster_id}, timezone.localdate(now))
    holds = _last_holds([post for post in found if not post.approved])
    cards = cards_of({post.pk: str(post.content.rendered) for post in found}, user, now)
    trimmed = _trimmed([post for post in found if manages or post.poster_id == user.pk])
    shown = [
        Shown(
            post,
            roles.get(post.poster_id, []),
            hold=holds.get(post.pk),
            cards=cards[post.pk],
            is_trimmed=post.pk in trimmed,
        )
        for post in found
    ]
    if mark is not None:
        _divide(shown, mark, user, begins=listed.number == 1)
    seen = [post.created for post in found if post.approved]
    last = topic.last_post_on
    is_unread = mark is not None and last is not None and last > mark
    return TopicPage(
        posts=shown,
        listed=listed,
        last_seen=seen[-1] if seen else None,
        is_unread=is_unread and bool(seen) and seen[-1] > mark,
        unread_elsewhere=is_unread
        and not any(one.begins_new for one in shown)
        and listed.paginator.num_pages > 1,
    )


def _divide(shown: list[Shown], mark: datetime, user: User, *, begins: bool) -> None:
    """Says of the first new post on a page that there it begins; not if it is the first of the whole topic."""
    for position, one in enumerate(shown):
        if one.post.created > mark and one.post.poster_id != user.pk:
            one.begins_new = position > 0 or not begins
            return


def _trimmed(posts: list[Post]) -> set[int]:
    """Those of the posts that came by mail and of which something was taken off. No query if there are none."""
    if not posts:
        return set()
    return set(IncomingMail.objects.filter(post__in=posts).exclude(removed="").values_list("post", flat=True))


def _last_holds(posts: list[Post]) -> dict[int, Hold]:
    """The last hold of each of the posts, by its key. No query if there are none."""
    holds = Hold.objects.filter(post__in=posts).order_by("held_at", "pk") if posts else ()
    return {one.post_id: one for one in holds}


def page_with(topic: Topic, post: Post, user: User, *, manages: bool) -> int:
    """The number of the page of a topic on which a post stands."""
    before = visible_posts(topic, user, manages=manages).filter(
        Q(created__lt=post.created) | Q(created=post.created, pk__lt=post.pk)
    )
    return before.count() // POSTS_ON_A_PAGE + 1


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


def has_place(mailing_list: MailingList, user: User, access: Access, place: str) -> bool:
    """Whether there is what a draft is for: `new`, a topic that the reader sees, or a post that they may change."""
    kind, _, number = place.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return place == "new"
    if kind == "topic":
        return topics_shown(mailing_list, user, access).filter(pk=number).exists()
    if kind == "post":
        posts = posts_shown(mailing_list, user, access).filter(pk=number)
        return (posts if access.may_manage else posts.filter(poster=user)).exists()
    return False


def drafts_of(mailing_list: MailingList, user: User) -> list[tuple[Draft, str]]:
    """The drafts of a person in a list, each with the address at which it is gone on with."""
    found = Draft.objects.filter(list=mailing_list, user=user)[:MOST_DRAFTS]
    return [(draft, _address_of(mailing_list, draft.place)) for draft in found]


def _address_of(mailing_list: MailingList, place: str) -> str:
    kind, _, number = place.partition(":")
    names = {"topic": "topic_reply", "post": "post_edit"}
    if kind in names:
        return reverse(names[kind], args=[mailing_list.slug, number])
    return reverse("topic_new", args=[mailing_list.slug])
