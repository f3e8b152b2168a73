"""Appointments: added by people, confirmed by managers, told by mail."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from portal.members import actions
from portal.members.models import Appointment, AuditEntry, Mail, Role, User
from portal.members.rules import (
    refusal_of_period,
    refusal_to_confirm,
    refusal_to_list,
    refusal_to_unconfirm,
)
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.members.factories import make_network

START = date(2026, 1, 1)


def make_appointment(user: User, **fields: Any) -> Appointment:
    """A clinical director's appointment, not confirmed."""
    values = {"role": Role.CLINICAL_DIRECTOR, "starts_on": START, **fields}
    if "network" not in values:
        values["network"] = make_network(code=f"U{Appointment.objects.count():05}")
    return Appointment.objects.create(user=user, **values)


def logged() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (date(2026, 3, 1), None, None),
        (date(2026, 3, 1), date(2026, 3, 2), None),
        (date(2026, 3, 1), date(2026, 3, 1), "The end must be after the start."),
        (date(2026, 3, 1), date(2026, 2, 28), "The end must be after the start."),
    ],
)
def test_period_ends_after_it_starts(starts_on: date, ends_on: date | None, expected: str | None) -> None:
    assert refusal_of_period(starts_on, ends_on) == expected


@pytest.mark.parametrize(
    ("confirmed", "own", "expected"),
    [
        (False, False, None),
        (True, False, "This appointment has already been confirmed."),
        (False, True, "This appointment is your own. Ask somebody else to confirm it."),
    ],
)
def test_who_can_confirm(confirmed: bool, own: bool, expected: str | None) -> None:
    appointment = Appointment(user_id=1, confirmed_at=NOW if confirmed else None)

    assert refusal_to_confirm(appointment, User(pk=1 if own else 2)) == expected


def test_only_a_confirmation_can_be_taken_back() -> None:
    assert refusal_to_unconfirm(Appointment()) == "This appointment is not confirmed."
    assert refusal_to_unconfirm(Appointment(confirmed_at=NOW)) is None


@pytest.mark.parametrize(
    ("role", "confirmed", "expected"),
    [
        ("clinical-director", True, None),
        (
            "clinical-director",
            False,
            "This appointment waits for confirmation. The directory can name you once it is confirmed.",
        ),
        ("appointed", True, "The directory names clinical directors only."),
        ("leading-creation", True, "The directory names clinical directors only."),
        ("other", True, "The directory names clinical directors only."),
    ],
)
def test_directory_can_name_confirmed_clinical_directors_alone(
    role: str, confirmed: bool, expected: str | None
) -> None:
    assert refusal_to_list(Appointment(role=role, confirmed_at=NOW if confirmed else None)) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("group", ["Forum manager", "Administrator"])
def test_manager_confirms_and_the_person_is_told(group: str, now: datetime) -> None:
    person, manager = make_user("dora@example.org"), make_staff(group)
    appointment = make_appointment(person)

    actions.confirm_appointment(appointment=appointment, by=manager, now=now)

    appointment.refresh_from_db()
    entry = AuditEntry.objects.get()
    mail = Mail.objects.get()
    assert (appointment.confirmed_at, appointment.confirmed_by) == (now, manager)
    assert (entry.action, entry.at, entry.by, entry.person, entry.subject) == (
        "appointment.confirmed",
        now,
        manager.pk,
        person.pk,
        f"appointment:{appointment.pk}",
    )
    assert (mail.to, mail.subject) == ("dora@example.org", "Your appointment is confirmed: Sample network")


@pytest.mark.django_db
@pytest.mark.parametrize("group", ["Editor", "Publisher", "Clinical reviewer", "Event organiser"])
def test_others_do_not_confirm(group: str, now: datetime) -> None:
    appointment = make_appointment(make_user())

    with pytest.raises(actions.RefusedError, match=r"^You cannot confirm appointments\.$"):
        actions.confirm_appointment(appointment=appointment, by=make_staff(group), now=now)

    appointment.refresh_from_db()
    assert (appointment.confirmed_at, logged(), Mail.objects.count()) == (None, [], 0)


@pytest.mark.django_db
def test_confirming_twice_or_ones_own_is_refused(now: datetime) -> None:
    manager, other = make_staff("Forum manager"), make_staff("Administrator")
    appointment = make_appointment(manager)

    with pytest.raises(actions.RefusedError, match=r"^This appointment is your own\."):
        actions.confirm_appointment(appointment=appointment, by=manager, now=now)
    actions.confirm_appointment(appointment=appointment, by=other, now=now)
    with pytest.raises(actions.RefusedError, match=r"^This appointment has already been confirmed\.$"):
        actions.confirm_appointment(appointment=appointment, by=other, now=now)

    assert (logged(), Mail.objects.count()) == (["appointment.confirmed"], 1)


@pytest.mark.django_db
def test_taking_back_needs_a_reason_and_takes_the_name_out_of_the_directory(now: datetime) -> None:
    manager = make_staff("Forum manager")
    appointment = make_appointment(make_user(), confirmed_at=now, confirmed_by=manager, listed_at=now)

    with pytest.raises(actions.RefusedError, match=r"^Say why the confirmation is taken back\.$"):
        actions.unconfirm_appointment(appointment=appointment, by=manager, reason=" ", now=now)
    actions.unconfirm_appointment(appointment=appointment, by=manager, reason="A mistake.", now=now)

    appointment.refresh_from_db()
    assert (appointment.confirmed_at, appointment.confirmed_by, appointment.listed_at) == (None, None, None)
    assert logged() == ["appointment.unconfirmed", "appointment.unlisted"]
    assert AuditEntry.objects.get(action="appointment.unconfirmed").reason == "A mistake."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"ends_on": date(2026, 6, 1)}, ["appointment.ended"]),
        ({"role": "other"}, ["appointment.unconfirmed", "appointment.unlisted"]),
        ({"starts_on": date(2025, 1, 1)}, ["appointment.unconfirmed", "appointment.unlisted"]),
        ({"user": "another"}, ["appointment.unconfirmed", "appointment.unlisted"]),
    ],
)
def test_changing_what_was_confirmed_takes_the_confirmation_back(
    now: datetime, change: dict[str, Any], expected: list[str]
) -> None:
    manager = make_staff("Forum manager")
    appointment = make_appointment(make_user(), confirmed_at=now, confirmed_by=manager, listed_at=now)
    if "user" in change:
        change = {"user": make_user()}
    values = {
        name: getattr(appointment, name) for name in ("user", "network", "role", "starts_on", "ends_on")
    }

    actions.change_appointment(appointment=appointment, **{**values, **change}, by=manager, now=now)

    appointment.refresh_from_db()
    is_kept = "appointment.unconfirmed" not in expected
    assert logged() == expected
    assert (appointment.confirmed_at, appointment.listed_at) == ((now, now) if is_kept else (None, None))
    assert {name: getattr(appointment, name) for name in values} == {**values, **change}


@pytest.mark.django_db
def test_change_in_the_admin_takes_the_confirmation_back(now: datetime) -> None:
    person = make_user()
    appointment = make_appointment(person, confirmed_at=now, listed_at=now)
    client = sign_in(make_staff("Forum manager"), second_factor=True)
    form = {"user": person.pk, "role": "other", "network": appointment.network_id, "starts_on": "2026-01-01"}

    client.post(f"/admin/members/appointment/edit/{appointment.pk}/", form)

    appointment.refresh_from_db()
    assert (appointment.role, appointment.confirmed_at, appointment.listed_at) == ("other", None, None)


@pytest.mark.django_db
def test_end_before_the_start_is_named_in_the_admin(now: datetime) -> None:
    appointment = make_appointment(make_user())
    client = sign_in(make_staff("Forum manager"), second_factor=True)
    form = {
        "user": appointment.user_id,
        "role": "other",
        "network": appointment.network_id,
        "starts_on": "2026-01-01",
        "ends_on": "2026-01-01",
    }

    response = client.post(f"/admin/members/appointment/edit/{appointment.pk}/", form)

    assert response.context["form"].errors == {"ends_on": ["The end must be after the start."]}


@pytest.mark.django_db
def test_list_in_the_admin_shows_who_waits_and_who_confirmed(now: datetime) -> None:
    manager = make_staff("Forum manager", first_name="Fay", last_name="Manager")
    waiting = make_appointment(make_user(first_name="Wanda"))
    make_appointment(make_user(first_name="Cora"), confirmed_at=now, confirmed_by=manager)
    client = sign_in(manager, second_factor=True)

    whole = client.get("/admin/members/appointment/").content.decode()
    html = client.get("/admin/members/appointment/?confirmed=no").content.decode()

    assert ("10 March 2026, Fay Manager" in whole, "Wanda Example" in whole, "Cora Example" in whole) == (
        True,
        True,
        True,
    )
    assert ("Wanda Example" in html, "Cora Example" in html) == (True, False)
    assert f"/admin/appointments/{waiting.pk}/confirm/" in html


@pytest.mark.django_db
def test_confirming_and_taking_back_are_asked_first_and_done_by_post() -> None:
    appointment = make_appointment(make_user())
    client = sign_in(make_staff("Forum manager"), second_factor=True)
    states = []
    for method, step, data in (
        ("get", "confirm", {}),
        ("post", "confirm", {}),
        ("get", "unconfirm", {}),
        ("post", "unconfirm", {}),
        ("post", "unconfirm", {"reason": "A mistake."}),
    ):
        getattr(client, method)(f"/admin/appointments/{appointment.pk}/{step}/", data)
        appointment.refresh_from_db()
        states.append(appointment.confirmed_at is not None)

    assert states == [False, True, True, True, False]


@pytest.mark.django_db
def test_person_adds_an_appointment_and_sees_that_it_waits(client: Client) -> None:
    person, network = make_user(), make_network()
    client = sign_in(person)

    client.post(
        "/accounts/profile/appointments/add/",
        {"role": "clinical-director", "network": network.pk, "starts_on": "2026-03-01"},
    )
    waits = client.get("/accounts/profile/").content.decode()
    Appointment.objects.update(confirmed_at=NOW)
    confirmed = client.get("/accounts/profile/").content.decode()

    appointment = Appointment.objects.get()
    assert (appointment.user, appointment.starts_on, appointment.ends_on) == (person, date(2026, 3, 1), None)
    assert ("Waits for confirmation" in waits, "Waits for confirmation" in confirmed) == (True, False)


@pytest.mark.django_db
def test_adding_a_period_that_cannot_be_is_refused() -> None:
    with pytest.raises(actions.RefusedError, match=r"^The end must be after the start\.$"):
        actions.add_appointment(
            by=make_user(), role="other", network=make_network(), starts_on=START, ends_on=START
        )

    assert Appointment.objects.count() == 0


@pytest.mark.django_db
def test_network_without_a_region_can_be_chosen(client: Client) -> None:
    network = make_network(region="", name="Nowhere yet")

    html = sign_in(make_user()).get("/accounts/profile/appointments/add/").content.decode()

    assert f'<option value="{network.pk}">Nowhere yet (U12345)</option>' in html
    assert '<optgroup label="Region not known">' in html


@pytest.mark.django_db
def test_ending_leaves_an_entry(now: datetime) -> None:
    person = make_user()
    appointment = make_appointment(person)

    actions.end_appointment(appointment=appointment, on=date(2026, 4, 1), by=person, now=now)

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by, entry.person, entry.details) == (
        "appointment.ended",
        person.pk,
        person.pk,
        {"ends_on": "2026-04-01"},
    )


@pytest.mark.django_db
def test_person_renames_themselves() -> None:
    person = make_user()

    sign_in(person).post("/accounts/profile/name/", {"first_name": "Dora", "last_name": "Director"})

    person.refresh_from_db()
    assert person.get_full_name() == "Dora Director"
