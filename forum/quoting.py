"""Quotes: what somebody wrote, put before an answer to it with their name. Reads only."""

import re

from django.utils import timezone

from forum.markup import escaped
from forum.models import Post

QUOTED = re.compile(r" {0,3}>")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
NOBODY = "A former member"


def name_of(post: Post) -> str:
    """Who wrote a post, as readers see it."""
    return post.poster.get_full_name() if post.poster else NOBODY


def quoted(post: Post) -> str:
    """A post as a quote in Markdown: who wrote it when, then the words. What they quoted themselves is left out."""
    day = f"{timezone.localtime(post.created):%-d %B %Y}"
    words = without_quotes(post.content.raw).strip().splitlines()
    lines = [f"*{escaped(name_of(post))} wrote on {day}:*", "", *words]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


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
