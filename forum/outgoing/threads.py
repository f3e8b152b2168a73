"""Message-IDs of posts, and what a post answers: so that mail programs put posts into threads as the forum does (RFC 5322, 3.6.4)."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from forum.models import Digest, KnownMessage, MailingList, Post

# Of the answers that lead to a post: with its own and the first of the topic, what goes into References.
LONGEST_CHAIN = 20
# What stands between < and > of a Message-ID, as widely as programs write it; nothing that could end the line or the header.
ID = re.compile(r"[!-;=?-~]{1,248}")
OURS = re.compile(r"post-([1-9][0-9]{0,14})")
HASHED = "sha256 "


@dataclass(frozen=True)
class Thread:
    """The Message-ID of a post, of what it answers, and of what led to that from the beginning of the topic on."""

    own: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def message_id_of(post: Post) -> str:
    """The Message-ID of a post, with its angle brackets: that of the mail it came as, else one of ours. One query."""
    return _ids([post.pk])[post.pk]


def message_id_of_digest(digest: Digest) -> str:
    """The Message-ID of a digest, with its angle brackets."""
    return f"<digest-{digest.pk}@{settings.LIST_DOMAIN}>"


def post_of_message_id(mailing_list: MailingList, message_id: str) -> Post | None:
    """The post in a list that a Message-ID, with or without angle brackets, stands for, held ones too. Two queries at most."""
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    if not bare:
        return None
    inside = Post.objects.filter(topic__forum=mailing_list.forum_id)
    known = KnownMessage.objects.filter(list=mailing_list, message_id__in=spellings(bare))
    found = inside.filter(pk__in=known.values("post")).order_by("pk").first()
    ours = number_in(bare)
    return found or (inside.filter(pk=ours).first() if ours else None)


def known_as(message_id: str) -> str:
    """How a Message-ID, without angle brackets, is kept: itself, or a hash of one that is too long or has odd signs in it."""
    return message_id if ID.fullmatch(message_id) else hashed(message_id)


def hashed(words: str) -> str:
    """What stands in the place of a Message-ID that cannot or must not be kept. It has a blank in it, so it is never taken for one."""
    return f"{HASHED}{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()}"


def spellings(message_id: str) -> list[str]:
    """All ways in which a Message-ID, without angle brackets, may have been kept."""
    kept = [message_id, f"<{message_id}>"] if ID.fullmatch(message_id) else []
    return [*kept, hashed(message_id)]


def number_in(message_id: str) -> int | None:
    """The number of the post in a Message-ID that we gave, or nothing."""
    name, _, domain = message_id.rpartition("@")
    ours = OURS.fullmatch(name) if domain.lower() == settings.LIST_DOMAIN.lower() else None
    return int(ours[1]) if ours else None


def thread_of(post: Post) -> Thread:
    """Where a post is in its thread. Two queries at most, however long that is."""
    first = post.topic.first_post_id
    chain = _answered(post) if post.answers_id else []
    if first not in {None, post.pk, *chain}:
        chain = [first, *chain]
    ids = _ids([post.pk, *chain])
    references = tuple(dict.fromkeys(ids[pk] for pk in chain))
    return Thread(ids[post.pk], references[-1] if references else "", references)


def threads_of(posts: Collection[Post]) -> dict[int, Thread]:
    """The same for many posts, by their keys, in one query: of the chain only its beginning and its end."""
    chains = {
        post.pk: [pk for pk in (post.topic.first_post_id, post.answers_id) if pk and pk != post.pk]
        for post in posts
    }
    ids = _ids({pk for post, chain in chains.items() for pk in (post, *chain)})
    threads = {}
    for post, chain in chains.items():
        references = tuple(dict.fromkeys(ids[pk] for pk in chain))
        threads[post] = Thread(ids[post], references[-1] if references else "", references)
    return threads


def _answered(post: Post) -> list[int]:
    """The posts that `post` answers, one the other, the earliest first. One query."""
    table = Post._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE chain (id, answers_id, steps) AS ("  # noqa: S608  the name of a table of ours
            f" SELECT id, answers_id, 1 FROM {table} WHERE id = %s UNION ALL"
            f" SELECT post.id, post.answers_id, steps + 1 FROM {table} post JOIN chain ON post.id = chain.answers_id"
            f" WHERE steps < %s) SELECT id FROM chain ORDER BY steps DESC",
            [post.answers_id, LONGEST_CHAIN],
        )
        # Two posts that answer each other cannot be typed, but could be brought in.
        return [pk for pk in dict.fromkeys(row[0] for row in cursor.fetchall()) if pk != post.pk]


def _ids(posts: Collection[int]) -> dict[int, str]:
    """The Message-IDs of posts, with their angle brackets. One query."""
    ids = {pk: f"<post-{pk}@{settings.LIST_DOMAIN}>" for pk in posts}
    known = (
        KnownMessage.objects.filter(post__in=list(posts)).order_by("-pk").values_list("post", "message_id")
    )
    for pk, message_id in known:
        bare = message_id.removeprefix("<").removesuffix(">")
        if ID.fullmatch(bare):
            ids[pk] = f"<{bare}>"
    return ids
