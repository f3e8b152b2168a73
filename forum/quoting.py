"""Quotes: what somebody wrote, put before an answer to it with their name. Reads only."""

import re
from collections.abc import Callable, Collection
from datetime import date

from django.utils import timezone

from forum.markup import escaped
from forum.models import Post

QUOTED = re.compile(r" {0,3}>")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# The first line of `quoted`, within other quotes too.
ATTRIBUTION = re.compile(
    r"(?P<marks>(?: {0,3}> ?)+)\*(?P<name>.+)(?P<wrote> wrote on (?P<day>\d[^\n*]{0,29}):\*)(?=\s*$)"
)
NOBODY = "A former member"


def name_of(post: Post) -> str:
    """Who wrote a post, as readers see it: of an archive that was brought in, the name that the mail bore."""
    return post.poster.get_full_name() if post.poster else post.username or NOBODY


def quoted(post: Post) -> str:
    """A post as a quote in Markdown: who wrote it when, then the words. What they quoted themselves is left out."""
    day = f"{timezone.localtime(post.created):%-d %B %Y}"
    words = without_quotes(post.content.raw).strip().splitlines()
    lines = [f"*{escaped(name_of(post))} wrote on {day}:*", "", *words]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def without_name(
    text: str, names: Collection[str], days: Collection[date] | None, unsigned: Callable[[str], str]
) -> str:
    """A text in which nobody is called by one of the names above a quote, and what they say below it is `unsigned`.

    `days` are those on which the person wrote, in London: a quote of another day stays, since it is by somebody else of the same
    name. `None` stands for all days.
    """
    called = {escaped(name) for name in names}
    written = None if days is None else {f"{day:%-d %B %Y}" for day in days}
    lines: list[str] = []
    is_theirs = False
    for line in text.splitlines(keepends=True):
        if found := ATTRIBUTION.match(line):
            is_theirs = found["name"] in called and (written is None or found["day"] in written)
            lines.append(ATTRIBUTION.sub(rf"\g<marks>*{NOBODY}\g<wrote>", line) if is_theirs else line)
            continue
        is_theirs = is_theirs and QUOTED.match(line) is not None
        lines.append(unsigned(line) if is_theirs else line)
    return "".join(lines)


def without_quotes(text: str) -> str:
    """A text without the lines that it quotes. What looks like a quote within code is none."""
    kept: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif fence and mark and mark[1].startswith(fence):
            fence = ""
        elif not fence and QUOTED.match(line):
            continue
        kept.append(line)
    return "\n".join(kept)
