"""Dates of birth that stand with a name: said to be one, or right beside a name and long ago."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from portal.members.rules.patients.folded import Folded
from portal.members.rules.patients.names import Name, Sure, names
from portal.members.rules.patients.sign import Kind, Sign

MONTHS = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
DATE = re.compile(
    r"(?<![\w£$€])(?<!\d[-./:])(?:"
    r"(?P<day>\d{1,2}) ?(?P<sign>[-./]) ?(?P<month>\d{1,2}) ?(?P=sign) ?(?P<year>\d{4}|\d{2})"
    r"|(?P<iso_year>\d{4})(?P<iso_sign>[-./])(?P<iso_month>\d{1,2})(?P=iso_sign)(?P<iso_day>\d{1,2})"
    rf"|(?P<said_day>\d{{1,2}})(?:st|nd|rd|th)?[ -]{{0,2}}(?:of )?(?:{MONTHS})\.?,?[ -]{{0,2}}'?(?P<said_year>\d{{4}}|\d{{2}})"
    rf"|(?:{MONTHS})\.? {{1,2}}(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?,? {{1,2}}(?P<us_year>\d{{4}})"
    r"|(?P<bare>\d{8}|\d{6}|\d{1,2} \d{1,2} (?:\d{4}|\d{2}))"
    r")(?![\w]|[-./:]\d)",
    re.IGNORECASE,
)
LABEL = r"(?:d\.? ?o\.? ?b\.?|d/o/b|date[ -]of[ -]birth|birth[ -]?date|birthday|born(?: on)?)"
BORN = re.compile(
    rf"(?<![A-Za-z])(?:{LABEL}|b\.)(?:'s)?[\s:;=.,()\[\]*_|\"-]{{0,8}}(?:(?:is|was|of|on|the|given as|recorded as)[\s:]{{1,2}}){{0,2}}$",
    re.IGNORECASE,
)
BORN_AFTER = re.compile(rf" ?[(\[,-]{{0,2}} ?{LABEL}(?![A-Za-z])", re.IGNORECASE)
# A heading of a table, or the line before.
BORN_ABOVE = re.compile(rf"(?<![A-Za-z]){LABEL}(?![A-Za-z])", re.IGNORECASE)
# Everybody born in a span of time is nobody.
COHORT = re.compile(
    r",? (?:(?:or|and) (?:earlier|later|before|after|older|younger)|onwards?|inclusive|(?:to|until|through|-) ?\d)",
    re.IGNORECASE,
)
# What may stand between a name and its date of birth: signs, an age, a sex, but no verb and nothing that happened.
BETWEEN = re.compile(
    r"(?:'s)?[\s,;:|()\[\]*_\"/-]{0,6}"
    r"(?:(?:aged?|m|f|male|female|man|woman|lady|gentleman|boy|girl|a|an|patient|pt|y/?o|yrs?|years?|old|nhs|no|number|is|was|whose|with|has|"
    r"\d{1,3})(?![A-Za-z])[\s,;:|()\[\]*_./-]{0,4}){0,7}",
    re.IGNORECASE,
)
BESIDE = re.compile(r"[ ,;:|(*_-]{1,4}")
SENTENCE_ENDS = re.compile(r"[.!?] {1,3}[A-Z]|\n")

# Without the word, only what is long ago is a birth: dates of meetings, contracts and appointments are not. Networks began in 2019.
LONG_AGO = range(1900, 2010)
LIVING = range(1900, 2040)


@dataclass(frozen=True)
class Found:
    """A date in a text, from `start` until `end` (half-open)."""

    start: int
    end: int
    year: int
    said: bool
    bare: bool
    ending: str


def births(folded: Folded) -> Iterator[Sign]:
    """The dates of birth in a text that stand with a name."""
    dates = list(_dates(folded.text))
    people = names(_without(folded.text, dates))
    ends = [name.end for name in people]
    for date in dates:
        near = people[bisect_left(ends, date.start - 150) : bisect_right(ends, date.end + 80)]
        if _is_birth(date, folded.text, near):
            yield Sign(Kind.BIRTH, *folded.place(date.start, date.end), date.ending)


def _dates(text: str) -> Iterator[Found]:
    for match in DATE.finditer(text):
        parts = {key: value for key, value in match.groupdict().items() if value}
        year = _year(parts)
        if year in LIVING:
            said = "said_day" in parts or "us_day" in parts
            digits = "".join(filter(str.isdigit, match[0]))
            yield Found(
                *match.span(),
                year,
                said,
                "bare" in parts,
                digits[-2:] if "iso_day" not in parts else str(year)[-2:],
            )


def _year(parts: dict[str, str]) -> int:
    """The year of a date as it was matched; 0 if there is no such date."""
    if "bare" in parts:
        return _year_of_bare(parts["bare"])
    day, month, year = (
        next((value for key, value in parts.items() if key.endswith(unit)), "1")
        for unit in ("day", "month", "year")
    )
    smaller, larger = sorted((int(day), int(month)))
    return _full(year) if 1 <= smaller <= 12 and larger <= 31 else 0


def _year_of_bare(digits: str) -> int:
    """The year of “03041951”, “030451”, “19510403” or “3 4 1951”."""
    if " " in digits:
        day, month, year = digits.split()
    elif len(digits) == 8 and digits[:2] in ("19", "20"):
        year, month, day = digits[:4], digits[4:6], digits[6:]
    else:
        day, month, year = digits[:2], digits[2:4], digits[4:]
    return _full(year) if 1 <= int(day) <= 31 and 1 <= int(month) <= 12 else 0


def _full(year: str) -> int:
    """The year that two digits mean. Up to 35 it is this century's: contracts run as far."""
    number = int(year)
    return number if len(year) == 4 else number + (2000 if number <= 35 else 1900)


def _without(text: str, found: list[Found]) -> str:
    """The text with its dates blotted out, so that no month is taken for a name."""
    parts, done = [], 0
    for date in found:
        parts += [text[done : date.start], ";" * (date.end - date.start)]
        done = date.end
    return "".join([*parts, text[done:]])


def _is_birth(date: Found, text: str, near: list[Name]) -> bool:
    """Whether a date of the text is one of birth, and of one of those who are named near it."""
    label = BORN.search(text, max(0, date.start - 40), date.start)
    if label or BORN_AFTER.match(text, date.end, date.end + 30):
        if COHORT.match(text, date.end, date.end + 20):
            return False
        start = label.start() if label else date.start
        return any(_is_beside(name, start, text) or _is_near(name, date, text) for name in near)
    if date.bare:
        return False
    ago = date.year in LONG_AGO or bool(BORN_ABOVE.search(text, max(0, date.start - 300), date.start))
    gap = BESIDE.match(text, date.end, date.end + 10)
    return any(
        (_is_beside(name, date.start, text) and (ago or name.sure == Sure.INTRODUCED))
        or (ago and not date.said and gap is not None and name.start == gap.end())
        for name in near
        if name.sure >= Sure.PAIR and not name.colleague
    )


def _is_beside(name: Name, start: int, text: str) -> bool:
    """Whether nothing but an age and the like stands between a name and what starts at `start`."""
    return start - 60 <= name.end <= start and BETWEEN.fullmatch(text, name.end, start) is not None


def _is_near(name: Name, date: Found, text: str) -> bool:
    """Whether a name is near enough to a date that is said to be one of birth: whoever signs the post is further off."""
    if name.colleague or name.sure == Sure.LONE:
        return False
    if name.end <= date.start:
        return name.sure >= Sure.TITLED or "\n\n" not in text[name.end : date.start]
    return name.start >= date.end and (
        name.sure >= Sure.TITLED or not SENTENCE_ENDS.search(text, date.end, name.end)
    )
