"""What stands at the end of a mail and says nothing: signatures, contact details, *Sent from my …*, disclaimers."""

import re
from collections.abc import Sequence
from functools import lru_cache

from forum.incoming.wordings import CLOSING, CONTACT, COURTESY, DEVICES, DISCLAIMER, SENT_FROM, WARNING

DELIMITER = re.compile(r"\s*(?:--|—|––|- -)\s*")
SEPARATOR = re.compile(r"\s*[-_=*~–—#]{3,}\s*")
RULE = re.compile(r"\s*(?:(?:[-_=*~–—] ?){2,}|\*{0,2}(?:[.•·] ?){5,}\*{0,2})\s*")
MINE = re.compile(r"Sent from my \w[\w-]*(?: \w+)?", re.IGNORECASE)  # whatever it is called
SENTENCE = re.compile(r"\b(?:is|are|was|were|it|but)\b", re.IGNORECASE)  # what no program writes of itself
# Programs that make plain text of a link put its address behind the words.
LINK = re.compile(r"\s*[<(\[]\s?(?:https?:|mailto:)[^<>()\[\]]*[>)\]]")
LIST = re.compile(r"mailing ?list|you received this message because|to unsubscribe", re.IGNORECASE)
MOST_END = 200  # lines at the end that are looked at
MOST_SIGNATURE = 30  # lines
MOST_CONTACT_LINE = 90
MOST_DISCLAIMER = 20  # lines at the end among which one may begin without space above it
MOST_LINE = 2000  # characters of a line that are looked at


def signature_start(lines: Sequence[str], name: str = "") -> int:
    """Where, in the words of one person, the end begins that can be taken off; the number of lines if nowhere."""
    if len(lines) > 2 * MOST_END:
        return len(lines) - MOST_END + signature_start(lines[-MOST_END:], name)
    end = len(lines)
    for finder in (_delimiter, _disclaimer, _sent_from, _disclaimer, _contact, _sent_from):
        found = finder(lines[:end], name)
        if _has_words(lines[:found]):
            end = found
        end = _without_separators(lines, end)
    return end


def is_sent_from(line: str) -> bool:
    """Whether a line only says by which device or program a mail was sent."""
    bare = LINK.sub("", line.strip()[:MOST_LINE]).strip().strip("*_-–— .")
    return (
        len(bare) <= 90
        and not SENTENCE.search(bare)
        and bool(SENT_FROM.fullmatch(bare))
        and bool(DEVICES.search(bare) or MINE.fullmatch(bare))
    )


def begins_signature(line: str) -> bool:
    """Whether a line can only be the first of a signature."""
    return bool(DELIMITER.fullmatch(line)) or is_sent_from(line)


def warning_end(lines: Sequence[str]) -> int:
    """How many lines at the top are a gateway's warning of mail from outside."""
    at = 0
    while at < len(lines) and not lines[at].strip():
        at += 1
    if at == len(lines) or not WARNING.match(" ".join(line.strip() for line in lines[at : at + 2])):
        return 0
    while at < len(lines) and lines[at].strip():
        at += 1
    return at if at <= 8 else 0


def device_end(lines: Sequence[str], start: int) -> int:
    """Where words begin if the first of them only name a device, as answers below which a program put its line do."""
    at = next((at for at in range(start, len(lines)) if lines[at].strip()), start)
    alone = at + 1 < len(lines) and not lines[at + 1].strip()
    return at + 1 if alone and is_sent_from(lines[at]) and _has_words(lines[at + 1 :]) else start


def _has_words(lines: Sequence[str]) -> bool:
    return any(re.search(r"[^\W_]", line) for line in lines)


def _without_separators(lines: Sequence[str], end: int) -> int:
    """The end, moved up over empty lines and lines of dashes; there only if they lead to what was taken off."""
    at = end
    while at and (not lines[at - 1].strip() or (end < len(lines) and SEPARATOR.fullmatch(lines[at - 1]))):
        at -= 1
    return at if _has_words(lines[:at]) else end


def _delimiter(lines: Sequence[str], _name: str) -> int:
    """RFC 3676, 4.3: `-- ` alone on a line, without its blank, or as the dash that some programs make of it.

    A rule below a closing is one too, and so is one above the footer of a mailing list.
    """
    for at, line in enumerate(lines):
        if not (DELIMITER.fullmatch(line) or (RULE.fullmatch(line) and _is_end(lines, at))):
            continue
        if sum(bool(each.strip()) for each in lines[at:]) <= MOST_SIGNATURE and _has_words(lines[:at]):
            return at
    return len(lines)


def _is_end(lines: Sequence[str], at: int) -> bool:
    """Whether a rule stands below a closing, with a name or without, or above the footer of a list or contact details."""
    above = [line for line in lines[max(at - 5, 0) : at] if line.strip()][-2:]
    if any(_closes(line) for line in above[-1:]) or (
        len(above) == 2 and CLOSING.fullmatch(above[0]) and _looks_like_name(above[1])
    ):
        return True
    below = [line for line in lines[at + 1 :] if line.strip()]
    announced = bool(above) and above[-1].rstrip().endswith(":")
    return bool(LIST.search(" ".join(below[:2]))) or (_is_contact(below) and not announced)


def _closes(line: str) -> bool:
    """Whether a line is a closing, alone or with a name behind it."""
    match = CLOSING.match(line)
    return bool(match) and (match.end() == len(line) or _looks_like_name(line[match.end() :]))


def _sent_from(lines: Sequence[str], _name: str) -> int:
    """A line on the device near the end, and the little that may stand below it."""
    filled = [at for at, line in enumerate(lines) if line.strip()][-4:]
    for at in filled:
        if is_sent_from(lines[at]) and (
            at == 0 or at == filled[-1] or not lines[at - 1].strip() or not lines[at + 1].strip()
        ):
            below = [lines[each] for each in filled if each > at]
            if all(
                len(line) < MOST_CONTACT_LINE and (is_sent_from(line) or CONTACT.search(line))
                for line in below
            ):
                return at
    return len(lines)


def _paragraphs(lines: Sequence[str]) -> list[tuple[int, str]]:
    """Where each paragraph begins, and its words."""
    found: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        if not line.strip() or SEPARATOR.fullmatch(line):
            continue
        before = lines[at - 1].strip() if at else ""
        # In HTML a disclaimer may be a line of its own without space above it.
        near_end = len(lines) - at <= MOST_DISCLAIMER and len(line) <= MOST_LINE
        apart = near_end and before.endswith((".", "!", "?")) and _disclaims(line.strip())
        if before and not SEPARATOR.fullmatch(before) and not apart:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        else:
            found.append((at, line.strip()))
    return found


def _disclaimer(lines: Sequence[str], _name: str) -> int:
    """The first of the paragraphs at the end that are all disclaimers, or the footer of an organisation next to one."""
    paragraphs = _paragraphs(lines)
    start = len(lines)
    for position in range(len(paragraphs) - 1, 0, -1):
        at, words = paragraphs[position]
        if _disclaims(words):
            start = at
        elif not (start == len(lines) and len(paragraphs) - position <= 3 and _is_footer(words)):
            break
    return start


def _is_footer(words: str) -> bool:
    """Whether a paragraph below a disclaimer belongs to it: names, numbers and addresses, or thanks for heeding it, and no sentence."""
    capital = sum(not word[0].islower() for word in words.split())
    return len(words) < 400 and (bool(COURTESY.match(words)) or 2 * capital >= len(words.split()))


@lru_cache(maxsize=64)
def _disclaims(words: str) -> bool:
    """Whether a paragraph is a disclaimer. The end of a mail is looked at twice, and so many words take milliseconds."""
    return bool(DISCLAIMER.search(words))


def _contact(lines: Sequence[str], name: str) -> int:
    """Contact details below a closing or below the sender's name: the closing and the name stay."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for position, at in enumerate(filled):
        below = filled[position + 1 :]
        if len(below) > MOST_SIGNATURE or not below:
            continue
        if _closes(lines[at]) or _is_name(lines[at], name):
            # After "Kind regards," comes a name, which stays too.
            skip = 1 if CLOSING.fullmatch(lines[at]) and _looks_like_name(lines[below[0]]) else 0
            rest = [lines[each] for each in below[skip:]]
            if rest and _is_contact(rest):
                return below[skip]
    return len(lines)


def _is_contact(lines: Sequence[str]) -> bool:
    """Whether lines are somebody's details: all short, none a sentence, some with a number or an address."""
    if any(len(line.strip()) > MOST_CONTACT_LINE for line in lines) or any(
        re.search(r"[a-z]{2,}[?!]\s*$", line) for line in lines
    ):
        return False
    sentences = sum(bool(re.search(r"\b[a-z]+ [a-z]+ [a-z]+ [a-z]+\b", line)) for line in lines)
    contacts = sum(bool(CONTACT.search(line)) for line in lines)
    return contacts >= 1 and sentences <= len(lines) // 4


def _is_name(line: str, name: str) -> bool:
    """Whether a line is the sender's name, or a part of it, or the name with a title."""
    bare = re.sub(r"[\W_]+", " ", line).strip().lower().removeprefix("dr ")
    wanted = re.sub(r"[\W_]+", " ", name).strip().lower().removeprefix("dr ")
    if len(bare) < 3 or not wanted:
        return False
    titled = " " in wanted and bare.startswith(f"{wanted} ") and len(bare) < len(wanted) + 40
    return bare == wanted or bare in wanted.split() or (titled and not re.search(r"[.?!]\s*$", line))


def _looks_like_name(line: str) -> bool:
    words = line.strip(" ,.*_").split()
    return (
        0 < len(words) <= 5
        and not CONTACT.search(line)
        and all(word[:1].isupper() or len(word) <= 3 for word in words)
    )
