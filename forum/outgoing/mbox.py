"""The posts of a list as a mailbox (RFC 4155, quoted as mboxrd): a mail for each, with its files, for programs to open and to bring in.

Nobody's address is in it. The text is the Markdown that was typed, and says so by `markup=markdown`: it reads well as it is, and
whoever brings it in gets the very post. It names the files that come with it as RFC 2392 has it, `cid:KEY@domain`.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from django.conf import settings

from forum import addresses
from forum.markup import ATTACHMENT
from forum.models import Attachment, MailingList, Post
from forum.outgoing import composing, headers, links
from forum.outgoing.bodies import text_part
from forum.outgoing.composing import MIME
from forum.outgoing.headers import one_line
from forum.outgoing.plain import clean
from forum.outgoing.showing import is_answer
from forum.outgoing.threads import Thread, threads_of
from forum.profiles import author_of

BATCH = 200
MARKDOWN = "plain; markup=markdown"
QUOTED = re.compile(rb"^(?=>*From )", re.MULTILINE)
MENTION = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\(person:\d{1,18}\)")
PIECE = 57 * 1024  # of a file: 1,024 lines of base64


def posts_of(mailing_list: MailingList) -> list[int]:
    """The posts of a list that its readers see, by their keys, in the order in which they were written."""
    found = Post.objects.filter(topic__forum=mailing_list.forum_id, approved=True, topic__merged_into=None)
    return list(found.order_by("created", "pk").values_list("pk", flat=True))


def messages(mailing_list: MailingList, posts: Sequence[int]) -> Iterator[Iterator[bytes]]:
    """Each of the posts as it stands in a mailbox, in pieces. What readers no longer see when its turn comes is left out.

    No more than `BATCH` posts and a piece of one file are in memory at once; three queries for each batch.
    """
    for start in range(0, len(posts), BATCH):
        rows = Post.objects.filter(pk__in=posts[start : start + BATCH], approved=True)
        batch = list(
            rows.filter(topic__forum=mailing_list.forum_id)
            .select_related("poster", "topic__forum__mailing_list")
            .prefetch_related("attachments")
            .order_by("created", "pk")
        )
        threads = threads_of(batch)
        for post in batch:
            thread = threads[post.pk]
            if post.answers_id is None:
                # It answers the topic, not one post: References put it there, and whoever brings it in can tell.
                thread = replace(thread, in_reply_to="")
            yield _message(mailing_list, post, thread)


def from_line(sender: str, at: datetime) -> bytes:
    """The line with which a message begins in a mailbox: who sent it, and when, by the clock of Greenwich."""
    return f"From {sender} {at.astimezone(UTC).ctime()}\n".encode("ascii")


def quoted(text: bytes) -> bytes:
    """A message without a line that could be the first of another one: `From ` and `>From ` get one more `>`."""
    return QUOTED.sub(b">", text)


def _message(mailing_list: MailingList, post: Post, thread: Thread) -> Iterator[bytes]:
    files = list(post.attachments.all())
    text = text_part(f"{portable(post.content.raw, files)}\n", MARKDOWN)
    yield from_line(addresses.of_list(mailing_list.slug), post.created)
    if not files:
        yield _lines(_head(mailing_list, post, thread) + text) + b"\n"
        return
    boundary = f"=_post-{post.pk}=_"
    head = f'{_head(mailing_list, post, thread)}Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
    yield _lines(f"{head}--{boundary}\r\n{text}\r\n")
    for file in files:
        yield _lines(f"--{boundary}\r\n")
        yield from _file(file)
    yield _lines(f"--{boundary}--\r\n") + b"\n"


def _lines(text: str) -> bytes:
    """Text of a message with the ends of lines and the quoting of a mailbox."""
    return quoted(text.replace("\r\n", "\n").encode("ascii"))


def _head(mailing_list: MailingList, post: Post, thread: Thread) -> str:
    subject = one_line(post.topic.subject)
    sender, _ = composing.words_of_post(one_line(author_of(post)), mailing_list)
    address = addresses.of_list(mailing_list.slug)
    return "".join(
        [
            composing.about_message(
                mailing_list=mailing_list,
                sender=sender,
                to=address,
                subject=f"Re: {subject}" if is_answer(post) else subject,
                at=post.created,
                thread=thread,
            ),
            composing.list_id(mailing_list),
            headers.items("List-Post", [f"<mailto:{address}>"]),
            headers.items("List-Archive", [f"<{links.of_list(mailing_list)}>"]),
            composing.archived_at(links.of_post(post)),
            MIME,
        ]
    )


def portable(markdown: str, files: Sequence[Attachment]) -> str:
    """The Markdown of a post with nothing in it that means something in this portal alone.

    People who are named become their names, files of the post the parts that come with it, and other files their addresses.
    """
    own = {str(file.key) for file in files}

    def place(match: re.Match[str]) -> str:
        key = match[1]
        return f"cid:{content_id(key)}" if key in own else links.of_file_with(key)

    return clean(ATTACHMENT.sub(place, MENTION.sub(r"\1", markdown)))


def content_id(key: object) -> str:
    """What a file is called within its mail (RFC 2392)."""
    return f"{key}@{settings.LIST_DOMAIN}"


def _file(file: Attachment) -> Iterator[bytes]:
    """A file as a part of a mail, a piece at a time. One that is not there any more leaves a line that says so."""
    try:
        opened = file.file.open("rb")
    except OSError:
        yield _lines(text_part(f"The file {file.name} is missing.\n"))
        return
    with opened:
        yield _lines(
            f"Content-Type: {file.type}\r\nContent-Transfer-Encoding: base64\r\n"
            f"Content-ID: <{content_id(file.key)}>\r\n"
            f"{headers.parameters('Content-Disposition', 'attachment', filename=file.name)}\r\n"
        )
        while piece := opened.read(PIECE):
            yield base64.encodebytes(piece)
