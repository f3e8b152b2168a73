"""What a mail is once it has been read: records without behaviour beyond looking up a header."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from forum.incoming.words import decoded

# Smaller pictures within the text of a mail are logos and signatures.
SMALLEST_PICTURE = 20_000
SIGNATURES = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}


@dataclass(frozen=True)
class Address:
    """A mailbox: the name as people read it, and the address with its domain in small letters."""

    name: str
    address: str


@dataclass(frozen=True)
class Attachment:
    """A part of a mail that is not its text. `type` is what the sender says that it is, in small letters."""

    name: str
    type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_decoration(self) -> bool:
        """Whether it is no file that anybody sent: a logo within the text, or a signature that programs check."""
        is_logo = self.inline and self.type.startswith("image/") and len(self.content) < SMALLEST_PICTURE
        return is_logo or self.type in SIGNATURES


@dataclass(frozen=True)
class Received:
    """A mail. Texts have `\\n` at the ends of lines and hold nothing that a database cannot.

    `fields` are the header fields from the top, unfolded, else as they were sent; `header` and `headers` decode them.
    `text` is the plain alternative, `html` the other; either is "" if some part of the mail has none.
    `is_markdown`: the text says so itself, as those of an archive of ours do.
    `problems` says in words what was broken, `senders` are all mailboxes of all From fields.
    """

    raw: bytes = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    type: str
    parameters: Mapping[str, str]
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    senders: tuple[Address, ...]
    sender: str
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    is_markdown: bool = False
    problems: tuple[str, ...] = ()

    @property
    def from_name(self) -> str:
        return self.senders[0].name if self.senders else ""

    @property
    def from_address(self) -> str:
        return self.senders[0].address if self.senders else ""

    def sent_headers(self, name: str) -> list[str]:
        """All values of a header from the top, as they were sent: encoded words stay encoded."""
        return [value for known, value in self.fields if known.lower() == name.lower()]

    def headers(self, name: str) -> list[str]:
        """All values of a header from the top, as people read them."""
        return [decoded(value) for value in self.sent_headers(name)]

    def header(self, name: str) -> str:
        """The first value of a header as people read it, or nothing."""
        return next(iter(self.headers(name)), "")

    @property
    def automatic_headers(self) -> tuple[tuple[str, str], ...]:
        """The fields by which machines say that they wrote a mail."""
        return tuple((name, value) for name, value in self.fields if name.lower() in AUTOMATIC_HEADERS)


AUTOMATIC_HEADERS = {
    "auto-submitted",
    "precedence",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-auto-respond",
    "x-autoreply-from",
    "x-autoresponder",
    "x-failed-recipients",
    "x-loop",
    "list-id",
    "feedback-id",
}
