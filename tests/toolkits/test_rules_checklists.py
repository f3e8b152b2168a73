"""A toolkit's checklist beside what a network has done of it."""

from datetime import date
from uuid import UUID

import pytest

from portal.toolkits.models import ChecklistItem
from portal.toolkits.rules.checklists import (
    Line,
    ToDo,
    laid_out,
    refusal_to_archive,
    refusal_to_write,
)
from tests.factories import NOW

A, B, C = (UUID(int=number) for number in (1, 2, 3))
TODOS = [ToDo(A, "Money", "Open an account"), ToDo(B, "People", "Choose a director")]
REFUSED = (
    "Somebody else has changed this note since you opened it. Both are shown. "
    "Put together what you want to keep, then save."
)


def item(key: UUID, **fields: object) -> ChecklistItem:
    return ChecklistItem(key=key, heading="Old", text="As it was", **fields)


def test_lines_stand_in_the_groups_of_the_toolkit_and_are_counted() -> None:
    shown = laid_out(TODOS, [item(B, is_done=True, marked_text="Choose a director", marked_at=NOW)])

    assert [(group.heading, [line.todo.text for line in group.lines]) for group in shown.groups] == [
        ("Money", ["Open an account"]),
        ("People", ["Choose a director"]),
    ]
    assert (shown.done, shown.total, shown.gone) == (1, 2, [])


@pytest.mark.parametrize(
    ("fields", "is_shown"),
    [
        ({"is_done": True}, True),
        ({"note": "Wait."}, True),
        ({}, False),
        ({"due_on": date(2026, 1, 1)}, False),
    ],
)
def test_what_the_toolkit_took_out_stays_while_it_is_ticked_or_noted_and_does_not_count(
    fields: dict[str, object], is_shown: bool
) -> None:
    shown = laid_out(TODOS, [item(C, **fields)])

    assert [line.todo.text for line in shown.gone] == ["As it was"] * is_shown
    assert (shown.done, shown.total) == (0, 2)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (Line(TODOS[0], item(A, is_done=True, marked_text="Open an account")), ""),
        (Line(TODOS[0], item(A, is_done=True, marked_text="Open a bank account")), "Open a bank account"),
        (Line(TODOS[0], item(A, marked_text="Open a bank account")), ""),
        (Line(TODOS[0], item(A, is_done=True, marked_text="x"), is_gone=True), ""),
        (Line(TODOS[0]), ""),
    ],
)
def test_line_says_what_was_ticked_if_the_toolkit_says_something_else_now(line: Line, words: str) -> None:
    assert line.reworded_from == words


@pytest.mark.parametrize(
    ("today", "is_done", "is_late"),
    [
        (date(2026, 3, 30), False, False),
        (date(2026, 3, 31), False, False),
        (date(2026, 4, 1), False, True),
        (date(2026, 4, 1), True, False),
    ],
)
def test_line_is_late_from_the_day_after(today: date, is_done: bool, is_late: bool) -> None:
    line = Line(TODOS[0], item(A, due_on=date(2026, 3, 31), is_done=is_done))

    assert line.is_late(today) is is_late


@pytest.mark.parametrize(
    ("based_on", "number", "written", "there", "refusal"),
    [
        (0, 0, "Mine", "", None),
        (3, 3, "Mine", "Theirs", None),
        (2, 3, "Mine", "Theirs", REFUSED),
        (4, 3, "Mine", "Theirs", REFUSED),
        (2, 3, "Theirs", "Theirs", None),
    ],
)
def test_note_takes_the_place_only_of_the_one_that_its_writer_saw(
    based_on: int, number: int, written: str, there: str, refusal: str | None
) -> None:
    assert refusal_to_write(based_on=based_on, number=number, written=written, there=there) == refusal


@pytest.mark.parametrize(("today", "is_refused"), [(4, False), (5, True), (6, True)])
def test_list_is_put_aside_five_times_a_day_at_most(today: int, is_refused: bool) -> None:
    assert (refusal_to_archive(archived_today=today) is not None) is is_refused


def test_version_of_a_line_differs_with_everything_that_is_said_of_it() -> None:
    said = [{}, {"is_done": True}, {"note_number": 1}, {"assigned_to_id": 4}, {"due_on": date(2026, 1, 1)}]
    versions = {Line(TODOS[0], item(A, **fields)).version for fields in said}

    assert len(versions | {Line(TODOS[0]).version}) == 6
