"""How editions are numbered, what differs between two of them, and what keeps one from being published."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.models import Change, Significance
from handbook.rules import (
    AmendmentFacts,
    SectionFacts,
    Standing,
    derive_changes,
    parse_number,
    refusal_of_date,
    refusal_of_number,
    refusals_to_publish,
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
