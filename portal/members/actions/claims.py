"""Claims to membership numbers: made, accepted at once if they fit the register, otherwise decided by a manager."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from portal.members import audit, mail
from portal.members.actions.refused import RefusedError
from portal.members.import_plan import claimants
from portal.members.models import ClaimState, Membership, MembershipClaim, User
from portal.members.rules.claims import (
    mismatch,
    refusal_to_accept_claim,
    refusal_to_claim,
    refusal_to_decide,
)
from portal.members.rules.memberships import Details, fold_number

DAY = timedelta(days=1)
LONGEST_NUMBER = MembershipClaim._meta.get_field("number").max_length
NEWER = "A newer claim has taken its place."


@transaction.atomic
def claim_membership(*, user: User, number: str, now: datetime, vouched_by: str = "") -> MembershipClaim:
    """Makes the membership the person's if it fits the register, otherwise lets the claim wait for a manager.

    `vouched_by` names a trusted provider of sign-on that says whose number it is: name and address need not fit then.
    Raises `RefusedError` if the person may not claim. Whether the number exists or is somebody else's is no reason.
    """
    number = fold_number(number)
    # Two requests at once would each count the claims without the other's.
    User.objects.select_for_update().get(pk=user.pk)
    waiting = MembershipClaim.objects.filter(user=user, state=ClaimState.OPEN).first()
    refusal = refusal_to_claim(
        has_membership=Membership.objects.filter(user=user).exists(),
        today=0 if vouched_by else user.membership_claims.filter(made_at__gt=now - DAY).count(),
        is_waiting=waiting is not None and waiting.number == number and not vouched_by,
    )
    if refusal:
        raise RefusedError(refusal)
    if waiting is not None:
        _close(waiting, ClaimState.REFUSED, now=now, reason=NEWER)
    membership = Membership.objects.select_for_update().filter(number=number).first()
    fault = _mismatch(membership, user, vouched_by=vouched_by)
    claim = MembershipClaim.objects.create(
        user=user,
        number=number,
        state=ClaimState.OPEN if fault else ClaimState.ACCEPTED,
        mismatch=fault[:300],
        made_at=now,
        decided_at=None if fault else now,
    )
    if not fault:
        reason = f"The sign-on of {vouched_by} says so." if vouched_by else "Name and e-mail address fit."
        _link(membership, user, by=None, reason=reason, now=now)
    return claim


def follow_sign_on(*, user: User, number: str, provider: str, now: datetime) -> None:
    """Claims the number that a trusted provider says is the person's, at each sign-on until it is theirs.

    A number that cannot be theirs yet makes one claim, which waits for a manager, and no more.
    """
    number = fold_number(number)
    if not 0 < len(number) <= LONGEST_NUMBER or Membership.objects.filter(user=user).exists():
        return
    is_free = Membership.objects.filter(number=number, user=None).exists()
    if is_free or not MembershipClaim.objects.filter(user=user, number=number).exists():
        claim_membership(user=user, number=number, now=now, vouched_by=provider)


@transaction.atomic
def accept_claim(*, claim: MembershipClaim, by: User, now: datetime) -> None:
    """Makes the membership the person's, and tells them. Raises `RefusedError`."""
    locked = _decidable(claim, by)
    membership = Membership.objects.select_for_update().filter(number=locked.number).first()
    refusal = refusal_to_accept_claim(
        is_known=membership is not None,
        is_taken=membership is not None and membership.user_id not in (None, locked.user_id),
        has_membership=Membership.objects.filter(user=locked.user_id).exclude(number=locked.number).exists(),
    )
    if refusal or membership is None:
        raise RefusedError(refusal or "")
    _close(locked, ClaimState.ACCEPTED, now=now, by=by)
    _link(membership, locked.user, by=by, reason=locked.mismatch, now=now)
    _tell(locked, "membership_claim_accepted")


@transaction.atomic
def refuse_claim(*, claim: MembershipClaim, reason: str, by: User, now: datetime) -> None:
    """Refuses the claim, and tells the person why. Raises `RefusedError`."""
    locked = _decidable(claim, by)
    if not reason.strip():
        raise RefusedError("Say why. The person reads it in a mail.")
    _close(locked, ClaimState.REFUSED, now=now, by=by, reason=reason.strip())
    audit.record(
        "membership.claim-refused",
        now=now,
        by=by,
        person=locked.user,
        subject=f"claim:{locked.pk}",
        subject_name=locked.number,
        reason=reason.strip(),
    )
    _tell(locked, "membership_claim_refused")


def _mismatch(membership: Membership | None, user: User, *, vouched_by: str) -> str:
    taken = membership is not None and membership.user_id is not None
    if membership is not None and vouched_by and not taken:
        return ""
    details = membership and Details(membership.first_name, membership.last_name, membership.email)
    return mismatch(details, claimants({user.pk})[user.pk], taken=taken)


def _decidable(claim: MembershipClaim, by: User) -> MembershipClaim:
    if not by.has_perm("members.decide_membershipclaim"):
        raise RefusedError("You cannot decide on claims.")
    locked = MembershipClaim.objects.select_for_update(of=("self",)).select_related("user").get(pk=claim.pk)
    refusal = refusal_to_decide(is_open=locked.state == ClaimState.OPEN, is_own=locked.user_id == by.pk)
    if refusal:
        raise RefusedError(refusal)
    return locked


def _close(
    claim: MembershipClaim, state: ClaimState, *, now: datetime, by: User | None = None, reason: str = ""
) -> None:
    claim.state, claim.decided_at, claim.decided_by, claim.reason = state, now, by, reason
    claim.save(update_fields=["state", "decided_at", "decided_by", "reason"])


def _link(membership: Membership, user: User, *, by: User | None, reason: str, now: datetime) -> None:
    membership.user, membership.claimed_at = user, now
    membership.save(update_fields=["user", "claimed_at"])
    audit.record(
        "membership.claimed",
        now=now,
        by=by or user,
        person=user,
        subject=f"membership:{membership.pk}",
        subject_name=membership.number,
        reason=reason,
    )


def _tell(claim: MembershipClaim, template: str) -> None:
    mail.send(
        template=template,
        to=claim.user.email,
        context={
            "user": claim.user,
            "number": claim.number,
            "reason": claim.reason,
            "link": settings.BASE_URL + reverse("membership"),
        },
    )
