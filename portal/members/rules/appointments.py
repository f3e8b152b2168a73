"""Roles in networks."""

from datetime import date

from portal.members.models import Appointment


def refusal_to_end(appointment: Appointment, on: date) -> str | None:
    """Why `appointment` cannot end on the day `on` (the first day that it no longer holds); `None` if it can."""
    if appointment.ends_on is not None:
        return "This appointment has already been given an end."
    if on <= appointment.starts_on:
        return "The end must be after the start."
    return None
