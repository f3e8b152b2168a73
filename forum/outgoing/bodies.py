"""Parts of a mail: text in quoted-printable with places in it, and parts within parts (RFC 2045, 2046).

Paragraphs are one line each, for the program that shows the mail to wrap: so they read well at any width. `format=flowed`
(RFC 3676) would come out broken at 72 characters in those many programs, on telephones above all, that do not know it.
"""

from collections.abc import Sequence

from forum.outgoing.messages import PLACE, place

LINE_OF_BODY = 76  # RFC 2045, 6.7 (5), the `=` at its end included
# Printable ASCII but for `=`; blanks at the end of a line are written out below.
SIGNS = [chr(byte) if 32 <= byte <= 126 and byte != ord("=") else f"={byte:02X}" for byte in range(256)]
SIGNS[9] = "\t"


def text_part(text: str, kind: str = "plain") -> str:
    """A part of text with its header. `text` has lines that end in a line feed, and may have places in it."""
    return (
        f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"{quoted_printable(text)}"
    )


def multipart(kind: str, name: str, parts: Sequence[str]) -> str:
    """A part of parts with its header. No other part of the mail may have this name.

    `=_` is in no line of quoted-printable, so a boundary is in no text (RFC 2045, 6.7); that it ends in the same signs keeps one
    from being the beginning of another.
    """
    boundary = f"=_{name}=_"
    within = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{within}--{boundary}--\r\n'


def quoted_printable(text: str) -> str:
    """The text in quoted-printable. A place has a line of its own between soft breaks, so that no line depends on what fills it."""
    made = ""
    pieces = PLACE.split(text)
    for words, name in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        *lines, last = words.split("\n")
        made += "".join([_line(line, LINE_OF_BODY) + "\r\n" for line in lines])
        if not name:
            made += _line(last, LINE_OF_BODY)
        else:
            made += f"{_line(last, LINE_OF_BODY - 1)}=\r\n" if last else ""
            made += f"{place(name)}=\r\n"
    return made


def _line(text: str, room: int) -> str:
    signs = "".join([SIGNS[byte] for byte in text.encode()])
    if signs.endswith((" ", "\t")):
        signs = f"{signs[:-1]}={ord(signs[-1]):02X}"
    # Some servers would change these lines: one stands before every message in a mailbox, the other ends a message.
    if signs.startswith(("From ", ".")):
        signs = f"={ord(signs[0]):02X}{signs[1:]}"
    pieces: list[str] = []
    while len(signs) > room:
        end = LINE_OF_BODY - 1
        end -= next((back for back in (1, 2) if signs[end - back] == "="), 0)
        pieces.append(signs[:end])
        signs = signs[end:]
    return "=\r\n".join([*pieces, signs])
