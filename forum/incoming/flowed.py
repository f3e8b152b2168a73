"""Text in `format=flowed` (RFC 3676): lines that were broken for the way are put together again."""

import re

QUOTE = re.compile(r">*")
SIGNATURE = "-- "


def unflowed(text: str, *, delsp: bool = False) -> str:
    """Text with one line for each paragraph. Quotes keep their signs, `-- ` stays a line of its own."""
    lines: list[str] = []
    open_depth = -1  # of the line before, if it goes on
    for raw in text.split("\n"):
        depth = len(QUOTE.match(raw)[0])
        line = raw[depth:].removeprefix(" ")
        flows = line.endswith(" ") and line != SIGNATURE
        if flows and delsp:
            line = line[:-1]
        if open_depth == depth and line != SIGNATURE:
            lines[-1] += line
        else:
            lines.append(f"{'>' * depth} {line}" if depth else line)
        open_depth = depth if flows else -1
    return "\n".join(line if line == SIGNATURE else line.rstrip() for line in lines)
