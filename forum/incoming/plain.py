"""Plain text as Markdown that shows the lines as they were typed. Only quotes and addresses mean more than themselves."""

import re

from forum.incoming.escaping import at_start, in_line

QUOTE = re.compile(r" ?((?:> ?)+)")
INDENT = re.compile(r"[ \t\xa0]+")
MOST_DEPTH = 15


def plain_to_markdown(text: str) -> str:
    """Each line as it was typed; lines with `>` before them become quotes, addresses become links."""
    lines: list[str] = []
    before = 0
    for line in text.split("\n"):
        depth, words = depth_and_words(line)
        if depth < before and lines[-1].strip("> "):
            # Without an empty line the words would count as part of the quote.
            lines.append(("> " * min(depth, MOST_DEPTH)).rstrip())
        lines.append(("> " * min(depth, MOST_DEPTH) + _line(words)).rstrip())
        before = depth
    return "\n".join(lines)


def depth_and_words(line: str) -> tuple[int, str]:
    """How many quotes a line lies in, and its words."""
    match = QUOTE.match(line)
    return (match[1].count(">"), line[match.end() :]) if match else (0, line)


def _line(words: str) -> str:
    indent = INDENT.match(words)
    blanks = len(indent[0].expandtabs(8)) if indent else 0
    rest = at_start(in_line(words.strip().replace("\t", " ")))
    return "\xa0" * min(blanks, 40) + rest if rest else ""
