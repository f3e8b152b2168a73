"""Words that mean themselves in the Markdown of posts (`forum.markup`)."""

import re
from collections.abc import Callable

# A sign is escaped where it could mean something: the underscore within a word, say, never does.
SIGNS = re.compile(r"[\\`*\[\]<~|]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])|!(?=\[)")
LINE = re.compile(r"(\s*)(?:([-+=#>:])|(\d{1,9})([.)]))")
ADDRESS = re.compile(
    r"https?://[^\s<>\"`|\\^{}]*[^\s<>\"`|\\^{}.,;:!?'’)\]*_~]|(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\b",
    re.IGNORECASE,
)
SHOWN = re.compile(
    r"\\([!-/:-@\[-`{-~])|!?\[((?:[^\[\]\\]|\\.)*)\]\([^()\s]*\)|<((?:https?://|mailto:|[^\s<>@]+@)[^\s<>]*)>|\*{1,3}|~~"
)
PARENTHESES = {"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E", "\\": "%5C", "\n": "", "\t": ""}


def in_line(words: str) -> str:
    """Words within a line. Addresses become links to themselves."""
    return _between(words, ADDRESS, _escaped, _linked)


def within_link(words: str) -> str:
    """Words within a link: an address in them is no link of its own."""
    return _escaped(words).replace("://", ":\\//").replace("www.", "www\\.")


def at_start(line: str) -> str:
    """A line whose first signs make no list, heading, quote or rule of it. To be called on lines that `in_line` escaped."""
    match = LINE.match(line)
    if not match:
        return line
    if match[2]:
        return f"{match[1]}\\{line[match.end(1) :]}"
    return f"{match[1]}{match[3]}\\{line[match.end(3) :]}"


def target(address: str) -> str:
    """The address of a link, as it stands between the parentheses."""
    return "".join(PARENTHESES.get(sign, sign) for sign in address.strip())


def shown(markdown: str) -> str:
    """Roughly the words that a line of Markdown shows, to be compared with known wordings."""
    for _ in range(2):  # emphasis in links, links in emphasis
        markdown = SHOWN.sub(lambda match: match[1] or match[2] or match[3] or "", markdown)
    return markdown


def _escaped(words: str) -> str:
    return SIGNS.sub(r"\\\g<0>", words)


def _linked(address: str) -> str:
    return f"<{address}>"


def _between(
    words: str, pattern: re.Pattern[str], other: Callable[[str], str], found: Callable[[str], str]
) -> str:
    pieces, end = [], 0
    for match in pattern.finditer(words):
        pieces += [other(words[end : match.start()]), found(match[0])]
        end = match.end()
    return "".join([*pieces, other(words[end:])])
