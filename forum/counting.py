"""How many posts and topics there are, kept beside them: counted under locks, by what changed alone. machina counts everything."""

from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from machina.apps.forum.models import Forum

from forum.forum_conversation.models import Post, Topic


def settle(topic: Topic) -> Topic:
    """Makes the counters of a topic and of its list agree with its posts. Belongs into the transaction that changed them.

    The list's row is locked first, then the topic's, always in this order. Returns the topic as it is now.
    """
    Forum.objects.select_for_update().get(pk=topic.forum_id)
    topic = Topic.objects.select_for_update().get(pk=topic.pk)
    before = _counted(topic)
    posts = topic.posts.order_by("created", "pk")
    seen = posts.filter(approved=True)
    last = seen.last()
    topic.first_post = posts.first()
    topic.last_post = last
    topic.last_post_on = last.created if last else None
    topic.posts_count = seen.count()
    topic.approved = topic.posts_count > 0
    _save(topic)
    after = _counted(topic)
    _add(topic.forum_id, topics=after[0] - before[0], posts=after[1] - before[1])
    return topic


def settle_all(forum_id: int, topics: Collection[int]) -> None:
    """The same for many topics of a list at once, in as many queries as for one."""
    Forum.objects.select_for_update().get(pk=forum_id)
    rows = Topic.objects.filter(pk__in=topics)
    list(rows.order_by("pk").select_for_update().values_list("pk"))
    before = _counted_all(rows)
    posts = Post.objects.filter(topic=OuterRef("pk"))
    shown = posts.filter(approved=True)
    latest = shown.order_by("-created", "-pk")
    number = shown.order_by().values("topic").annotate(number=Count("pk")).values("number")
    rows.update(
        first_post=Subquery(posts.order_by("created", "pk").values("pk")[:1]),
        last_post=Subquery(latest.values("pk")[:1]),
        last_post_on=Subquery(latest.values("created")[:1]),
        posts_count=Coalesce(Subquery(number), 0),
        approved=Exists(shown),
    )
    after = _counted_all(rows)
    _add(forum_id, topics=after[0] - before[0], posts=after[1] - before[1])


def _counted_all(topics: QuerySet[Topic]) -> tuple[int, int]:
    """How many topics and posts these add to their list."""
    shown = topics.filter(approved=True, merged_into=None).order_by()
    found = shown.aggregate(topics=Count("pk"), posts=Sum("posts_count", default=0))
    return found["topics"], found["posts"]


def recount(forum_id: int) -> None:
    """Counts a whole list again: after topics were moved, merged or split. Belongs into the same transaction."""
    Forum.objects.select_for_update().get(pk=forum_id)
    shown = Topic.objects.filter(forum=forum_id, approved=True, merged_into=None)
    found = shown.order_by().aggregate(topics=Count("pk"), posts=Sum("posts_count"))
    Forum.objects.filter(pk=forum_id).update(
        direct_topics_count=found["topics"], direct_posts_count=found["posts"] or 0
    )
    _add(forum_id, topics=0, posts=0)


def _counted(topic: Topic) -> tuple[int, int]:
    """How many topics and posts this one adds to its list."""
    return (1, topic.posts_count) if topic.approved and topic.merged_into_id is None else (0, 0)


def _save(topic: Topic) -> None:
    # An update of these columns alone: machina's save looks for the forum that a topic was in before.
    Topic.objects.filter(pk=topic.pk).update(
        first_post=topic.first_post,
        last_post=topic.last_post,
        last_post_on=topic.last_post_on,
        posts_count=topic.posts_count,
        approved=topic.approved,
    )


def _add(forum_id: int, *, topics: int, posts: int) -> None:
    newest = (
        Topic.objects.filter(forum=forum_id, approved=True, merged_into=None)
        .order_by("-last_post_on")
        .first()
    )
    forum = Forum.objects.get(pk=forum_id)
    Forum.objects.filter(pk=forum_id).update(
        direct_topics_count=forum.direct_topics_count + topics,
        direct_posts_count=forum.direct_posts_count + posts,
        last_post=newest.last_post_id if newest else None,
        last_post_on=newest.last_post_on if newest else None,
    )
