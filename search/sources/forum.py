"""Lists, topics, posts and the files of posts."""

from collections.abc import Collection, Iterable, Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse

from forum.models import Attachment, MailingList, Post, Topic
from forum.profiles import author_of
from search.models import Entry
from search.sources.base import PUBLIC, TRAIL, Labels, entry, text_of_html
from search.sources.documents import texts_by_hash
from search.watching import Watch

FORUM = "Forum"
POSTS_OF_TOPIC = "SELECT 'post:' || id FROM forum_conversation_post WHERE topic_id = {row}.id"
FILES_OF_TOPIC = (
    "SELECT 'attachment:' || attachment.id FROM listserver_attachment attachment "
    "JOIN forum_conversation_post post ON post.id = attachment.post_id WHERE post.topic_id = {row}.id"
)
TOPIC_COLUMNS = ("subject", "approved", "forum_id", "merged_into_id", "first_post_id")
POST_COLUMNS = ("content", "subject", "approved", "topic_id", "poster_id", "username")
LIST_COLUMNS = ("name", "slug", "forum_id")


class ListSource:
    """What a list says of itself: anybody may read that."""

    name = "list"
    kinds = {"list": "Forum list"}
    watches = (
        Watch("listserver_mailinglist", "'list:' || {row}.id", ("name", "slug", "summary", "description")),
    )

    def keys(self) -> Iterable[int]:
        return MailingList.objects.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        for one in MailingList.objects.filter(pk__in=keys):
            yield entry(
                f"list:{one.pk}",
                access=PUBLIC,
                url=reverse("list_about", args=[one.slug]),
                title=one.name,
                summary=one.summary,
                body=one.description,
                trail=FORUM,
                labels=Labels("list"),
            )


class TopicSource:
    """A topic, with the words of its first post."""

    name = "topic"
    kinds = {"topic": "Forum topic"}
    watches = (
        Watch("forum_conversation_topic", "'topic:' || {row}.id", TOPIC_COLUMNS),
        Watch("forum_conversation_post", "'topic:' || {row}.topic_id", POST_COLUMNS),
        Watch(
            "listserver_mailinglist",
            "SELECT 'topic:' || id FROM forum_conversation_topic WHERE forum_id = {row}.forum_id",
            LIST_COLUMNS,
            ("UPDATE", "DELETE"),
        ),
    )

    def keys(self) -> Iterable[int]:
        return Topic.objects.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        shown = Topic.objects.filter(
            pk__in=keys, approved=True, merged_into=None, forum__mailing_list__isnull=False
        )
        for topic in shown.select_related("forum__mailing_list", "first_post__poster", "poster"):
            first, one = topic.first_post, topic.forum.mailing_list
            if first is None or not first.approved:
                continue
            yield entry(
                f"topic:{topic.pk}",
                access=one.key,
                url=reverse("topic", args=[one.slug, topic.pk]),
                title=topic.subject,
                body=text_of_html(first.content.rendered),
                author=author_of(first),
                trail=FORUM + TRAIL + one.name,
                labels=Labels("topic", place=one.slug),
                on=first.created,
                grows_old=True,
            )


class PostSource:
    """An answer in a topic."""

    name = "post"
    kinds = {"post": "Forum post"}
    watches = (
        Watch("forum_conversation_post", "'post:' || {row}.id", POST_COLUMNS),
        Watch("forum_conversation_topic", POSTS_OF_TOPIC, TOPIC_COLUMNS, ("UPDATE",)),
        Watch(
            "listserver_mailinglist",
            "SELECT 'post:' || post.id FROM forum_conversation_post post "
            "JOIN forum_conversation_topic topic ON topic.id = post.topic_id WHERE topic.forum_id = {row}.forum_id",
            LIST_COLUMNS,
            ("UPDATE", "DELETE"),
        ),
        Watch(
            "members_user",
            "SELECT 'post:' || id FROM forum_conversation_post WHERE poster_id = {row}.id "
            "UNION SELECT 'topic:' || topic_id FROM forum_conversation_post WHERE poster_id = {row}.id",
            ("first_name", "last_name"),
            ("UPDATE",),
            "OLD.first_name <> NEW.first_name OR OLD.last_name <> NEW.last_name",
        ),
    )

    def keys(self) -> Iterable[int]:
        return Post.objects.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        is_first = Exists(Topic.objects.filter(first_post=OuterRef("pk")))
        shown = Post.objects.filter(
            ~is_first,
            pk__in=keys,
            approved=True,
            topic__approved=True,
            topic__forum__mailing_list__isnull=False,
        )
        for post in shown.select_related("topic__forum__mailing_list", "poster"):
            one, author = post.topic.forum.mailing_list, author_of(post)
            yield entry(
                f"post:{post.pk}",
                access=one.key,
                url=reverse("post", args=[one.slug, post.pk]),
                # Its topic is found by its title. Twenty answers with the same title would hide everything else.
                title=f"Answer by {author}",
                summary=post.topic.subject,
                body=text_of_html(post.content.rendered),
                author=author,
                trail=TRAIL.join([FORUM, one.name, post.topic.subject]),
                labels=Labels("post", place=one.slug),
                on=post.created,
                weight=0.8,
                grows_old=True,
            )


class AttachmentSource:
    """A file of a post."""

    name = "attachment"
    kinds = {"attachment": "File in the forum"}
    watches = (
        Watch("listserver_attachment", "'attachment:' || {row}.id", ("post_id", "list_id", "name", "file")),
        Watch(
            "forum_conversation_post",
            "SELECT 'attachment:' || id FROM listserver_attachment WHERE post_id = {row}.id",
            ("approved", "topic_id", "poster_id", "username"),
            ("UPDATE",),
        ),
        Watch("forum_conversation_topic", FILES_OF_TOPIC, TOPIC_COLUMNS, ("UPDATE",)),
        Watch(
            "listserver_mailinglist",
            "SELECT 'attachment:' || attachment.id FROM listserver_attachment attachment "
            "JOIN forum_conversation_post post ON post.id = attachment.post_id "
            "JOIN forum_conversation_topic topic ON topic.id = post.topic_id WHERE topic.forum_id = {row}.forum_id",
            LIST_COLUMNS,
            ("UPDATE", "DELETE"),
        ),
    )

    def keys(self) -> Iterable[int]:
        return Attachment.objects.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        shown = Attachment.objects.filter(
            pk__in=keys,
            post__approved=True,
            post__topic__approved=True,
            post__topic__forum__mailing_list__isnull=False,
        )
        files = list(shown.select_related("post__topic__forum__mailing_list", "post__poster"))
        texts = texts_by_hash(file.sha256 for file in files)
        for file in files:
            one = file.present_list
            yield entry(
                f"attachment:{file.pk}",
                access=one.key,
                url=reverse("attachment", args=[file.key, file.name]),
                title=file.name,
                summary=file.post.topic.subject,
                body=texts.get(file.sha256, ""),
                author=author_of(file.post),
                trail=TRAIL.join([FORUM, one.name, file.post.topic.subject]),
                labels=Labels("attachment", place=one.slug),
                on=file.created_at,
                weight=0.8,
                grows_old=True,
            )
