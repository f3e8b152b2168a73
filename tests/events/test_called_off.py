"""What pages say once an event has been called off: since when, what becomes of what was paid, and that nothing is left to do."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from events.actions import calling_off
from events.actions.calling_off import call_off
from events.actions.holding import hold
from events.actions.ordering import cancel_line, pay, place
from events.actions.waiting import join
from events.models import EventPage, Method, Order, Place, Ticket, Waiting
from events.rules.paying import money_back
from events.rules.words import moment
from portal.members.models import Mail, User
from tests.events.factories import DAY, make_basket, make_event, make_pool, make_ticket, refused
from tests.factories import make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
# The worker gives the places back a moment later: pages say the same before and after.
finished = pytest.mark.parametrize("is_finished", [False, True])


@pytest.fixture
def event() -> EventPage:
    return make_event(starts_at=timezone.now() + 30 * DAY)


@pytest.fixture
def organiser() -> User:
    return make_staff("Event organiser")


def booked(ticket: Ticket, email: str = "ada@example.org") -> Order:
    basket, pence = make_basket(email=email), ticket.prices.get().pence
    [line] = hold(order=basket, ticket=ticket, count=1, now=timezone.now())
    Place.objects.filter(pk=line.place_id).update(name="Ada Example", email=email)
    return place(order=basket, method=Method.INVOICE if pence else Method.FREE, now=timezone.now())


def off(event: EventPage, by: User, *, is_finished: bool = True) -> str:
    """Calls it off; gives the words that say since when."""
    now = timezone.now()
    call_off(event=event, by=by, reason="The hall is flooded.", now=now)
    if is_finished:
        calling_off.finish(now + MINUTE)
    return f"It was called off at {moment(now)}."


def read(client: Client, address: str) -> str:
    main = client.get(address).content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


@finished
def test_the_order_says_since_when_and_offers_nothing_to_do(
    client: Client, event: EventPage, organiser: User, is_finished: bool
) -> None:
    order = booked(make_ticket(make_pool(1, event)))
    address = f"/booking/orders/{order.key}/"
    assert "Give it to somebody else" in read(client, address)

    since = off(event, organiser, is_finished=is_finished)

    page = read(client, address)
    assert f"{since} The hall is flooded." in page
    assert "What you booked has been called off" in page
    assert "There is nothing that you have to do." in page
    assert [words in page for words in ("Give it", "Your places are booked", "paid", "Given back")] == [
        False
    ] * 4


def test_the_order_says_who_pays_back_how_much_and_which_way_and_then_that_it_was(
    client: Client, event: EventPage, organiser: User
) -> None:
    order = booked(make_ticket(make_pool(1, event), pence=12_000))
    pay(order=order, method=Method.INVOICE, pence=12_000, reference="bank-1", now=timezone.now())
    address = f"/booking/orders/{order.key}/"

    off(event, organiser)

    assert "What you have paid for it is paid back." in Mail.objects.get(template="event_called_off").text
    page = read(client, address)
    assert (
        "£120 are to be paid back to you. Network Directors Association pays them back by bank transfer."
        in page
    )
    assert "Credit note" in page
    pay(order=order, method=Method.INVOICE, pence=-12_000, reference="back-1", now=timezone.now())
    page = read(client, address)
    assert ("£120 have been paid back to you." in page, "to be paid back" in page) == (True, False)


def test_no_money_is_promised_for_a_free_place_in_an_order_that_was_paid_for_something_else(
    event: EventPage, organiser: User
) -> None:
    basket, now = make_basket(), timezone.now()
    [line] = hold(order=basket, ticket=make_ticket(make_pool(1, event)), count=1, now=now)
    elsewhere = make_event(starts_at=now + 30 * DAY)
    hold(order=basket, ticket=make_ticket(make_pool(1, elsewhere), pence=5_000), count=1, now=now)
    Place.objects.filter(pk=line.place_id).update(name="Ada Example", email=basket.email)
    order = place(order=basket, method=Method.INVOICE, now=now)
    pay(order=order, method=Method.INVOICE, pence=5_000, reference="bank-1", now=now)

    off(event, organiser)

    assert "paid back" not in Mail.objects.get(template="event_called_off").text


@finished
def test_an_invoice_that_is_not_paid_need_not_be(
    client: Client, event: EventPage, organiser: User, is_finished: bool
) -> None:
    order = booked(make_ticket(make_pool(1, event), pence=12_000))
    address = f"/booking/orders/{order.key}/"
    assert "by bank transfer with the reference" in read(client, address)

    off(event, organiser, is_finished=is_finished)

    page = read(client, address)
    assert "what has not need not be paid" in page
    assert "by bank transfer" not in page


def test_what_was_given_back_before_and_what_still_takes_place_are_told_apart(
    client: Client, event: EventPage, organiser: User
) -> None:
    other = make_event("Webinar", starts_at=timezone.now() + 20 * DAY)
    basket = make_basket()
    for ticket in (make_ticket(make_pool(2, event)), make_ticket(make_pool(1, other))):
        hold(order=basket, ticket=ticket, count=ticket.pool.size, now=timezone.now())
    order = place(order=basket, method=Method.FREE, now=timezone.now())
    cancel_line(line=order.lines.first(), now=timezone.now())

    off(event, organiser)

    page = read(client, f"/booking/orders/{order.key}/")
    assert "Your places are booked" in page
    assert [page.count(words) for words in ("Given back", "Called off", "Give it back")] == [1, 1, 1]


@finished
def test_the_ticket_says_so_and_shows_no_code(
    client: Client, event: EventPage, organiser: User, is_finished: bool
) -> None:
    key = booked(make_ticket(make_pool(1, event))).lines.get().place.key
    assert "Show this code" in read(client, f"/booking/tickets/{key}/")

    since = off(event, organiser, is_finished=is_finished)

    page = read(client, f"/booking/tickets/{key}/")
    assert f"{since} The hall is flooded." in page
    assert "This ticket no longer counts. There is nothing that you have to do." in page
    assert ("Show this code" in page, "has been given back" in page) == (False, False)


@finished
def test_the_waiting_list_says_that_nobody_waits_any_more(
    client: Client, event: EventPage, organiser: User, is_finished: bool
) -> None:
    ticket = make_ticket(make_pool(1, event))
    booked(ticket)
    waiting = join(ticket=ticket, name="Grace", email="grace@example.org", wanted=1, now=timezone.now())
    address = f"/booking/offers/{waiting.key}/"
    assert "number 1" in read(client, address)

    since = off(event, organiser, is_finished=is_finished)

    page = read(client, address)
    assert (since in page, "Nobody waits for it any more" in page) == (True, True)
    assert [words in page for words in ("number 1", "Leave the waiting list", "You have left")] == [False] * 3
    assert client.get(f"{address}leave/").url == address
    assert Waiting.objects.count() == 1


def test_the_event_says_since_when_and_what_becomes_of_what_was_paid(
    client: Client, event: EventPage, organiser: User
) -> None:
    booked(make_ticket(make_pool(1, event)))

    since = off(event, organiser)

    page = read(client, event.url)
    assert since in page
    assert "Whoever paid for places gets the money back. There is nothing that you have to do." in page


@finished
def test_my_events_has_it_under_called_off_and_not_among_what_is_to_come(
    event: EventPage, organiser: User, is_finished: bool
) -> None:
    booked(make_ticket(make_pool(1, event)))
    browser = sign_in(make_user("ada@example.org"))
    assert "To come" in read(browser, "/booking/mine/")

    off(event, organiser, is_finished=is_finished)

    page = read(browser, "/booking/mine/")
    assert "To come" not in page
    assert "Conference , " in page.partition("Called off")[2]
    assert "called off at" in page


def test_my_events_leaves_out_a_place_that_was_given_back_before(event: EventPage, organiser: User) -> None:
    order = booked(make_ticket(make_pool(1, event)))
    cancel_line(line=order.lines.get(), now=timezone.now())

    off(event, organiser)

    assert "Called off" not in read(sign_in(make_user("ada@example.org")), "/booking/mine/")


def test_nothing_can_be_given_back_or_passed_on_while_the_places_are_being_taken_back(
    client: Client, event: EventPage, organiser: User
) -> None:
    order = booked(make_ticket(make_pool(1, event)))
    line = order.lines.get()
    off(event, organiser, is_finished=False)

    for step in ("give-back", "pass-on"):
        page = read(client, f"/booking/orders/{order.key}/places/{line.pk}/{step}/")
        assert "Conference has been called off: there is nothing to give back or to pass on." in page
    with refused("Conference has been called off"):
        cancel_line(line=line, now=timezone.now())


def test_whoever_ordered_and_comes_is_told_once_of_both_the_ticket_and_the_money(
    event: EventPage, organiser: User
) -> None:
    basket = make_basket()
    places = hold(order=basket, ticket=make_ticket(make_pool(2, event)), count=2, now=timezone.now())
    for line, email in zip(places, ("grace@example.org", "ada@example.org"), strict=True):
        Place.objects.filter(pk=line.place_id).update(name="A", email=email)
    order = place(order=basket, method=Method.FREE, now=timezone.now())

    off(event, organiser)

    told = Mail.objects.filter(template="event_called_off").order_by("pk")
    assert [(one.to, f"/booking/orders/{order.key}/" in one.text) for one in told] == [
        ("grace@example.org", False),
        ("ada@example.org", True),
    ]
    assert told[1].text.splitlines()[4:] == [
        "The hall is flooded.",
        "",
        "Tickets no longer count, and there is nothing that you have to do.",
        "",
        f"See your order: http://testserver/booking/orders/{order.key}/",
        "",
        settings.WAGTAIL_SITE_NAME,
        "http://testserver",
    ]


@pytest.mark.parametrize(
    ("to_pay", "went", "by_card", "said"),
    [
        (0, 0, 0, []),
        (
            4_000,
            0,
            4_000,
            ["£40 are to be paid back to you. NDA pays them back to the card that you paid with."],
        ),
        (
            4_000,
            0,
            1_000,
            [
                "£40 are to be paid back to you. NDA pays them back to the card that you paid with, and the rest by bank transfer."
            ],
        ),
        (4_000, 0, 0, ["£40 are to be paid back to you. NDA pays them back by bank transfer."]),
        (0, 4_000, 0, ["£40 have been paid back to you."]),
    ],
)
def test_what_is_said_of_money_that_goes_back(to_pay: int, went: int, by_card: int, said: list[str]) -> None:
    found = money_back(to_pay, went, by_card=by_card, seller="NDA")

    assert [words for words in found if words.startswith("£")] == said
