"""Which addresses a returned mail says could not be reached: by its report (RFC 3464), else by what flufl.bounce knows of servers without one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes

from flufl.bounce import all_failures

from forum.incoming.automatic import BOUNCE_SUBJECT, BOUNCERS
from forum.incoming.charsets import text_of
from forum.incoming.fields import split_fields
from forum.incoming.received import Received

MOST_WORDS = 200
MOST_FAILURES = 100
MOST_BYTES = 200_000  # that are given to flufl.bounce
# The address exists, and what stands in the way may pass (RFC 3463: X.2.2 full, X.7 policy), whatever the first digit says.
PASSING = re.compile(
    r"mailbox (?:is )?(?:full|over)|mailbox.{0,30}(?:full|exceed)|over ?quota|quota (?:exceeded|full)|exceed(?:s|ed)?.{0,40}(?:quota|storage|limit)|insufficient (?:disk|storage|system)|"
    r"(?:temporar|try again|later|greylist|graylist|rate limit|too many|throttl|deferred|timed? ?out|connection refused)|postfach .{0,20}(?:voll|überfüllt)|boîte .{0,30}pleine|"
    r"\b[45]\.2\.2\b|spam|blacklist|blocklist|blocked|reputation|dmarc|message (?:too large|size)|\b5\.3\.4\b|\b5\.7\.\d+\b",
    re.IGNORECASE,
)
LASTING = re.compile(
    r"(?:user|recipient|mailbox|account|address|host|domain)s?\b.{0,40}(?:unknown|not (?:found|exist)|n't exist|does not exist|doesn't exist|disabled|inactive|unavailable|rejected|invalid|no longer)|"
    r"(?:unknown|no such|invalid|nonexistent|non-existent) (?:user|recipient|mailbox|address|account|host|domain|local)|\b5\.1\.\d+\b|\b550\b|no longer (?:exists|with|works)|unbekannt|n'existe pas",
    re.IGNORECASE,
)
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
ADDRESS = re.compile(r"[^\s@<>;,()\"]{1,64}@[^\s@<>;,()\"]{1,255}")


@dataclass(frozen=True)
class Failure:
    """An address that was not reached. `hard`: it will not be tomorrow either. `words` are those of the server, cut short."""

    address: str
    hard: bool
    words: str


def failures(received: Received, envelope_to_key: Callable[[str], str | None] | None = None) -> list[Failure]:
    """The addresses that a returned mail is about; none for any other mail.

    `envelope_to_key` says for the address to which the mail was returned whom our mail had been sent to, if that address names them; it is asked
    of `Delivered-To`, `X-Original-To` and `To`. Mail to such an address is taken for returned, and its answer goes before what the report says, which may be where they forward their mail.
    """
    known = _known(received, envelope_to_key)
    if not known and not is_returned(received):
        return []
    found = _reported(received) or _recognised(received)
    if known:
        first = next((failure for failure in found if failure.address == known), found[0] if found else None)
        text = _text(received)
        return [
            Failure(known, first.hard, first.words)
            if first
            else Failure(known, _is_hard("", text), _shortened(_telling(text)))
        ]
    return found[:MOST_FAILURES]


def is_returned(received: Received) -> bool:
    """Whether a mail is one that a server returned, or a report on one."""
    kinds = {attachment.type for attachment in received.attachments}
    local = received.from_address.rpartition("@")[0].lower()
    return bool(
        (
            received.type == "multipart/report"
            and received.parameters.get("report-type", "delivery-status").lower() == "delivery-status"
        )
        or kinds & {"message/delivery-status", "message/global-delivery-status"}
        or received.header("x-failed-recipients")
        or local in BOUNCERS
        or (
            BOUNCE_SUBJECT.match(received.subject)
            and (received.automatic_headers or "<>" in received.headers("return-path"))
        )
    )


def _known(received: Received, envelope_to_key: Callable[[str], str | None] | None) -> str:
    if envelope_to_key is None:
        return ""
    values = [
        value.strip("<> ") for name in ("delivered-to", "x-original-to") for value in received.headers(name)
    ]
    values += [mailbox.address for mailbox in received.to]
    return next((key for value in values if (key := envelope_to_key(value))), "")


def _reported(received: Received) -> list[Failure]:
    """What the report says of each recipient."""
    found: dict[str, Failure] = {}
    for attachment in received.attachments:
        if attachment.type not in {"message/delivery-status", "message/global-delivery-status"}:
            continue
        for block in re.split(rb"(?:\r?\n){2,}", attachment.content.strip())[: MOST_FAILURES * 2]:
            failure = _of_block({name.lower(): value for name, value in reversed(split_fields(block))})
            if failure:
                found.setdefault(failure.address, failure)
    return list(found.values())


def _of_block(fields: dict[str, str]) -> Failure | None:
    recipient = fields.get("original-recipient") or fields.get("final-recipient") or ""
    address = ADDRESS.search(recipient.partition(";")[2] or recipient) or ADDRESS.search(
        fields.get("final-recipient", "")
    )
    action = fields.get("action", "").split(" ")[0].strip(" ;").lower()
    if not address or action in {"delivered", "relayed", "expanded"}:
        return None
    words = fields.get("diagnostic-code", "")
    status = fields.get("status", "")
    hard = action != "delayed" and _is_hard(status, words)
    return Failure(
        address[0].lower().strip("."),
        hard,
        _shortened(re.sub(r"^[\w.-]+;\s*", "", words) or f"{action} {status}"),
    )


def _is_hard(status: str, words: str) -> bool:
    """Hard or soft: by known texts, then by the status (RFC 3463)."""
    code = STATUS.search(status) or STATUS.search(words)
    if code and code[1] == "4":
        return False
    if code and code[1] == "5" and code[2] == "1":
        return True
    if PASSING.search(f"{status} {words}"):
        return False
    return bool(code and code[1] == "5") or bool(LASTING.search(words))


def _recognised(received: Received) -> list[Failure]:
    """Without a report: what flufl.bounce recognises, and the header that Exim writes."""
    text = _text(received)
    found: dict[str, Failure] = {}
    for value in received.headers("x-failed-recipients"):
        for address in ADDRESS.findall(value):
            found[address.lower()] = _about(address.lower(), text)
    if found or received.problems:
        return list(found.values())
    try:
        soft, hard = all_failures(message_from_bytes(received.raw[:MOST_BYTES]))
    except Exception:  # noqa: BLE001  (written for whatever servers send, and raises whatever it likes)
        return []
    for addresses, lasts in ((hard, True), (soft, False)):
        for each in addresses:
            address = text_of(each).strip("<> ").lower()
            if ADDRESS.fullmatch(address):
                failure = _about(address, text)
                found.setdefault(
                    address, Failure(address, lasts and not PASSING.search(failure.words), failure.words)
                )
    return list(found.values())


def _about(address: str, text: str) -> Failure:
    at = text.lower().find(address)
    near = text[at + len(address) :][:600] if at >= 0 else text
    words = _telling(near)
    return Failure(address, _is_hard("", words), _shortened(words))


def _telling(text: str) -> str:
    """The first line that says why, with the one after it."""
    lines = [line.strip() for line in text.split("\n") if line.strip()][:60]
    for position, line in enumerate(lines):
        if (
            STATUS.search(line)
            or LASTING.search(line)
            or PASSING.search(line)
            or re.match(r"[45]\d\d[ -]", line)
        ):
            return " ".join(lines[position : position + 2])
    return lines[0] if lines else ""


def _text(received: Received) -> str:
    return (received.text or re.sub(r"<[^<>]*>", " ", received.html))[:20_000]


def _shortened(words: str) -> str:
    words = " ".join(words.split()).strip("<>:; ")
    return words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 1].rstrip()}…"
