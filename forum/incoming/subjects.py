"""Subjects without what mail programs and lists put before them."""

import re
from dataclasses import dataclass

REPLY = "re|aw|antw|antwoord|odp|sv|vs|ref|rif|r|res|resp|rv|ynt|atb|ats|vá|va|bls|回复|答复|回覆|답장|返信|отв|απ|σχετ"
FORWARD = "fw|fwd|wg|tr|rv|i|enc|doorst|vb|vs|pd|ilt|továbbítás|转发|轉寄|전달|転送|пересл|πρθ"
PREFIX = re.compile(
    rf"\s*(?:(?P<reply>{REPLY})|(?P<forward>{FORWARD}))\s*(?:[\[(]\d{{1,3}}[\])]|\^\d{{1,3}})?\s*[:：]\s*",
    re.IGNORECASE,
)
TAG = re.compile(r"\s*\[([^\[\]]{1,80})\]\s*")
# Outlook marks mail from outside in words that say nothing to a list.
OUTSIDE = re.compile(
    r"\s*[\[({<]?\s*(?:ext(?:ernal|erne|ern)?|caution|warning)\s*[\])}>:]\s*[:-]?\s*", re.IGNORECASE
)


@dataclass(frozen=True)
class Subject:
    """A subject taken apart. `tags` are those in square brackets before the words, without the brackets."""

    words: str
    tags: tuple[str, ...]
    reply: bool
    forward: bool


def subject_of(line: str) -> Subject:
    """The words of a subject, and what stood before them: `Re:`, `AW:`, `Fwd:`, `[list]`, `[EXTERNAL]`."""
    words = " ".join(line.split())
    tags: list[str] = []
    reply = forward = False
    while words:
        if match := OUTSIDE.match(words):
            pass
        elif match := PREFIX.match(words):
            reply, forward = reply or bool(match["reply"]), forward or bool(match["forward"])
        elif (match := TAG.match(words)) and match.end() < len(words):
            tags.append(match[1].strip())
        else:
            break
        words = words[match.end() :]
    return Subject(words.strip(), tuple(tags), reply, forward)
