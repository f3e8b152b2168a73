"""Reads a mail: any bytes in, a record out. Never raises."""

import mimetypes
import re
from dataclasses import dataclass, field, replace
from html import escape

from forum.incoming.charsets import text_of
from forum.incoming.fields import date_of, identifiers, mailboxes
from forum.incoming.flowed import unflowed
from forum.incoming.parts import Part, split, without_uuencoded
from forum.incoming.received import Address, Attachment, Received
from forum.incoming.words import decoded

MOST_BYTES = 60_000_000
MOST_TEXT = 300_000  # characters of text that are looked at; a longer one is kept as a file too
READ = {
    "text/plain",
    "text/html",
    "text/enriched",
    "application/xhtml+xml",
    "text/markdown",
    "text/x-markdown",
}
META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
TAGS = re.compile(rb"<(?:html|body|div|p|br|table|span)\b", re.IGNORECASE)


@dataclass
class _Body:
    """A text to read: its plain and its HTML form. None: there is no such form."""

    text: str | None = None
    html: str | None = None
    is_markdown: bool = False


@dataclass
class _Found:
    bodies: list[_Body] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(raw: bytes) -> Received:
    """Takes a mail apart. Whatever is broken is kept visibly, and said in `problems`."""
    found = _Found()
    if len(raw) > MOST_BYTES:
        found.problems.append("The mail is too large; its end was not read.")
        raw = raw[:MOST_BYTES]
    top = split(raw)
    _collect(top, found, alternative=False)
    values = _values(top)
    return Received(
        raw=raw,
        fields=top.fields,
        type=top.type,
        parameters=top.parameters,
        message_id=next(iter(identifiers(values.get("message-id", ""))), ""),
        in_reply_to=identifiers(values.get("in-reply-to", "")),
        references=identifiers(values.get("references", "")),
        subject=" ".join(decoded(values.get("subject", "")).split()),
        senders=_all_mailboxes(top, "from"),
        sender=next((mailbox.address for mailbox in mailboxes(values.get("sender", ""))), ""),
        reply_to=_all_mailboxes(top, "reply-to"),
        to=_all_mailboxes(top, "to"),
        cc=_all_mailboxes(top, "cc"),
        date=date_of(values.get("date", "")),
        text=_plain(found.bodies),
        html=_html(found.bodies),
        attachments=tuple(found.attachments),
        is_markdown=bool(found.bodies) and found.bodies[0].is_markdown,
        problems=tuple(dict.fromkeys(found.problems)),
    )


def _values(part: Part) -> dict[str, str]:
    """The first value of each field."""
    values: dict[str, str] = {}
    for name, value in part.fields:
        values.setdefault(name.lower(), value)
    return values


def _all_mailboxes(part: Part, name: str) -> tuple[Address, ...]:
    return tuple(
        mailbox for known, value in part.fields if known.lower() == name for mailbox in mailboxes(value)
    )


def _plain(bodies: list[_Body]) -> str:
    """All texts in their plain form, if each has one."""
    shown = [body for body in bodies if (body.text or "").strip() or body.html]
    if any(body.text is None for body in shown):
        return ""
    return "\n\n".join(body.text.strip("\n") for body in shown if body.text)


def _html(bodies: list[_Body]) -> str:
    """All texts as HTML, if any has that form. A plain one between them is put in as it is."""
    if not any(body.html for body in bodies):
        return ""
    return "\n".join(
        body.html or f"<div style='white-space: pre-wrap'>{escape(body.text or '')}</div>" for body in bodies
    )


def _collect(part: Part, found: _Found, *, alternative: bool) -> None:
    found.problems += part.problems
    if part.children:
        if part.type == "multipart/alternative":
            _alternatives(part, found)
        else:
            for child in part.children:
                _collect(child, found, alternative=alternative)
    elif _is_text(part):
        _text(part, found)
    elif part.type.startswith("multipart/"):
        if part.body.strip():
            found.bodies.append(_body(part, part.body, html=bool(TAGS.search(part.body[:2000]))))
    else:
        found.attachments.append(_attachment(part))


def _alternatives(part: Part, found: _Found) -> None:
    """The forms of one text become one body. What is no form of text is an attachment, whatever it is an alternative to."""
    body = _Body()
    for child in part.children:
        inner = _Found()
        _collect(child, inner, alternative=True)
        found.attachments += inner.attachments
        found.problems += inner.problems
        plain, html = _plain(inner.bodies), _html(inner.bodies)
        if plain.strip() or (body.text is None and any(each.text is not None for each in inner.bodies)):
            body.text = f"{body.text}\n\n{plain}" if body.text and body.text.strip() else plain
        if html.strip():
            body.html = f"{body.html}\n{html}" if body.html else html
    if body.text is not None and not body.text.strip() and body.html:
        body.text = None
    found.bodies.append(body)


def _is_text(part: Part) -> bool:
    """Whether a part is to be read rather than kept as a file: text that was not named, or only named within the text."""
    if part.type not in READ or part.disposition == "attachment":
        return False
    return not part.name or (part.type == "text/plain" and not part.disposition)


def _text(part: Part, found: _Found) -> None:
    content = part.content()
    if part.type == "text/plain":
        content, files = without_uuencoded(content)
        kind = "application/octet-stream"
        found.attachments += [Attachment(_file_name(name, kind), kind, data) for name, data in files]
    body = _body(part, content, html=part.type in {"text/html", "application/xhtml+xml"})
    if len(body.text or body.html or "") > MOST_TEXT:
        found.problems.append("The text is too long to be read whole; it is kept as a file.")
        found.attachments.append(_attachment(part))
        body = replace(
            body, text=body.text and body.text[:MOST_TEXT], html=body.html and body.html[:MOST_TEXT]
        )
    found.bodies.append(body)


def _body(part: Part, content: bytes, *, html: bool) -> _Body:
    label = part.parameters.get("charset", "")
    if html:
        said = META.search(content[:4000])
        return _Body(html=text_of(content, label or (said[1].decode("ascii") if said else "")))
    text = text_of(content, label)
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return _Body(text=text, is_markdown=part.parameters.get("markup", "").lower() == "markdown")


def _file_name(name: str, kind: str) -> str:
    """The name of a file without folders; never empty: phones send pictures that have none."""
    found = " ".join(re.split(r"[\\/]", name)[-1].split())
    return found if found.strip(". ") else f"file{mimetypes.guess_extension(kind) or ''}"


def _attachment(part: Part) -> Attachment:
    name = part.name
    if not name and part.type == "message/rfc822":
        inner = split(part.content()[:200_000])
        name = (decoded(inner.header("subject"))[:80].strip() or "message") + ".eml"
    return Attachment(
        name=_file_name(name, part.type),
        type=part.type,
        content=part.content(),
        content_id=part.header("content-id").strip("<> \t"),
        inline=part.disposition == "inline" or (not part.disposition and bool(part.header("content-id"))),
        parameters={
            name: value for name, value in part.parameters.items() if name not in {"name", "boundary"}
        },
    )
