"""Header fields taken apart: the block of fields (RFC 5322), parameters (RFC 2045, 2231), mailboxes, identifiers, dates."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from forum.incoming.charsets import text_of
from forum.incoming.received import Address
from forum.incoming.words import decoded

MOST_FIELDS = 2_000
MOST_VALUE = 100_000
MOST_ADDRESSES = 1_000
FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
IDENTIFIER = re.compile(r"<([^<>\s]{1,998})>")
FOLD = re.compile(r"[ \t]*\n[ \t]*")
PARAMETER = re.compile(
    r';\s*([^\s=;"]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^;]*))', re.DOTALL | re.ASCII
)
SECTION = re.compile(r"(.+?)(?:\*(\d{1,4}))?(\*)?")
PIECE = re.compile(r'\s+|"(?:[^"\\]|\\.)*"|<[^<>]*>|[,;:()<>"]|\\.|[^\s",;:()<>\\]+', re.DOTALL)
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]{1,200}@(?:[^\s@<>()\[\],;:\"]{1,250}|\[[\w.:]{3,60}\])")
QUOTED_ADDRESS = re.compile(r"\"(?:[^\"\\]|\\.){1,190}\"@[^\s@<>()\[\],;:\"]{1,250}")
ENDS = re.compile(rb"\r\n|\r|\n")


def split_fields(head: bytes) -> tuple[tuple[str, str], ...]:
    """The fields of a block, unfolded, from the top. A line that is none is kept under the name `X-Broken`."""
    fields: list[tuple[bytes, list[bytes]]] = []
    for line in ENDS.split(head):
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1][1].append(line)
        elif match := FIELD.fullmatch(line):
            if len(fields) >= MOST_FIELDS:
                break
            fields.append((match[1], [match[2]]))
        elif line.strip():
            fields.append((b"X-Broken", [line]))
    return tuple((name.decode("ascii"), _unfolded(lines)) for name, lines in fields)


def _unfolded(lines: list[bytes]) -> str:
    return FOLD.sub(" ", text_of(b"\n".join(lines)[:MOST_VALUE])).strip()


def parameters_of(value: str) -> tuple[str, dict[str, str]]:
    """The main value of a field such as Content-Type, in small letters, and its parameters, put together and decoded."""
    main = re.split(r"[;\s]", value.strip(), maxsplit=1)[0].strip("\"'").lower()
    found: dict[str, list[tuple[int, str, bool]]] = {}
    for name, quoted, bare in PARAMETER.findall(value[len(main) :])[:200]:
        section = SECTION.fullmatch(name.lower())
        words = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip().strip("'\"")
        if section and section[1]:
            found.setdefault(section[1], []).append((int(section[2] or 0), words, bool(section[3])))
    return main, {name: _joined(sections) for name, sections in found.items()}


def _joined(sections: list[tuple[int, str, bool]]) -> str:
    """RFC 2231: sections in the order of their numbers, percent signs only in those with a star, the charset in the first."""
    sections = sorted(sections, key=lambda section: section[0])
    if len({number for number, _, _ in sections}) < len(sections):
        sections = [next((section for section in sections if section[2]), sections[0])]
    if not any(star for _, _, star in sections):
        return decoded("".join(words for _, words, _ in sections))
    charset, data = "", b""
    for position, (_, words, star) in enumerate(sections):
        rest = words
        if position == 0 and star and words.count("'") >= 2:
            charset, _, rest = words.split("'", 2)
        data += unquote_to_bytes(rest) if star else rest.encode("utf-8", "replace")
    return text_of(data, charset)


def identifiers(value: str) -> tuple[str, ...]:
    """Message identifiers without their brackets, each once, in order. Some senders leave the brackets out."""
    found = IDENTIFIER.findall(value)
    if not found:
        found = [word.strip("<>,;") for word in value.split() if "@" in word]
    return tuple(dict.fromkeys(word for word in found if word))


def date_of(value: str) -> datetime | None:
    """A Date field as a moment in UTC, or nothing. A time without a zone is taken for UTC."""
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError, AttributeError):
        return None


def mailboxes(value: str) -> tuple[Address, ...]:
    """The mailboxes of a field. Encoded words are decoded once the structure is known: no comma comes out of them.

    What cannot be told apart yields no mailbox, rather than a wrong one.
    """
    found: list[Address] = []
    for words in _split_mailboxes(value):
        address = _mailbox(words)
        if address:
            found.append(address)
        if len(found) >= MOST_ADDRESSES:
            break
    return tuple(found)


def _split_mailboxes(value: str) -> list[list[str]]:
    """The pieces of each mailbox: commas and semicolons part them, groups are opened up, comments stand as one piece."""
    groups: list[list[str]] = [[]]
    comment, depth = "", 0
    for piece in PIECE.findall(value[:MOST_VALUE]):
        if piece == "(":
            depth += 1
        if depth:
            comment += piece
            if piece == ")":
                depth -= 1
                if not depth:
                    groups[-1].append(comment)
                    comment = ""
        elif piece in {",", ";"}:
            groups.append([])
        elif piece == ":":
            groups[-1] = []  # the name of a group
        else:
            groups[-1].append(piece)
    return groups


def _mailbox(pieces: list[str]) -> Address | None:
    comments = [piece[1:-1] for piece in pieces if piece.startswith("(")]
    pieces = [piece for piece in pieces if not piece.startswith("(")]
    bracketed = [piece for piece in pieces if piece.startswith("<")]
    if len(bracketed) > 1 or any(piece in {"<", ">", '"', ")"} for piece in pieces):
        return None
    if bracketed:
        at = pieces.index(bracketed[0])
        if "".join(pieces[at + 1 :]).strip():
            return None
        address = bracketed[0][1:-1].strip()
        name = "".join(_bare(piece) for piece in pieces[:at])
    else:
        address = "".join(pieces).strip()
        name = comments[0] if comments else ""
    address = re.sub(r"^@[^:]*:", "", address)
    if not (ADDRESS.fullmatch(address) or QUOTED_ADDRESS.fullmatch(address)):
        return None
    local, _, domain = address.rpartition("@")
    return Address(" ".join(decoded(name).split()).strip("'\""), f"{local}@{domain.lower()}")


def _bare(piece: str) -> str:
    if piece.startswith('"') and piece.endswith('"') and len(piece) > 1:
        return re.sub(r"\\(.)", r"\1", piece[1:-1], flags=re.DOTALL)
    return " " if piece.isspace() else piece
