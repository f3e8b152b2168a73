"""The parts of a mail (RFC 2046), found by a splitter of our own.

Python's parser asks every open level about every line and calls itself for each: 500 nested parts above 20,000 lines cost it 2 seconds,
2,000 a RecursionError. This one cuts slices out of the bytes and stops at limits, beyond which the rest is kept as one part.
"""

import binascii
import quopri
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from forum.incoming.charsets import text_of
from forum.incoming.fields import parameters_of, split_fields
from forum.incoming.words import from_base64

MOST_DEPTH = 20
MOST_PARTS = 500
MOST_HEAD = 1_000_000
BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n|\r[ \t]*\r(?!\n)")
FIRST_LINE = re.compile(rb"[!-9;-~]+[ \t]*:|From |>From ")
REST_OF_BOUNDARY = re.compile(rb"(--)?[ \t]*(?=\r|\n|$)")
ENVELOPE = re.compile(rb">?From [^\r\n]*\r?\n")
LETTERS = string.ascii_letters.encode() + string.digits.encode() + b"+/"
BASE64 = re.compile(rb"(?:[ \t]*[A-Za-z0-9+/]*={0,2}[ \t]*(?:\r\n|\r|\n|$))*")


@dataclass
class Part:
    """A part with its fields, its type in small letters, and its body as it was sent."""

    fields: tuple[tuple[str, str], ...]
    type: str
    parameters: Mapping[str, str]
    body: bytes = field(repr=False)
    children: list["Part"] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def header(self, name: str) -> str:
        return next((value for known, value in self.fields if known.lower() == name), "")

    @property
    def name(self) -> str:
        """The name of the file, from the disposition or else from the type."""
        disposition = parameters_of(self.header("content-disposition"))[1]
        return disposition.get("filename") or self.parameters.get("name", "")

    @property
    def disposition(self) -> str:
        return parameters_of(self.header("content-disposition"))[0]

    def content(self) -> bytes:
        """The body without its transfer encoding (RFC 2045). What is not in it is kept as it was sent."""
        encoding = self.header("content-transfer-encoding").lower().strip(" \"';.")
        if encoding == "base64":
            return _base64(self.body)
        if encoding == "quoted-printable":
            return quopri.decodestring(self.body)
        if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
            return uudecoded(self.body)
        return self.body


def split(raw: bytes) -> Part:
    """A mail as a tree of parts. Never raises."""
    return _part(
        ENVELOPE.sub(b"", raw, count=1) if raw[:6].startswith((b"From ", b">From ")) else raw,
        "text/plain",
        0,
        [0],
    )


def _part(raw: bytes, usual: str, depth: int, count: list[int]) -> Part:
    head, body = _halves(raw)
    fields = split_fields(head)
    declared = next((value for name, value in fields if name.lower() == "content-type"), "")
    kind, parameters = parameters_of(declared)
    if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind):
        kind = "text/html" if kind == "html" else usual
    part = Part(fields, kind, parameters, body)
    if kind.startswith("multipart/"):
        _open(part, depth, count)
    return part


def _open(part: Part, depth: int, count: list[int]) -> None:
    boundary = part.parameters.get("boundary", "").rstrip()
    if depth >= MOST_DEPTH:
        part.problems.append("Parts lie too deep within one another; the rest is kept as it is.")
        return
    pieces = _pieces(part.body, boundary) if boundary else []
    if not pieces and (found := re.match(rb"\s*--([^\r\n]{1,200}?)[ \t]*\r?\n", part.body)):
        pieces = _pieces(part.body, found[1].decode("latin-1"))
        part.problems.append("The boundary between the parts is not the one that was announced.")
    usual = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    for piece in pieces:
        count[0] += 1
        if count[0] > MOST_PARTS:
            part.problems.append("There are too many parts; those beyond the limit are kept as one.")
            rest = b"\n".join(pieces[pieces.index(piece) :])
            part.children.append(Part((), "application/octet-stream", {}, rest))
            return
        part.children.append(_part(piece, usual, depth + 1, count))
    if not part.children:
        part.problems.append("The parts have no boundary between them.")


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    cuts = list(_boundaries(body, b"--" + boundary.encode("latin-1", "replace")))
    pieces: list[bytes] = []
    for position, (_, after, is_last) in enumerate(cuts):
        if is_last:
            break
        end = _line_before(body, cuts[position + 1][0]) if position + 1 < len(cuts) else len(body)
        pieces.append(re.sub(rb"\A(?:\r\n|\n|\r)", b"", body[after:end], count=1))
    return pieces


def _boundaries(body: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each line with a boundary begins and ends, and whether it is the last one.

    An expression of its own for each boundary would take longer to be made than to be searched for.
    """
    at = body.find(mark)
    while at >= 0:
        rest = REST_OF_BOUNDARY.match(body, at + len(mark))
        if rest and (not at or body[at - 1] in b"\r\n"):
            yield at, rest.end(), bool(rest[1])
        at = body.find(mark, rest.end() if rest else at + 1)


def _line_before(body: bytes, at: int) -> int:
    """Where the line ends that stands before the one that begins at a place."""
    return at - 2 if body[max(at - 2, 0) : at] == b"\r\n" else max(at - 1, 0)


def _halves(raw: bytes) -> tuple[bytes, bytes]:
    """Fields and body. What does not begin with a field is all body."""
    if raw[:1] in {b"\n", b"\r"}:
        return b"", re.sub(rb"\A(?:\r\n|\n|\r)", b"", raw, count=1)
    if not FIRST_LINE.match(raw[:300]):
        return b"", raw
    cut = BLANK_LINE.search(raw)
    head, body = (raw[: cut.start()], raw[cut.end() :]) if cut else (raw, b"")
    return head[:MOST_HEAD], head[MOST_HEAD:] + body


def _base64(body: bytes) -> bytes:
    """Base64, and after it whatever a list server has put there. A body that is none at all is kept."""
    letters = body.translate(None, b" \t\r\n").rstrip(b"=")
    if len(letters) >= 4 and not letters.translate(None, LETTERS):
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    match = BASE64.match(body)
    coded, rest = (body[: match.end()], body[match.end() :]) if match else (b"", body)
    if len(coded.strip()) < 4 or len(rest) > 4 * len(coded):
        letters = len(re.findall(rb"[A-Za-z0-9+/=\s]", body))
        whole = (
            from_base64(body.decode("latin-1"))
            if letters > 0.85 * len(body) and b" " not in body.strip()
            else None
        )
        return body if whole is None else whole
    done = from_base64(coded.decode("latin-1")) or coded
    return done + (b"\n" + rest if rest.strip() else b"")


UU = re.compile(
    rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})\r?\n(.*?)\r?\n(?:`|\s*)?\r?\n?end[ \t]*$",
    re.DOTALL | re.MULTILINE,
)


def uudecoded(body: bytes) -> bytes:
    """A body in uuencode. Lines that are broken are kept as they are."""
    match = UU.search(body)
    return _uu(match[2]) if match else body


def without_uuencoded(body: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """A text without the files that stand in it in uuencode, and those files."""
    files: list[tuple[str, bytes]] = []
    if b"\nend" not in body.replace(b"\r", b"\n") or b"begin " not in body:
        return body, files
    kept, end = [], 0
    for match in UU.finditer(body):
        if not re.match(rb"[ -`]{2,62}\r?$", match[2].split(b"\n", 1)[0]):
            continue
        files.append((text_of(match[1]).strip(), _uu(match[2])))
        kept.append(body[end : match.start()])
        end = match.end()
    return b"".join([*kept, body[end:]]), files


def _uu(lines: bytes) -> bytes:
    done = []
    for line in lines.splitlines():
        try:
            done.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                done.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                done.append(line)
    return b"".join(done)
