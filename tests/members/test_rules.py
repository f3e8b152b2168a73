"""The rules of people as tables."""

from datetime import date, datetime, timedelta

import pytest

from portal.members.models import Appointment, Invitation, InvitationState
from portal.members.rules import (
    AdminDoor,
    Visitor,
    admin_door,
    invitation_state,
    mail_attempt_after,
    refusal_of_header,
    refusal_to_accept,
    refusal_to_change,
    refusal_to_end,
    refusal_to_follow,
)
from tests.factories import NOW

SECOND = timedelta(seconds=1)
USED = "This invitation has already been used. Sign in with the account that it made."
EXPIRED = "This invitation has expired. Ask the person who invited you to send it again."
WITHDRAWN = (
    "This invitation has been withdrawn. If you think that this is a mistake, ask the person who invited you."
)


@pytest.mark.parametrize(
    ("visitor", "factor_required", "expected"),
    [
        (Visitor(False, False, False, False), True, AdminDoor.LOG_IN),
        (Visitor(False, False, False, False), False, AdminDoor.LOG_IN),
        (Visitor(True, False, False, False), True, AdminDoor.REFUSED),
        (Visitor(True, False, True, True), True, AdminDoor.REFUSED),
        (Visitor(True, False, False, False), False, AdminDoor.REFUSED),
        (Visitor(True, True, False, False), True, AdminDoor.SET_UP),
        (Visitor(True, True, True, False), True, AdminDoor.PROVE),
        (Visitor(True, True, True, True), True, AdminDoor.OPEN),
        (Visitor(True, True, False, False), False, AdminDoor.OPEN),
    ],
)
def test_admin_door_asks_for_what_is_missing(
    visitor: Visitor, factor_required: bool, expected: AdminDoor
) -> None:
    assert admin_door(visitor, factor_required=factor_required) is expected


@pytest.mark.parametrize(
    ("accepted_at", "withdrawn_at", "moment", "state", "refusal"),
    [
        (None, None, NOW - SECOND, InvitationState.OPEN, None),
        (None, None, NOW, InvitationState.EXPIRED, EXPIRED),
        (None, None, NOW + SECOND, InvitationState.EXPIRED, EXPIRED),
        (NOW, None, NOW - SECOND, InvitationState.ACCEPTED, USED),
        (NOW, None, NOW + SECOND, InvitationState.ACCEPTED, USED),
        (None, NOW, NOW - SECOND, InvitationState.WITHDRAWN, WITHDRAWN),
        (None, NOW, NOW + SECOND, InvitationState.WITHDRAWN, WITHDRAWN),
    ],
)
def test_invitation_that_expires_at_now_stands_as_its_dates_say(
    accepted_at: datetime | None,
    withdrawn_at: datetime | None,
    moment: datetime,
    state: InvitationState,
    refusal: str | None,
) -> None:
    invitation = Invitation(expires_at=NOW, accepted_at=accepted_at, withdrawn_at=withdrawn_at)

    assert (invitation_state(invitation, moment), refusal_to_accept(invitation, moment)) == (state, refusal)


@pytest.mark.parametrize(
    ("accepted_at", "withdrawn_at", "expected"),
    [
        (None, None, None),
        (NOW, None, "This invitation has already been accepted."),
        (None, NOW, "This invitation has already been withdrawn."),
    ],
)
def test_only_a_waiting_invitation_can_be_changed(
    accepted_at: datetime | None, withdrawn_at: datetime | None, expected: str | None
) -> None:
    assert refusal_to_change(Invitation(accepted_at=accepted_at, withdrawn_at=withdrawn_at)) == expected


@pytest.mark.parametrize(
    ("ends_on", "on", "expected"),
    [
        (None, date(2026, 3, 2), None),
        (None, date(2026, 3, 1), "The end must be after the start."),
        (None, date(2026, 2, 28), "The end must be after the start."),
        (date(2026, 4, 1), date(2026, 3, 2), "This appointment has already been given an end."),
    ],
)
def test_appointment_from_1_march_ends_after_it_starts(
    ends_on: date | None, on: date, expected: str | None
) -> None:
    assert refusal_to_end(Appointment(starts_on=date(2026, 3, 1), ends_on=ends_on), on) == expected


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 2), (2, 4), (3, 8), (4, 16)])
def test_mail_waits_twice_as_long_after_each_attempt(attempts: int, minutes: int) -> None:
    assert mail_attempt_after(attempts, NOW) == NOW + timedelta(minutes=minutes)


TOO_MANY = "You cannot follow more than 500 things. Stop following something else, then try again."


@pytest.mark.parametrize(("followed", "expected"), [(0, None), (499, None), (500, TOO_MANY), (501, TOO_MANY)])
def test_person_follows_five_hundred_things_at_most(followed: int, expected: str | None) -> None:
    assert refusal_to_follow(followed) == expected


@pytest.mark.parametrize(
    "name", ["List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "X-Portal-Kind", "X-Kind2"]
)
def test_mail_may_carry_headers_of_lists_and_of_our_own(name: str) -> None:
    assert refusal_of_header(name, "<https://portal.example/>") is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "To",
        "Bcc",
        "Subject",
        "Message-ID",
        "Content-Type",
        "List",
        "List-",
        "list-id",
        "X-\n",
        "X-a\n",
        "X-a:",
        "X-é",
    ],
)
def test_mail_may_carry_no_other_header(name: str) -> None:
    assert refusal_of_header(name, "x") == f"A mail cannot be given the header {name!r}."


@pytest.mark.parametrize("value", ["x", "a b", "x" * 900])
def test_header_has_one_line_of_printable_ascii(value: str) -> None:
    assert refusal_of_header("X-Kind", value) is None


@pytest.mark.parametrize(
    "value", ["", " ", "x ", " x", "a\nb", "a\rb", "x\n", "a\tb", "a\0b", "é", "a\u2028b", "x" * 901]
)
def test_header_has_no_other_value(value: str) -> None:
    expected = "The header X-Kind needs a value of 1 to 900 printable ASCII characters in one line."
    assert refusal_of_header("X-Kind", value) == expected
