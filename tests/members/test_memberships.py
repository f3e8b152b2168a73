"""Memberships of the association: what a row of the register means, reading files, and importing them."""

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections
from hypothesis import given
from hypothesis import strategies as st

from portal.members import import_plan
from portal.members.actions import alone as alone_module
from portal.members.actions import memberships as actions
from portal.members.actions.refused import RefusedError
from portal.members.import_plan import preview
from portal.members.models import AuditEntry, Membership, MembershipPeriod
from portal.members.register import BadRow, Register, read_register
from portal.members.rules.memberships import (
    Claimant,
    Details,
    Kind,
    Known,
    Row,
    Span,
    Verdict,
    by_hand,
    classify,
    fold_name,
    lapse,
    refusal_to_lapse,
    twins,
    was_member,
)
from portal.members.tables import TableRefused
from tests.factories import NOW, make_staff, make_user

TODAY = date(2026, 3, 10)
ADA = Details("Ada", "Example", "ada@example.org")
HEAD = "number,first_name,last_name,email,category,from,until\n"
Y24 = Span(date(2024, 1, 1), date(2025, 1, 1), "Full")
Y25 = Span(date(2025, 1, 1), date(2026, 1, 1), "Full")
Y27 = Span(date(2027, 1, 1), date(2028, 1, 1), "Full")
OPEN = Span(date(2025, 1, 1), None, "Full")


def row(starts_on: date, ends_on: date | None, category: str = "Full", details: Details = ADA) -> Row:
    return Row(2, "A1", details, Span(starts_on, ends_on, category))


def known(*periods: Span, claimant: Claimant | None = None) -> Known:
    return Known(1, ADA, periods, claimant)


def day(year: int, month: int = 1, number: int = 1) -> date:
    return date(year, month, number)


# --- What a row means ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recorded", "given_row", "kind", "adds", "replaces"),
    [
        # until: the day before, the same day and the day after the known end
        ((Y25,), row(day(2025), day(2025, 12, 31)), "lapsed", Span(day(2025), day(2025, 12, 31), "Full"), (Y25,)),
        ((Y25,), row(day(2025), day(2026)), "unchanged", None, ()),
        ((Y25,), row(day(2025), day(2026, 1, 2)), "renewed", Span(day(2026), day(2026, 1, 2), "Full"), ()),
        # from: within what is recorded, on its end, and a day later, which is a gap
        ((Y25,), row(day(2025, 6), day(2027)), "renewed", Span(day(2026), day(2027), "Full"), ()),
        ((Y25,), row(day(2026), day(2027)), "renewed", Span(day(2026), day(2027), "Full"), ()),
        ((Y25,), row(day(2026, 1, 2), day(2027)), "renewed", Span(day(2026, 1, 2), day(2027), "Full"), ()),
        # open ends
        ((Y25,), row(day(2025), None), "renewed", Span(day(2026), None, "Full"), ()),
        ((OPEN,), row(day(2025), None), "unchanged", None, ()),
        ((OPEN,), row(day(2025), day(2026)), "lapsed", Span(day(2025), day(2026), "Full"), (OPEN,)),
        # categories
        ((Y25,), row(day(2025), day(2026), "Associate"), "changed", Span(day(2025), day(2026), "Associate"), (Y25,)),
        ((Y25,), row(day(2026), day(2027), "Associate"), "renewed", Span(day(2026), day(2027), "Associate"), ()),
        # several periods without a gap are one
        ((Y24, Y25), row(day(2024), day(2026)), "unchanged", None, ()),
        ((Y24, Y25), row(day(2024), day(2025)), "lapsed", None, (Y25,)),
        ((Y24, Y25), row(day(2024), day(2024, 7)), "lapsed", Span(day(2024), day(2024, 7), "Full"), (Y24, Y25)),
        ((Y24, Y25), row(day(2024), day(2025), "Associate"), "lapsed", Span(day(2024), day(2025), "Associate"), (Y24, Y25)),
        # what cannot both be
        ((Y25,), row(day(2024, 12, 31), day(2026)), "conflicting", None, ()),
        ((Y25,), row(day(2024), day(2025)), "conflicting", None, ()),
        ((Y24, Y27), row(day(2024), day(2028)), "conflicting", None, ()),
        # nothing stands any more
        ((), row(day(2025), day(2026)), "renewed", Span(day(2025), day(2026), "Full"), ()),
    ],
)  # fmt: skip
def test_row_is_classified_by_its_ends(
    recorded: tuple[Span, ...], given_row: Row, kind: str, adds: Span | None, replaces: tuple[Span, ...]
) -> None:
    verdict = classify(given_row, known(*recorded))

    assert (verdict.kind, verdict.adds, verdict.replaces) == (kind, adds, replaces)


def test_unknown_number_has_joined() -> None:
    assert classify(row(day(2025), day(2026)), None) == Verdict(Kind.JOINED, adds=Y25, new_details=True)


FITS = Claimant("ADA", "Exämple", frozenset())


@pytest.mark.parametrize(
    ("claimant", "details", "kind"),
    [
        (None, Details("Eve", "Other", "eve@example.org"), "changed"),
        (Claimant("Ada", "Example", frozenset({"ada@example.org"})), Details("Eve", "Other", "eve@example.org"), "conflicting"),
        (Claimant("Ada", "Example", frozenset({"eve@example.org"})), Details("Eve", "Other", "eve@example.org"), "changed"),
        (FITS, Details("Ada", "Example", "new@example.org"), "changed"),
        # a manager accepted it as it is, and the register says nothing new
        (Claimant("Eve", "Other", frozenset()), ADA, "unchanged"),
    ],
)  # fmt: skip
def test_name_and_address_that_both_no_longer_fit_the_person_are_a_conflict(
    claimant: Claimant | None, details: Details, kind: str
) -> None:
    assert classify(row(day(2025), day(2026), details=details), known(Y25, claimant=claimant)).kind == kind


@pytest.mark.parametrize(
    ("one", "other"),
    [("O’Neill", "ONEILL"), ("Zoë", "zoe"), ("Smith-Jones", "Smith Jones"), ("Straße", "STRASSE")],
)
def test_names_are_compared_by_their_letters(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other) != ""


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ((Y25,), Verdict(Kind.UNCHANGED)),
        (
            (OPEN,),
            Verdict(Kind.LAPSED, "Not in the file.", Span(day(2025), TODAY, "Full"), (OPEN,)),
        ),
        ((Y27,), Verdict(Kind.LAPSED, "Not in the file.", None, (Y27,))),
        ((Span(TODAY, None),), Verdict(Kind.LAPSED, "Not in the file.", None, (Span(TODAY, None),))),
        ((Span(day(2025), TODAY),), Verdict(Kind.UNCHANGED)),
    ],
)
def test_whoever_is_missing_in_the_whole_register_ends_today(
    periods: tuple[Span, ...], expected: Verdict
) -> None:
    assert lapse(periods, TODAY) == expected


@pytest.mark.parametrize(("lapsing", "refused"), [(4, False), (5, False), (6, True)])
def test_more_than_half_do_not_end_by_themselves(lapsing: int, refused: bool) -> None:
    assert (refusal_to_lapse(lapsing, 10) is not None) == refused


def test_word_of_a_manager_takes_the_place_of_what_it_overlaps_only() -> None:
    span = Span(day(2025, 6), day(2027, 6), "Full")

    assert by_hand(span, (Y24, Y25, Y27)) == Verdict(Kind.CHANGED, adds=span, replaces=(Y25, Y27))
    assert by_hand(Span(day(2025), day(2026), "Full"), (Y24, Y25)) == Verdict(Kind.UNCHANGED)
    assert by_hand(Span(day(2026), day(2027)), (Y25, Y27)).replaces == ()


def test_number_with_different_data_is_named_with_both_lines_and_a_repeated_row_is_not() -> None:
    rows = [
        Row(2, "A1", ADA, Y25),
        Row(3, "B2", ADA, Y25),
        Row(4, "A1", ADA, Y24),
        Row(5, "B2", ADA, Y25),
    ]

    assert twins(rows) == {"A1": "Lines 2 and 4 have the same number and different data."}


days = st.dates(day(2020), day(2030))
spans = st.builds(
    lambda start, length, category: Span(
        start, None if length is None else start + timedelta(days=length), category
    ),
    days,
    st.none() | st.integers(1, 1500),
    st.sampled_from(["Full", "Associate"]),
)


def after(periods: tuple[Span, ...], verdict: Verdict) -> tuple[Span, ...]:
    kept = [period for period in periods if period not in verdict.replaces]
    return tuple(sorted([*kept, *filter(None, [verdict.adds])], key=lambda period: period.starts_on))


@given(st.lists(spans, min_size=1, max_size=8))
def test_row_that_was_done_changes_nothing_when_it_comes_again_and_periods_never_overlap(
    files: list[Span],
) -> None:
    periods: tuple[Span, ...] = ()
    for span in files:
        first = classify(Row(2, "A1", ADA, span), known(*periods))
        periods = after(periods, first)
        again = classify(Row(2, "A1", ADA, span), known(*periods))

        expected = Kind.CONFLICTING if first.kind is Kind.CONFLICTING else Kind.UNCHANGED
        assert (again.kind, again.adds, again.replaces) == (expected, None, ())
        assert all(
            one.ends_on is not None and one.ends_on <= other.starts_on for one, other in pairwise(periods)
        )


# --- Reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (HEAD + "A1,Ada,Example,ada@example.org,Full,2025-01-01,2025-12-31\n", "utf-8"),
        (HEAD + "a 1, Ada ,Example,ADA@example.org,Full,01/01/2025,31/12/2025\r\n", "utf-8-sig"),
        (
            "Until;FROM;Number;First Name;LAST__NAME;E;email;category\n31/12/2025;1/1/2025;A1;Ada;Example;x;ada@example.org;Full\n\n",
            "utf-8",
        ),
    ],
)
def test_file_is_read_in_each_of_its_forms(text: str, encoding: str) -> None:
    register = read_register(text.encode(encoding))

    assert (register.rows, register.bad) == ([Row(2, "A1", ADA, Y25)], [])


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        (",Ada,Example,,Full,2025-01-01,", BadRow(2, "", "It has no number.")),
        ("A1,Ada,Example,,Full,,", BadRow(2, "A1", "It does not say from which day.")),
        (
            "A1,Ada,Example,,Full,01.01.2025,",
            BadRow(2, "A1", "“01.01.2025” in from is not a date such as 2026-03-31 or 31/03/2026."),
        ),
        ("A1,Ada,Example,,Full,2025-02-30,", BadRow(2, "A1", "There is no day “2025-02-30” (from).")),
        (
            "A1,Ada,Example,,Full,2025-01-01,31/12/9999",
            BadRow(2, "A1", "The year in until must be between 1900 and 2199."),
        ),
        ("A1,Ada,Example,,Full,2025-01-02,2025-01-01", BadRow(2, "A1", "It ends before it begins.")),
        (
            "A1,Ada,Example,ada,Full,2025-01-01,",
            BadRow(2, "A1", "“ada” is not an e-mail address."),
        ),
        (
            "A1,Ada,Example,,Full,2025-01-01",
            BadRow(2, "", "It has 6 cells, but the first line of the file has 7."),
        ),
        (
            'A1,"Ada" x,Example,,Full,2025-01-01,',
            BadRow(2, "", "A quotation mark in it stands in the wrong place or is not closed."),
        ),
        (
            "A1,Ada\0,Example,,Full,2025-01-01,",
            BadRow(2, "A1", "The first name has a line break or another sign that cannot be there."),
        ),
        (
            f"{'A' * 21},Ada,Example,,Full,2025-01-01,",
            BadRow(2, "A" * 20, "The number is longer than 20 letters and figures."),
        ),
    ],
)
def test_bad_row_is_named_with_its_line_and_the_rest_goes_on(line: str, bad: BadRow) -> None:
    register = read_register(f"{HEAD}{line}\nB2,Ada,Example,,Full,2025-01-01,\n".encode())

    assert register.bad == [bad]
    assert [(row.line, row.number) for row in register.rows] == [(3, "B2")]


def test_one_day_is_the_shortest_membership() -> None:
    register = read_register(f"{HEAD}A1,Ada,Example,,Full,2025-01-01,2025-01-01\n".encode())

    assert register.rows[0].span == Span(day(2025), day(2025, 1, 2), "Full")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"number,from\n", "The file has no column “first name”, “last name”, “email”, “category” and “until”."),
        (HEAD.encode() + b"A1,Zo\xeb,,,,2025-01-01,\n", "Line 2 is not in UTF-8."),
        (b"Number," + HEAD.encode(), "The file has more than one column “number”."),
    ],
)  # fmt: skip
def test_file_that_is_no_register_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(TableRefused) as refused:
        read_register(content)

    assert str(refused.value).startswith(reason)


# --- Importing -------------------------------------------------------------------------------------------------------


def register(*lines: str) -> Register:
    return read_register((HEAD + "\n".join(lines)).encode())


def ada(
    until: str = "2026-12-31", *, number: str = "A1", starts: str = "2026-01-01", category: str = "Full"
) -> str:
    return f"{number},Ada,Example,ada@example.org,{category},{starts},{until}"


def bring_in(*lines: str, now: datetime = NOW, **options: Any) -> dict[str, int]:
    options = {"by": None, **options}
    done = actions.import_memberships(register=register(*lines), now=now, today=now.date(), **options)
    return {str(kind): count for kind, count in done.counts.items() if count}


def standing(number: str = "A1") -> list[tuple[str, str | None, str]]:
    periods = MembershipPeriod.objects.standing().filter(membership__number=number)
    return [
        (one.starts_on.isoformat(), one.ends_on and one.ends_on.isoformat(), one.category) for one in periods
    ]


@pytest.mark.django_db
def test_same_file_twice_changes_nothing() -> None:
    lines = [ada(number=f"A{number}") for number in range(3)]
    assert bring_in(*lines) == {"joined": 3}
    rows = list(MembershipPeriod.objects.values())
    entries = AuditEntry.objects.count()

    assert bring_in(*lines, now=NOW + timedelta(days=1)) == {"unchanged": 3}

    assert list(MembershipPeriod.objects.values()) == rows
    assert AuditEntry.objects.count() == entries == 1


@pytest.mark.django_db
def test_renewal_begins_where_the_membership_ended_and_both_stand() -> None:
    bring_in(ada())

    assert bring_in(ada("2027-12-31")) == {"renewed": 1}

    assert standing() == [("2026-01-01", "2027-01-01", "Full"), ("2027-01-01", "2028-01-01", "Full")]


@pytest.mark.django_db
def test_period_that_was_shortened_can_still_be_seen() -> None:
    later = NOW + timedelta(days=30)
    bring_in(ada())

    assert bring_in(ada("2026-05-02"), now=later) == {"lapsed": 1}

    assert standing() == [("2026-01-01", "2026-05-03", "Full")]
    assert list(MembershipPeriod.objects.order_by("pk").values_list("replaced_at", flat=True)) == [
        later,
        None,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "before", "after"),
    [
        (date(2025, 12, 31), False, False),
        (date(2026, 1, 1), True, True),
        (date(2026, 5, 2), True, True),
        (date(2026, 5, 3), True, False),
        (date(2026, 12, 31), True, False),
        (date(2027, 1, 1), False, False),
    ],
)
def test_was_she_a_member_has_an_answer_for_each_day_as_recorded_at_each_moment(
    on: date, before: bool, after: bool
) -> None:
    later = NOW + timedelta(days=30)
    bring_in(ada())
    bring_in(ada("2026-05-02"), now=later)
    periods = list(MembershipPeriod.objects.all())

    assert was_member(periods, on, NOW - timedelta(seconds=1)) is False
    assert was_member(periods, on, later - timedelta(seconds=1)) is before
    assert was_member(periods, on, later) is after
    assert MembershipPeriod.objects.current(on).exists() is after


@pytest.mark.django_db
def test_name_and_category_are_changed_and_bad_and_conflicting_rows_left_out() -> None:
    bring_in(ada(), ada(number="B2"), ada(number="C3"))

    done = bring_in(
        "A1,Ada,Married,ada@example.org,Full,2026-01-01,2026-12-31",
        ada(number="B2", category="Associate"),
        ada(number="C3"),
        ada("2027-12-31", number="C3"),
        "D4,Bad,,,,never,",
    )

    assert done == {"changed": 2, "conflicting": 1, "bad": 1}
    assert Membership.objects.get(number="A1").last_name == "Married"
    assert standing("B2") == [("2026-01-01", "2027-01-01", "Associate")]
    assert standing("C3") == [("2026-01-01", "2027-01-01", "Full")]
    assert Membership.objects.count() == 3


@pytest.mark.django_db
def test_preview_says_what_would_be_done_and_writes_nothing() -> None:
    bring_in(ada(), ada(number="B2"))
    file = register(ada("2027-12-31"), ada(number="C3"), ada(number="D4", until="never"))

    found = preview(file, complete=True, today=TODAY)

    assert {str(kind): count for kind, count in found.counts.items() if count} == {
        "joined": 1,
        "renewed": 1,
        "lapsed": 1,
        "bad": 1,
    }
    assert (found.missing, found.current, [problem.line for problem in found.problems]) == (1, 2, [4])
    assert [finding.number for finding in found.samples["lapsed"]] == ["B2"]
    assert Membership.objects.count() == 2


@pytest.mark.django_db
def test_whole_register_ends_those_who_are_missing_but_not_a_bad_row() -> None:
    bring_in(ada(), ada(number="B2"), ada(number="C3"))

    assert bring_in(ada(), ada(number="C3", until="never"), complete=True) == {
        "unchanged": 1,
        "bad": 1,
        "lapsed": 1,
    }

    assert standing("B2") == [("2026-01-01", "2026-03-10", "Full")]
    assert standing("C3") == [("2026-01-01", "2027-01-01", "Full")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "options"),
    [
        ([ada()], {}),
        ([ada(), ada(number="B2"), "A1,too few"], {"may_lapse_half": True}),
        (["A1,Bad,,,,never,"], {"may_lapse_half": True}),
    ],
)
def test_file_that_cannot_be_the_whole_register_changes_nothing(
    lines: list[str], options: dict[str, bool]
) -> None:
    bring_in(*(ada(number=number) for number in ("A1", "B2", "C3")))
    before = list(MembershipPeriod.objects.values())

    with pytest.raises(RefusedError):
        bring_in(*lines, complete=True, **options)

    assert list(MembershipPeriod.objects.values()) == before


@pytest.mark.django_db
def test_more_than_half_end_if_somebody_says_so() -> None:
    bring_in(*(ada(number=number) for number in ("A1", "B2", "C3")))

    assert bring_in(ada(), complete=True, may_lapse_half=True) == {"unchanged": 1, "lapsed": 2}


@pytest.mark.django_db
def test_nothing_is_done_that_is_no_longer_what_was_shown() -> None:
    state = preview(register(ada()), complete=False, today=TODAY).state
    bring_in(ada("2025-12-31", starts="2025-01-01"))

    with pytest.raises(actions.RegisterChanged):
        bring_in(ada(), state=state)

    assert standing() == [("2025-01-01", "2026-01-01", "Full")]


@pytest.mark.django_db
@pytest.mark.parametrize("group", ["Editor", "Publisher"])
def test_import_needs_its_permission(group: str) -> None:
    with pytest.raises(RefusedError):
        bring_in(ada(), by=make_staff(group))
    assert bring_in(ada(), by=make_staff("Forum manager")) == {"joined": 1}


@pytest.mark.django_db
@pytest.mark.parametrize("count", [10, 1_000])
def test_batch_takes_the_same_statements_however_many_rows_it_has(
    django_assert_max_num_queries: Callable, count: int
) -> None:
    lines = [ada(number=f"A{number}") for number in range(count)]
    bring_in(*lines)

    with django_assert_max_num_queries(16):  # SQLite takes no more than 999 values in a statement
        assert bring_in(*[line.replace("2026-12-31", "2027-12-31") for line in lines]) == {"renewed": count}


@pytest.mark.django_db
def test_import_that_is_killed_between_batches_goes_on_when_run_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_plan, "BATCH", 2)
    lines = [ada(number=f"A{number}") for number in range(5)]
    batches = []

    def kill(done: int) -> None:
        batches.append(done)
        if len(batches) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in(*lines, progress=kill)
    assert Membership.objects.count() == MembershipPeriod.objects.count() == 4

    assert bring_in(*lines) == {"unchanged": 4, "joined": 1}
    assert MembershipPeriod.objects.count() == 5


@pytest.mark.django_db
def test_change_by_hand_replaces_what_it_overlaps_and_says_why() -> None:
    bring_in(ada())
    manager = make_staff("Forum manager", email="mary@example.org")
    change = {"starts_on": date(2025, 7, 1), "ends_on": date(2026, 7, 1), "category": "Full", "by": manager}
    membership = Membership.objects.get()

    actions.change_membership(membership=membership, reason="Paid by cheque.", now=NOW, **change)
    with pytest.raises(RefusedError, match="recorded already"):
        actions.change_membership(membership=membership, reason="Paid by cheque.", now=NOW, **change)

    assert standing() == [("2025-07-01", "2026-07-01", "Full")]
    assert MembershipPeriod.objects.count() == 2
    entry = AuditEntry.objects.get(action="membership.changed")
    assert (entry.by, entry.reason, entry.subject_name) == (manager.pk, "Paid by cheque.", "A1")
    assert entry.details == {
        "was": [{"from": "2026-01-01", "ends": "2027-01-01", "category": "Full"}],
        "is": {"from": "2025-07-01", "ends": "2026-07-01", "category": "Full"},
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault", [{"reason": " "}, {"ends_on": date(2026, 1, 1)}, {"by": "Editor"}], ids=["reason", "dates", "by"]
)
def test_change_by_hand_is_refused(fault: dict[str, Any]) -> None:
    bring_in(ada())
    values = {
        "starts_on": date(2026, 1, 1),
        "ends_on": None,
        "category": "",
        "reason": "x",
        "by": "Forum manager",
    }
    values |= fault

    with pytest.raises(RefusedError):
        actions.change_membership(
            membership=Membership.objects.get(), now=NOW, **{**values, "by": make_staff(values["by"])}
        )

    assert standing() == [("2026-01-01", "2027-01-01", "Full")]


# --- Two at once -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_second_import_is_refused_while_one_runs() -> None:
    with alone_module.alone("import-memberships", refusal=""):
        outcomes = at_once(1, lambda: bring_in(ada()))
    assert [str(outcome) for outcome in outcomes] == [actions.BUSY]

    with contextlib.suppress(RefusedError), alone_module.alone("import-memberships", refusal=""):
        raise RefusedError("what is raised inside lets the next one in")
    assert bring_in(ada()) == {"joined": 1}


def at_once(times: int, press: Callable[[], Any]) -> list[Any]:
    """What each of that many simultaneous calls returned or raised."""
    barrier = threading.Barrier(times)
    outcomes: list[Any] = []

    def run() -> None:
        barrier.wait()
        try:
            outcomes.append(press())
        except Exception as error:  # noqa: BLE001  whatever happens is the outcome
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def race(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Two imports of the same file, each of which waits for the other when it has made its plan."""
    slow = threading.Barrier(2)
    make_plan = actions.plan

    def wait_for_the_other(*arguments: Any, **options: Any) -> Any:
        found = make_plan(*arguments, **options)
        with contextlib.suppress(threading.BrokenBarrierError):
            slow.wait(timeout=1)
        return found

    monkeypatch.setattr(actions, "plan", wait_for_the_other)
    return at_once(2, lambda: bring_in(ada()))


on_postgresql = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time"),
]


@pytest.mark.parametrize("_", [pytest.param(0, marks=on_postgresql)])
def test_of_two_imports_at_once_one_is_told_to_wait(monkeypatch: pytest.MonkeyPatch, _: int) -> None:
    outcomes = race(monkeypatch)

    assert sorted(map(str, outcomes)) == sorted([str({"joined": 1}), actions.BUSY])
    assert MembershipPeriod.objects.count() == 1


@pytest.mark.parametrize("_", [pytest.param(0, marks=on_postgresql)])
def test_without_the_lock_two_imports_at_once_collide(monkeypatch: pytest.MonkeyPatch, _: int) -> None:
    monkeypatch.setattr(actions, "alone", lambda *_, **__: contextlib.nullcontext())

    assert IntegrityError in {type(outcome) for outcome in race(monkeypatch)}


# --- The command -----------------------------------------------------------------------------------------------------


def run(file: Path, *options: str) -> str:
    out, errors = StringIO(), StringIO()
    call_command("import_memberships", str(file), *options, stdout=out, stderr=errors)
    return errors.getvalue() + out.getvalue()


@pytest.mark.django_db
def test_command_shows_and_then_records(tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(f"{HEAD}{ada()}\n{ada(number='B2', until='never')}\n")

    dry = run(file, "--dry-run")
    assert Membership.objects.count() == 0
    done = run(file, "--yes")

    assert dry == (
        "Line 3: B2 bad. “never” in until is not a date such as 2026-03-31 or 31/03/2026.\n"
        "  joined     A1 Ada Example\n"
        "  joined              1\n  renewed             0\n  lapsed              0\n  changed             0\n"
        "  unchanged           0\n  conflicting         0\n  bad                 1\n"
        "This was a dry run. Nothing was changed.\n"
    )
    assert done == dry.replace("This was a dry run. Nothing was changed.", "1 memberships were recorded.")
    assert standing() == [("2026-01-01", "2027-01-01", "Full")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "said"),
    [([], "Add --yes"), (["--complete"], "more than half")],
)
def test_command_asks_before_it_changes_anything(tmp_path: Path, options: list[str], said: str) -> None:
    bring_in(ada(), ada(number="B2"), ada(number="C3"), now=datetime(2026, 1, 2, tzinfo=UTC))
    Membership.objects.exclude(number="A1").update(last_name="Other")
    MembershipPeriod.objects.bulk_create(
        MembershipPeriod(membership=one, starts_on=date(2027, 1, 1), recorded_at=NOW)
        for one in Membership.objects.all()
    )
    before = list(MembershipPeriod.objects.values())
    file = tmp_path / "register.csv"
    file.write_text(f"{HEAD}{ada(number='D4')}\n")

    with pytest.raises(CommandError, match=said):
        run(file, *options)

    assert list(MembershipPeriod.objects.values()) == before


def test_command_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "nothing.csv")


@pytest.mark.django_db
def test_import_leaves_the_claim_of_a_person() -> None:
    bring_in(ada())
    person = make_user("ada@example.org")
    Membership.objects.update(user=person, claimed_at=NOW)

    bring_in("A1,Ada,Married,ada@example.org,Full,2026-01-01,2027-12-31")

    membership = Membership.objects.get()
    assert (membership.user, membership.claimed_at, membership.last_name) == (person, NOW, "Married")
