"""Onto a list and off it: apply, be asked, approved or refused; leave, and come back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from forum.access import access_of, facts_of
from forum.actions.states import change, locked, record, refuse_unless, state_at
from forum.actions.telling import tell_applicant, tell_managers, tell_who_was_let_in
from forum.models import MailingList, State, Subscription, SubscriptionPeriod
from forum.rules import terms_lacking, would_be_let_in
from forum.rules.joining import left_suspended, refusal_of_haste
from forum.rules.managing import (
    refusal_of_reason,
    refusal_of_words,
    refusal_to_apply,
    refusal_to_decide,
    refusal_to_leave,
    refusal_to_manage,
)
from forum.rules.sentences import listed
from portal.members.actions import RefusedError
from portal.members.models import Network, User

DAY = timedelta(days=1)


@transaction.atomic
def apply(
    *,
    mailing_list: MailingList,
    user: User,
    now: datetime,
    role: str = "",
    network: Network | None = None,
    number: str = "",
    is_invited: bool = False,
) -> Subscription:
    """Applies for a list. Where the list says so, whoever its rules let in is on it at once; whoever `is_invited` anyway.

    Raises `RefusedError` if the person is on it or has applied, if its terms have not been accepted, or if it takes nobody now.
    """
    subscription = locked(mailing_list, user)
    refuse_unless(
        refusal_to_apply(state_at(subscription, now) if subscription else None),
        _refusal_of_list(mailing_list, now),
        refusal_of_haste(_begun_today(user, now)),
        _refusal_of_terms(mailing_list, user, now),
    )
    if subscription is None:
        subscription = Subscription(list=mailing_list, user=user)
    subscription.role, subscription.network, subscription.number = role, network, number
    subscription.question = subscription.answer = ""
    subscription.save()
    change(subscription, (State.APPLIED, None), by=user, now=now)
    record("subscription.applied", subscription, by=user, now=now)
    by_itself = (mailing_list.approves_itself or is_invited) and not _needs_a_manager(subscription, now)
    if by_itself and would_be_let_in(facts_of(mailing_list, user), now):
        _let_in(subscription, by=None, now=now)
    else:
        tell_managers("joining_applied", subscription, now)
        tell_applicant("joining_received", subscription, now)
    return subscription


@transaction.atomic
def approve(*, subscription: Subscription, by: User, now: datetime) -> None:
    """Lets in somebody who applied. Raises `RefusedError`, also if the rules would not let the person post."""
    subscription = _to_be_decided(subscription, by, now)
    if not would_be_let_in(facts_of(subscription.list, subscription.user), now):
        raise RefusedError(
            "The rules of the list are not for this person now, so approving would change nothing. "
            "Confirm the role or the membership first, or extend this person's time."
        )
    _let_in(subscription, by=by, now=now)


@transaction.atomic
def refuse(*, subscription: Subscription, by: User, now: datetime, reason: str) -> None:
    """Refuses an application; the reason reaches the person. Raises `RefusedError`."""
    refuse_unless(refusal_of_reason(reason))
    subscription = _to_be_decided(subscription, by, now)
    change(subscription, (State.REFUSED, None), by=by, now=now, reason=reason)
    record("subscription.refused", subscription, by=by, now=now, reason=reason)
    tell_applicant("joining_refused", subscription, now, reason=reason)


@transaction.atomic
def ask(*, subscription: Subscription, by: User, now: datetime, question: str) -> None:
    """Asks somebody who applied. The application goes on waiting. Raises `RefusedError`."""
    refuse_unless(refusal_of_words(question, missing="Write what you want to know."))
    subscription = _to_be_decided(subscription, by, now)
    subscription.question, subscription.answer = question, ""
    subscription.save(update_fields=["question", "answer"])
    record("subscription.asked", subscription, by=by, now=now, reason=question)
    tell_applicant("joining_asked", subscription, now, question=question)


@transaction.atomic
def answer(*, subscription: Subscription, user: User, now: datetime, text: str) -> None:
    """Answers what a manager asked, once. Raises `RefusedError` if nothing was asked, or it is somebody else's application."""
    mine = locked(subscription.list, user)
    if mine is None or mine.pk != subscription.pk or not mine.question:
        raise RefusedError("You have not been asked anything.")
    refuse_unless(
        refusal_to_decide(state_at(mine, now)),
        "You have answered already. We will write to you." if mine.answer else None,
        refusal_of_words(text, missing="Write your answer."),
    )
    mine.answer = text
    mine.save(update_fields=["answer"])
    record("subscription.answered", mine, by=user, now=now)
    tell_managers("joining_answered", mine, now)


@transaction.atomic
def leave(*, mailing_list: MailingList, user: User, now: datetime) -> None:
    """Leaves a list, or takes an application back. Raises `RefusedError` if the person is not on it.

    Leaving while suspended does not end the suspension: a manager decides whether the person comes back.
    """
    subscription = locked(mailing_list, user)
    refuse_unless(refusal_to_leave(state_at(subscription, now) if subscription else None))
    if subscription is not None:
        change(subscription, (State.LEFT, None), by=user, now=now)
        record("subscription.left", subscription, by=user, now=now)


@transaction.atomic
def come_back(*, mailing_list: MailingList, user: User, now: datetime) -> None:
    """Somebody who left is on the list again, if its rules let them in and the terms are accepted. Raises `RefusedError`."""
    subscription = locked(mailing_list, user)
    if subscription is None or state_at(subscription, now) != State.LEFT or subscription.joined_on is None:
        raise RefusedError("You have not left this list, so you cannot come back to it. You can apply.")
    facts = facts_of(mailing_list, user)
    if left_suspended(facts, now):
        raise RefusedError("You were suspended from this list when you left. Ask its managers.")
    refuse_unless(
        _refusal_of_list(mailing_list, now),
        refusal_of_haste(_begun_today(user, now)),
        _refusal_of_terms(mailing_list, user, now),
    )
    if not would_be_let_in(facts, now):
        raise RefusedError("The rules of this list do not let you in now.")
    change(subscription, (State.ACTIVE, None), by=user, now=now)
    record("subscription.came-back", subscription, by=user, now=now)


def _let_in(subscription: Subscription, *, by: User | None, now: datetime) -> None:
    if subscription.joined_on is None:
        subscription.joined_on = timezone.localdate(now)
    subscription.question = subscription.answer = ""
    subscription.save(update_fields=["joined_on", "question", "answer"])
    # Where applying and approving are one step they have one moment, and the later state is kept.
    change(subscription, (State.ACTIVE, None), by=by, now=now)
    record("subscription.approved", subscription, by=by, now=now)
    tell_who_was_let_in(subscription, now)


def _to_be_decided(subscription: Subscription, by: User, now: datetime) -> Subscription:
    found = locked(subscription.list, subscription.user)
    refuse_unless(
        refusal_to_manage(access_of(subscription.list, by, now)),
        refusal_to_decide(state_at(found, now) if found else None),
    )
    return found or subscription


def _refusal_of_list(mailing_list: MailingList, now: datetime) -> str | None:
    if mailing_list.closes_at is not None and now >= mailing_list.closes_at:
        return "This list has closed."
    return None


def _refusal_of_terms(mailing_list: MailingList, user: User, now: datetime) -> str | None:
    lacking = terms_lacking(facts_of(mailing_list, user), now)
    if lacking:
        return f"Accept these terms first: {listed([required.title for required in lacking])}."
    return None


def _needs_a_manager(subscription: Subscription, now: datetime) -> bool:
    """Whether somebody was refused before, or left while suspended: applying again must not be a way round."""
    if subscription.periods.filter(state=State.REFUSED).exists():
        return True
    return left_suspended(facts_of(subscription.list, subscription.user), now)


def _begun_today(user: User, now: datetime) -> int:
    """How often somebody has applied for a list, or come onto one, in the last 24 hours: each of these writes mails."""
    begun = SubscriptionPeriod.objects.filter(
        subscription__user=user, state__in=(State.APPLIED, State.ACTIVE), starts_at__gt=now - DAY
    )
    return begun.count()
