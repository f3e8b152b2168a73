"""The posts of a day or a week as one mail: as text in the way of RFC 1153, as HTML, or as a digest whose posts are messages of
their own (RFC 2046, 5.1.5).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from forum import addresses
from forum.addresses import Purpose
from forum.models import Digest, Hold, MailFormat, Outcome, Post, Topic
from forum.outgoing import composing, headers, links, showing
from forum.outgoing.bodies import multipart, text_part
from forum.outgoing.composing import BY_A_PROGRAM, MIME, STOP_KEY, TO_PERSON, author_key, reply_key
from forum.outgoing.headers import one_line
from forum.outgoing.messages import MailTemplate, template_from
from forum.outgoing.showing import Shown
from forum.outgoing.threads import Thread, message_id_of_digest, threads_of

# Beyond these the rest is on the web: a mail of several megabytes is refused, and nobody reads it.
MOST_POSTS = 100
MOST_CHARACTERS = 300_000  # of the posts as they were typed
# RFC 1153, 3: what stands after the contents and between posts. A post has no such line: `forum.outgoing.plain`.
RULE_OF_PREAMBLE, RULE_OF_POSTS = "-" * 70, "-" * 30


@dataclass(frozen=True)
class Group:
    """A topic in a digest, with its posts that are in it."""

    number: int
    topic: Topic
    subject: str
    posts: list[Shown]

    @property
    def authors(self) -> str:
        """Who wrote, each once."""
        return ", ".join(dict.fromkeys(one.by for one in self.posts))


def posts_in(digest: Digest) -> QuerySet[Post]:
    """The posts that came to be read in the span of a digest and can be read now, the earliest first. One query at once.

    A post that was held from the beginning came to be read when a manager first approved it. Archives that were brought in are no
    news.
    """
    approved = Hold.objects.filter(outcome=Outcome.APPROVED)
    late = approved.filter(
        post__topic__forum=digest.list.forum_id,
        decided_at__gte=digest.starts_at,
        decided_at__lt=digest.ends_at,
    ).exclude(Exists(approved.filter(post=OuterRef("post"), decided_at__lt=digest.starts_at)))
    from_the_beginning = Hold.objects.filter(post=OuterRef("pk"), held_at__lte=OuterRef("created"))
    written = Q(created__gte=digest.starts_at, created__lt=digest.ends_at) & ~Exists(from_the_beginning)
    held = Q(pk__in=list(late.values_list("post", flat=True))) & Exists(from_the_beginning)
    return (
        Post.objects.filter(
            written | held,
            approved=True,
            brought_in_at=None,
            topic__forum=digest.list.forum_id,
            topic__merged_into=None,
        )
        .select_related("poster", "topic__forum__mailing_list")
        .order_by("created", "pk")
    )


def digest_template(
    digest: Digest,
    posts: Sequence[Post],
    *,
    format: MailFormat,  # noqa: A002  as the field of subscriptions is called
) -> MailTemplate:
    """The mail with a digest, for anybody: `keys` names what is needed of a person. `posts` are those of `posts_in`.

    In the format MIME, each post is a message of its own within it, for programs that take them apart. As many queries for many
    posts as for few.
    """
    mailing_list = digest.list
    taken = list(_taken(posts))
    shown = showing.shown(taken, timezone.now(), suffix="-{}")
    groups = grouped(shown)
    subject = subject_of(digest, len(posts), len({post.topic_id for post in posts}))
    context = {
        **showing.about_list(mailing_list),
        "digest": digest,
        "groups": groups,
        "count": len(taken),
        "left_out": len(posts) - len(taken),
        "subject": subject,
        "heading": subject.partition("] ")[2],
        "rule_of_preamble": RULE_OF_PREAMBLE,
        "rule_of_posts": RULE_OF_POSTS,
        "end": (end := f"End of {one_line(mailing_list.name)}, {subject.rpartition(', ')[2]}"),
        "end_underlined": "*" * min(len(end), 70),
    }
    head = composing.about_message(
        mailing_list=mailing_list,
        sender=(words := headers.name_in_words(f"Digest of {mailing_list.name}")),
        to=TO_PERSON,
        reply=links.secret_address(Purpose.REPLY, "reply"),
        reply_words=words,
        subject=subject,
        at=digest.ends_at,
        thread=Thread(message_id_of_digest(digest)),
    )
    body = (
        _mime_body(digest, groups, context)
        if format is MailFormat.MIME
        else showing.body(f"digest-{digest.pk}", "digest", context, format)
    )
    keys = {"reply": reply_key(0), "stop": STOP_KEY}
    for post in taken:
        keys |= {f"reply-{post.pk}": reply_key(post.pk), f"author-{post.pk}": author_key(post.pk)}
    return template_from("".join([head, composing.about_list(mailing_list), BY_A_PROGRAM, MIME, body]), keys)


def subject_of(digest: Digest, posts: int, topics: int) -> str:
    """“[Setting up] 12 posts in 3 topics, 28 November 2026”, by the day on which it ends in London."""
    day = timezone.localtime(digest.ends_at)
    counted = f"{posts} post{'s' * (posts != 1)} in {topics} topic{'s' * (topics != 1)}"
    return f"[{one_line(digest.list.name)}] {counted}, {day:%-d %B %Y}"


def grouped(shown: Sequence[Shown]) -> list[Group]:
    """Posts by topics, both in the order in which they were written."""
    topics: dict[int, list[Shown]] = {}
    for one in shown:
        topics.setdefault(one.post.topic_id, []).append(one)
    return [
        Group(number, posts[0].post.topic, one_line(posts[0].post.topic.subject), posts)
        for number, posts in enumerate(topics.values(), 1)
    ]


def _taken(posts: Sequence[Post]) -> Iterator[Post]:
    """The first posts, as far as the limits go; one at least."""
    characters = 0
    for number, post in enumerate(posts[:MOST_POSTS]):
        characters += len(post.content.raw)
        if number and characters > MOST_CHARACTERS:
            return
        yield post


def _mime_body(digest: Digest, groups: list[Group], context: dict[str, object]) -> str:
    """Contents, the posts as messages, and how to stop, one after the other."""
    threads = threads_of([one.post for group in groups for one in group.posts])
    messages = [
        f"Content-Type: message/rfc822\r\n\r\n{_message(one, threads[one.post.pk])}"
        for group in groups
        for one in group.posts
    ]
    contents = text_part(showing.rendered("digest_contents", context, html=False))
    footer = text_part(showing.rendered("digest_footer", context, html=False))
    name = f"digest-{digest.pk}"
    return multipart("mixed", name, [contents, multipart("digest", f"posts-of-{name}", messages), footer])


def _message(one: Shown, thread: Thread) -> str:
    """A post as a message within a digest, with its own address for answers."""
    mailing_list = one.post.topic.forum.mailing_list
    sender, reply_words = composing.words_of_post(one.by, mailing_list)
    head = composing.about_message(
        mailing_list=mailing_list,
        sender=sender,
        to=addresses.of_list(mailing_list.slug),
        reply=one.reply,
        reply_words=reply_words,
        subject=showing.subject_of(one.post),
        at=one.post.created,
        thread=thread,
    )
    context = {**showing.about_list(mailing_list), "shown": one, "subject": showing.subject_of(one.post)}
    body = showing.body(f"post-{one.post.pk}", "post", context, MailFormat.MIME)
    return "".join([head, composing.archived_at(one.url), MIME, body])
