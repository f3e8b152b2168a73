"""Memberships of the association: what the register or a manager says is recorded, as periods, never over others."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from django.db import transaction

from portal.members import audit
from portal.members.actions.alone import alone
from portal.members.actions.refused import RefusedError
from portal.members.import_plan import (
    Preview,
    Step,
    finding_of,
    in_batches,
    known_of,
    lapses,
    missing_numbers,
    plan,
    prepared,
    preview,
)
from portal.members.models import Membership, MembershipPeriod, User
from portal.members.register import Register
from portal.members.rules.memberships import Kind, Span, Verdict, by_hand, refusal_to_lapse

BUSY = "Another import of memberships is running. Wait until it has ended, then try again."
SAME = "This is what is recorded already. Nothing has been changed."


class RegisterChanged(Exception):
    """What the file would do is no longer what somebody has seen a preview of."""


def import_memberships(
    *,
    register: Register,
    complete: bool = False,
    may_lapse_half: bool = False,
    state: str | None = None,
    by: User | None,
    now: datetime,
    today: date,
    progress: Callable[[int], object] | None = None,
) -> Preview:
    """Records what the file says, batch by batch, each in a transaction of its own: killed, it can be run again.

    With `complete`, memberships that are not in the file end `today`. `state` is that of the preview which was confirmed.
    Gives back what was done. Raises `RefusedError`, before anything is changed, or `RegisterChanged`.
    """
    if by is not None and not by.has_perm("members.import_membership"):
        raise RefusedError("You cannot import memberships.")
    with alone("import-memberships", refusal=BUSY):
        before = None
        if complete or state is not None:
            before = preview(register, complete=complete, today=today)
        if state is not None and before.state != state:
            raise RegisterChanged
        if complete:
            _check_completeness(register, before, may_lapse_half=may_lapse_half)
        done = preview(Register(bad=register.bad), complete=False, today=today)
        for batch, conflicts in prepared(register.rows):
            _note(done, _apply(partial(plan, batch, conflicts, lock=True), by=by, now=now), progress)
        if complete:
            for numbers in in_batches(missing_numbers(register, today)):
                steps = _apply(partial(lapses, numbers, today, lock=True), by=by, now=now)
                done.missing += len(steps)
                _note(done, steps, progress)
    return done


@transaction.atomic
def change_membership(
    *,
    membership: Membership,
    starts_on: date,
    ends_on: date | None,
    category: str,
    reason: str,
    by: User,
    now: datetime,
) -> None:
    """Records a period by hand (half-open), in the place of those that it overlaps. Raises `RefusedError`."""
    if not by.has_perm("members.import_membership"):
        raise RefusedError("You cannot change memberships.")
    if not reason.strip():
        raise RefusedError("Say why the membership is changed.")
    if ends_on is not None and ends_on <= starts_on:
        raise RefusedError("The last day must not be before the first.")
    known = known_of([membership.number], lock=True)[membership.number]
    verdict = by_hand(Span(starts_on, ends_on, category.strip()), known.periods)
    if verdict.kind is Kind.UNCHANGED:
        raise RefusedError(SAME)
    _record([(membership.pk, verdict)], by=by, now=now)
    audit.record(
        "membership.changed",
        now=now,
        by=by,
        person=membership.user,
        subject=f"membership:{membership.pk}",
        subject_name=membership.number,
        reason=reason.strip(),
        details={"was": [_told(span) for span in verdict.replaces], "is": _told(verdict.adds)},
    )


def _check_completeness(register: Register, before: Preview, *, may_lapse_half: bool) -> None:
    refusal = register.refusal_to_be_whole()
    if not refusal and not may_lapse_half:
        refusal = refusal_to_lapse(before.missing, before.current)
    if refusal:
        raise RefusedError(refusal)


@transaction.atomic
def _apply(make_plan: Callable[[], list[Step]], *, by: User | None, now: datetime) -> list[Step]:
    """Makes the plan of one batch under its locks, and does it."""
    steps = make_plan()
    doing = [step for step in steps if step.verdict.adds or step.verdict.replaces or step.verdict.new_details]
    doing = [step for step in doing if step.verdict.kind is not Kind.CONFLICTING]
    keys = _keep_details(doing)
    _record([(keys[step.number], step.verdict) for step in doing], by=by, now=now)
    if doing:
        counts = Counter(str(step.verdict.kind) for step in doing)
        audit.record("membership.imported", now=now, by=by, details={"counts": dict(counts)})
    return steps


def _keep_details(steps: Sequence[Step]) -> dict[str, int]:
    """Makes the memberships that are new and changes names and addresses. Gives the keys of all by number."""
    rows = [
        Membership(
            number=step.number,
            first_name=step.details.first_name,
            last_name=step.details.last_name,
            email=step.details.email,
        )
        for step in steps
        if step.verdict.new_details
    ]
    made = Membership.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["first_name", "last_name", "email"],
    )
    return {step.number: step.known.pk for step in steps if step.known} | {row.number: row.pk for row in made}


def _record(verdicts: Sequence[tuple[int, Verdict]], *, by: User | None, now: datetime) -> None:
    """Replaces and adds the periods of memberships, given by key."""
    replaced = [span.pk for _, verdict in verdicts for span in verdict.replaces]
    # First, because only one period that stands may begin on a day.
    MembershipPeriod.objects.filter(pk__in=replaced, replaced_at=None).update(replaced_at=now)
    MembershipPeriod.objects.bulk_create(
        MembershipPeriod(
            membership_id=key,
            category=verdict.adds.category,
            starts_on=verdict.adds.starts_on,
            ends_on=verdict.adds.ends_on,
            recorded_at=now,
            recorded_by=by,
        )
        for key, verdict in verdicts
        if verdict.adds
    )


def _note(done: Preview, steps: Sequence[Step], progress: Callable[[int], object] | None) -> None:
    for step in steps:
        done.add(finding_of(step))
    if progress:
        progress(len(steps))


def _told(span: Span) -> dict[str, str | None]:
    return {
        "from": span.starts_on.isoformat(),
        "ends": span.ends_on and span.ends_on.isoformat(),
        "category": span.category,
    }
