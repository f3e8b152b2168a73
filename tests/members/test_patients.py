"""Which posts look as if they name a patient. Every number, name and date of birth here is made up."""

import re
from pathlib import Path
from time import process_time
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.members.rules.patients import Kind, Sign, births, folded, looks_like_a_patient, names, numbers

POSTS = Path(__file__).parent / "posts"
SEPARATOR = "\n---\n"
ORDINARY = (POSTS / "ordinary.txt").read_text(encoding="utf-8").split(SEPARATOR)
PATIENTS = [
    post.split("\n", 1) for post in (POSTS / "patients.txt").read_text(encoding="utf-8").split(SEPARATOR)
]


def kinds(text: str) -> list[str]:
    return sorted(sign.kind.value for sign in looks_like_a_patient(text))


def found(text: str) -> list[str]:
    """The parts of a text that were found."""
    return [text[sign.start : sign.end] for sign in looks_like_a_patient(text)]


def test_there_are_enough_posts_to_learn_from() -> None:
    assert len(set(ORDINARY)) >= 220
    assert len({text for _, text in PATIENTS}) >= 60


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_post_passes(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("expected", "text"), PATIENTS, ids=[text[:50] for _, text in PATIENTS])
def test_a_post_that_names_a_patient_is_seen(expected: str, text: str) -> None:
    assert kinds(text) == sorted(expected.split())


# --- NHS numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("digits", "seen"),
    [
        ("9991106847", True),
        ("9991106848", False),
        # The first and the last of a range, and what lies beside them.
        ("3199999999", False),
        ("3200000007", True),
        ("4999999994", True),
        ("5000000005", False),
        ("5999999995", False),
        ("6000000006", True),
        ("7999999997", True),
        ("8000000008", False),
        ("8999999998", False),
        ("9000000009", True),
        ("9999999999", True),
        # A day of birth at the front, as in Scotland, and a telephone without its last digit.
        ("0101518765", False),
        ("2512473465", False),
        # Nine digits whose check digit would be 10 belong to nobody.
        ("9991106880", False),
    ],
)
def test_the_check_digit_and_the_range_decide(digits: str, seen: bool) -> None:
    assert bool(found(f"About {digits}, please.")) is seen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See 999 110 6847.", ["999 110 6847"]),
        ("See 999\u00a0110\u202f6847.", ["999\u00a0110\u202f6847"]),
        ("See 999&nbsp;110&#160;6847.", ["999&nbsp;110&#160;6847"]),
        ("See 999\u2011110\u20136847.", ["999\u2011110\u20136847"]),
        ("See 999.110.6847.", ["999.110.6847"]),
        ("See 9\u200b9\u200d9\u20601\u00ad1\ufeff06847.", ["9\u200b9\u200d9\u20601\u00ad1\ufeff06847"]),
        ("See 9&zwj;991106847.", ["9&zwj;991106847"]),
        ("See &#57;991106847.", ["&#57;991106847"]),
        ("See ９９９１１０６８４７.", ["９９９１１０６８４７"]),
        ("See ٩٩٩ ١١٠ ٦٨٤٧.", ["٩٩٩ ١١٠ ٦٨٤٧"]),
        ("See 𝟵𝟵𝟵𝟭𝟭𝟬𝟲𝟴𝟰𝟳.", ["𝟵𝟵𝟵𝟭𝟭𝟬𝟲𝟴𝟰𝟳"]),
        ("See 9\u03369\u033691106847.", ["9\u03369\u033691106847"]),
        ("See 9991106847².", ["9991106847"]),
        ("See **999** 110 6847.", []),
        ("See 99 9110 6847.", []),
        ("NHS number 99 9110 6847.", ["99 9110 6847"]),
        ("Twice: 999 110 6847 and 9991106847.", ["999 110 6847", "9991106847"]),
        ("19991106847 99911068471", []),
        ("9991106847.50 £9991106847 1,9991106847 9991106847%", []),
        ("abc9991106847 9991106847abc", []),
        ("+44 7345671437, 0044 7345671437, +44 (0)7345671437", []),
        ("Invoice 9991106847 is about NHS number 9991106847", ["9991106847"]),
    ],
)
def test_digits_are_found_however_they_are_written_and_only_if_they_stand_alone(
    text: str, expected: list[str]
) -> None:
    assert found(text) == expected


def with_check_digit(nine: int) -> str | None:
    """Ten digits, or `None` if these nine are never issued. Counted otherwise than by the rule that is tested."""
    digits = f"{nine:09}"
    check = 11 - sum(int(digits[place]) * (10 - place) for place in range(9)) % 11
    return None if check == 10 else digits + str(check % 11)


IN_USE = [(320_000_000, 499_999_999), (600_000_000, 799_999_999), (999_000_000, 999_999_999)]
valid = st.one_of(*(st.integers(*span) for span in IN_USE)).map(with_check_digit).filter(bool)
separators = st.sampled_from(
    ["", " ", "-", ".", "\u00a0", "\u2009", "\u2011", "–", " - ", "  ", "\u200b", "\u00a0\u200b", "&nbsp;"]
)
contexts = st.sampled_from(
    [
        "{}",
        "The NHS number is {}.",
        "Mrs B ({}) was not told.",
        "Seen on 12/05/2026: {}; and again on 14/05/2026.",
        "Call 01632 960 123 about {}, list size 8,412",
        "> {}\n\nSee above.",
        "| a | {} | b |",
        "1. {}\n2. rota",
        "**{}**",
        "“{}”",
        "A 78-year-old, {}, on apixaban 5 mg",
    ]
)
scripts = st.sampled_from([0x30, 0xFF10, 0x660, 0x6F0, 0x966])


@settings(max_examples=150, deadline=None)
@given(digits=valid, gaps=st.tuples(separators, separators), context=contexts, zero=scripts)
def test_any_valid_number_is_found_anywhere_and_only_as_long_as_its_check_digit_fits(
    digits: str, gaps: tuple[str, str], context: str, zero: int
) -> None:
    def written(number: str) -> str:
        shown = number.translate({0x30 + value: zero + value for value in range(10)})
        return f"{shown[:3]}{gaps[0]}{shown[3:6]}{gaps[1]}{shown[6:]}"

    text = context.format(written(digits))

    assert found(text) == [written(digits)]
    for other in range(10):
        if str(other) != digits[-1]:
            assert found(context.format(written(digits[:-1] + str(other)))) == []


# --- dates of birth ----------------------------------------------------------------------------------------------------

AS_BIRTH = [
    "3/4/1951",
    "03.04.51",
    "03-04-1951",
    "3 April 1951",
    "3rd of April, 1951",
    "April 3, 1951",
    "1951-04-03",
    "3 Apr 51",
]
SAID = [
    "DOB {}",
    "dob: {}",
    "d.o.b. {}",
    "D.O.B {}",
    "born on {}",
    "born {}",
    "date of birth: {}",
    "Date of birth is {}",
    "birth date {}",
    "d/o/b {}",
]


@pytest.mark.parametrize("date", AS_BIRTH)
@pytest.mark.parametrize("said", SAID)
def test_a_date_that_is_said_to_be_one_of_birth_counts_with_a_name_and_not_without(
    date: str, said: str
) -> None:
    birth = said.format(date)

    assert found(f"Mr Farrow, {birth}, was sent home.") == [date]
    assert found(f"{birth} - Edith Marlow") == [date]
    assert found(f"The woman, {birth}, was sent home.") == []
    assert found(f"The woman, {birth}, was sent home.\n\nBest wishes\nDr Helen Marsh") == []
    assert found(f"The woman, {birth}, was sent home.\n\nJane Smith\nPCN manager") == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        # Without the word it must be right beside the name, and long ago.
        ("John Farrow 31/12/2009", True),
        ("John Farrow 01/01/2010", False),
        ("John Farrow 01/01/1900", True),
        ("John Farrow 31/12/1899", False),
        ("John Farrow joined us on 03/04/1951", False),
        ("John Farrow 32/04/1951", False),
        ("John Farrow 03/13/1951", True),
        ("John Farrow 13/13/1951", False),
        ("Patient John Farrow 03/04/2026", True),
        ("Dr John Farrow 03/04/1951", False),
        ("Dr John Farrow, DOB 03/04/1951", True),
        ("Farrow Road Surgery 03/04/1951", False),
        ("Mr F, DOB 03/04/1951", False),
        ("Edith Marlow, Riverside Surgery, DOB 12/11/1938", True),
    ],
)
def test_where_a_name_with_a_date_begins_to_be_a_patient(text: str, seen: bool) -> None:
    assert (kinds(text) == ["birth"]) is seen


# --- what the author reads, and hostile posts --------------------------------------------------------------------------


def test_the_author_is_told_why_and_where_without_the_number_or_the_date() -> None:
    signs = looks_like_a_patient("John Farrow, DOB 03/04/1951, is 999 110 6847.")

    assert signs == [Sign(Kind.BIRTH, 17, 27, "51"), Sign(Kind.NHS_NUMBER, 32, 44, "47")]
    assert [sign.why for sign in signs] == [
        "The date that ends in 51 looks like somebody’s date of birth, and a name stands near it.",
        "The number that ends in 47 looks like an NHS number.",
    ]


@given(st.text(alphabet=st.characters(), max_size=300))
@example("\ud800 999 110 6847")
@example("&#0;&#x110000;&#9999999;&;&amp")
@example("DOB 00/00/0000 Mr 0 0/0/00 99999999 Mr Farrow")
@example("ﷺ 1/1/51 ﬁ ½ ² ⑨")
def test_any_text_is_answered_and_what_is_found_lies_in_it(text: str) -> None:
    for sign in looks_like_a_patient(text):
        assert 0 <= sign.start < sign.end <= len(text)


def patterns(module: ModuleType) -> list[re.Pattern[str]]:
    return [value for value in vars(module).values() if isinstance(value, re.Pattern)]


def test_no_pattern_looks_further_than_a_few_hundred_characters() -> None:
    """So the work at each character is bounded, and that for a text grows with its length only."""
    widths = [
        re._parser.parse(pattern.pattern, pattern.flags).getwidth()[1]
        for module in (births, folded, names, numbers)
        for pattern in patterns(module)
    ]

    assert len(widths) >= 15
    assert max(widths) <= 600


HOSTILE = [
    "9", "9 ", "943 476 ", "9991106847 ", "1/1/51 ", "DOB ", "DOB 1/1/51 J Ash ", "Mr ", "A ", "A.", "John ", "Name: ", "John M F 12 ",
    "born on the ", "tel 1 ", "a.b/", "@9991106847", "&", "&#57;", "\u200b", "\n", ";", "O'", "-", "van der ", "Patient A ", "john f f 1 ",
    "NHS no ", "invoice and ", "DOB: 1/1/51 and ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_post_takes_no_longer_than_its_length_allows(piece: str) -> None:
    text = (piece * 20_000)[:20_000]

    started = process_time()
    looks_like_a_patient(text)

    assert process_time() - started < 3
