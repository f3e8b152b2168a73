"""Places in a basket: taken, changed in number, given back, kept for longer, run out."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from events.actions.baskets import begin, confirm_address, identify, origin_of
from events.actions.holding import change, hold, hold_again, prolong, release
from events.actions.naming import name_attendee
from events.actions.ordering import place
from events.actions.waiting import join
from events.models import Method, Order, Place, PlaceState, Pool, Price, Whom
from events.rules.holding import refusal_of_origin
from events.stock import held, held_until, stocks
from portal.members.actions import RefusedError
from portal.members.models import Role
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


def test_a_hold_takes_places_for_15_minutes_at_the_price_that_is_agreed() -> None:
    ticket = make_ticket(make_pool(3), pence=12_000, vat_percent=20)
    basket = make_basket()

    lines = hold(order=basket, ticket=ticket, count=2, now=NOW)

    assert [(line.pence, line.vat_percent, line.description) for line in lines] == [(12_000, 20, "Hall")] * 2
    assert states(ticket.pool) == {"held": 2}
    assert held_until(basket, NOW) == NOW + 15 * MINUTE
    assert stocks([ticket.pool_id], NOW)[ticket.pool_id].free == 1


@pytest.mark.parametrize(
    ("now", "left"),
    [(NOW + 15 * MINUTE - SECOND, 0), (NOW + 15 * MINUTE, 1), (NOW + 15 * MINUTE + SECOND, 1)],
)
def test_a_place_is_free_again_in_the_moment_in_which_its_hold_runs_out(now: Any, left: int) -> None:
    ticket = make_ticket(make_pool(1))
    hold(order=make_basket(), ticket=ticket, count=1, now=NOW)

    if left:
        hold(order=make_basket(), ticket=ticket, count=1, now=now)
    else:
        with refused("Out of stock"):
            hold(order=make_basket(), ticket=ticket, count=1, now=now)
    assert states(ticket.pool) == {"held": 1}


def test_tickets_that_share_a_pool_take_from_the_same_places() -> None:
    pool = make_pool(3)
    early, late = make_ticket(pool, name="Early"), make_ticket(pool, name="Late")
    hold(order=make_basket(), ticket=early, count=2, now=NOW)

    with refused("Not enough left: you asked for 2 places for “Late”, and there is 1 left."):
        hold(order=make_basket(), ticket=late, count=2, now=NOW)

    assert states(pool) == {"held": 2}


def test_what_one_visitor_holds_is_limited_also_in_several_baskets() -> None:
    ticket, user = make_ticket(make_pool(50), most=3), make_user()
    hold(order=make_basket(user), ticket=ticket, count=2, now=NOW)

    with refused("One order can have 3 places for “Hall” at most."):
        hold(order=make_basket(user), ticket=ticket, count=2, now=NOW)
    hold(order=make_basket(user), ticket=ticket, count=2, now=NOW + 15 * MINUTE)

    assert states(ticket.pool) == {"held": 2}


def test_whom_a_ticket_is_for_is_not_asked_of_whoever_takes_it_into_a_basket() -> None:
    members = make_ticket(whom=Whom.MEMBERS)
    for_directors = make_ticket(pence=None)
    Price.objects.create(ticket=for_directors, whom=Whom.ROLE, role=Role.CLINICAL_DIRECTOR, pence=0)

    hold(order=make_basket(), ticket=members, count=1, now=NOW)
    [line] = hold(order=make_basket(), ticket=for_directors, count=1, now=NOW)
    assert line.pence == 0

    with refused("There is no price yet"):
        hold(order=make_basket(), ticket=make_ticket(pence=None), count=1, now=NOW)
    with refused("Conference has begun."):
        hold(order=make_basket(), ticket=make_ticket(), count=1, now=NOW + 30 * DAY)


def test_a_basket_is_priced_again_for_whoever_turns_out_to_order() -> None:
    ticket = make_ticket(pence=12_000)
    Price.objects.create(ticket=ticket, whom=Whom.MEMBERS, pence=6_000)
    member = make_user("ada@example.org")
    make_member(member, date(2026, 1, 1))
    basket = begin(now=NOW)
    [line] = hold(order=basket, ticket=ticket, count=1, now=NOW)
    found = [line.pence]

    for who in ({"user": member}, {"user": None}):
        identify(order=basket, name="Ada Example", email="Ada@example.org", now=NOW, **who)
        line.refresh_from_db()
        found.append(line.pence)
    confirm_address(order=basket, email="ada@example.org", now=NOW)
    line.refresh_from_db()

    assert [*found, line.pence] == [12_000, 6_000, 12_000, 6_000]
    with refused("The order has another address now."):
        confirm_address(order=basket, email="eve@example.org", now=NOW)


def test_a_basket_can_be_changed_and_emptied() -> None:
    ticket, basket = make_ticket(make_pool(5)), make_basket()
    found = []
    for count in (2, 4, 4, 1, 0):
        change(order=basket, ticket=ticket, count=count, now=NOW)
        found.append((states(ticket.pool).get("held", 0), basket.lines.count()))

    assert found == [(2, 2), (4, 4), (4, 4), (1, 1), (0, 0)]


def test_whoever_changes_a_basket_after_its_hold_ran_out_has_what_they_asked_for_then() -> None:
    ticket, basket = make_ticket(make_pool(5)), make_basket()
    hold(order=basket, ticket=ticket, count=2, now=NOW)

    change(order=basket, ticket=ticket, count=1, now=NOW + 15 * MINUTE)

    assert (states(ticket.pool), basket.lines.count()) == ({"held": 1}, 1)


def test_lines_of_another_basket_cannot_be_released() -> None:
    ticket = make_ticket(make_pool(5))
    mine, other = make_basket(), make_basket()
    hold(order=other, ticket=ticket, count=1, now=NOW)

    release(order=mine, lines=other.lines.all(), now=NOW)

    assert (states(ticket.pool), other.lines.count()) == ({"held": 1}, 1)


def test_a_released_place_is_offered_to_whoever_waits() -> None:
    ticket, basket = make_ticket(make_pool(1)), make_basket()
    hold(order=basket, ticket=ticket, count=1, now=NOW)
    waiting = join(ticket=ticket, name="Grace", email="grace@example.org", wanted=1, now=NOW)

    release(order=basket, lines=basket.lines.all(), now=NOW)

    assert (states(ticket.pool), offered_to(waiting)) == ({"offered": 1}, 1)


def test_a_basket_is_kept_for_longer_once_and_again_only_when_it_was_empty() -> None:
    ticket, basket = make_ticket(make_pool(5)), make_basket()
    hold(order=basket, ticket=ticket, count=1, now=NOW)

    assert prolong(order=basket, now=NOW + 14 * MINUTE) == NOW + 29 * MINUTE
    with refused("You have had more time once already."):
        prolong(order=basket, now=NOW + 28 * MINUTE)
    with refused("Hold ran out"):
        prolong(order=basket, now=NOW + 29 * MINUTE)
    hold(order=basket, ticket=ticket, count=1, now=NOW + 29 * MINUTE)

    assert prolong(order=basket, now=NOW + 30 * MINUTE) == NOW + 45 * MINUTE


def test_nothing_is_added_to_an_order_that_was_placed() -> None:
    ticket, basket = make_ticket(), make_basket()
    hold(order=basket, ticket=ticket, count=1, now=NOW)
    place(order=basket, method=Method.FREE, now=NOW)

    for again in (
        lambda: hold(order=basket, ticket=ticket, count=1, now=NOW),
        lambda: change(order=basket, ticket=ticket, count=0, now=NOW),
        lambda: release(order=basket, lines=basket.lines.all(), now=NOW),
        lambda: prolong(order=basket, now=NOW),
    ):
        with refused("This order has been placed."):
            again()
    assert states(ticket.pool) == {"confirmed": 1}


def test_a_pool_is_settled_before_it_is_counted_and_others_are_left_alone() -> None:
    event = make_event()
    one, other = make_ticket(make_pool(1, event)), make_ticket(make_pool(1, event))
    for ticket in (one, other):
        hold(order=make_basket(), ticket=ticket, count=1, now=NOW)

    hold(order=make_basket(), ticket=one, count=1, now=NOW + DAY)

    assert Place.objects.filter(pool=one.pool, state=PlaceState.GONE).count() == 1
    assert Place.objects.filter(pool=other.pool, state=PlaceState.GONE).count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": PlaceState.HELD, "expires_at": None},
        {"state": PlaceState.CONFIRMED, "expires_at": NOW},
        {"state": "lent", "expires_at": None},
    ],
)
def test_the_database_refuses_places_that_make_no_sense(wrong: dict[str, Any]) -> None:
    ticket = make_ticket()

    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(pool=ticket.pool, ticket=ticket, taken_at=NOW, **wrong)


@pytest.mark.parametrize("count", [1, 3])
def test_what_many_pools_have_left_takes_as_many_queries_as_of_one(
    count: int, django_assert_num_queries: Any
) -> None:
    event = make_event()
    tickets = [make_ticket(make_pool(1, event)) for _ in range(count)]
    for number, ticket in enumerate(tickets):
        hold(order=make_basket(), ticket=ticket, count=1, now=NOW)
        join(ticket=ticket, name="Grace", email=f"g{number}@example.org", wanted=1, now=NOW)

    with django_assert_num_queries(1):
        found = stocks([ticket.pool_id for ticket in tickets], NOW)

    assert {(one.free, one.for_walk_ins, one.is_awaited) for one in found.values()} == {(0, 0, True)}
    assert (Pool.objects.count(), Order.objects.count()) == (count, count)


@pytest.mark.parametrize(
    ("size", "most", "before", "wanted", "fits"),
    [
        (80, 10, 39, 1, True),
        (80, 10, 40, 1, False),
        (8, 10, 0, 8, True),
        (8, 10, 9, 1, True),
        (8, 10, 10, 1, False),
    ],
)
def test_half_of_a_pool_or_one_order_may_be_in_baskets_from_one_address(
    size: int, most: int, before: int, wanted: int, fits: bool
) -> None:
    assert (refusal_of_origin(wanted, before, size, most) is None) == fits


def test_many_baskets_from_one_address_cannot_empty_a_pool_and_what_is_ordered_does_not_count() -> None:
    ticket = make_ticket(make_pool(6), most=2)

    def basket(address: str) -> Order:
        found = begin(now=NOW, address=address)
        Order.objects.filter(pk=found.pk).update(
            name="A", email=f"a{found.pk}@example.org", email_confirmed_at=NOW
        )
        return found

    first = basket("192.0.2.1")
    hold(order=first, ticket=ticket, count=2, now=NOW)
    hold(order=basket("192.0.2.1"), ticket=ticket, count=1, now=NOW)
    with refused("Too many places are in baskets from your network"):
        hold(order=basket("192.0.2.1"), ticket=ticket, count=1, now=NOW)
    hold(order=basket("192.0.2.2"), ticket=ticket, count=1, now=NOW)

    place(order=first, method="free", now=NOW)

    assert len(hold(order=basket("192.0.2.1"), ticket=ticket, count=2, now=NOW)) == 2
    assert (first.origin, Order.objects.get(pk=first.pk).origin) == (origin_of("192.0.2.1", NOW), "")


def test_an_address_stands_for_something_else_each_day() -> None:
    assert (
        len({origin_of("192.0.2.1", NOW), origin_of("192.0.2.1", NOW + DAY), origin_of("192.0.2.2", NOW)})
        == 3
    )


def test_what_ran_out_is_kept_once_more_with_who_comes_on_it() -> None:
    ticket = make_ticket(make_pool(2))
    basket = make_basket()
    hold(order=basket, ticket=ticket, count=2, now=NOW)
    first = basket.lines.order_by("pk").first().place
    name_attendee(place=first, name="Ada", email="ada@example.org", now=NOW)
    later = NOW + 16 * MINUTE

    hold_again(order=basket, now=later)

    first.refresh_from_db()
    assert (first.name, first.expires_at) == ("Ada", later + 15 * MINUTE)
    assert held(basket, later).count() == 2
    hold_again(order=basket, now=later)  # nothing ran out: nothing is done
    assert held(basket, later).count() == 2


def test_of_what_ran_out_all_is_kept_once_more_or_nothing() -> None:
    ticket = make_ticket(make_pool(2))
    basket, other = make_basket(), make_basket()
    hold(order=basket, ticket=ticket, count=2, now=NOW)
    later = NOW + 16 * MINUTE
    hold(order=other, ticket=ticket, count=1, now=later)

    with pytest.raises(RefusedError, match="Hold ran out"):
        hold_again(order=basket, now=later)

    assert (held(basket, later).count(), held(other, later).count()) == (0, 1)


def test_no_more_is_kept_once_more_than_one_visitor_may_hold() -> None:
    ticket, person = make_ticket(make_pool(9), most=3), make_user()
    basket, other = make_basket(person), make_basket(person)
    hold(order=basket, ticket=ticket, count=3, now=NOW)
    later = NOW + 16 * MINUTE
    hold(order=other, ticket=ticket, count=1, now=later)

    with refused("One order can have 3 places"):
        hold_again(order=basket, now=later)


def test_what_is_kept_once_more_counts_for_the_next_ticket_too() -> None:
    first, second, third = (make_ticket(make_pool(20), most=10) for _ in range(3))
    basket, later = make_basket(), NOW + 16 * MINUTE
    for ticket in (first, second):
        hold(order=basket, ticket=ticket, count=10, now=NOW)
    hold(order=basket, ticket=third, count=10, now=later)

    with refused("One order can have 20 places"):
        hold_again(order=basket, now=later)

    assert held(basket, later).count() == 10


def test_a_basket_in_which_something_ran_out_is_not_ordered_before_that_is_decided(client: Client) -> None:
    event, now = make_event(starts_at=timezone.now() + 30 * DAY), timezone.now()
    lost, kept = make_ticket(make_pool(9, event)), make_ticket(make_pool(9, event))
    basket = make_basket(now=now)
    for ticket in (lost, kept):
        [line] = hold(order=basket, ticket=ticket, count=1, now=now)
        name_attendee(place=line.place, name="Ada", email=f"ada{ticket.pk}@example.org", now=now)
    session = client.session
    session["basket"] = basket.pk
    session.save()
    Place.objects.filter(ticket=lost).update(expires_at=timezone.now() - SECOND)

    for step in ("who-comes", "who-orders", "check"):
        for asked in (client.get, client.post):
            assert asked(f"/booking/{step}/")["Location"] == "/booking/", step
    assert Order.objects.get().state == "open"
    assert "Keep what ran out once more, and go on" in client.get("/booking/").content.decode()
    assert client.post("/booking/keep-again/")["Location"] == "/booking/who-comes/"
    assert held(basket, timezone.now()).count() == 2
    assert client.get("/booking/check/").status_code == 200
