"""Brings an archive of mails into a list: posts with their threads, authors, files and dates. Nobody is written to, and nothing is news.

A batch at a time, each in one transaction: killed at any moment, the same file brought in again goes on where this one was.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify
from machina.apps.forum.models import Forum

from forum.access import access_of
from forum.actions.reading import keep_read
from forum.actions.states import refuse_unless
from forum.archive import Message, Survey
from forum.counting import settle_all
from forum.files import FileRefused, Prepared, ScannerAway, prepare
from forum.incoming.mbox import letter_at
from forum.incoming.reading import read
from forum.incoming.received import Attachment as Part
from forum.incoming.replies import extract
from forum.markup import ATTACHMENT, MOST_CHARACTERS, PERSON, escaped, to_html
from forum.models import Attachment, KnownMessage, MailingList, Post, Topic
from forum.rules.files import refusal_of_number
from forum.rules.managing import refusal_to_manage
from forum.rules.posting import UNKEEPABLE
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.actions.alone import alone
from portal.members.models import User

BATCH = 100
RUNNING = "An archive is being brought into this list already. Wait until it is done."
NO_TEXT = "*This mail has no text.*"
WHOLE = "mail.txt"
CUT = "*This mail is too long to be shown whole. All of it is in the file below.*"
NOT_TAKEN = "*Not brought in with this mail: {}.*"
ROOM = 2_000  # characters that are kept free for what is added to a text


@dataclass
class Imported:
    """What was brought in. `refused` are files that were not taken: the number of the mail in the file, the name, and why."""

    posts: int = 0
    topics: int = 0
    files: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass
class _Ready:
    """A mail that is ready to be stored: its words in both forms, and its files, which lie in the storage already."""

    message: Message
    text: str
    html: str
    files: list[Attachment]
    refused: list[tuple[int, str, str]]


def import_archive(
    *,
    mailing_list: MailingList,
    file: BinaryIO,
    found: Survey,
    name: str,
    by: User | None,
    now: datetime,
    progress: Callable[[int], object],
) -> Imported:
    """Brings in the new mails of a file that was surveyed. `name` is that of the file, for the audit log; `progress` is told of mails.

    `by` is `None` for whoever has the server itself. Raises `RefusedError`.
    """
    if by is not None:
        refuse_unless(refusal_to_manage(access_of(mailing_list, by, now)))
    with alone(f"import-archive-{mailing_list.pk}", refusal=RUNNING):
        work = _Import(mailing_list, file, now)
        messages = iter(found.new)
        while batch := list(islice(messages, BATCH)):
            ready: list[_Ready] = []
            try:
                # One by one: if one fails, the files of those before it are deleted.
                ready.extend(work.prepared(message) for message in batch)
                with transaction.atomic():
                    if not work.done.posts:
                        _record(mailing_list, found, name, by, now)
                    work.store(ready)
            except BaseException:
                _delete_files(ready)
                raise
            progress(len(batch))
        return work.done


def _record(mailing_list: MailingList, found: Survey, name: str, by: User | None, now: datetime) -> None:
    audit.record(
        "list.archive-imported",
        now=now,
        by=by,
        subject=mailing_list.key,
        subject_name=mailing_list.name,
        details={"file": name, "posts": len(found.new), "topics": found.topics},
    )


def _delete_files(ready: list[_Ready]) -> None:
    for one in ready:
        for file in one.files:
            file.file.delete(save=False)


class _Import:
    """One run: which post each mail has become, and which topic each new one is."""

    def __init__(self, mailing_list: MailingList, file: BinaryIO, now: datetime) -> None:
        self.list, self.file, self.now = mailing_list, file, now
        self.done = Imported()
        self.posts: dict[int, int] = {}
        self.topics: dict[int, int] = {}

    def prepared(self, message: Message) -> _Ready:
        """What takes long (reading, looking at files, making pictures anew), before the transaction."""
        received = read(letter_at(self.file, message.offset, message.size))
        words = received.text if received.is_markdown else extract(received).text
        words = UNKEEPABLE.sub("", words).strip("\n")
        ready = _Ready(message, "", "", [], [])
        named: dict[str, str] = {}
        for part in received.attachments:
            if not part.is_decoration and (kept := self._file(message, part, ready)):
                named[part.content_id] = str(kept.key)
        if len(words) > MOST_CHARACTERS - ROOM:
            whole = Part(WHOLE, "text/plain", words.encode())
            self._file(message, whole, ready)
            words = f"{words[: MOST_CHARACTERS - ROOM].rstrip()}\n\n{CUT}"
        ready.text = _with_files(_as_here(words, named) if received.is_markdown else words, ready)
        ready.html = to_html(ready.text)
        return ready

    def _file(self, message: Message, part: Part, ready: _Ready) -> Attachment | None:
        """Takes a file by the rules for those that people add themselves, or notes why not."""
        refusal = refusal_of_number(len(ready.files) + 1)
        if refusal is None:
            try:
                prepared = prepare(SimpleUploadedFile(part.name or "file", part.content, part.type))
            except ScannerAway as away:
                # What was not looked at must not be lost for good: the same file brought in again goes on from here.
                raise RefusedError(str(away)) from away
            except FileRefused as refused:
                refusal = str(refused)
            else:
                ready.files.append(self._kept(message, prepared))
                return ready.files[-1]
        ready.refused.append((message.number, part.name or "a file without a name", refusal))
        return None

    def _kept(self, message: Message, prepared: Prepared) -> Attachment:
        made = Attachment(
            key=uuid.uuid4(),
            list=self.list,
            uploader_id=message.person,
            name=prepared.name,
            type=prepared.kind.media_type,
            size=len(prepared.content),
            sha256=hashlib.sha256(prepared.content).hexdigest(),
            width=prepared.width,
            height=prepared.height,
            created_at=message.at,
        )
        made.file.save("", ContentFile(prepared.content), save=False)
        return made

    def store(self, ready: list[_Ready]) -> None:
        """Writes a batch: topics, posts, what they answer, under what they are known, files, counters, and that they are read."""
        Forum.objects.select_for_update().get(pk=self.list.forum_id)
        ready = self._without_those_that_came_meanwhile(ready)
        begun = self._begin_topics(ready)
        places = {self._topic(one.message) for one in ready}
        topics = Topic.objects.filter(pk__in=places).in_bulk()
        posts = [self._post(one, topics[self._topic(one.message)]) for one in ready]
        Post.objects.bulk_create(posts)
        for one, post in zip(ready, posts, strict=True):
            self.posts[one.message.number] = post.pk
        self._answer(ready, posts)
        rows = Post.objects.filter(pk__in=[post.pk for post in posts])
        rows.update(updated=F("created"))
        KnownMessage.objects.bulk_create(
            KnownMessage(list=self.list, post=post, message_id=one.message.key)
            for one, post in zip(ready, posts, strict=True)
        )
        files = [file for one in ready for file in one.files]
        for one, post in zip(ready, posts, strict=True):
            for file in one.files:
                file.post = post
        Attachment.objects.bulk_create(files)
        settle_all(self.list.forum_id, places)
        Topic.objects.filter(pk__in=places).update(updated=F("last_post_on"))
        keep_read(mailing_list=self.list, before={pk: topic.last_post_on for pk, topic in topics.items()})
        self.done.posts += len(posts)
        self.done.topics += begun
        self.done.files += len(files)
        self.done.refused += [refused for one in ready for refused in one.refused]

    def _without_those_that_came_meanwhile(self, ready: list[_Ready]) -> list[_Ready]:
        keys = [one.message.key for one in ready]
        known = KnownMessage.objects.filter(list=self.list, message_id__in=keys)
        there = dict(known.values_list("message_id", "post"))
        late = [one for one in ready if one.message.key in there]
        _delete_files(late)
        for one in late:
            self.posts[one.message.number] = there[one.message.key]
        return [one for one in ready if one.message.key not in there]

    def _begin_topics(self, ready: list[_Ready]) -> int:
        first: dict[int, Message] = {}
        for one in ready:
            if one.message.place < 0 and one.message.place not in self.topics:
                first.setdefault(one.message.place, one.message)
        topics = [
            Topic(
                forum_id=self.list.forum_id,
                poster_id=one.person,
                subject=one.subject,
                slug=slugify(one.subject, allow_unicode=True) or "topic",
                type=Topic.TOPIC_POST,
                status=Topic.TOPIC_UNLOCKED,
                approved=False,
                created=one.at,
            )
            for one in first.values()
        ]
        Topic.objects.bulk_create(topics)
        self.topics |= {place: topic.pk for place, topic in zip(first, topics, strict=True)}
        return len(topics)

    def _topic(self, message: Message) -> int:
        return message.place if message.place > 0 else self.topics[message.place]

    def _post(self, one: _Ready, topic: Topic) -> Post:
        message = one.message
        post = Post(
            topic=topic,
            poster_id=message.person,
            username=None if message.person else message.name or None,
            subject=topic.subject,
            content=one.text,
            approved=True,
            enable_signature=False,
            created=message.at,
            brought_in_at=self.now,
        )
        # Saved many at once, nothing is rendered by itself.
        post._content_rendered = one.html
        return post

    def _answer(self, ready: list[_Ready], posts: list[Post]) -> None:
        """Says which post each one answers. Those are there now, whether they came before or in the same batch."""
        for one, post in zip(ready, posts, strict=True):
            above = one.message.parent
            if above is None:
                post.answers_id = one.message.answers
            elif above.place == one.message.place:
                post.answers_id = above.post or self.posts.get(above.number)
        Post.objects.bulk_update([post for post in posts if post.answers_id], ["answers"])


def _as_here(markdown: str, named: dict[str, str]) -> str:
    """Markdown of a mail: its own files by their keys here, nobody named by a number and no file by a key of elsewhere."""
    markdown = PERSON.sub("", ATTACHMENT.sub("", markdown))
    for content_id, key in named.items():
        if content_id:
            markdown = markdown.replace(f"(cid:{content_id})", f"(attachment:{key})")
    return markdown


def _with_files(words: str, ready: _Ready) -> str:
    """A text with links to those files that it does not name itself, and with what was not taken. Never empty."""
    lines = [words or ("" if ready.files else NO_TEXT), *_links(words, ready.files)]
    if ready.refused:
        names = ", ".join(f"“{escaped(name[:80])}”" for _, name, _ in ready.refused[:10])
        lines.append(NOT_TAKEN.format(names + (" and more" if len(ready.refused) > 10 else "")))
    return "\n\n".join(line for line in lines if line)


def _links(words: str, files: list[Attachment]) -> Iterator[str]:
    for file in files:
        if f"attachment:{file.key}" not in words:
            yield f"{'!' if file.width else ''}[{escaped(file.name)}](attachment:{file.key})"
