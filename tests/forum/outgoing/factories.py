"""What the tests of outgoing mails need: posts without asking any rule."""

from datetime import datetime, timedelta
from typing import Any

from forum.models import Attachment, MailingList, Post, Topic
from portal.members.models import User
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def make_topic(mailing_list: MailingList, subject: str = "Quorum", **fields: Any) -> Topic:
    """A topic without posts: the first one that is made becomes its first."""
    values = {"type": Topic.TOPIC_POST, "status": Topic.TOPIC_UNLOCKED, "approved": True, "created": NOW}
    return Topic.objects.create(forum=mailing_list.forum, subject=subject, **{**values, **fields})


def make_post(
    topic: Topic,
    poster: User | None,
    content: str = "How many?",
    *,
    answers: Post | None = None,
    at: datetime = NOW,
    **fields: Any,
) -> Post:
    """A post that readers see."""
    values = {"subject": topic.subject, "approved": True, "enable_signature": False}
    post = Post.objects.create(
        topic=topic, poster=poster, content=content, answers=answers, created=at, **{**values, **fields}
    )
    if topic.first_post_id is None:
        topic.first_post = post
        topic.save()
    return post


def make_chain(topic: Topic, poster: User, length: int) -> list[Post]:
    """Posts of which each answers the one before."""
    posts: list[Post] = []
    for number in range(length):
        posts.append(
            make_post(
                topic,
                poster,
                f"Post {number}.",
                answers=posts[-1] if posts else None,
                at=NOW + number * MINUTE,
            )
        )
    return posts


def make_file(post: Post, name: str = "agenda.pdf", **fields: Any) -> Attachment:
    """A file of a post; there is nothing in the storage."""
    values = {
        "list": post.topic.forum.mailing_list,
        "uploader": post.poster,
        "type": "application/pdf",
        "size": 2048,
        "sha256": "0" * 64,
        "created_at": NOW,
    }
    return Attachment.objects.create(post=post, name=name, file="attachments/none", **{**values, **fields})


def fresh(post: Post) -> Post:
    """The post as whoever sends it reads it."""
    return Post.objects.select_related("poster", "topic__forum__mailing_list").get(pk=post.pk)
