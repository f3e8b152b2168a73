"""Names of people in a text, as far as their shape and the words around them tell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby, takewhile

LETTERS = r"[A-Za-zßøłđæœþðØŁĐÆÞŒ'-]"
WORD = rf"[A-ZØŁĐÆÞŒ]{LETTERS}{{1,30}}(?!\w)"
TOKEN = rf"(?:{WORD}|[A-Z]\b\.?)"
PARTICLE = r"(?:(?:van|von|de|der|den|la|le|bin|ibn|al|el|da|dos|du) ){0,2}"
# Words with capitals that stand side by side, such as “John Smith”, “SMITH, John”, “J.S. Smith” or “Meadow Vale Surgery”.
RUN = re.compile(
    rf"(?<![\w.'-]){TOKEN}(?:, ?{PARTICLE}{TOKEN})?(?:(?: {{1,2}}|(?<=\.)){PARTICLE}{TOKEN}){{0,6}}"
)
TITLED = re.compile(
    rf"(?<![\w.])(?:(?:[Mm]rs?|MRS?)\b\.? {{1,2}}(?:[A-Z]\b\.? ?){{0,3}}{LETTERS}{{2,30}}"
    rf"|(?:Ms|Miss|MISS|Mx|Master|Baby|Sir|Lady|Dame)\b\.? {{1,2}}(?:[A-Z]\b\.? ?){{0,3}}{WORD})(?: {WORD}){{0,2}}"
)
INTRODUCED = re.compile(
    rf"(?<![\w.])(?:(?:[Nn]ame|NAME)(?: is\b|:| ?=| ?\|)[ *_:|\"]{{0,4}}(?:{LETTERS}{{2,30}})(?:,? {LETTERS}{{2,30}})?"
    rf"|(?:[Pp]atient|PATIENT|[Pp]t|PT|[Cc]lient|[Nn]amed|[Cc]alled|[Bb]aby)[ :*_|\"(,-]{{1,4}}{TOKEN}(?:,? {{1,2}}{PARTICLE}{TOKEN}){{0,3}})"
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Names of colleagues: whoever signs a post, or is asked to come.
COLLEAGUES = _set("dr drs doctor prof professor sister nurse cllr councillor rev matron rt hon")
# With one of these, words with capitals are the name of a place, a body, a paper or a thing.
NO_PERSON = _set(
    """
    academy access act age agreement alliance annex appendix appointment assembly association audit avenue band bank bay
    board books bridge bsc building campaign cancer care case catalogue cbe cellar census centre charter city clinic
    clinical code collaborative college commission committee common competence confederation conference contract
    corporation council county court covid ct data declaration deed department des directive director directors
    directory district dose drive east echo edition emis enhanced equality estates experience federation fleet flu
    formula forum foundation framework frcgp freedom fund gardens general gmc government gp gphc group grove guidance
    guidelines handbook health healthcare hepatitis hospice hospital house icb icbs ics imaging improvement index
    infirmary information inquiry institute integrated invoice journal kingdom lancet learning lease library licence
    license list local london manager manor mba mbbs mbchb mbe medical medicine meeting ministry month mrcgp mri msc
    national network networks nhse nice nmc obe office online order palace paper parliament participation partner
    partners partnership party payroll pcn pcns pharmacist pharmacy phd pilot place plan policy population ppg practice
    practices primary programme project property protocol public quarter register registrar regulations report review
    rgn ring road rooms rota round royal rsv rules safety scan scheme school scotland section service services shingles
    site social society south specification spine square standard standards statement stock strategy street summary
    surgeries surgery survey system systems systmone team template terms terrace test tower town tpp training transport
    treaty trust union unit university update vaccination vaccine vaccines vale valley version view village visit
    vitamin voice wales watch way week windows wing workforce xray year
    """
)
# Words with capitals that stand beside names and are none.
NO_NAME = _set(
    """
    a about address admitted after age aged all also an and another any apologies approx approximate appt apr are
    arrived as ask asked at attached aug august aunt before best born both boy brother but bw by call called can cc
    child clerk client contact contactable correct could daughter dear dec deceased december default did discharge
    discussed dob does dummy duplicate during each either enter entered exact example family father feb february female
    field first for forename fri friday from gentleman girl given had has have he hello her here hi his home how husband
    i if in is it its jan january jul july jun just kind known lady last let letter lives made male man many mar
    march master miss mon monday mother mr mrs ms mx my name named new next nhs no not note nov november now oct
    october of on once one or our parent patient patients please possible pt re referral referred regards registered
    relative result results same sat saturday saw search see seen send sep sept september she should since sir so some
    son spoke still sun sunday surname thank thanks that the their them then there these they this those thu thursday to
    today told tomorrow tue tuesday two under until update use was we wed wednesday were what when where which while who
    whose wife will with without would wrong yes yesterday you your
    """
)


class Sure(IntEnum):
    """How sure it is that words are the name of a patient or the like, rather than of a colleague or a thing."""

    LONE = 1
    PAIR = 2
    TITLED = 3
    INTRODUCED = 4


@dataclass(frozen=True)
class Name:
    """A name: the characters of the text from `start` until `end` (half-open). A colleague has a title such as “Dr”."""

    start: int
    end: int
    sure: Sure
    colleague: bool = False


@dataclass(frozen=True)
class Word:
    """One word of what may be a name, in small letters, and where it stands."""

    text: str
    start: int
    end: int


def names(text: str) -> list[Name]:
    """The names in a text, in the order of their ends."""
    found = [
        *(name for match in RUN.finditer(text) for name in _in_run(match)),
        *(name for match in TITLED.finditer(text) for name in _behind(match, Sure.TITLED)),
        *(name for match in INTRODUCED.finditer(text) for name in _behind(match, Sure.INTRODUCED)),
    ]
    return sorted(found, key=lambda name: name.end)


def _words(match: re.Match[str]) -> list[Word]:
    return [
        Word(
            word[0].rstrip("'-").casefold().removesuffix("'s"),
            match.start() + word.start(),
            match.start() + word.end(),
        )
        for word in re.finditer(rf"{LETTERS}+", match[0])
    ]


def _in_run(run: re.Match[str]) -> Iterator[Name]:
    """The names in a run of words with capitals, which words that are no names part from one another."""
    for is_name, grouped in groupby(_words(run), key=lambda word: word.text not in NO_NAME):
        words = list(grouped)
        colleague = any(word.text in COLLEAGUES for word in words)
        while words and words[0].text in COLLEAGUES:
            words.pop(0)
        if (
            not is_name
            or any(word.text in NO_PERSON for word in words)
            or not any(len(word.text) > 1 for word in words)
        ):
            continue
        yield Name(words[0].start, words[-1].end, Sure.PAIR if len(words) > 1 else Sure.LONE, colleague)


def _behind(match: re.Match[str], sure: Sure) -> Iterator[Name]:
    """The name behind a title, or behind words that introduce one."""
    words = list(takewhile(lambda word: word.text not in NO_NAME, _words(match)[1:]))
    if words and not any(word.text in NO_PERSON | COLLEAGUES for word in words):
        yield Name(match.start(), words[-1].end, sure if len(words) > 1 else Sure.TITLED)
