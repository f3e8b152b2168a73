"""Places about which organisers decide: asked for, and given or refused."""

from datetime import datetime

from django.db import transaction

from events.actions.baskets import refuse_unless
from events.actions.settling import lock, settle
from events.mail import offer_address
from events.models import Ticket, Waiting, WaitingState
from events.rules.tickets import depends_on_standing, refusal_to_apply
from events.rules.waiting import refusal_of_words, waits
from events.standing import standing_of
from events.stock import offer_to
from portal.members import audit, mail
from portal.members.models import User

OF_ACCOUNT = "Enter an e-mail address that you have confirmed in your profile. Whether you can have the place, and its price, go by it."


@transaction.atomic
def apply(
    *, ticket: Ticket, name: str, email: str, words: str, now: datetime, user: User | None = None
) -> Waiting:
    """Asks for one place with a ticket about which organisers decide. Without a `user` they count as somebody who is not a member.

    Raises `RefusedError`: the ticket is not for them or not to be had, the address has asked or waits already, or it is not one of
    their account although their right or price depends on that.
    """
    email = email.strip().lower()
    refuse_unless(
        refusal_to_apply(ticket, ticket.pool.event, standing_of(user, now), now),
        OF_ACCOUNT if user and depends_on_standing(ticket) and not _is_of(user, email) else None,
    )
    lock([ticket.pool_id])
    known = Waiting.objects.filter(pool=ticket.pool_id, email=email, state__in=waits())
    refuse_unless(refusal_of_words(words, knows_address=known.exists()))
    made = Waiting.objects.create(
        ticket=ticket,
        pool_id=ticket.pool_id,
        name=name.strip(),
        email=email,
        words=words.strip(),
        state=WaitingState.APPLIED,
        since=now,
    )
    _tell("event_applied", made)
    return made


@transaction.atomic
def let_in(*, waiting: Waiting, by: User, now: datetime) -> None:
    """An organiser lets somebody in: they are offered a place, or wait for the next one, in the order in which people asked.

    Done a second time it does nothing.
    """
    lock([waiting.pool_id])
    rows = Waiting.objects.filter(pk=waiting.pk, state=WaitingState.APPLIED)
    if not rows.update(state=WaitingState.WAITING):
        return
    settle([waiting.pool_id], now)
    if offer_to(waiting, now) is None:
        _tell("event_let_in", waiting)
    _record("application.let-in", waiting, by, now, "")


@transaction.atomic
def refuse(*, waiting: Waiting, by: User, reason: str, now: datetime) -> None:
    """An organiser refuses somebody, and says why: they are told. Raises `RefusedError` if it is decided already."""
    lock([waiting.pool_id])
    rows = Waiting.objects.filter(pk=waiting.pk, state=WaitingState.APPLIED)
    refuse_unless(None if rows.update(state=WaitingState.REFUSED) else "This has been decided already.")
    _tell("event_not_let_in", waiting, reason=reason)
    _record("application.refused", waiting, by, now, reason)


def _is_of(user: User, email: str) -> bool:
    return user.emailaddress_set.filter(email=email, verified=True).exists()


def _tell(template: str, waiting: Waiting, **more: str) -> None:
    mail.send(
        template=template,
        to=waiting.email,
        context={
            "name": waiting.name,
            "event": waiting.pool.event,
            "ticket": waiting.ticket.name,
            "link": offer_address(waiting.key),
            **more,
        },
        key=f"{template.replace('_', '-')}:{waiting.pk}",
    )


def _record(action: str, waiting: Waiting, by: User, now: datetime, reason: str) -> None:
    audit.record(
        action,
        now=now,
        by=by,
        subject=f"waiting:{waiting.pk}",
        subject_name=waiting.pool.event.title,
        reason=reason,
        details={"ticket": waiting.ticket.name},
    )
