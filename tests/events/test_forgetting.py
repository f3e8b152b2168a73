"""What events hold about a person is shown to them, and let go of; what others have a right to stays."""

import pytest

from events.actions.forgetting import forget_in_orders
from events.actions.holding import hold
from events.actions.naming import name_attendee
from events.actions.ordering import pay, place
from events.actions.waiting import join, sweep
from events.models import Method, Order, OrderState, Payment, Place, Waiting, WaitingState
from events.personal import orders, places, waiting
from portal.members.models import User
from portal.members.personal import Person, person_of
from tests.events.factories import make_basket, make_pool, make_ticket, offered_to, states
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return make_user("ada@example.org")


def person(user: User) -> Person:
    return person_of(user, NOW)


def test_people_are_shown_their_orders_places_and_waiting(ada: User) -> None:
    ticket = make_ticket(make_pool(1), pence=12_000)
    basket = make_basket(ada)
    [line] = hold(order=basket, ticket=ticket, count=1, now=NOW)
    name_attendee(place=line.place, name="Ada Example", email=ada.email, now=NOW)
    order = place(order=basket, method=Method.INVOICE, now=NOW)
    pay(order=order, method=Method.INVOICE, pence=12_000, reference="bank 1", now=NOW)
    join(ticket=ticket, name="Ada Example", email=ada.email, wanted=1, now=NOW)

    [shown], [taken], [waits] = orders(person(ada)), places(person(ada)), waiting(person(ada))

    assert (shown["Reference"], shown["Name"]) == (order.reference, "Ada Example")
    assert [line["Pence"] for line in shown["Lines"]] == [12_000]
    assert [payment["Pence"] for payment in shown["Payments"]] == [12_000]
    assert (taken["Event"], taken["E-mail address"]) == ("Conference", "ada@example.org")
    assert (waits["Places"], waits["What became of it"]) == (1, "Waiting")


def test_whoever_is_forgotten_leaves_baskets_and_queues_and_is_named_nowhere(ada: User) -> None:
    ticket = make_ticket(make_pool(2), pence=12_000)
    ordered = make_basket(ada)
    [line] = hold(order=ordered, ticket=ticket, count=1, now=NOW)
    name_attendee(place=line.place, name="Ada Example", email=ada.email, now=NOW)
    place(order=ordered, method=Method.INVOICE, now=NOW)
    pay(order=ordered, method=Method.INVOICE, pence=12_000, reference="bank 1", now=NOW)
    hold(order=make_basket(ada), ticket=ticket, count=1, now=NOW)
    mine = join(ticket=ticket, name="Ada Example", email=ada.email, wanted=1, now=NOW)
    next_one = join(ticket=ticket, name="Grace", email="grace@example.org", wanted=1, now=NOW)

    forget_in_orders(person(ada))

    order = Order.objects.get()
    assert (order.state, order.name, order.email, order.reference is None) == (
        OrderState.PLACED,
        "",
        "",
        False,
    )
    assert set(Place.objects.values_list("name", "email")) == {("", "")}
    assert states(ticket.pool) == {"offered": 1, "confirmed": 1}
    mine.refresh_from_db()
    assert (mine.state, mine.name, mine.email) == (WaitingState.GONE, "", "")
    assert offered_to(next_one) == 1
    assert Payment.objects.get().pence == 12_000


def test_what_was_offered_to_somebody_who_is_forgotten_goes_to_the_next(ada: User) -> None:
    ticket = make_ticket(make_pool(0))
    mine = join(ticket=ticket, name="Ada", email=ada.email, wanted=1, now=NOW)
    next_one = join(ticket=ticket, name="Grace", email="grace@example.org", wanted=1, now=NOW)
    ticket.pool.size = 1
    ticket.pool.save()
    sweep(NOW)
    assert offered_to(mine) == 1

    forget_in_orders(person(ada))

    assert (offered_to(mine), offered_to(next_one)) == (0, 1)
    assert Waiting.objects.filter(email="").count() == 1
