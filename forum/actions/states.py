"""How a subscription goes from one state to another: the one that holds ends, the next one begins, nothing is overwritten."""

from datetime import datetime

from django.db.models import Q

from forum.models import MailingList, State, Subscription, SubscriptionPeriod
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User


def locked(mailing_list: MailingList, user: User) -> Subscription | None:
    """The subscription of a person, locked until the transaction ends; `None` if there is none."""
    # The person is locked first: of two first applications at once neither would find a row to wait for.
    User.objects.select_for_update().get(pk=user.pk)
    return Subscription.objects.select_for_update().filter(list=mailing_list, user=user).first()


def state_at(subscription: Subscription, now: datetime) -> State | None:
    """The state that holds at `now`, or the one that somebody was quicker to bring about.

    Whoever waited for the lock may have read the clock before the other did. What is planned, the end of a suspension, is no
    such thing.
    """
    found = None
    for state in subscription.periods.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).values_list(
        "state", flat=True
    ):
        if (found, state) != (State.SUSPENDED, State.ACTIVE):
            found = State(state)
    return found


def change(
    subscription: Subscription,
    *states: tuple[State, datetime | None],
    by: User | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Ends what holds at `now` and takes away what was to come; then each of `states` holds until its moment, in turn.

    The last one has no end. Two changes in the same microsecond are one: the later of them is kept.
    """
    subscription.periods.filter(starts_at__gte=now).delete()
    subscription.periods.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).update(ends_at=now)
    since = now
    for state, until in states:
        SubscriptionPeriod.objects.create(
            subscription=subscription, state=state, starts_at=since, ends_at=until, by=by, reason=reason[:500]
        )
        if until is not None:
            since = until


def record(
    action: str,
    subscription: Subscription,
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
    until: datetime | None = None,
) -> None:
    """The entry in the audit log about one person on one list."""
    audit.record(
        action,
        now=now,
        by=by,
        person=subscription.user,
        subject=subscription.list.key,
        subject_name=subscription.list.name,
        reason=reason,
        details={"until": until.isoformat()} if until else {},
    )


def refuse_unless(*refusals: str | None) -> None:
    """Raises RefusedError with the first of the refusals that is one."""
    for refusal in refusals:
        if refusal:
            raise RefusedError(refusal)
