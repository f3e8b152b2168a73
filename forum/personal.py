"""What the forum holds about a person. Their own words and files are theirs; what others wrote is not given out."""

from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from forum.access import people_with, visible_to
from forum.files.keeping import files_of as attachments_of
from forum.forum_tracking.models import ForumReadTrack, TopicReadTrack
from forum.models import (
    Draft,
    Grant,
    Hold,
    IncomingMail,
    Level,
    ListInvitation,
    MailingList,
    Post,
    PostVersion,
    PrivateMessage,
    Report,
    Subscription,
    Topic,
)
from forum.quoting import NOBODY, without_quotes
from portal.members.personal import File, Person, Record, Section, Subject

OF_OTHERS = "It says what the person did for somebody else, which the audit log says too."
UNUSED = "The portal does not use it."


def subscriptions(person: Person) -> Iterable[Record]:
    found = Subscription.objects.filter(user=person.user).select_related("list", "network")
    for one in found.prefetch_related("periods", "bounces").order_by("pk"):
        yield {
            "List": one.list.name,
            "Joined": one.joined_on,
            "Role given when applying": one.get_role_display(),
            "Network": str(one.network or ""),
            "Membership number given when applying": one.number,
            "What a manager asked": one.question,
            "What you answered": one.answer,
            "By mail": one.get_delivery_display(),
            "Format": one.get_mail_format_display(),
            "No mail until": one.paused_until,
            "Mail stopped, since it came back": one.stopped_at,
            "Mails that came back": [{"When": back.at, "Said": back.said} for back in one.bounces.all()],
            "Periods": [
                {
                    "State": period.get_state_display(),
                    "From": period.starts_at,
                    "Until": period.ends_at,
                    "Reason": period.reason,
                }
                for period in one.periods.all()
            ],
        }


def grants(person: Person) -> Iterable[Record]:
    for one in Grant.objects.filter(user=person.user).select_related("list").order_by("pk"):
        yield {
            "List": one.list.name,
            "Why it can be given": one.get_kind_display(),
            "What you could do": one.get_level_display(),
            "From": one.starts_at,
            "Until": one.ends_at,
            "Reason": one.reason,
        }


def invitations(person: Person) -> Iterable[Record]:
    found = ListInvitation.objects.filter(Q(email__in=person.addresses) | Q(user=person.user))
    for one in found.select_related("list").order_by("pk"):
        # Whoever holds a link can decline it: the address can be somebody else's.
        theirs = one.email.lower() in person.addresses
        yield {
            "List": one.list.name,
            "Address": one.email if theirs else "",
            "Name": one.name if theirs else "",
            "Role": one.get_role_display(),
            "Invited": one.invited_at,
            "Until": one.expires_at,
            "Accepted": one.accepted_at,
            "Declined": one.declined_at,
            "Withdrawn": one.withdrawn_at,
        }


def topics(person: Person) -> Iterable[Record]:
    found = Topic.objects.filter(poster=person.user).select_related("forum__mailing_list").order_by("pk")
    for one in found.iterator():
        yield {
            "List": one.forum.mailing_list.name,
            "Subject": one.subject,
            "Started": one.created,
            "Address": _address("topic", one.forum.mailing_list.slug, one.pk),
        }


def posts(person: Person) -> Iterable[Record]:
    """What the person wrote, without what they quoted. What a topic is called is told to whoever began it or may read it now."""
    readable = set(visible_to(person.user, person.now).values_list("pk", flat=True))
    found = (
        Post.objects.filter(poster=person.user).select_related("topic__forum__mailing_list").order_by("pk")
    )
    for one in found.iterator():
        mailing_list = one.topic.forum.mailing_list
        told = one.topic.poster_id == person.user.pk or mailing_list.pk in readable
        yield {
            "List": mailing_list.name,
            "Subject": one.subject if told else "",
            "Written": one.created,
            "Changed": one.edited_at,
            "Shown to readers": one.approved,
            "Words": without_quotes(one.content.raw),
            "Address": _address("post", mailing_list.slug, one.pk),
        }


def versions(person: Person) -> Iterable[Record]:
    found = PostVersion.objects.filter(post__poster=person.user).select_related(
        "post__topic__forum__mailing_list"
    )
    for one in found.order_by("post", "number").iterator():
        mailing_list = one.post.topic.forum.mailing_list
        yield {
            "Post": _address("post", mailing_list.slug, one.post_id),
            "Written": one.written_at,
            "Replaced": one.replaced_at,
            "Words": without_quotes(one.content),
        }


def drafts(person: Person) -> Iterable[Record]:
    for one in Draft.objects.filter(user=person.user).select_related("list").order_by("pk").iterator():
        yield {
            "List": one.list.name,
            "Subject": one.subject,
            "Saved": one.saved_at,
            "Words": without_quotes(one.text),
        }


def messages(person: Person) -> Iterable[Record]:
    found = PrivateMessage.objects.filter(Q(sender=person.user) | Q(recipient=person.user))
    for one in found.select_related("sender", "recipient").order_by("pk").iterator():
        sent = one.sender_id == person.user.pk
        other = one.recipient if sent else one.sender
        yield {
            "From": "you" if sent else _name(other),
            "To": _name(other) if sent else "you",
            "Sent": one.sent_at,
            "Words": one.text,
        }


def reports(person: Person) -> Iterable[Record]:
    """What the person reported and held, without the posts: those are others' words."""
    found = Report.objects.filter(by=person.user).select_related("post__topic__forum__mailing_list")
    for one in found.order_by("pk").iterator():
        yield {
            "You": "reported a post",
            "List": one.post.topic.forum.mailing_list.name,
            "When": one.reported_at,
            "Your words": one.reason,
            "Settled": one.settled_at,
        }
    held = Hold.objects.filter(by=person.user).select_related("post__topic__forum__mailing_list")
    for one in held.order_by("pk").iterator():
        yield {
            "You": "held a post",
            "List": one.post.topic.forum.mailing_list.name,
            "When": one.held_at,
            "Your words": one.note,
            "Settled": one.decided_at,
        }


def holds(person: Person) -> Iterable[Record]:
    """Why posts of the person were held, and what was decided."""
    found = Hold.objects.filter(post__poster=person.user).select_related("post__topic__forum__mailing_list")
    for one in found.order_by("pk").iterator():
        yield {
            "Post": _address("post", one.post.topic.forum.mailing_list.slug, one.post_id),
            "Why": one.get_because_display(),
            "Held": one.held_at,
            "Decided": one.decided_at,
            "What was decided": one.get_outcome_display(),
            "Reason": one.reason,
        }


def attachments(person: Person) -> Iterable[Record]:
    for one in attachments_of(person.user).iterator():
        yield {
            "File": _place(one.pk, one.name),
            "List": one.list.name,
            "Kind": one.type,
            "Bytes": one.size,
            "Sent": one.created_at,
            "Posted": one.post_id is not None,
        }


def read_marks(person: Person) -> Iterable[Record]:
    found = (
        ForumReadTrack.objects.filter(user=person.user).select_related("forum__mailing_list").order_by("pk")
    )
    for one in found.iterator():
        yield {"List": one.forum.mailing_list.name, "Topic": "", "Read up to": one.mark_time}
    of_topics = TopicReadTrack.objects.filter(user=person.user).select_related("topic__forum__mailing_list")
    for one in of_topics.order_by("pk").iterator():
        yield {
            "List": one.topic.forum.mailing_list.name,
            "Topic": one.topic_id,
            "Read up to": one.mark_time,
        }


def files(person: Person) -> Iterable[File]:
    for one in attachments_of(person.user).iterator():
        yield File(_place(one.pk, one.name), partial(one.file.storage.open, one.file.name, "rb"))


def refusals(person: Person) -> Iterable[str]:
    """The lists that nobody else would manage: those who apply there would wait for ever."""
    managed = MailingList.objects.filter(
        pk__in=visible_to(person.user, person.now, Level.MANAGE).values("pk")
    )
    for one in managed.filter(Q(closes_at=None) | Q(closes_at__gt=person.now)).order_by("name"):
        others = people_with(one, person.now, Level.MANAGE).filter(is_active=True).exclude(pk=person.user.pk)
        if not others.exists():
            yield (
                f"Nobody else manages the list {one.name}. "
                "Ask an administrator to give another person access to manage it."
            )


def _name(other: object) -> str:
    return other.get_full_name() if other else NOBODY


def _place(pk: int, name: str) -> str:
    """Where a file lies in the archive. Two files can have one name, so the number stands in front."""
    return f"files/{pk}-{name}"


def _address(name: str, *arguments: object) -> str:
    return settings.BASE_URL + reverse(name, args=arguments)


def mails(person: Person) -> Iterable[Record]:
    """Mails of the person to lists: what became of them. What they say is in the posts, or was not kept."""
    found = IncomingMail.objects.filter(person=person.user).select_related("list").defer("raw")
    for one in found.order_by("pk").iterator():
        yield {
            "List": one.list.name if one.list else "",
            "Came": one.received_at,
            "From": one.sender,
            "What became of it": one.get_outcome_display(),
            "Why": one.explained,
            "What was taken off": one.removed,
        }


SECTIONS = (
    Section(
        "Lists",
        "The lists that you applied for, are on or were on.",
        ("listserver.Subscription.user",),
        subscriptions,
    ),
    Section(
        "Mails that you sent to lists",
        "When each came and what became of it.",
        ("listserver.IncomingMail.person",),
        mails,
    ),
    Section("Access that you were given", "Beyond the rules of a list.", ("listserver.Grant.user",), grants),
    Section(
        "Invitations onto lists",
        "Those that went to one of your addresses, or that you answered.",
        ("listserver.ListInvitation.email", "listserver.ListInvitation.user"),
        invitations,
    ),
    Section("Topics", "The topics that you began.", ("forum_conversation.Topic.poster",), topics),
    Section(
        "Posts",
        "What you wrote. What you quoted from others is left out.",
        ("forum_conversation.Post.poster",),
        posts,
    ),
    Section("Earlier versions of your posts", "As they read before a change.", (), versions),
    Section("Drafts", "What you have begun to write.", ("listserver.Draft.user",), drafts),
    Section(
        "Private answers",
        "Those that you sent and those that you got.",
        ("listserver.PrivateMessage.sender", "listserver.PrivateMessage.recipient"),
        messages,
    ),
    Section("Posts of yours that were held", "Why, and what was decided.", (), holds),
    Section(
        "Posts of others that you reported or held",
        "Your words about them, without the posts.",
        ("listserver.Report.by", "listserver.Hold.by"),
        reports,
    ),
    Section(
        "Files",
        "The files that you added to posts. They are in the folder “files”.",
        ("listserver.Attachment.uploader",),
        attachments,
    ),
    Section(
        "What you have read in lists",
        "Up to when you have read a list or a topic.",
        ("forum_tracking.ForumReadTrack.user", "forum_tracking.TopicReadTrack.user"),
        read_marks,
    ),
)
NOT_SHOWN = {
    "listserver.Grant.by": OF_OTHERS,
    "listserver.Hold.decided_by": OF_OTHERS,
    "listserver.ListInvitation.by": OF_OTHERS,
    "listserver.PostVersion.replaced_by": "The person’s own versions are found by their posts; others’ are others’ words.",
    "listserver.Report.settled_by": OF_OTHERS,
    "listserver.SubscriptionPeriod.by": OF_OTHERS,
    "forum_conversation.Post.updated_by": "The person’s own changes are among the versions; others’ posts are others’ words.",
    "forum_conversation.Topic.subscribers": UNUSED,
    "forum_permission.UserForumPermission.user": UNUSED,
    "forum_polls.TopicPollVote.voter": UNUSED,
}
SUBJECT = Subject(
    sections=SECTIONS,
    files=files,
    refusals=refusals,
    not_shown=NOT_SHOWN,
    lets_go=("listserver.ListInvitation.email",),
)
