"""Where an older mail begins within a text: *On … wrote:*, Outlook's block of headers, *Original Message*, and forwards."""

import re
from collections.abc import Sequence

from forum.incoming.wordings import BEGINS, FLAT_HEADER, FORWARDED, HEADER, ORIGINAL, WROTE

MOST_LINES = 6  # over which an attribution is wrapped
MOST_LENGTH = 400
ENDS = re.compile(r"(?:[:：]\W{0,3}|\s?-{2,})$")
STARTS = re.compile(rf"(?:{BEGINS})\b", re.IGNORECASE)
VERB = re.compile(rf"\b(?:{WROTE})\b|写道|寫道|書きました|작성|のメッセージ", re.IGNORECASE)
MOST_AFTER = 160  # characters between the verb and the colon: names and addresses, in German
ADDRESS = re.compile(r"[\w.+-]{1,80}@[\w.-]{2,}")
# Older Gmail and others leave the verb out: `2012/3/5 A Name <name@example.org>`.
DATED = re.compile(
    r"(?:\w{1,4}[.,]? )?(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[. ] ?\w+\.?,? \d{4}|On .{6,60}).{0,80}<[^<>\s]+@[^<>\s]+>\W{0,3}$",
    re.DOTALL,
)
# A day with its year and the time, and an address in brackets before a verb or a colon: Yandex and Mail.ru have no verb, Zoho no colon.
DATE = re.compile(r"\b(?:19|20)\d{2}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|[年月日]")
CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}(?![./]\d)")
ADDRESSED = re.compile(rf"[<(]\s?[^<>()\s]+@[^<>()\s]+[>)],?\s?(?:(?:{WROTE})|[:：])$", re.IGNORECASE)
MOST_DATED = 120  # characters of the day, the time and the name
# Mail programs of telephones leave the day out: `ann@example.org wrote:`.
UNDATED = re.compile(
    rf"(?:(?P<name>[^<>@:]{{1,60}})<[^<>\s]+@[^<>\s]+>|[\w.+-]{{1,80}}@[\w.-]{{2,}}),? (?:{WROTE})\s?[:：]",
    re.IGNORECASE,
)
# The older mail may begin on the line of its attribution.
GOES_ON = re.compile(rf"(?P<who>.{{10,200}}?\b(?:{WROTE})\s?[:：])\s*\S", re.IGNORECASE)
DAY = re.compile(
    r"\d{1,4}[./-]\d{1,2}|\d{1,2}:\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}(?:st|nd|rd|th)?\.? \w{3,}|\w{3,} \d{1,2}\b|[年月日]"
)
RULE = re.compile(r"[-_=*–—]{5,}\s*$")
RULED = re.compile(r"[-_=*]{3,}")
DASHED = re.compile(r"[-_=*]{3,} ?\w[^-_=*]{2,50} ?[-_=*]{3,}")  # *Original Message* in whatever language


def attribution(lines: Sequence[str], start: int, quoted_next: Sequence[bool]) -> int:
    """How many lines, from one on, say who wrote what follows; 0 if they do not. `quoted_next[i]`: after line i comes a quote."""
    words = ""
    for length in range(1, MOST_LINES + 1):
        if start + length > len(lines):
            return 0
        line = lines[start + length - 1].strip()
        if not line or len(words) + len(line) > MOST_LENGTH or (words and _begins_itself(line, words)):
            return 0
        words = f"{words} {line}".strip().lstrip("-–—_*> ")
        quoted = quoted_next[start + length - 1]
        if _says_who(words, above_quote=quoted and length < 4):
            return length
        if _goes_on(words):
            return length
        if length == 1 and not _may_go_on(line):
            return 0
    return 0


def _says_who(words: str, *, above_quote: bool) -> bool:
    """Whether words are an attribution. Above a quote less is asked of them, and none of our languages."""
    if above_quote and DATED.match(words):
        return True
    if (addressed := ADDRESSED.search(words)) and _is_dated(words[: addressed.start()]):
        return True
    if (undated := UNDATED.fullmatch(words)) and _is_written_as_name(undated["name"] or ""):
        return True
    if not ENDS.search(words[-12:]):
        return False
    verb = any(len(words) - match.end() <= MOST_AFTER for match in VERB.finditer(words))
    day, address = DAY.search(words), ADDRESS.search(words)
    if verb and day and (STARTS.match(words) or address):
        return True
    # A time and a name alone, as Japanese programs write them without an address.
    timed = words[:1].isdigit() and _is_dated(words)
    return above_quote and bool((verb and len(words) < 240) or (day and address) or timed)


def _is_dated(words: str) -> bool:
    """Whether words are short and have a day with its year, and a time."""
    return len(words) < MOST_DATED and bool(DATE.search(words) and CLOCK.search(words))


def _is_written_as_name(words: str) -> bool:
    """Whether no word begins with a small letter, as those of a sentence do."""
    return not any(word[0].islower() for word in words.split())


def _goes_on(words: str) -> bool:
    """Whether words are an attribution with a day, a time and an address, and the first of the older mail behind it."""
    match = GOES_ON.match(words) if STARTS.match(words) else None
    return bool(match and _is_dated(match["who"]) and ADDRESS.search(match["who"]))


def _begins_itself(line: str, before: str) -> bool:
    """Whether an attribution begins at a line, so that the words before it are the writer's own."""
    return bool(STARTS.match(line) and DAY.search(line)) and not DAY.search(before)


def _may_go_on(line: str) -> bool:
    """Whether a line could be the first of a wrapped attribution."""
    return bool(re.match(rf"\W{{0,3}}(?:{BEGINS})\b", line, re.IGNORECASE)) or bool(
        re.search(r"<[^<>\s]*@?[^<>\s]*>?$|@", line)
    )


def header_block(lines: Sequence[str], start: int) -> int:
    """How many lines, from one on, are the headers of an older mail as Outlook writes them; 0 if they are none.

    It takes who wrote, and when or about what, within the first few lines; each may be wrapped once.
    """
    if not HEADER.match(lines[start].strip()):
        return 0
    if _is_flat_block(lines[start]):
        return 1
    kinds: dict[str, int] = {}
    strange = 0
    length = 0
    for position in range(start, min(start + 20, len(lines))):
        line = lines[position].strip()
        if match := HEADER.match(line):
            kinds.setdefault(match.lastgroup or "", position)
            length, strange = position + 1 - start, 0
        elif not line:
            if length and len(kinds) >= 3:
                break
            strange += 1
        else:
            strange += 1
        if strange > 2:
            break
    words = " ".join(lines[start : start + length])
    if kinds.keys() >= {"sent", "to"} and "@" in words:
        return length
    if (
        "from" not in kinds
        or not kinds.keys() & {"sent", "subject"}
        or (len(kinds) < 3 and "sent" not in kinds)
    ):
        return 0
    return length if len(kinds) >= 3 or DAY.search(words) or "@" in words else 0


def _is_flat_block(line: str) -> bool:
    """Whether all the headers of an older mail stand on one line, as they do where its line breaks were lost."""
    kinds = {match.lastgroup for match in FLAT_HEADER.finditer(line)}
    return (
        kinds >= {"from", "subject"}
        and bool(kinds & {"sent", "to"})
        and bool(DAY.search(line) or "@" in line)
    )


def original(lines: Sequence[str], start: int) -> int:
    """How many lines, from one on, announce the original mail, with the headers below it."""
    line = lines[start].strip()
    if not line:
        return 0
    if ORIGINAL.fullmatch(line) and (
        re.match(r"[-_=*>]", line) or line.endswith(":") or _headers_follow(lines, start + 1)
    ):
        return 1 + _headers_follow(lines, start + 1)
    # A program that loses line breaks puts the first header on the same line.
    if (shared := ORIGINAL.match(line)) and RULED.match(line) and HEADER.match(line[shared.end() :]):
        return 1 + _headers_follow(lines, start + 1)
    announced = (
        RULE.match(line)
        or DASHED.fullmatch(line)
        or (STARTS.match(line) and VERB.search(line) and DAY.search(line))
    )
    if announced and (length := _headers_follow(lines, start + 1)):
        return 1 + length
    return 0


def _headers_follow(lines: Sequence[str], start: int) -> int:
    """How many lines, blank ones with them, a block of headers takes that follows."""
    at = start
    while at < len(lines) and not lines[at].strip() and at < start + 3:
        at += 1
    length = header_block(lines, at) if at < len(lines) else 0
    return at - start + length if length else 0


def forwarded(line: str) -> bool:
    """Whether a line announces a mail that is passed on."""
    return bool(FORWARDED.fullmatch(line.strip().strip("*_").strip())) or bool(
        re.match(r"-{3,} ?Forwarded", line.strip())
    )


SHARED = re.compile(
    rf"(.*\w[.!?]*)[-\s]*?\s*-*((?:On|Am|Le|El|Il|Em|Op|Den) \W?\w{{2,}}.{{6,100}}(?:{WROTE})\s?[:：])\s*"
)


def apart(line: str) -> list[str]:
    """A line on which an attribution follows the end of an answer as two; any other as it is."""
    match = SHARED.fullmatch(line) if len(line) < MOST_LENGTH and ENDS.search(line.rstrip()[-12:]) else None
    return [match[1], match[2]] if match and DAY.search(match[2]) else [line]
