"""Takes the mails of an archive from the top of a file: under what each is known, who wrote it when, and what it names."""

import hashlib
from collections import Counter
from datetime import UTC, datetime
from itertools import count

from allauth.account.models import EmailAddress

from forum.archive.authors import author_of
from forum.archive.messages import Message, Survey
from forum.incoming.mbox import Letter
from forum.incoming.reading import read
from forum.incoming.received import Received
from forum.incoming.subjects import subject_of
from forum.models import MailingList
from forum.outgoing.threads import hashed, known_as

EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
MOST_REFERENCES = 30


class Taken:
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
