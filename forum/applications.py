"""Applications that wait, and what is known of somebody who applied, for those who decide. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from forum.models import MailingList, State, Subscription, SubscriptionPeriod
from forum.rules import Facts, would_be_let_in
from forum.rules.sentences import facts_in_words
from portal.members.models import Appointment, ClaimState, Membership, MembershipClaim, User


@dataclass(frozen=True)
class Known:
    """What is known of a person who applied: facts in words, what the rules say, and what a manager can do about it first.

    `links` are titles and addresses in the admin that `by` may open.
    """

    facts: list[str]
    rules: str
    is_let_in: bool
    membership: str
    links: list[tuple[str, str]]


def waiting(mailing_list: MailingList, now: datetime) -> QuerySet[SubscriptionPeriod]:
    """The applications for a list that wait at `now`, the oldest first."""
    periods = SubscriptionPeriod.objects.at(now).filter(state=State.APPLIED, subscription__list=mailing_list)
    return periods.select_related("subscription__user", "subscription__network").order_by("starts_at", "pk")


def waiting_on(lists: Collection[MailingList], now: datetime) -> dict[int, int]:
    """How many applications wait for each list, by its key; lists where none does are left out. One query."""
    periods = SubscriptionPeriod.objects.at(now).filter(state=State.APPLIED, subscription__list__in=lists)
    return dict(periods.order_by().values_list("subscription__list").annotate(Count("pk")))


def known_of(subscription: Subscription, facts: Facts, by: User, now: datetime) -> Known:
    """What is known of the person of `subscription` at `now`, for `by`."""
    appointments = _unconfirmed(subscription, now)
    claim = MembershipClaim.objects.filter(user=subscription.user).first()
    links = []
    if by.has_perm("members.confirm_appointment"):
        links += [(f"Confirm: {one}", reverse("appointment_confirm", args=[one.pk])) for one in appointments]
    if claim and claim.state == ClaimState.OPEN and by.has_perm("members.decide_membershipclaim"):
        links.append(
            (f"Decide on the claim to number {claim.number}", reverse("claim_decide", args=[claim.pk]))
        )
    return Known(
        facts=[*facts_in_words(facts, now), *map(_waits, appointments)],
        rules=_rules(facts, now),
        is_let_in=would_be_let_in(facts, now),
        membership=_membership(subscription, claim),
        links=links,
    )


def _unconfirmed(subscription: Subscription, now: datetime) -> list[Appointment]:
    today = timezone.localdate(now)
    found = Appointment.objects.filter(user=subscription.user, confirmed_at__isnull=True)
    return list(
        found.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today)).select_related("network").order_by("pk")
    )


def _waits(appointment: Appointment) -> str:
    return f"{appointment} ({appointment.network.code}): not confirmed yet."


def _rules(facts: Facts, now: datetime) -> str:
    if would_be_let_in(facts, now):
        return "The rules let this person in."
    if not facts.list.open.holds(now):
        return "The list is not open now, so nobody can be let in."
    return "As things stand, the rules of the list keep this person out. Nobody can be let in against them."


def _membership(subscription: Subscription, claim: MembershipClaim | None) -> str:
    """What the register says about the number that the person gave."""
    number = subscription.number
    mine = Membership.objects.filter(user=subscription.user).first()
    if mine is not None:
        return f"The number {mine.number} is confirmed: it is this person’s in the register."
    if not number:
        return "No number was given."
    if claim is not None and claim.number == number:
        return {
            ClaimState.OPEN: f"The number {number} is being checked against the register.",
            ClaimState.REFUSED: f"The claim to the number {number} was refused.",
        }.get(ClaimState(claim.state), f"The number {number} was claimed.")
    return f"The number {number} has not been claimed."
