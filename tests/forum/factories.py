"""What the tests of the forum need beyond `tests.factories`."""

from datetime import date, datetime
from typing import Any

from forum.models import (
    AccessRule,
    DeliveryMode,
    Grant,
    GrantKind,
    Level,
    MailingList,
    State,
    Subscription,
    SubscriptionPeriod,
    Whom,
)
from portal.members.models import (
    Acceptance,
    Appointment,
    Membership,
    MembershipPeriod,
    Network,
    Role,
    Terms,
    TermsVersion,
    User,
)
from tests.factories import NOW


def make_list(name: str = "Setting up", *, open_to: Whom | None = Whom.ANYONE, **fields: Any) -> MailingList:
    """A list with one rule without an end, unless `open_to` is None."""
    values = {"slug": name.lower().replace(" ", "-"), "summary": "A list.", "created_at": NOW}
    made = MailingList.objects.create(name=name, **{**values, **fields})
    if open_to:
        AccessRule.objects.create(list=made, whom=open_to)
    return made


def subscribe(
    mailing_list: MailingList,
    user: User,
    *,
    state: State = State.ACTIVE,
    since: datetime = NOW,
    until: datetime | None = None,
    delivery: DeliveryMode = DeliveryMode.NONE,
) -> Subscription:
    """Puts `user` on a list in `state`, without asking any rule. They get no mail of it unless `delivery` says so."""
    made, _ = Subscription.objects.get_or_create(
        list=mailing_list, user=user, defaults={"joined_on": since.date(), "delivery": delivery}
    )
    SubscriptionPeriod.objects.create(subscription=made, state=state, starts_at=since, ends_at=until)
    return made


def make_member(user: User, starts_on: date, ends_on: date | None = None) -> MembershipPeriod:
    """A period of membership of the association, claimed by `user`."""
    membership, _ = Membership.objects.get_or_create(
        user=user, defaults={"number": f"1{user.pk:05d}", "claimed_at": NOW}
    )
    return MembershipPeriod.objects.create(
        membership=membership, starts_on=starts_on, ends_on=ends_on, recorded_at=NOW
    )


def appoint(
    user: User, role: Role, starts_on: date, ends_on: date | None = None, **fields: Any
) -> Appointment:
    """A confirmed appointment."""
    network, _ = Network.objects.get_or_create(code="U12345", defaults={"name": "Sample network"})
    values = {"confirmed_at": NOW, **fields}
    return Appointment.objects.create(
        user=user, network=network, role=role, starts_on=starts_on, ends_on=ends_on, **values
    )


def give(
    mailing_list: MailingList,
    user: User,
    *,
    kind: GrantKind = GrantKind.STAFF,
    level: Level = Level.READ,
    since: datetime = NOW,
    until: datetime,
) -> Grant:
    """Access given for a reason."""
    return Grant.objects.create(
        list=mailing_list,
        user=user,
        kind=kind,
        level=level,
        starts_at=since,
        ends_at=until,
        reason="A reason.",
    )


def make_terms(title: str = "Code of conduct", *published: datetime, grace_days: int = 14) -> Terms:
    """Terms with a version published at each of the moments."""
    terms = Terms.objects.create(title=title)
    for number, moment in enumerate(published, 1):
        TermsVersion.objects.create(
            terms=terms, number=number, text=f"Version {number}.", published_at=moment, grace_days=grace_days
        )
    return terms


def accept(user: User, terms: Terms, number: int = 1, at: datetime = NOW) -> Acceptance:
    """An acceptance of a version."""
    return Acceptance.objects.create(user=user, version=terms.versions.get(number=number), accepted_at=at)
