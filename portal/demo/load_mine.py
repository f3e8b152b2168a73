"""Gives the demo's clinical director something of her own: what she has read and follows, and a place at a webinar."""

from datetime import datetime, timedelta

from django.db import transaction

from events.actions.baskets import begin, confirm_address, identify
from events.actions.holding import hold
from events.actions.ordering import place
from events.models import Method, Order, OrderState, Ticket
from handbook.following import handbook_key, section_key
from handbook.models import Edition, HandbookPage, ReadMark
from portal.members.models import Cadence, Follow, User

READ, FOLLOWED = "1.1", "quorum-and-voting"


@transaction.atomic
def load_mine(*, director: User, now: datetime) -> None:
    """Make what is not there yet: the marks of every section of an earlier edition, two follows, and a place that costs nothing."""
    handbook = HandbookPage.objects.get(slug="handbook")
    edition = Edition.objects.get(handbook=handbook, number=READ)
    if ReadMark.objects.filter(user=director).exists():
        return
    read_at = edition.published_at + timedelta(days=9)
    sections = edition.sections.present().exclude(parent=None)
    ReadMark.objects.bulk_create(
        ReadMark(user=director, key=one.key, body_id=one.body_id, read_at=read_at) for one in sections
    )
    keys = {handbook_key(handbook.pk): Cadence.WEEKLY}
    keys |= {section_key(one.key): Cadence.WEEKLY for one in sections.filter(anchor=FOLLOWED)}
    Follow.objects.bulk_create(
        Follow(user=director, key=key, cadence=cadence, created_at=read_at) for key, cadence in keys.items()
    )
    _book(director, now)


def _book(director: User, now: datetime) -> None:
    ticket = (
        Ticket.objects.filter(pool__event__starts_at__gt=now, prices__pence=0, prices__whom="anyone")
        .select_related("pool__event")
        .order_by("pool__event__starts_at", "pk")
        .first()
    )
    if ticket is None or Order.objects.filter(user=director, state=OrderState.PLACED).exists():
        return
    order = begin(now=now, user=director)
    hold(order=order, ticket=ticket, count=1, now=now)
    identify(order=order, name=director.get_full_name(), email=director.email, now=now, user=director)
    confirm_address(order=order, email=director.email, now=now)
    line = order.lines.get()
    line.place.name, line.place.email = director.get_full_name(), director.email
    line.place.save(update_fields=["name", "email"])
    place(order=order, method=Method.FREE, now=now)
    # Nobody is written to while a demonstration is loaded.
    Order.objects.filter(pk=order.pk).update(untold_since=None)
