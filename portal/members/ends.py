"""What of a person's standing ends soon: membership, appointments, and terms that are to be accepted. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from portal.members.models import Appointment, MembershipPeriod, User
from portal.members.terms import standings

# As long before as the forum says that access ends.
SAID_BEFORE = timedelta(days=60)


@dataclass(frozen=True)
class Ending:
    """What ends, what that means and what to do about it, and the path of the page where it is done."""

    title: str
    words: str
    url: str


def ending_soon(user: User, now: datetime) -> list[Ending]:
    """In 60 days or less, and terms that are owed already. Five queries at most."""
    today = timezone.localdate(now)
    return [*_terms(user, now), *_membership(user, today), *_appointments(user, today)]


def _terms(user: User, now: datetime) -> Iterator[Ending]:
    """Only those of which the person has accepted a version: others are asked for where they are needed."""
    for one in standings(user, now):
        if one.accepted is None or one.owed is None:
            continue
        if one.is_overdue:
            words = "There is a newer version. What needs these terms is closed to you until you accept it."
        else:
            day = date_format(timezone.localtime(one.owed.due_at), "j F Y")
            words = f"There is a newer version. Accept it before {day}."
        yield Ending(one.terms.title, words, reverse("terms_current", args=[one.terms.slug]))


def _membership(user: User, today: date) -> Iterator[Ending]:
    """The membership, if no later period of it is recorded."""
    periods = list(MembershipPeriod.objects.standing().filter(membership__user=user).order_by("starts_on"))
    current = [
        one for one in periods if one.starts_on <= today and (one.ends_on is None or one.ends_on > today)
    ]
    for period in current:
        goes_on = any(
            one.starts_on <= period.ends_on < (one.ends_on or date.max) for one in periods if period.ends_on
        )
        if period.ends_on is not None and not goes_on and period.ends_on - today <= SAID_BEFORE:
            words = f"Your membership of the association ends on {_last(period.ends_on)}. Renew it to keep what members may do."
            yield Ending("Membership", words, reverse("membership"))


def _appointments(user: User, today: date) -> Iterator[Ending]:
    rows = Appointment.objects.current(today).confirmed().filter(user=user, ends_on__lte=today + SAID_BEFORE)
    for one in rows.select_related("network").order_by("ends_on", "pk"):
        words = f"Your appointment as {one.get_role_display().lower()} ends on {_last(one.ends_on)}. What depends on it ends with it."
        yield Ending(str(one.network), words, reverse("account_profile"))


def _last(ends_on: date) -> str:
    """The last day of what no longer holds on `ends_on`."""
    return date_format(ends_on - timedelta(days=1), "j F Y")
