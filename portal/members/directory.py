"""What the public directory says of networks: which there are, their practices, and the directors who agreed to be named."""

import operator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from portal.members.models import Appointment, Network, NetworkPractice, Role

MOST_WORDS = 8


@dataclass(frozen=True)
class Line:
    """A practice or a director of a network, and for how long. `last_day` is the last day that counts; `None` if open."""

    name: str
    code: str
    starts_on: date
    last_day: date | None


@dataclass(frozen=True)
class Entry:
    """A network as the directory shows it."""

    network: Network
    last_day: date | None
    has_closed: bool
    practices: list[Line]
    practices_before: list[Line]
    practices_to_come: list[Line]
    directors: list[Line]
    directors_before: list[Line]


def networks_found(words: str, region: str, today: date) -> QuerySet[Network]:
    """The networks in which all of `words` are found: in its name and code, or in those of one of its practices.

    Each has `practice_count`, the number of practices that belong to it on that day, and `has_closed`.
    """
    found = Network.objects.order_by("name", "code")
    if region:
        found = found.filter(region=region)
    wanted = words.split()[:MOST_WORDS]
    if wanted:
        by_practice = NetworkPractice.objects.filter(
            _all_words(wanted, "practice__name", "practice__code"), network=OuterRef("pk")
        )
        found = found.filter(_all_words(wanted, "name", "code") | Exists(by_practice))
    held = Q(practices__starts_on__lte=today) & (
        Q(practices__ends_on__isnull=True) | Q(practices__ends_on__gt=today)
    )
    return found.annotate(
        practice_count=Count("practices__practice", filter=held, distinct=True),
        has_closed=Exists(Network.objects.filter(pk=OuterRef("pk"), ends_on__lte=today)),
    )


def listed_directors() -> QuerySet[Appointment]:
    """The appointments in which the directory may name a person: clinical directors, confirmed, who have agreed."""
    return Appointment.objects.confirmed().filter(
        role=Role.CLINICAL_DIRECTOR, listed_at__isnull=False, user__is_active=True
    )


def entry(network: Network, today: date) -> Entry:
    """What the directory says of this network on the day `today`."""
    periods = [
        _line(period.practice.name, period.practice.code, period, network)
        for period in network.practices.select_related("practice").order_by("practice__name", "-starts_on")
    ]
    directors = [
        _line(appointment.user.get_full_name(), "", appointment, network)
        for appointment in listed_directors()
        .filter(network=network)
        .select_related("user")
        .order_by("-starts_on", "user__last_name", "pk")
    ]
    return Entry(
        network=network,
        last_day=network.ends_on - timedelta(days=1) if network.ends_on else None,
        has_closed=network.ends_on is not None and network.ends_on <= today,
        practices=[line for line in periods if _holds(line, today)],
        practices_before=[line for line in periods if line.last_day and line.last_day < today],
        practices_to_come=[line for line in periods if line.starts_on > today],
        directors=[line for line in directors if _holds(line, today)],
        directors_before=[line for line in directors if line.last_day and line.last_day < today],
    )


def _all_words(words: list[str], *fields: str) -> Q:
    return reduce(
        operator.and_,
        (reduce(operator.or_, (Q(**{f"{field}__icontains": word}) for field in fields)) for word in words),
    )


def _line(name: str, code: str, period: NetworkPractice | Appointment, network: Network) -> Line:
    """Nothing outlasts its network."""
    ends = [day for day in (period.ends_on, network.ends_on) if day]
    return Line(name, code, period.starts_on, min(ends) - timedelta(days=1) if ends else None)


def _holds(line: Line, today: date) -> bool:
    return line.starts_on <= today and (line.last_day is None or line.last_day >= today)
