"""Roles in networks: when they may end, be confirmed, and be shown in the directory."""

from datetime import date

from portal.members.models import Appointment, Role, User


def refusal_to_end(appointment: Appointment, on: date) -> str | None:
    """Why `appointment` cannot end on the day `on` (the first day that it no longer holds); `None` if it can."""
    if appointment.ends_on is not None:
        return "This appointment has already been given an end."
    if on <= appointment.starts_on:
        return "The end must be after the start."
    return None


def refusal_of_period(starts_on: date, ends_on: date | None) -> str | None:
    """Why a role cannot be held from `starts_on` until `ends_on`; `None` if it can."""
    if ends_on is not None and ends_on <= starts_on:
        return "The end must be after the start."
    return None


def refusal_to_confirm(appointment: Appointment, by: User) -> str | None:
    """Why `by`, who may confirm appointments, cannot confirm this one; `None` if they can."""
    if appointment.confirmed_at is not None:
        return "This appointment has already been confirmed."
    if appointment.user_id == by.pk:
        return "This appointment is your own. Ask somebody else to confirm it."
    return None


def refusal_to_unconfirm(appointment: Appointment) -> str | None:
    """Why the confirmation of this appointment cannot be taken back; `None` if it can."""
    if appointment.confirmed_at is None:
        return "This appointment is not confirmed."
    return None


def refusal_to_list(appointment: Appointment) -> str | None:
    """Why the public directory cannot name the person of this appointment, even if they agree; `None` if it can."""
    if appointment.role != Role.CLINICAL_DIRECTOR:
        return "The directory names clinical directors only."
    if appointment.confirmed_at is None:
        return "This appointment waits for confirmation. The directory can name you once it is confirmed."
    return None
