"""Appointments: people add and end their own, managers confirm them, and a director may agree to be named in the directory."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from portal.members import mail
from portal.members.actions.refused import RefusedError
from portal.members.audit import record
from portal.members.models import Appointment, Network, User
from portal.members.rules import (
    refusal_of_period,
    refusal_to_confirm,
    refusal_to_end,
    refusal_to_list,
    refusal_to_unconfirm,
)

NOT_YOURS = "This appointment is not yours."
NOT_ALLOWED = "You cannot confirm appointments."
# Whoever confirmed an appointment confirmed these.
CONFIRMED_FACTS = ("user", "network", "role", "starts_on")


@transaction.atomic
def add_appointment(
    *, by: User, role: str, network: Network, starts_on: date, ends_on: date | None
) -> Appointment:
    """Adds an appointment of one's own, which waits for confirmation. Raises `RefusedError` for a period that cannot be."""
    if refusal := refusal_of_period(starts_on, ends_on):
        raise RefusedError(refusal)
    return Appointment.objects.create(
        user=by, role=role, network=network, starts_on=starts_on, ends_on=ends_on
    )


@transaction.atomic
def end_appointment(*, appointment: Appointment, on: date, by: User, now: datetime) -> None:
    """Ends an appointment of one's own on the day `on`. Raises `RefusedError` if that cannot be."""
    locked = _locked(appointment)
    refusal = NOT_YOURS if locked.user_id != by.pk else refusal_to_end(locked, on)
    if refusal:
        raise RefusedError(refusal)
    locked.ends_on = on
    locked.save(update_fields=["ends_on"])
    _record("appointment.ended", locked, by=by, now=now, details={"ends_on": on.isoformat()})


@transaction.atomic
def confirm_appointment(*, appointment: Appointment, by: User, now: datetime) -> None:
    """Confirms that a person has a role, and tells them by mail. Raises `RefusedError`."""
    locked = _locked(appointment)
    refusal = refusal_to_confirm(locked, by) if _may_confirm(by) else NOT_ALLOWED
    if refusal:
        raise RefusedError(refusal)
    locked.confirmed_at, locked.confirmed_by = now, by
    locked.save(update_fields=["confirmed_at", "confirmed_by"])
    _record("appointment.confirmed", locked, by=by, now=now)
    mail.send(
        template="appointment_confirmed",
        to=locked.user.email,
        context={
            "user": locked.user,
            "appointment": locked,
            "can_be_listed": refusal_to_list(locked) is None,
            "link": settings.BASE_URL + reverse("account_profile"),
        },
    )


@transaction.atomic
def unconfirm_appointment(*, appointment: Appointment, by: User, reason: str, now: datetime) -> None:
    """Takes back a confirmation, and with it the place in the directory. Raises `RefusedError`."""
    locked = _locked(appointment)
    refusal = refusal_to_unconfirm(locked) if _may_confirm(by) else NOT_ALLOWED
    if not refusal and not reason.strip():
        refusal = "Say why the confirmation is taken back."
    if refusal:
        raise RefusedError(refusal)
    _take_back(locked, by=by, now=now, reason=reason.strip())


@transaction.atomic
def change_appointment(
    *,
    appointment: Appointment,
    user: User,
    network: Network,
    role: str,
    starts_on: date,
    ends_on: date | None,
    by: User,
    now: datetime,
) -> None:
    """Changes somebody's appointment. If it is another person, network, role or start, it has to be confirmed again.

    Raises `RefusedError`.
    """
    locked = _locked(appointment)
    refusal = refusal_of_period(starts_on, ends_on)
    if not by.has_perm("members.change_appointment"):
        refusal = "You cannot change appointments."
    if refusal:
        raise RefusedError(refusal)
    values = {"user": user, "network": network, "role": role, "starts_on": starts_on}
    if locked.confirmed_at and any(getattr(locked, name) != values[name] for name in CONFIRMED_FACTS):
        _take_back(locked, by=by, now=now, reason="The appointment was changed.")
    has_end = ends_on is not None and ends_on != locked.ends_on
    locked.ends_on = ends_on
    for name, value in values.items():
        setattr(locked, name, value)
    locked.save()
    if has_end:
        _record("appointment.ended", locked, by=by, now=now, details={"ends_on": ends_on.isoformat()})


@transaction.atomic
def agree_to_listing(*, appointment: Appointment, by: User, now: datetime) -> None:
    """Lets the public directory name `by` in this appointment of theirs. Raises `RefusedError`."""
    locked = _locked(appointment)
    refusal = NOT_YOURS if locked.user_id != by.pk else refusal_to_list(locked)
    if refusal:
        raise RefusedError(refusal)
    if locked.listed_at is None:
        locked.listed_at = now
        locked.save(update_fields=["listed_at"])
        _record("appointment.listed", locked, by=by, now=now)


@transaction.atomic
def withdraw_listing(*, appointment: Appointment, by: User, now: datetime) -> None:
    """Takes the name of `by` out of the public directory. Raises `RefusedError` if the appointment is not theirs."""
    locked = _locked(appointment)
    if locked.user_id != by.pk:
        raise RefusedError(NOT_YOURS)
    _unlist(locked, by=by, now=now)


def _locked(appointment: Appointment) -> Appointment:
    return (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("user", "network")
        .get(pk=appointment.pk)
    )


def _may_confirm(by: User) -> bool:
    return by.has_perm("members.confirm_appointment")


def _take_back(locked: Appointment, *, by: User, now: datetime, reason: str) -> None:
    locked.confirmed_at = locked.confirmed_by = None
    locked.save(update_fields=["confirmed_at", "confirmed_by"])
    _record("appointment.unconfirmed", locked, by=by, now=now, reason=reason)
    _unlist(locked, by=by, now=now)


def _unlist(locked: Appointment, *, by: User, now: datetime) -> None:
    if locked.listed_at is not None:
        locked.listed_at = None
        locked.save(update_fields=["listed_at"])
        _record("appointment.unlisted", locked, by=by, now=now)


def _record(
    action: str,
    appointment: Appointment,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    details: dict[str, str] | None = None,
) -> None:
    record(
        action,
        now=now,
        by=by,
        person=appointment.user,
        subject=f"appointment:{appointment.pk}",
        subject_name=str(appointment),
        reason=reason,
        details=details,
    )
