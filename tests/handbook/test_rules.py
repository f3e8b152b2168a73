"""How editions are numbered, what differs between two of them, and what keeps one from being published."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.models import Change, Significance
from handbook.rules import (
    AmendmentFacts,
    Place,
    SectionFacts,
    Standing,
    derive_changes,
    is_minor,
    parse_number,
    refusal_of_date,
    refusal_of_number,
    refusals_to_publish,
    section_numbers,
    standing,
    suggested_number,
    suggested_significance,
)

MAJOR, MINOR = Significance.MAJOR, Significance.MINOR


@pytest.mark.parametrize(
    ("number", "parsed"),
    [
        ("1.0", (1, 0)),
        ("12.10", (12, 10)),
        ("0.1", (0, 1)),
        ("1", None),
        ("1.0.0", None),
        ("01.0", None),
        ("1.", None),
        ("v1.0", None),
        ("1.0 ", None),
        ("1.0\n", None),
        ("١.٠", None),
        ("10000.0", None),
        ("", None),
    ],
)
def test_edition_number_is_two_whole_numbers_with_a_full_stop(
    number: str, parsed: tuple[int, int] | None
) -> None:
    assert parse_number(number) == parsed


@pytest.mark.parametrize(
    ("previous", "significances", "suggested"),
    [
        (None, [], "1.0"),
        ("1.0", [MINOR], "1.1"),
        ("1.9", [MINOR, MINOR], "1.10"),
        ("1.3", [MINOR, MAJOR], "2.0"),
        ("1.3", [], "1.4"),
    ],
)
def test_suggested_number_is_major_when_any_amendment_is(
    previous: str | None, significances: list[str], suggested: str
) -> None:
    assert suggested_number(previous, significances) == suggested


@pytest.mark.parametrize(
    ("number", "previous", "refusal"),
    [
        ("3.2", None, None),
        ("1.1", "1.0", None),
        ("2.0", "1.7", None),
        ("1.0", "1.0", "1.0 does not follow 1.0. The next edition is 1.1 or 2.0."),
        ("1.2", "1.0", "1.2 does not follow 1.0. The next edition is 1.1 or 2.0."),
        ("2.1", "1.0", "2.1 does not follow 1.0. The next edition is 1.1 or 2.0."),
        ("3.0", "1.0", "3.0 does not follow 1.0. The next edition is 1.1 or 2.0."),
        ("0.9", "1.0", "0.9 does not follow 1.0. The next edition is 1.1 or 2.0."),
        (
            "two",
            "1.0",
            "“two” is not an edition number. Use two numbers with a full stop between, such as 2.1.",
        ),
    ],
)
def test_number_must_follow_the_one_before(number: str, previous: str | None, refusal: str | None) -> None:
    assert refusal_of_number(number, previous) == refusal


@pytest.mark.parametrize(
    ("effective_on", "refused"),
    [(date(2026, 3, 9), True), (date(2026, 3, 10), False), (date(2026, 3, 11), False)],
)
def test_edition_is_never_in_force_before_the_one_it_follows(effective_on: date, *, refused: bool) -> None:
    assert bool(refusal_of_date(effective_on, date(2026, 3, 10))) is refused


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 6, 29), Standing.COMING),
        (date(2026, 6, 30), Standing.IN_FORCE),
        (date(2026, 7, 1), Standing.IN_FORCE),
    ],
)
def test_edition_comes_into_force_on_its_day(today: date, expected: Standing) -> None:
    in_force = 2 if today >= date(2026, 6, 30) else 1

    assert standing(2, date(2026, 6, 30), in_force, today) == expected


def test_edition_is_superseded_by_one_that_came_into_force_later() -> None:
    assert standing(1, date(2026, 1, 1), 2, date(2026, 7, 1)) == Standing.SUPERSEDED


def test_edition_that_a_later_one_of_the_same_day_replaced_is_superseded() -> None:
    assert standing(1, date(2026, 7, 1), 2, date(2026, 7, 1)) == Standing.SUPERSEDED


# --- Changes ----------------------------------------------------------------------------------------------------------

A, B, C, D, E = (UUID(int=number) for number in range(1, 6))


def facts(
    key: UUID,
    *,
    parent: UUID | None = None,
    title: str = "Title",
    path: str = "",
    body: str = "x",
    empty: bool = False,
) -> SectionFacts:
    return SectionFacts(key=key, parent=parent, title=title, path=path, body=body, empty=empty)


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (facts(A), facts(A), None),
        (facts(A), facts(A, body="y"), Change.AMENDED),
        (facts(A), facts(A, title="Other"), Change.RENAMED),
        (facts(A), facts(A, title="Other", body="y"), Change.AMENDED),
        (facts(A), facts(A, parent=B), Change.MOVED),
        (facts(A), facts(A, parent=B, title="Other", body="y"), Change.MOVED),
        (facts(A, path="1/a.md"), facts(A, path="1/a.md"), None),
        (facts(A, path="1/a.md"), facts(A, path="1/a.md", body="y"), Change.AMENDED),
        (facts(A, path="1/a.md"), facts(A, path="1/a.md", title="Other"), Change.AMENDED),
        (facts(A, path="1/a.md"), facts(A, path="1/b.md"), Change.RENAMED),
        (facts(A, path="1/a.md"), facts(A, path="1/b.md", body="y"), Change.RENAMED),
        (facts(A, path="1/a.md"), facts(A, path="2/a.md"), Change.MOVED),
        (facts(A, path="1/a.md"), facts(A, path="2/b.md", body="y"), Change.MOVED),
        (facts(A, path="1", empty=True), facts(A, path="2", empty=True), None),
    ],
)
def test_change_of_a_section_that_both_editions_have(
    old: SectionFacts, new: SectionFacts, change: Change | None
) -> None:
    assert derive_changes([old], [new]) == ({A: change} if change else {})


def test_added_and_removed_sections_are_told_by_their_key() -> None:
    assert derive_changes([facts(A), facts(B)], [facts(B), facts(C)]) == {A: Change.REMOVED, C: Change.ADDED}


def test_chapter_without_words_is_neither_added_nor_removed() -> None:
    assert derive_changes([facts(A, empty=True)], [facts(B, empty=True)]) == {}


@pytest.mark.parametrize(
    ("order", "moved"),
    [
        ([A, B, C, D], set()),
        ([D, A, B, C], {D}),
        ([B, C, D, A], {A}),
        ([A, C, B, D], {C}),
        ([E, A, B, C, D], set()),
        ([A, C, D], set()),
    ],
)
def test_as_few_sections_as_possible_are_said_to_have_moved(order: list[UUID], moved: set[UUID]) -> None:
    changes = derive_changes([facts(key) for key in (A, B, C, D)], [facts(key) for key in order])

    assert {key for key, change in changes.items() if change == Change.MOVED} == moved


@given(
    st.lists(st.integers(0, 12), unique=True),
    st.lists(st.integers(0, 12), unique=True),
    st.dictionaries(st.integers(0, 12), st.integers(0, 1)),
)
def test_changes_account_for_every_difference(old: list[int], new: list[int], edited: dict[int, int]) -> None:
    """What is not said to have changed has the same words, and keeps its order among its like."""
    before = [facts(UUID(int=number), body="0") for number in old]
    after = [facts(UUID(int=number), body=str(edited.get(number, 0))) for number in new]

    changes = derive_changes(before, after)

    assert {key for key, change in changes.items() if change == Change.REMOVED} == {
        UUID(int=number) for number in set(old) - set(new)
    }
    assert {key for key, change in changes.items() if change == Change.ADDED} == {
        UUID(int=number) for number in set(new) - set(old)
    }
    stayed = [section for section in before if section.key not in changes]
    assert stayed == [section for section in after if section.key not in changes]


@pytest.mark.parametrize(
    ("change", "old", "new", "significance"),
    [
        (Change.ADDED, "", "short", MAJOR),
        (Change.REMOVED, "short", "", MAJOR),
        (Change.MOVED, "the same words", "the same words", MINOR),
        (Change.AMENDED, "a practise with a slip", "a practice with a slip", MINOR),
        (Change.AMENDED, "one two three four", "five six seven four", MINOR),
        (Change.AMENDED, "one two three four", "five six seven eight", MAJOR),
        (Change.AMENDED, "pays £1.50 a patient", "pays £1.51 a patient", MAJOR),
        (Change.AMENDED, "you may appoint", "you must appoint", MAJOR),
        (Change.AMENDED, "you must appoint", "you must not appoint", MAJOR),
        (Change.RENAMED, "CCG and the practices", "ICB and the practices", MINOR),
    ],
)
def test_suggested_significance_weighs_figures_and_obligations(
    change: Change, old: str, new: str, significance: Significance
) -> None:
    assert suggested_significance(change, old, new) == significance


# --- Publishing -------------------------------------------------------------------------------------------------------

READY = {
    "number": "1.1",
    "effective_on": date(2026, 3, 10),
    "previous": ("1.0", date(2026, 1, 1)),
    "sections": 3,
    "amendments": [
        AmendmentFacts("Quorum", MAJOR, "It is two-thirds now."),
        AmendmentFacts("Votes", MINOR, ""),
    ],
}


@pytest.mark.parametrize(
    ("facts", "refusals"),
    [
        ({}, []),
        ({"number": "1.3"}, ["1.3 does not follow 1.0. The next edition is 1.1 or 2.0."]),
        (
            {"effective_on": date(2025, 12, 31)},
            [
                (
                    "The edition before is in force from 1 January 2026. "
                    "An edition cannot be in force from an earlier day than the one it follows."
                )
            ],
        ),
        ({"amendments": []}, ["Nothing has changed since edition 1.0. There is nothing to publish."]),
        ({"previous": None, "amendments": []}, []),
        (
            {"previous": None, "amendments": [], "sections": 0},
            ["The handbook has no published sections. Publish at least one section of the working copy."],
        ),
        (
            {"amendments": [AmendmentFacts("Quorum", MAJOR, " \n"), AmendmentFacts("Votes", MAJOR, "")]},
            [
                "“Quorum” is a major amendment without a note. Write what changed and what to do about it.",
                "“Votes” is a major amendment without a note. Write what changed and what to do about it.",
            ],
        ),
    ],
)
def test_every_reason_against_publishing_is_given(facts: dict, refusals: list[str]) -> None:
    assert refusals_to_publish(**{**READY, **facts}) == refusals


# --- The numbers of sections ---------------------------------------------------------------------------------------------

# A handbook in short: sections by letter, each with its chapter (or "") and, once it has been published, its number.
keys = {name: UUID(int=number) for number, name in enumerate("abcdefgno", start=1)}
BEFORE = "a::1 b:a:1.1 c:a:1.2 d:a:1.3 e::2 f:e:2.1"


def places(text: str) -> list[Place]:
    """“b:a:1.1” is section b in chapter a with the number 1.1."""
    return [
        Place(key=keys[name], parent=keys.get(parent), number=number)
        for name, parent, number in (f"{entry}::".split(":")[:3] for entry in text.split())
    ]


def numbered(now: str, before: str | None) -> dict[str, str]:
    names = {key: name for name, key in keys.items()}
    found = section_numbers(places(now), places(before) if before is not None else None)
    return {names[key]: number for key, number in found.items()}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("a b:a c:a d:a e f:e", {"a": "1", "b": "1.1", "c": "1.2", "d": "1.3", "e": "2", "f": "2.1"}),
        ("a b:a n:a c:a d:a e f:e", {"n": "1.1A", "c": "1.2", "d": "1.3"}),
        ("a b:a n:a o:a c:a d:a e f:e", {"n": "1.1A", "o": "1.1B", "c": "1.2"}),
        ("a n:a b:a c:a d:a e f:e", {"n": "1.0A", "b": "1.1"}),
        ("a b:a c:a d:a n:a e f:e", {"d": "1.3", "n": "1.4"}),
        ("a b:a d:a e f:e", {"b": "1.1", "d": "1.3"}),
        ("a b:a c:a n:a e f:e", {"c": "1.2", "n": "1.4"}),
        ("a b:a c:a d:a n e f:e", {"n": "1A", "e": "2", "f": "2.1"}),
        ("a b:a c:a d:a n o:n e f:e", {"n": "1A", "o": "1A.1"}),
        ("a c:a d:a b:a e f:e", {"c": "1.2", "d": "1.3", "b": "1.4"}),
        ("a b:a c:a e d:e f:e", {"d": "2.0A", "f": "2.1"}),
    ],
    ids=[
        "nothing changed",
        "one between",
        "two between",
        "one before the first",
        "one at the end",
        "one removed",
        "the last removed, another at the end",
        "a chapter between",
        "a chapter between with a section",
        "one moved to the end",
        "one moved to another chapter",
    ],
)
def test_section_numbers_do_not_move_in_a_minor_edition(now: str, expected: dict[str, str]) -> None:
    found = numbered(now, BEFORE)

    assert {name: found[name] for name in expected} == expected


def test_section_numbers_go_on_from_letters_that_are_there() -> None:
    before = "a::1 b:a:1.1 c:a:1.1A d:a:1.2"

    assert numbered("a b:a n:a c:a o:a d:a", before) == {
        "a": "1",
        "b": "1.1",
        "n": "1.1B",
        "c": "1.1A",
        "o": "1.1C",
        "d": "1.2",
    }


def test_section_numbers_of_an_earlier_minor_edition_are_not_used_again() -> None:
    names = {key: name for name, key in keys.items()}
    before = places("a::1 b:a:1.1 c:a:1.2")
    retired = places("d:a:1.3 n:a:1.1A")

    found = section_numbers(places("a b:a o:a c:a g:a"), before, retired)

    assert {names[key]: number for key, number in found.items()} == {
        "a": "1",
        "b": "1.1",
        "o": "1.1B",
        "c": "1.2",
        "g": "1.4",
    }


def test_section_numbers_are_counted_anew_in_a_major_edition() -> None:
    assert numbered("a c:a n:a b:a e", None) == {"a": "1", "c": "1.1", "n": "1.2", "b": "1.3", "e": "2"}


@given(st.data())
def test_section_numbers_stay_unique_and_kept_sections_keep_theirs_whatever_is_done(
    data: st.DataObject,
) -> None:
    chapters = ["a", "e", "g"]
    names = [name for name in keys if name not in chapters]
    home = {name: data.draw(st.sampled_from(chapters)) for name in names}
    first = [*chapters, *data.draw(st.lists(st.sampled_from(names), unique=True))]
    second = [*chapters, *data.draw(st.lists(st.sampled_from(names), unique=True))]

    def book(chosen: list[str]) -> list[Place]:
        order = [
            name
            for chapter in chapters
            for name in [chapter, *(name for name in chosen if home.get(name) == chapter)]
        ]
        return [Place(keys[name], keys.get(home.get(name, ""))) for name in order]

    old = book(first)
    before = section_numbers(old)
    after = section_numbers(
        book(second), [Place(place.key, place.parent, before[place.key]) for place in old]
    )

    assert len(set(after.values())) == len(after)
    in_order = [place.key for place in book(second) if place.key in before]
    if in_order == [place.key for place in old if place.key in after]:
        assert {key: after[key] for key in in_order} == {key: before[key] for key in in_order}


@pytest.mark.parametrize(
    ("number", "previous", "expected"),
    [("2.1", "2.0", True), ("3.0", "2.1", False), ("1.0", None, False), ("x", "2.0", False)],
)
def test_is_minor(number: str, previous: str | None, expected: bool) -> None:
    assert is_minor(number, previous) is expected
