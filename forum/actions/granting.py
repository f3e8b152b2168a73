"""Access beyond the rules, always with a reason and an end: to staff, and as an extension for one person."""

from datetime import datetime

from django.db import transaction

from forum.access import access_of
from forum.actions.states import refuse_unless
from forum.actions.telling import tell_of_extension
from forum.models import Grant, GrantKind, Level, MailingList
from forum.rules.managing import refusal_of_end, refusal_of_reason, refusal_to_manage
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User


@transaction.atomic
def give_access(
    *,
    mailing_list: MailingList,
    user: User,
    level: Level,
    until: datetime,
    reason: str,
    by: User,
    now: datetime,
) -> Grant:
    """Gives a member of staff access to a list that they are not on. Raises `RefusedError`.

    Whoever gives it needs the permission for it; whoever gives it to themselves is seen in the log and by the list's managers.
    """
    if not by.has_perm("listserver.grant_mailinglist"):
        raise RefusedError("You cannot give access to lists.")
    if level not in (Level.READ, Level.POST, Level.MANAGE):
        raise RefusedError("Choose what the person may do.")
    return _give(mailing_list, user, GrantKind.STAFF, level, until, reason, by, now)


@transaction.atomic
def extend(
    *, mailing_list: MailingList, user: User, until: datetime, reason: str, by: User, now: datetime
) -> Grant:
    """Extends a person's time on a list beyond what its rules say. Raises `RefusedError` unless `by` manages the list."""
    refuse_unless(refusal_to_manage(access_of(mailing_list, by, now)))
    grant = _give(mailing_list, user, GrantKind.EXTENSION, Level.POST, until, reason, by, now)
    tell_of_extension(grant, now)
    return grant


@transaction.atomic
def take_back(*, grant: Grant, by: User, now: datetime, reason: str) -> None:
    """Ends access that was given, now. Raises `RefusedError` if it has ended, or `by` may not."""
    refuse_unless(refusal_of_reason(reason))
    found = Grant.objects.select_for_update().get(pk=grant.pk)
    if not by.has_perm("listserver.grant_mailinglist"):
        refuse_unless(refusal_to_manage(access_of(found.list, by, now)))
    if found.ends_at <= now:
        raise RefusedError("This access has ended already.")
    if found.starts_at >= now:
        found.delete()
    else:
        found.ends_at = now
        found.save(update_fields=["ends_at"])
    _record("grant.taken-back", found, by, now, reason)


def _give(
    mailing_list: MailingList,
    user: User,
    kind: GrantKind,
    level: Level,
    until: datetime,
    reason: str,
    by: User,
    now: datetime,
) -> Grant:
    refuse_unless(refusal_of_reason(reason), refusal_of_end(until, now))
    grant = Grant.objects.create(
        list=mailing_list,
        user=user,
        kind=kind,
        level=level,
        starts_at=now,
        ends_at=until,
        reason=reason,
        by=by,
    )
    _record("grant.extended" if kind == GrantKind.EXTENSION else "grant.given", grant, by, now, reason)
    return grant


def _record(action: str, grant: Grant, by: User, now: datetime, reason: str) -> None:
    audit.record(
        action,
        now=now,
        by=by,
        person=grant.user,
        subject=grant.list.key,
        subject_name=grant.list.name,
        reason=reason,
        details={"until": grant.ends_at.isoformat(), "level": Level(grant.level).label},
    )
