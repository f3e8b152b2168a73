"""Lines of the header of a mail: folded, in ASCII, and with nothing in them that could pass for another line or an address.

After RFC 5322 (2.2.3 folding, 3.2.4 quoted strings) and RFC 2047 (encoded words).
"""

import base64
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from forum.addresses import KEY_LENGTH
from forum.outgoing.messages import PLACE

# Of an encoded word: 75 characters at most (RFC 2047, 2), `=?utf-8?q?` and `?=` taken off.
ROOM = 63
LINE = 76
LONGEST_NAME = 80
# The set that may stand in a phrase too (RFC 2047, 5 (3)).
BARE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")
PLAIN = re.compile(r"[ -~]*")
# Overrides, embeddings and isolates: what turns the direction of letters beyond the text that they stand in.
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Which kinds of characters no name is made of: controls, marks of direction and the like, and what is no character at all.
NOT_IN_NAMES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
JOINERS = frozenset("\u200c\u200d")  # Persian and Hindi names need them
# What could make an address out of a name, or end a quoted string.
SIGNS = str.maketrans({'"': "”", "\\": "/", "<": "‹", ">": "›"})


def one_line(text: str) -> str:
    """A text as one line without control characters and without what turns the direction of writing. Blanks become single ones."""
    kept = (
        sign
        for sign in " ".join(text.split())
        if unicodedata.category(sign) not in {"Cc", "Cs"} and sign not in TURNS
    )
    return " ".join("".join(kept).split())


def name_in_words(name: str) -> str:
    """A name that can stand before an address: always readable, never one itself, and not too long."""
    words = "".join(_in_name(sign) for sign in one_line(name))
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1].rstrip() + "…"


def _in_name(sign: str) -> str:
    if unicodedata.category(sign) in NOT_IN_NAMES and sign not in JOINERS:
        return ""
    return " at " if unicodedata.normalize("NFKC", sign) == "@" else sign.translate(SIGNS)


def text(name: str, words: str) -> str:
    """A header that is words, such as the subject: as they are if they are ASCII and fit, as encoded words if not."""
    line = f"{name}: {words}"
    if _is_plain(words) and len(line) <= LINE:
        return f"{line}\r\n"
    return f"{name}: {_encoded(words, len(name) + 1)}\r\n"


def items(name: str, values: Iterable[str]) -> str:
    """A header that is a list of things in one piece each, such as Message-IDs: a line for each. Places may be in them.

    Raises `ValueError` for what is not ASCII.
    """
    line = f"{name}: " + "\r\n ".join(values)
    if not PLAIN.fullmatch(PLACE.sub("", line).replace("\r\n ", "")):
        raise ValueError(f"The header {name} has something in it that cannot be there.")
    return f"{line}\r\n"


def mailbox(name: str, words: str, address: str) -> str:
    """A header with one address, or what looks like one, and the words before it. A place may be in the address."""
    quoted = f'"{words}"' if '"' not in words and "\\" not in words else ""
    if not quoted or not _is_plain(words) or len(name) + len(quoted) + 2 > LINE:
        quoted = _encoded(words, len(name) + 1)
    line = f"{name}: {quoted} <{address}>"
    fits = len(PLACE.sub("-" * KEY_LENGTH, line)) <= LINE
    return items(name, [f"{quoted} <{address}>"] if fits else [quoted, f"<{address}>"])


def parameters(name: str, value: str, **given: str) -> str:
    """A header with parameters: as they are if they are ASCII and fit, else in UTF-8 and in as many sections as it takes (RFC 2231)."""
    lines = [f"{name}: {value}"]
    for key, words in given.items():
        plain = f'{key}="{words}"'
        if _is_plain(words) and not set('"\\') & set(words) and len(plain) < LINE:
            lines.append(plain)
            continue
        signs = [(sign, len(sign)) for sign in re.findall("%..|.", quote(words, safe=""))]
        pieces = _pieces([("utf-8''", 7), *signs], 0, ROOM - len(key))
        lines += [f"{key}*{number}*={piece}" for number, piece in enumerate(pieces)]
    return ";\r\n ".join(lines) + "\r\n"


def _is_plain(words: str) -> bool:
    return bool(PLAIN.fullmatch(words)) and "=?" not in words


def _encoded(words: str, taken: int) -> str:
    """The words as encoded words of UTF-8, whole characters in each, folded (RFC 2047, 5). Together they are the same words again.

    `taken` is how much of the first line is taken already.
    """
    readable = [_as_q(sign) for sign in words]
    if sum(map(len, readable)) > 2 * len(words.encode()):
        # Four characters of base64 for three bytes.
        pieces = _pieces([(sign, len(sign.encode())) for sign in words], taken, ROOM // 4 * 3)
        return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces)
    pieces = _pieces([(q, len(q)) for q in readable], taken, ROOM)
    return "\r\n ".join(f"=?utf-8?q?{piece}?=" for piece in pieces)


def _as_q(sign: str) -> str:
    if sign == " ":
        return "_"
    return "".join(chr(byte) if byte in BARE else f"={byte:02X}" for byte in sign.encode())


def _pieces(signs: list[tuple[str, int]], taken: int, room: int) -> list[str]:
    """The signs in as few pieces as have no more than `room` each, the first one less than that."""
    pieces: list[list[str]] = [[]]
    left = room - taken
    for sign, length in signs:
        if length > left:
            pieces.append([])
            left = room
        pieces[-1].append(sign)
        left -= length
    return ["".join(piece) for piece in pieces]
