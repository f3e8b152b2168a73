"""Closing a list and moving its people on: frozen, then each person moved on and told, in batches that can be run again.

What has been done is kept where it is done: a person who was told has a mail with the key of this closing, written in the
transaction that moved them on. So a run that is killed leaves whole batches, and the next one goes on with those who have none.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django_q.tasks import async_task

from forum.actions.states import change, record, refuse_unless
from forum.letters import Letters
from forum.models import MailingList, State, Subscription, SubscriptionPeriod
from forum.moving import Moving, closing_of, destination, entitled_since, fates, mail_key, people_of, told_of
from forum.rules.moving import Fate, refusal_to_close, should_begin
from portal.members import audit, mail
from portal.members.actions import RefusedError
from portal.members.models import Mail, User

BATCH = 100
TEMPLATES = {Fate.MOVES: "list_moved_on", Fate.TERMS: "list_closed_terms"}


@transaction.atomic
def close_list(
    *, mailing_list: MailingList, by: User | None, now: datetime, at: datetime | None = None
) -> MailingList:
    """Closes a list now, and has its people moved on; or sets it to close at the later moment `at`, when that happens by itself.

    `by` is nobody where a command does it. Raises `RefusedError`.
    """
    if by is not None and not by.has_perm("listserver.close_mailinglist"):
        raise RefusedError("You cannot close lists. Ask an administrator for the right to do so.")
    found = _locked_list(mailing_list.pk)
    refuse_unless(refusal_to_close(closing_of(found), found.opens_at, at or now, now))
    if at is not None and at > now:
        found.closes_at = at
        found.save(update_fields=["closes_at"])
        _record("list.closing-set", found, by=by, now=now, details={"closes": at.isoformat()})
        return found
    if found.closes_at is None or found.closes_at > now:
        found.closes_at = now
    _begin(found, by=by, now=now)
    return found


def close_what_is_due(now: datetime | None = None) -> int:
    """Begins to close every list whose moment has come, and goes on with what was begun. Returns how many people it has told.

    Safe to run twice and at the same time; killed at any moment, the next run goes on.
    """
    now = now or timezone.now()
    told = 0
    for pk in list(
        MailingList.objects.filter(closes_at__lte=now).order_by("closes_at").values_list("pk", flat=True)
    ):
        _begin_if_due(pk, now)
        told += move_people(pk, now)
    return told


def move_people(
    list_id: int, now: datetime | None = None, progress: Callable[[int], object] | None = None
) -> int:
    """Moves on and tells everybody on a list whose closing has begun, whom no earlier run has reached. Returns how many."""
    now, after, reached = now or timezone.now(), 0, 0
    while batch := _move_batch(list_id, after, now):
        after, reached = batch[-1], reached + len(batch)
        if progress:
            progress(len(batch))
    return reached


def carry_over(user_id: int | None = None, now: datetime | None = None) -> int:
    """Moves on those who were on a list when it closed and whom the next list lets in since: members by now, or terms accepted.

    Only `user_id`, if it is given. Safe to run twice and at the same time. Returns how many people it has moved on.
    """
    now = now or timezone.now()
    done = MailingList.objects.filter(
        successor__isnull=False, moved_on_at__gte=F("closes_at"), closes_at__lte=now
    )
    return sum(_carry_over_from(pk, user_id, now) for pk in list(done.values_list("pk", flat=True)))


# --- Beginning -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def _begin_if_due(list_id: int, now: datetime) -> None:
    found = _locked_list(list_id)
    if should_begin(closing_of(found), now, has_successor=found.successor_id is not None):
        _begin(found, by=None, now=now)


def _begin(found: MailingList, *, by: User | None, now: datetime) -> None:
    found.moving_since = now
    found.save(update_fields=["closes_at", "moving_since"])
    _record("list.closing-begun", found, by=by, now=now)
    # Robust: if the queue is out of order, the schedule moves them on.
    transaction.on_commit(lambda: async_task("forum.actions.closing.move_people", found.pk), robust=True)


# --- Going on ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def _move_batch(list_id: int, after: int, now: datetime) -> list[int]:
    """Moves on and tells the next people in the order of their keys; when there are none, keeps that the closing is done."""
    found = _locked_list(list_id)
    closing = closing_of(found)
    if not closing.is_begun or closing.is_done:
        return []
    users, people = _locked(people_of(found, now).filter(~told_of(found), user__gt=after))
    if users:
        there = destination(found, now)
        _settle(found, there, list(fates(people, there, now)), mail_key(found), now)
    else:
        found.moved_on_at = now
        found.save(update_fields=["moved_on_at"])
        told = Mail.objects.filter(key__startswith=mail_key(found)).count()
        _record("list.closed", found, by=None, now=now, details={"told": told})
    return users


def _carry_over_from(list_id: int, user_id: int | None, now: datetime) -> int:
    after, carried = 0, 0
    while found := _carry_over_batch(list_id, user_id, after, now):
        after, carried = found[0], carried + found[1]
    return carried


@transaction.atomic
def _carry_over_batch(list_id: int, user_id: int | None, after: int, now: datetime) -> tuple[int, int] | None:
    """How far it came, and how many people it has moved on; `None` when there is nobody left."""
    found = _locked_list(list_id)
    there = destination(found, now)
    if there is None:
        return None
    entitled = entitled_since(found, there, now).filter(user__gt=after)
    users, people = _locked(entitled.filter(user=user_id) if user_id else entitled)
    if not users:
        return None
    moving = [one for one in fates(people, there, now) if one.fate is Fate.MOVES]
    _settle(found, there, moving, f"list-carried:{found.pk}:{there.pk}:", now)
    return users[-1], len(moving)


def _locked_list(list_id: int) -> MailingList:
    """The list, locked until the transaction ends: one closing at a time.

    Whoever applies holds the lock of a person while a row is added that names the list. That must not have to wait for this lock,
    or each would wait for the other: so it is one that leaves keys alone.
    """
    return MailingList.objects.select_for_update(no_key=True).get(pk=list_id)


def _locked(subscriptions: QuerySet[Subscription]) -> tuple[list[int], list[Subscription]]:
    """The people of the first of these, locked until the transaction ends, and those of them to whom it still applies then."""
    users = list(subscriptions.values_list("user", flat=True)[:BATCH])
    list(User.objects.select_for_update(no_key=True).filter(pk__in=users).order_by("pk").values_list("pk"))
    return users, list(subscriptions.filter(user__in=users).select_related("user", "list"))


def _settle(
    found: MailingList, there: MailingList | None, moving: Sequence[Moving], key: str, now: datetime
) -> None:
    """Moves on whoever moves, and tells each of them, if they can be reached, under `key` and their own."""
    held = SubscriptionPeriod.objects.at(now).filter(subscription__in=[one.subscription for one in moving])
    periods = {one.subscription_id: one for one in held}
    letters = Letters(found, there, [one.subscription.user_id for one in moving], now)
    addresses = mail.addresses_of([one.subscription.user_id for one in moving])
    for one in moving:
        period, user = periods[one.subscription.pk], one.subscription.user_id
        if there is not None and one.fate is Fate.MOVES:
            _move(one.subscription, there, period, now)
        if user in addresses:
            mail.send(
                template=TEMPLATES.get(one.fate, "list_closed"),
                to=addresses[user].email,
                context={"user": addresses[user].user, **letters.context(one, period)},
                key=f"{key}{user}",
            )


def _move(subscription: Subscription, there: MailingList, period: SubscriptionPeriod, now: datetime) -> None:
    """Puts a person on the next list as they are on the one that has closed: a suspension goes on until it ends there."""
    kept = {name: getattr(subscription, name) for name in ("role", "network", "number")}
    made, _ = Subscription.objects.get_or_create(list=there, user=subscription.user, defaults=kept)
    if made.joined_on is None:
        made.joined_on = timezone.localdate(now)
        made.save(update_fields=["joined_on"])
    active = (State.ACTIVE, None)
    if period.state == State.SUSPENDED:
        states = [(State.SUSPENDED, period.ends_at), *([active] if period.ends_at else [])]
    else:
        states = [active]
    reason = f"Moved on from {subscription.list.name}. {period.reason}".strip()
    change(made, *states, by=None, now=now, reason=reason)
    record("subscription.moved-on", made, by=None, now=now, reason=f"From {subscription.list.name}.")


def _record(
    action: str,
    found: MailingList,
    *,
    by: User | None,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    audit.record(action, now=now, by=by, subject=found.key, subject_name=found.name, details=details)
