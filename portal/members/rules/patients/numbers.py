"""NHS numbers in a text: ten digits whose last is a check on the others, and that are no other kind of number."""

import re
from collections.abc import Iterator

from portal.members.rules.patients.folded import Folded
from portal.members.rules.patients.sign import Kind, Sign

# By their first three digits. England, Wales and the Isle of Man issue 400–499 and 600–799, Northern Ireland 320–399.
# 900–999 are never issued: they are for tests, and found so that it can be shown what happens. Scotland's begin with the day
# of birth, Ireland's with 8: among numbers of suppliers, telephones and codes they count only behind the words that say so.
IN_USE = (range(320, 500), range(600, 800), range(900, 1000))

GAP = r"(?: {1,3}| ?\n ?| {0,2}-{1,2} {0,2}|\.)?"
THREE_THREE_FOUR = re.compile(rf"(?<!\d)(?=(\d{{3}}{GAP}\d{{3}}{GAP}\d{{4}})(?!\d))")
# Behind these words digits in any groups and of any range count, even in a link.
SAID_TO_BE = re.compile(
    r"(?<![a-z])(?:(?:nhs|h&c|hcn|hsc|health and care)[ _-]{0,2}(?:numbers?|num|nos?|nr|id|ref|(?=[=#]))|chi(?:[ _-]{0,2}(?:number|no))?)"
    r"[.:;=#()*_|\s-]{0,6}(?:(?:is|was)[:*_\s]{0,3})?"
    r"(\d(?:[ \n./_-]{0,3}\d){9})(?!\d)",
    re.IGNORECASE,
)
# Behind these words it is another number, as are those that follow it in a row.
OTHERS = """
    a/c account acct asset assignment barcode batch bleep booking call charity codes? concepts? conference
    consignment contract customer device dial duns employee fax gtin helpline hotline incident invoices? isbn
    isrctn job licence lot meeting mob mobiles? model orders? parcel passcode payments? phone pin pmid po
    quotation quote ref reference remittance request requisition ring sctid serial sms snomed supplier
    switchboard teams tel telephone text tickets? tracking transactions? ukprn uprns? utr vat vendor webex
    webinar whatsapp zoom
"""
SAID_TO_BE_OTHER = re.compile(
    rf"(?<![a-z])(?:{'|'.join(OTHERS.split())})"
    r"\.?(?:[^a-z.!?\n]|\.(?=[ \d])|\b(?:and|or|is|was|number|numbers|no|nos|id|ids|code|codes|ct|on|at|us|me)\b){0,60}$",
    re.IGNORECASE,
)
ABROAD = re.compile(r"(?:(?:\+|\b00)\d{1,3}[ ().-]{0,3}|\b44[ -]?)(?:\(?0\)?[ -]?)?$|\(0\) ?$")
PART_OF_MORE_BEFORE = re.compile(r"(?:\d[-.,/:_+]|[+£$€#])$")
PART_OF_MORE_AFTER = re.compile(r"[-.,/:_]\d|[A-Za-z%]")
# “INV-4…” is a supplier's; “letter-4…” may be the name of a scanned letter.
REFERENCE = re.compile(r"(?<![A-Za-z])(?!NHS|NO\b)[A-Z]{1,6}[-/_]$")
GLUED = re.compile(r"(?<!nhs)(?<!no)(?<!num)(?<!number)(?<=[a-z])$", re.IGNORECASE)
FIGURE_BEFORE = re.compile(r"(?:^|[^\w./:-])\d{1,6} $")
FIGURE_AFTER = re.compile(r" \d{1,6}(?![\w./:-])")
ADDRESS = re.compile(r"://|www\.|\b10\.\d{4,9}/|[a-z]\.[a-z]{2,12}/", re.IGNORECASE)


def nhs_numbers(folded: Folded) -> Iterator[Sign]:
    """The NHS numbers of a text."""
    text = folded.text
    said = {match.span(1) for match in SAID_TO_BE.finditer(text) if _checks(_digits(match[1]))}
    found = {
        match.span(1)
        for match in THREE_THREE_FOUR.finditer(text)
        if _in_use(_digits(match[1])) and not _is_other(text, *match.span(1))
    }
    for start, end in sorted(said | found):
        yield Sign(Kind.NHS_NUMBER, *folded.place(start, end), text[end - 2 : end])


def _digits(grouped: str) -> str:
    return "".join(character for character in grouped if character.isdigit())


def _in_use(digits: str) -> bool:
    return any(int(digits[:3]) in numbers for numbers in IN_USE) and _checks(digits)


def _checks(digits: str) -> bool:
    """Whether the last digit is the check digit of the others, modulo 11."""
    return sum(weight * int(digit) for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11 == 0


def _is_other(text: str, start: int, end: int) -> bool:
    """Whether the ten digits are part of something longer, or said to be something else."""
    before, after = text[max(0, start - 100) : start], text[end : end + 40]
    return bool(
        PART_OF_MORE_BEFORE.search(before)
        or PART_OF_MORE_AFTER.match(after)
        or REFERENCE.search(before[-12:])
        or GLUED.search(before[-12:])
        or ABROAD.search(before[-12:])
        or (FIGURE_BEFORE.search(before[-9:]) and FIGURE_AFTER.match(after))
        or SAID_TO_BE_OTHER.search(before)
        or _in_address(text, start, end)
    )


def _in_address(text: str, start: int, end: int) -> bool:
    """Whether the digits belong to a link, an identifier of a paper or of a message, or a mail address."""
    before = (" " + text[max(0, start - 300) : start]).rsplit(maxsplit=1)
    glued = before[-1] if before and not text[max(0, start - 1) : start].isspace() else ""
    behind = text[end : end + 100]
    return bool(ADDRESS.search(glued) or "@" in glued or "@" in behind[: _length_of_word(behind)])


def _length_of_word(text: str) -> int:
    return next((place for place, character in enumerate(text) if character.isspace()), len(text))
