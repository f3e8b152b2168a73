"""An archive of mails that moves into a list: what is in it, who wrote what, what answers what, and what is there already. Reads only.

**What belongs together** is told by Message-ID, In-Reply-To and References. Mails that name the same mail are in one topic, also if that
one is missing. A mail answers the nearest of those it names that is there, in the file or in the list, wherever it stands in the file.
A subject puts a mail into a topic only if it begins with *Re:* or the like, the mail names no other, and exactly one topic of that
subject had its latest mail within the 90 days before: the rule for mail that comes in, at the moment at which the mail was written.

**When it was written** is the moment of its Date; if that is missing, in the future or before mail was, the one in its first line;
else that of the mail before it. An answer is never older than what it answers: clocks go wrong.

**Each mail is known** by its Message-ID, or by a hash of what it says if it has none, or if another mail with other words has it.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import BinaryIO

from allauth.account.models import EmailAddress

from forum.incoming.fields import ADDRESS
from forum.incoming.mbox import Letter, letters
from forum.incoming.reading import read
from forum.incoming.received import Received
from forum.incoming.subjects import subject_of
from forum.models import KnownMessage, MailingList, Post, Topic
from forum.outgoing.headers import one_line
from forum.outgoing.threads import hashed, known_as, number_in, spellings
from forum.quoting import NOBODY
from forum.rules.posting import for_topic

SAME_SUBJECT_WITHIN = timedelta(days=90)
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
MOST_REFERENCES = 30
AT_ONCE = 200  # Message-IDs in one query
LONGEST_NAME = 80
UNKNOWN = "Unknown author"
# What list servers write before the address of a list when they send in its name.
VIA = re.compile(r"(.+) via .+")
# Archives of Mailman on the web: `ada at one.example (Ada Example)`.
PIPERMAIL = re.compile(r"\s*(\S{1,80}) at (\S{1,120}\.\S{1,40}?)(?:\s+\((.{0,200})\))?\s*")

Progress = Callable[[int], object]


@dataclass(slots=True, eq=False)
class Message:
    """One mail of the file, with no more than is needed to place it: the file is read again, a mail at a time, to bring it in.

    `node` is its number among all that are named, `chain` are those that belong together with it, and `answering` those of them that it
    can answer. `place` is its topic if that is there already, or else less than nothing.
    """

    number: int
    offset: int
    size: int
    key: str
    node: int
    chain: tuple[int, ...]
    answering: tuple[int, ...]
    at: datetime
    tags: tuple[str, ...]
    words: str
    is_reply: bool
    person: int | None
    name: str
    post: int | None = None
    parent: "Message | None" = None
    answers: int | None = None
    place: int = 0
    rank: int = -1
    subject: str = ""


@dataclass
class Survey:
    """What an archive would bring. `new` are its mails that are not there yet, the earliest first and none before what it answers."""

    new: list[Message] = field(default_factory=list)
    total: int = 0
    already_there: int = 0
    twice: int = 0
    undated: int = 0
    files: int = 0
    left_out: list[tuple[int, str]] = field(default_factory=list)

    @property
    def topics(self) -> int:
        """How many topics would begin."""
        return len({one.place for one in self.new if one.place < 0})

    @property
    def topics_that_go_on(self) -> int:
        return len({one.place for one in self.new if one.place > 0})

    @property
    def people(self) -> Counter[int]:
        """Who has an account, with how many mails each has in it."""
        return Counter(one.person for one in self.new if one.person)

    @property
    def names(self) -> Counter[str]:
        """Who has none, by name."""
        return Counter(one.name for one in self.new if not one.person)


def survey(mailing_list: MailingList, file: BinaryIO, now: datetime, progress: Progress) -> Survey:
    """Reads a mailbox from the top and says what it would bring into a list. `progress` is told of bytes.

    Takes some 1,000 bytes of memory for each mail, however large these are. Raises `NotAMailbox`.
    """
    reader = _Reader(mailing_list, now)
    for letter in letters(file):
        reader.take(letter)
        progress(letter.size + len(letter.line))
    return _placed(reader)


# --- Reading -------------------------------------------------------------------------------------------------------------


class _Reader:
    """Takes mails from the top of a file, and numbers everything that they name."""

    def __init__(self, mailing_list: MailingList, now: datetime) -> None:
        self.list, self.now = mailing_list, now
        self.found = Survey()
        self.messages: list[Message] = []
        self.nodes: dict[str, int] = {}
        self.taken: dict[str, bytes] = {}  # the keys in the file, each with what the first mail of it says
        self.tags: Counter[str] = Counter()
        self.senders: set[str] = set()
        self.list_names = {mailing_list.name.casefold(), mailing_list.slug}
        self.is_named = False  # whether mails say of which list they are
        self.numbers = count()
        self.before = now
        addresses = EmailAddress.objects.filter(verified=True, user__is_active=True)
        self.people = {
            email.lower(): user for email, user in addresses.values_list("email", "user").iterator()
        }

    def node(self, key: str) -> int:
        if (number := self.nodes.get(key)) is None:
            number = self.nodes[key] = next(self.numbers)
        return number

    def take(self, letter: Letter) -> None:
        self.found.total += 1
        if letter.is_too_large:
            self.found.left_out.append((letter.number, f"It is larger than {letter.size // 1_000_000:,} MB."))
            return
        received = read(letter.raw)
        if not (received.sent_headers("from") or received.message_id or received.subject or received.date):
            self.found.left_out.append((letter.number, "It has no header that could be read."))
            return
        if (key := self._key(received)) is None:
            self.found.twice += 1
            return
        nearest = received.in_reply_to[:3]
        names = [one for one in received.references[-MOST_REFERENCES:] if one not in nearest]
        names += reversed(nearest)
        self.senders.update(one.address.lower() for one in received.senders)
        subject = subject_of(received.subject)
        self._note_list(received)
        self.tags.update({tag.casefold() for tag in subject.tags})
        address_of, name = author_of(received)
        chain = tuple(dict.fromkeys(self.node(known_as(one)) for one in names if known_as(one) != key))
        # In an archive of ours, what answers a topic as a whole names no post in In-Reply-To.
        answers_one = bool(received.in_reply_to) or not received.is_markdown
        self.messages.append(
            Message(
                number=letter.number,
                offset=letter.offset,
                size=letter.size,
                key=key,
                node=self.node(key),
                chain=chain,
                answering=chain if answers_one else (),
                at=self._moment(received, letter),
                tags=subject.tags,
                words=subject.words,
                is_reply=subject.reply and not names,
                person=next((self.people[one] for one in address_of if one in self.people), None),
                name=name,
            )
        )
        self.found.files += sum(not one.is_decoration for one in received.attachments)

    def _key(self, received: Received) -> str | None:
        """Under what a mail is known; `None` if it stands in the file before."""
        says = digest(received)
        key = known_as(received.message_id) if received.message_id else hashed(says.hex())
        if key in self.taken and self.taken[key] != says:
            # Some programs give two mails one Message-ID: only the same words are the same mail.
            key = hashed(says.hex())
        if key in self.taken:
            return None
        self.taken[key] = says
        return key

    def _moment(self, received: Received, letter: Letter) -> datetime:
        for found in (received.date, letter.sent_at):
            if found is not None and EARLIEST <= found <= self.now:
                self.before = found
                return found
        self.found.undated += 1
        return self.before

    def _note_list(self, received: Received) -> None:
        if header := received.header("list-id"):
            words, _, identifier = header.rpartition("<")
            self.is_named = True
            self.list_names |= {words.strip(' "').casefold(), identifier.partition(".")[0].casefold()}


def digest(received: Received) -> bytes:
    """What a mail says: who, when, about what, the text and the files. Not by which way it came."""
    found = hashlib.sha256()
    date = received.date.isoformat() if received.date else ""
    for words in (received.from_address.lower(), date, received.subject, received.text, received.html):
        found.update(f"{len(words)}:{words}".encode("utf-8", "surrogatepass"))
    for file in received.attachments:
        found.update(hashlib.sha256(file.content).digest())
    return found.digest()[:16]


def author_of(received: Received) -> tuple[list[str], str]:
    """The addresses that can be those of who wrote a mail, in small letters, and the name to keep if none is a person's.

    The name is never an address: at most what stands before the @. Empty for somebody who was forgotten.
    """
    name, address = received.from_name, received.from_address
    if not address and (found := PIPERMAIL.fullmatch(received.header("from"))):
        address, name = f"{found[1]}@{found[2]}", found[3] or ""
    written_by = [address]
    if (sent_for := VIA.fullmatch(name)) and _is_of_a_list(received, address):
        name = sent_for[1]
        written_by = [one.address for one in received.reply_to if one.address != address]
    known = name_without_address(name)
    if not known and written_by:
        known = name_without_address(written_by[0].partition("@")[0])
    return [one.lower() for one in written_by if one], "" if known == NOBODY else known or UNKNOWN


def _is_of_a_list(received: Received, address: str) -> bool:
    """Whether a mail is sent in the name of a list: as mails are that domains would refuse otherwise (DMARC)."""
    return f"mailto:{address}" in received.header("list-post") or any(
        one.address != address for one in received.reply_to
    )


def name_without_address(name: str) -> str:
    """A name as readers may see it. What is an address, or looks like one, is cut at its @."""
    words = ADDRESS.sub(lambda found: found[0].partition("@")[0] if found[0] == name.strip() else "", name)
    if found := PIPERMAIL.fullmatch(words):
        words = found[3] or found[1]
    words = one_line(words.partition("@")[0]).replace("()", "").strip(" '\"<>()[],;")
    return words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1].rstrip() + "…"


# --- Placing -------------------------------------------------------------------------------------------------------------


class _Groups:
    """Numbers that belong together (union-find)."""

    def __init__(self) -> None:
        self.above: dict[int, int] = {}

    def of(self, number: int) -> int:
        top = number
        while (above := self.above.get(top, top)) != top:
            top = above
        while number != top:
            self.above[number], number = top, self.above.get(number, number)
        return top

    def join(self, one: int, other: int) -> bool:
        """Puts two numbers together; whether they were apart."""
        one, other = self.of(one), self.of(other)
        if one != other:
            self.above[max(one, other)] = min(one, other)
        return one != other


@dataclass(frozen=True)
class _There:
    """A post of the list that a mail is, or answers."""

    post: int
    topic: int
    at: datetime
    is_inside: bool


def _placed(reader: _Reader) -> Survey:
    """Says of each mail whether it is there, what it answers and in which topic it belongs."""
    found, messages = reader.found, reader.messages
    # Old programs name the author in In-Reply-To too: not everything that answers one person is one topic.
    people = {reader.nodes[one] for one in reader.senders if one in reader.nodes}
    there = _there(reader)
    groups = _Groups()
    for one in messages:
        one.post = there[one.node].post if one.node in there else None
        if people:
            one.chain = tuple(node for node in one.chain if node not in people)
            one.answering = tuple(node for node in one.answering if node not in people)
        for node in one.chain:
            groups.join(one.node, node)
    messages.sort(key=lambda one: (one.at, one.number))
    _answer(messages, there)
    topics: dict[int, int] = {}  # a topic of the list: the node of a post in it
    for node, post in there.items():
        if post.is_inside:
            groups.join(node, topics.setdefault(post.topic, node))
    _join_by_subject(reader, groups, topics)
    _date(messages, there)
    messages.sort(key=lambda one: (one.at, one.rank))
    topic_of = {}
    for topic in sorted(topics, reverse=True):
        topic_of[groups.of(topics[topic])] = topic
    for one in messages:
        above = there.get(_nearest(one, there)) if one.parent is None else None
        if above is not None and above.is_inside:
            one.answers, one.place = above.post, above.topic
        elif one.parent is not None and one.parent.place:
            one.place = one.parent.place
        else:
            group = groups.of(one.node)
            one.place = topic_of.get(group, -1 - group)
        if one.node in there and there[one.node].is_inside:
            one.place = there[one.node].topic
    left_in_front = _is_of_the_list(reader)
    for one in messages:
        tags = "".join(f"[{tag}] " for tag in one.tags if not left_in_front(tag))
        one.subject = for_topic(f"{tags}{one.words}")
    found.new = [one for one in messages if one.post is None]
    found.already_there = len(messages) - len(found.new)
    return found


def _there(reader: _Reader) -> dict[int, _There]:
    """Which of all that is named is a post already. Two queries for each `AT_ONCE` of them."""
    forum = reader.list.forum_id
    fields = ("post", "post__topic", "post__created", "post__topic__forum")
    known = KnownMessage.objects.filter(list=reader.list)
    ours = Post.objects.filter(topic__forum=forum)
    found: dict[int, _There] = {}
    for some in _batches(reader.nodes.items()):
        numbers = {number: node for key, node in some if (number := number_in(key))}
        for pk, topic, at in ours.filter(pk__in=numbers).values_list("pk", "topic", "created"):
            found[numbers[pk]] = _There(pk, topic, at, is_inside=True)
        spelled = {spelling: node for key, node in some for spelling in (key, *spellings(key))}
        for key, post, topic, at, where in known.filter(message_id__in=spelled).values_list(
            "message_id", *fields
        ):
            found[spelled[key]] = _There(post, topic, at, where == forum)
    return found


def _batches(items: Iterable[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _nearest(one: Message, there: dict[int, _There]) -> int:
    return next((node for node in reversed(one.answering) if node in there and there[node].is_inside), -1)


def _answer(messages: list[Message], there: dict[int, _There]) -> None:
    """Sets of each mail which other one of the file it answers: the nearest of those it names. None answers itself on a way round."""
    elsewhere = {node for node, post in there.items() if not post.is_inside}
    by_node = {one.node: one for one in messages if one.node not in elsewhere}
    trees = _Groups()
    for one in messages:
        for node in reversed(one.answering):
            above = by_node.get(node)
            if above is not None and trees.join(one.node, above.node):
                one.parent = above
                break
            if above is None and node in there and there[node].is_inside:
                break


def _join_by_subject(reader: _Reader, groups: _Groups, topics: dict[int, int]) -> None:
    """Puts mails that name no other into the one topic of late that their `Re:` can mean."""
    latest: dict[str, dict[int, datetime]] = defaultdict(dict)
    listed: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    if any(one.is_reply for one in reader.messages):
        rows = Topic.objects.filter(forum=reader.list.forum_id, approved=True, merged_into=None)
        for pk, subject, last in rows.values_list("pk", "subject", "last_post_on").iterator():
            listed[subject.casefold()].append((pk, last))
    for one in reader.messages:
        words = one.words.casefold()
        if not words:
            continue
        since = one.at - SAME_SUBJECT_WITHIN
        if one.is_reply and one.post is None:
            late = {groups.of(node) for node, at in latest[words].items() if at >= since}
            if not late:
                of_list = [
                    pk for pk, at in listed[words] if at and since <= at <= one.at + SAME_SUBJECT_WITHIN
                ]
                late = {groups.of(topics.setdefault(pk, next(reader.numbers))) for pk in of_list}
            if len(late) == 1:
                groups.join(one.node, late.pop())
        seen = latest[words]
        for node in [
            node for node, at in seen.items() if at < since or groups.of(node) == groups.of(one.node)
        ]:
            del seen[node]
        seen[one.node] = one.at


def _date(messages: list[Message], there: dict[int, _There]) -> None:
    """Makes no answer older than what it answers, and ranks what is answered before its answers."""
    ranks = count()
    for one in messages:
        way: list[Message] = []
        up: Message | None = one
        while up is not None and up.rank < 0:
            way.append(up)
            up = up.parent
        for each in reversed(way):
            if each.parent is not None:
                each.at = max(each.at, each.parent.at)
            elif (above := there.get(_nearest(each, there))) is not None:
                each.at = max(each.at, above.at)
            each.rank = next(ranks)


def _is_of_the_list(reader: _Reader) -> Callable[[str], bool]:
    """Whether a tag before a subject, `[setting-up]`, only says of which list a mail is.

    Mails say that themselves; if none does, a tag that more than half of them have does.
    """
    often = set()
    if not reader.is_named:
        often = {tag for tag, times in reader.tags.items() if 2 * times > len(reader.messages)}
    names = reader.list_names | often
    return lambda tag: tag.casefold() in names
