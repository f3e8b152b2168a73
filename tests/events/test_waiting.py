"""The waiting list: first come, first offered; offers taken, left and lapsed; nobody walks in ahead."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings

from events.actions.holding import hold, release
from events.actions.ordering import cancel_line, place
from events.actions.pools import resize
from events.actions.waiting import accept, join, leave, sweep
from events.mail import offer_address
from events.models import Method, Order, Place, PlaceState, Price, Ticket, Waiting, WaitingState, Whom
from events.stock import Offer, held_until, offer_to, position_of, stocks
from portal.members.mail import preview
from portal.members.models import AuditEntry, Mail
from tests.events.factories import (
    DAY,
    MINUTE,
    SECOND,
    make_basket,
    make_event,
    make_pool,
    make_ticket,
    offered_to,
    refused,
    states,
)
from tests.factories import NOW, make_user
from tests.forum.factories import make_member

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def full(size: int = 3, **fields: Any) -> tuple[Ticket, Order]:
    """A ticket all of whose places are taken by one order."""
    ticket, order = make_ticket(make_pool(size, **fields)), make_basket()
    hold(order=order, ticket=ticket, count=size, now=NOW)
    return ticket, place(order=order, method=Method.FREE, now=NOW)


def wait_for(ticket: Ticket, name: str = "grace", wanted: int = 1, **fields: Any) -> Waiting:
    values = {"name": name.title(), "email": f"{name}@example.org", "now": NOW, **fields}
    return join(ticket=ticket, wanted=wanted, **values)


def free_one(order: Order, now: Any = NOW) -> None:
    """Somebody gives back a place of an order that was placed."""
    cancel_line(line=order.lines.filter(cancelled_at=None).first(), now=now)


def state_of(waiting: Waiting) -> str:
    return Waiting.objects.get(pk=waiting.pk).state


def mails(template: str = "event_offer") -> list[str]:
    return list(Mail.objects.filter(template=template).order_by("pk").values_list("to", flat=True))


def test_a_freed_place_is_offered_to_the_first_and_then_to_the_next() -> None:
    ticket, order = full()
    first, second = wait_for(ticket), wait_for(ticket, "mary")
    assert (position_of(first, NOW), position_of(second, NOW)) == (1, 2)

    free_one(order)

    assert offer_to(first, NOW) == Offer(1, NOW + 24 * HOUR)
    assert (offer_to(second, NOW), position_of(second, NOW)) == (None, 1)
    assert mails() == ["grace@example.org"]
    free_one(order)
    assert (offered_to(first), offered_to(second)) == (1, 1)
    assert mails() == ["grace@example.org", "mary@example.org"]


@pytest.mark.parametrize("moment", [DAY - SECOND, DAY, DAY + SECOND])
def test_an_offer_that_is_not_taken_in_its_time_goes_to_the_next(moment: timedelta) -> None:
    ticket, order = full()
    first, second = wait_for(ticket), wait_for(ticket, "mary")
    free_one(order)

    sweep(NOW + moment)
    sweep(NOW + moment)

    if moment < DAY:
        assert (offered_to(first), offered_to(second), mails("event_offer_lapsed")) == (1, 0, [])
        return
    assert (state_of(first), offered_to(first), offered_to(second)) == (WaitingState.LAPSED, 0, 1)
    assert mails("event_offer_lapsed") == ["grace@example.org"]
    assert mails() == ["grace@example.org", "mary@example.org"]
    with refused("Nothing is offered to you now."):
        accept(waiting=first, order=make_basket(), now=NOW + moment)


def test_how_long_an_offer_lasts_can_be_set_and_it_does_not_outlast_the_booking() -> None:
    short, order = full(offer_hours=2)
    waiting = wait_for(short)
    free_one(order)
    closing, other = full(event=make_event(book_until=NOW + HOUR))
    late = wait_for(closing, "mary")
    free_one(other)

    assert offer_to(waiting, NOW) == Offer(1, NOW + 2 * HOUR)
    assert offer_to(late, NOW) == Offer(1, NOW + HOUR)
    sweep(NOW + 2 * HOUR)
    assert states(closing.pool) == {"confirmed": 2}
    assert len(mails()) == 2


def test_an_accepted_offer_is_in_the_basket_until_the_offer_would_have_ended() -> None:
    ticket, order = full()
    waiting, basket = wait_for(ticket), make_basket()
    free_one(order)

    accept(waiting=waiting, order=basket, now=NOW + HOUR)

    assert (state_of(waiting), held_until(basket, NOW)) == (WaitingState.DONE, NOW + 24 * HOUR)
    place(order=basket, method=Method.FREE, now=NOW + 2 * HOUR)
    assert states(ticket.pool) == {"confirmed": 3}
    with refused("Nothing is offered to you now."):
        accept(waiting=waiting, order=make_basket(), now=NOW + 2 * HOUR)


def test_an_offer_taken_in_its_last_second_is_kept_for_15_minutes() -> None:
    ticket, order = full()
    waiting, basket = wait_for(ticket), make_basket()
    free_one(order)

    accept(waiting=waiting, order=basket, now=NOW + DAY - SECOND)

    assert held_until(basket, NOW + DAY) == NOW + DAY - SECOND + 15 * MINUTE


def test_a_group_is_offered_what_fits_and_stays_in_front_for_the_rest() -> None:
    ticket, order = full()
    group, single = wait_for(ticket, wanted=3), wait_for(ticket, "mary")
    free_one(order)
    free_one(order, NOW + HOUR)

    assert (offered_to(group), position_of(group, NOW), position_of(single, NOW)) == (2, 1, 2)
    # All that is offered has one end.
    assert offer_to(group, NOW) == Offer(2, NOW + HOUR + DAY)
    accept(waiting=group, order=make_basket(), now=NOW + 2 * HOUR)
    group.refresh_from_db()
    assert (group.wanted, group.state, position_of(group, NOW)) == (1, WaitingState.WAITING, 1)
    free_one(order, NOW + 3 * HOUR)
    assert (offered_to(group), offered_to(single)) == (1, 0)
    [first, second, third] = Mail.objects.filter(template="event_offer").order_by("pk")
    assert [mail.subject for mail in (first, second, third)] == [
        "1 place for you: Conference",
        "2 places for you: Conference",
        "1 place for you: Conference",
    ]


def test_nobody_walks_in_ahead_of_those_who_wait() -> None:
    ticket, basket = make_ticket(make_pool(2)), make_basket()
    hold(order=basket, ticket=ticket, count=2, now=NOW)
    group = wait_for(ticket, wanted=2)

    # The hold ran out, and nobody has looked yet.
    with refused("Out of stock"):
        hold(order=make_basket(), ticket=ticket, count=1, now=NOW + 15 * MINUTE)
    assert stocks([ticket.pool_id], NOW + 15 * MINUTE)[ticket.pool_id].for_walk_ins == 0
    sweep(NOW + 15 * MINUTE)

    assert (offered_to(group), states(ticket.pool)) == (2, {"offered": 2})


def test_whoever_leaves_gives_the_offer_to_the_next() -> None:
    ticket, order = full()
    first, second = wait_for(ticket), wait_for(ticket, "mary")
    free_one(order)

    leave(waiting=first, now=NOW)

    assert (state_of(first), offered_to(first), offered_to(second)) == (WaitingState.GONE, 0, 1)
    with refused("You are not on the waiting list any more."):
        leave(waiting=first, now=NOW)


def test_who_joins_for_more_than_there_is_is_offered_what_there_is_at_once() -> None:
    ticket = make_ticket(make_pool(2))

    with refused("You need not wait: there are 2 places left."):
        wait_for(ticket, wanted=2)
    waiting = wait_for(ticket, wanted=3)

    assert (offered_to(waiting), position_of(waiting, NOW)) == (2, 1)


def test_an_address_waits_once_for_a_pool() -> None:
    ticket, _ = full()
    wait_for(ticket)

    with refused("Somebody with this address waits already."):
        wait_for(ticket, email="Grace@Example.org")


def test_whoever_has_the_offer_has_the_price_of_its_address() -> None:
    ticket, order = full()
    Price.objects.filter(ticket=ticket).update(pence=12_000)
    Price.objects.create(ticket=ticket, whom=Whom.MEMBERS, pence=6_000)
    member = make_user("grace@example.org")
    make_member(member, date(2026, 1, 1))
    waiting = wait_for(ticket)
    free_one(order)

    [line] = accept(waiting=waiting, order=make_basket(), now=NOW)

    assert line.pence == 6_000


def test_for_members_only_members_wait() -> None:
    ticket, member = make_ticket(make_pool(0), whom=Whom.MEMBERS), make_user()
    make_member(member, date(2026, 1, 1))

    with refused("The ticket “Hall” is for members of the association."):
        wait_for(ticket, email=member.email)
    assert wait_for(ticket, email=member.email, user=member).state == WaitingState.WAITING


def test_a_larger_pool_is_offered_and_a_smaller_one_keeps_what_was_promised() -> None:
    ticket, order = full(2)
    group, next_one = wait_for(ticket, wanted=2), wait_for(ticket, "mary")
    admin = make_user()

    resize(pool=ticket.pool, size=5, by=admin, now=NOW)

    assert (offered_to(group), offered_to(next_one)) == (2, 1)
    free_one(order)
    with refused("1 place is taken, and 3 more in baskets or offered now: there cannot be fewer than 4."):
        resize(pool=ticket.pool, size=3, by=admin, now=NOW)
    resize(pool=ticket.pool, size=4, by=admin, now=NOW)
    ticket.pool.refresh_from_db()
    assert ticket.pool.size == 4
    entries = AuditEntry.objects.filter(action="pool.resized").order_by("pk")
    assert [entry.details for entry in entries] == [{"before": 2, "after": 5}, {"before": 5, "after": 4}]


def test_an_event_that_was_called_off_offers_nothing() -> None:
    ticket, order = full()
    waiting = wait_for(ticket)
    event = ticket.pool.event
    event.cancelled_at = NOW
    event.save()

    cancel_line(line=order.lines.first(), now=NOW, by=make_user(), reason="Flood")

    assert (offered_to(waiting), mails()) == (0, [])


def test_the_sweep_ends_baskets_too_and_finds_nothing_the_second_time() -> None:
    ticket, basket = make_ticket(make_pool(2)), make_basket()
    hold(order=basket, ticket=ticket, count=2, now=NOW)

    assert [sweep(NOW + 15 * MINUTE - SECOND), sweep(NOW + 15 * MINUTE), sweep(NOW + 15 * MINUTE)] == [
        0,
        1,
        0,
    ]
    assert Place.objects.filter(state=PlaceState.GONE).count() == 2


def test_what_is_taken_out_of_the_basket_again_goes_to_the_next() -> None:
    ticket, order = full()
    first, second, basket = wait_for(ticket), wait_for(ticket, "mary"), make_basket()
    free_one(order)
    accept(waiting=first, order=basket, now=NOW)

    release(order=basket, lines=basket.lines.all(), now=NOW)

    assert (offered_to(first), offered_to(second)) == (0, 1)


def test_the_mail_says_what_is_offered_until_when_and_where() -> None:
    ticket, order = full()
    waiting = wait_for(ticket, wanted=2)
    free_one(order)
    mail = Mail.objects.get(template="event_offer")

    assert mail.text.splitlines() == [
        "Hello Grace,",
        "",
        "You wait for “Hall” at Conference. 1 place became free, and we keep this for you until 9:30am on 11 March 2026.",
        "",
        f"Take it: http://testserver/booking/offers/{waiting.key}/",
        "",
        "For the rest, 1 place, you stay in front on the waiting list.",
        "",
        "If you do not take it by then, it goes to the next person, and you are no longer on the waiting list.",
        "",
        settings.WAGTAIL_SITE_NAME,
        "http://testserver",
    ]
    assert offer_address(waiting.key) in mail.html


@pytest.mark.parametrize("template", ["event_offer", "event_offer_lapsed"])
def test_the_mails_can_be_previewed(template: str) -> None:
    subject, text, html = preview(template)

    assert "Conference of network directors" in subject
    assert "Ada Example" in text
    assert "Ada Example" in html
