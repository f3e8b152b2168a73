"""The next step of somebody who stands before a list, and how an invitation onto one stands: worded for the person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from forum.models import Level, ListInvitation, State
from forum.rules.access import Access, Reason, narrowest, would_be_let_in
from forum.rules.facts import Facts
from forum.rules.sentences import moment, reason, what_to_do

APPLICATIONS_A_DAY = 10
INVITATION_LASTS = timedelta(days=30)


class Step(Enum):
    """What a person can do next about a list."""

    SIGN_IN = "sign-in"
    APPLY = "apply"
    WAIT = "wait"
    ACCEPT_TERMS = "accept-terms"
    OPEN = "open"
    COME_BACK = "come-back"
    NOTHING = "nothing"


@dataclass(frozen=True)
class NextStep:
    """A step, and why it is this one, addressed to the person."""

    step: Step
    words: str


SIGN_IN = NextStep(Step.SIGN_IN, "Sign in to apply, or to open the list if you are on it.")
APPLY = "You can apply to join."
NOT_YET_FOR_YOU = (
    "You can apply to join. As far as we know, no rule of the list is for you yet: "
    "say in your application what your role is and whether you are a member, and a manager checks it."
)


def next_step(found: Access, facts: Facts, at: datetime) -> NextStep:
    """The one next step of the signed-in person of `facts`, whose access at the moment `at` is `found`."""
    why, closing = found.because.reason, facts.list.open.end
    if found.may_read:
        given = why is Reason.STAFF
        return NextStep(
            Step.OPEN, "You have been given access to this list." if given else "You are on this list."
        )
    if why is Reason.TERMS:
        return NextStep(Step.ACCEPT_TERMS, _for_the_person(found, facts, at))
    if closing is not None and at >= closing:
        return NextStep(Step.NOTHING, f"The list closed at {moment(closing)}.")
    if why is Reason.APPLIED:
        return NextStep(Step.WAIT, "You have applied. We will write to you as soon as there is a decision.")
    if why is Reason.REFUSED:
        return NextStep(
            Step.APPLY, "Your application was refused. You can apply again if something has changed."
        )
    if why is Reason.NOT_SUBSCRIBED or (why is Reason.LEFT and facts.joined_on is None):
        is_for_you = narrowest(facts, at)[0] >= Level.POST
        return NextStep(Step.APPLY, APPLY if is_for_you else NOT_YET_FOR_YOU)
    if why is Reason.LEFT:
        return _after_leaving(facts, at)
    return NextStep(Step.NOTHING, _for_the_person(found, facts, at))


def _after_leaving(facts: Facts, at: datetime) -> NextStep:
    if left_suspended(facts, at):
        return NextStep(
            Step.NOTHING,
            "You have left this list while you were suspended from it. To come back, ask its managers.",
        )
    if would_be_let_in(facts, at):
        return NextStep(Step.COME_BACK, "You have left this list. You can come back.")
    opening = facts.list.open.start
    if opening is not None and at < opening:
        return NextStep(
            Step.NOTHING, f"You have left this list. You can come back when it opens, at {moment(opening)}."
        )
    level, because = narrowest(facts, at)
    kept_out = Access(level, None, because)
    return NextStep(Step.NOTHING, f"You have left this list. {_for_the_person(kept_out, facts, at)}")


def _for_the_person(found: Access, facts: Facts, at: datetime) -> str:
    """Why, and what to do about it, in words to the person."""
    why = found.because.reason
    until = next((span.end for state, span in facts.states if state and span.holds(at)), None)
    words = {
        Reason.TERMS: "Terms of this list wait for you to accept them.",
        Reason.SUSPENDED: f"You are suspended from this list{f' until {moment(until)}' if until else ''}.",
        Reason.NO_RULE: "No rule of this list is for you now.",
    }.get(why) or reason(found, facts, at)
    return f"{words} {what_to_do(found, facts, at)}".strip()


def left_suspended(facts: Facts, at: datetime) -> bool:
    """Whether the last thing before the person left was a suspension: whoever leaves does not end one."""
    before = sorted(
        (span.end, state)
        for state, span in facts.states
        if span.end is not None and span.end <= at and state not in (State.LEFT, State.APPLIED)
    )
    return bool(before) and before[-1][1] == State.SUSPENDED


def refusal_of_haste(begun: int) -> str | None:
    """Why a person who has applied or come back `begun` times in a day cannot do so once more; `None` if they can."""
    if begun >= APPLICATIONS_A_DAY:
        return f"You can apply and come back {APPLICATIONS_A_DAY} times a day. Try again tomorrow."
    return None


# --- Invitations ---------------------------------------------------------------------------------------------------------


class InvitationState(Enum):
    """Where an invitation onto a list stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def invitation_state(invitation: ListInvitation, now: datetime) -> InvitationState:
    """Where `invitation` stands at the moment `now`."""
    if invitation.accepted_at:
        return InvitationState.ACCEPTED
    if invitation.declined_at:
        return InvitationState.DECLINED
    if invitation.withdrawn_at:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if now < invitation.expires_at else InvitationState.EXPIRED


def refusal_to_answer_invitation(invitation: ListInvitation, now: datetime) -> str | None:
    """Why an invitation can be neither accepted nor declined at `now`, worded for the person invited; `None` if it can."""
    return {
        InvitationState.OPEN: None,
        InvitationState.ACCEPTED: "This invitation has been accepted already. Sign in to open the list.",
        InvitationState.DECLINED: (
            "This invitation has been declined. If you want to join after all, you can apply on the list's page."
        ),
        InvitationState.WITHDRAWN: "This invitation has been withdrawn. If you want to join, you can apply on the list's page.",
        InvitationState.EXPIRED: "This invitation has expired. If you want to join, you can apply on the list's page.",
    }[invitation_state(invitation, now)]


def refusal_to_withdraw_invitation(invitation: ListInvitation, now: datetime) -> str | None:
    """Why an invitation cannot be withdrawn at `now`; `None` if it can."""
    if invitation_state(invitation, now) is InvitationState.OPEN:
        return None
    return "Only an invitation that is still open can be withdrawn."
