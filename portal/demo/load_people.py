"""The people of the demonstration's forum: their networks, what they do for them, and since when they are members."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from portal.demo.accounts import PASSWORD, Account, make_person
from portal.members.models import (
    Appointment,
    Membership,
    MembershipPeriod,
    Network,
    NetworkPractice,
    Practice,
    Region,
    Role,
    User,
)

HERE = Path(__file__).parent / "forum"
REGIONS = {label: value for value, label in Region.choices}
# Nothing of the forum happened before: appointments of longer ago were confirmed on this day.
BEGUN = 215
CATEGORY = "Full"


@dataclass(frozen=True)
class Days:
    """Days and moments as the files give them: so many days before the day on which the demonstration is loaded."""

    today: date

    def on(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def at(self, days_ago: int, clock: str) -> datetime:
        """That day at a time of day in London, such as `08:15`."""
        return timezone.make_aware(datetime.combine(self.on(days_ago), time.fromisoformat(clock)))


@dataclass(frozen=True)
class Person:
    """Somebody on the lists, and what `people.toml` says of them."""

    user: User
    facts: dict[str, Any]


def load_networks(days: Days) -> dict[str, Network]:
    """Makes the networks that are missing, with their practices; returns all by code."""
    found = {}
    for facts in tomllib.loads((HERE / "networks.toml").read_text(encoding="utf-8"))["network"]:
        network, is_new = Network.objects.get_or_create(
            code=facts["code"],
            defaults={"name": facts["name"], "region": REGIONS[facts["region"]], "board": facts["board"]},
        )
        found[network.code] = network
        if is_new:
            _add_practices(network, facts["practices"], days.on(800))
    return found


def load_people(accounts: dict[str, User], by: User, days: Days) -> dict[str, Person]:
    """Makes everybody in `people.toml`; returns them by the name that discussions call them by. `by` confirms their roles."""
    networks = load_networks(days)
    password = make_password(PASSWORD)
    people = {}
    for number, (name, facts) in enumerate(_read().items(), start=1):
        user = accounts[facts["account"]] if "account" in facts else _make(facts, password)
        people[name] = Person(user, facts)
        if "role" in facts:
            _appoint(user, facts, networks[facts["network"]], by, days)
        if "member" in facts:
            _add_membership(user, facts, f"DEMO{number:04}", days)
    return people


def _read() -> dict[str, dict[str, Any]]:
    return tomllib.loads((HERE / "people.toml").read_text(encoding="utf-8"))


def _add_practices(network: Network, practices: list[str], since: date) -> None:
    for line in practices:
        code, name = line.split(maxsplit=1)
        practice, _ = Practice.objects.get_or_create(code=code, defaults={"name": name})
        NetworkPractice.objects.create(network=network, practice=practice, starts_on=since)


def _make(facts: dict[str, Any], password: str) -> User:
    first, last = facts["name"]
    return make_person(Account("", f"{first}.{last}@demo.example".lower(), first, last), password)


def _appoint(user: User, facts: dict[str, Any], network: Network, by: User, days: Days) -> None:
    """Gives the person their role: as a row, because a mail about a confirmation of long ago would help nobody."""
    confirmed_at = None if facts.get("unconfirmed") else days.at(min(facts["since"], BEGUN), "09:00")
    Appointment.objects.update_or_create(
        user=user,
        network=network,
        role=Role(facts["role"]),
        defaults={
            "starts_on": days.on(facts["since"]),
            "ends_on": days.on(facts["until"]) if "until" in facts else None,
            "confirmed_at": confirmed_at,
            "confirmed_by": by if confirmed_at else None,
            "listed_at": confirmed_at if facts.get("listed") else None,
        },
    )


def _add_membership(user: User, facts: dict[str, Any], number: str, days: Days) -> None:
    """Makes the person a member of the association, with the number claimed: what an import and a claim would leave."""
    moment = days.at(BEGUN, "08:00")
    membership = Membership.objects.create(
        number=number,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
        user=user,
        claimed_at=moment,
    )
    ended = facts.get("member_ended")
    MembershipPeriod.objects.create(
        membership=membership,
        category=CATEGORY,
        starts_on=days.on(facts["member"]),
        ends_on=None if ended is None else days.on(ended),
        recorded_at=moment,
    )
