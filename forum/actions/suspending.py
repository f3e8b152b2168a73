"""Off a list for a time: suspend, and lift a suspension."""

from datetime import datetime

from django.db import transaction

from forum.access import access_of
from forum.actions.states import change, locked, record, refuse_unless, state_at
from forum.actions.telling import tell_of_lifting, tell_of_suspension
from forum.models import State, Subscription
from forum.rules.managing import refusal_of_reason, refusal_to_manage, refusal_to_suspend
from portal.members.actions import RefusedError
from portal.members.models import User


@transaction.atomic
def suspend(
    *, subscription: Subscription, by: User, now: datetime, reason: str, until: datetime | None = None
) -> None:
    """Suspends a person until a moment, at which they are on the list again, or until somebody lifts it. Raises `RefusedError`."""
    refuse_unless(refusal_to_manage(access_of(subscription.list, by, now)), refusal_of_reason(reason))
    found = locked(subscription.list, subscription.user)
    state = state_at(found, now) if found else None
    refuse_unless(refusal_to_suspend(state, until, now))
    states = [(State.SUSPENDED, until)]
    if until is not None:
        states.append((State.ACTIVE, None))
    change(found or subscription, *states, by=by, now=now, reason=reason)
    record("subscription.suspended", subscription, by=by, now=now, reason=reason, until=until)
    tell_of_suspension(found or subscription, now, reason, until)


@transaction.atomic
def lift_suspension(*, subscription: Subscription, by: User, now: datetime, reason: str = "") -> None:
    """Ends a suspension now. Raises `RefusedError` if there is none."""
    refuse_unless(refusal_to_manage(access_of(subscription.list, by, now)))
    found = locked(subscription.list, subscription.user)
    if found is None or state_at(found, now) != State.SUSPENDED:
        raise RefusedError("This person is not suspended.")
    change(found, (State.ACTIVE, None), by=by, now=now, reason=reason)
    record("subscription.suspension-lifted", found, by=by, now=now, reason=reason)
    tell_of_lifting(found, now, reason)
