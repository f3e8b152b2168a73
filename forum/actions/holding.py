"""Takes a post out of readers' sight and tells the list's managers. What they then decide is in `forum.actions.moderating`."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from machina.apps.forum.models import Forum

from forum.access import people_with
from forum.counting import settle
from forum.models import Hold, HoldReason, Level, MailingList, Post
from portal.members import audit, mail
from portal.members.models import User


def hold_post(post: Post, because: HoldReason, *, by: User | None, now: datetime, note: str = "") -> Hold:
    """Readers do not see the post; the counters agree. Belongs into a transaction that has locked the list."""
    made = Hold.objects.create(post=post, because=because, by=by, held_at=now, note=note[:500])
    Post.objects.filter(pk=post.pk).update(approved=False)
    post.approved = False
    post.topic = settle(post.topic)
    tell_managers(post.topic.forum.mailing_list, "post_held", now, f"post-held:{made.pk}", why=made)
    return made


def locked_list(post: Post) -> MailingList:
    """The list of a post, locked until the transaction ends."""
    Forum.objects.select_for_update().get(pk=post.topic.forum_id)
    return post.topic.forum.mailing_list


def record(action: str, post: Post, *, by: User | None, now: datetime, reason: str = "") -> None:
    """The entry in the audit log about one post. It holds no word of the post."""
    mailing_list = post.topic.forum.mailing_list
    audit.record(
        action,
        now=now,
        by=by,
        person=post.poster,
        subject=mailing_list.key,
        subject_name=mailing_list.name,
        reason=reason,
        details={"post": post.pk, "topic": post.topic_id},
    )


def tell_managers(
    mailing_list: MailingList, template: str, now: datetime, key: str, **context: object
) -> None:
    """Writes to everybody who manages the list at this moment, each once for `key`. The mail holds no word of the post."""
    address = settings.BASE_URL + reverse("list_moderation", args=[mailing_list.slug])
    for manager in people_with(mailing_list, now, Level.MANAGE).order_by("pk"):
        mail.send(
            template=template,
            to=manager.email,
            context={"user": manager, "list": mailing_list, "address": address, **context},
            key=f"{key}:{manager.pk}",
        )
