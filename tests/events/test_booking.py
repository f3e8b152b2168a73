"""Booking by browser: from the tickets of an event to the order, with and without an account, and what can be done with it then."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from events.models import EventPage, Order, OrderState, Place, PlaceState, Price, Seller, Waiting, Whom
from events.rules.times import clock
from events.rules.words import moment
from portal.members.models import Mail
from tests.events.factories import DAY, MINUTE, make_event, make_pool, make_ticket, told
from tests.events.test_products import make_toolkit
from tests.factories import make_user
from tests.forum.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> EventPage:
    return make_event("Conference", starts_at=timezone.now() + 30 * DAY, ends_at=timezone.now() + 31 * DAY)


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=False)


def take(client: Client, ticket: Any, count: int = 1) -> str:
    """Takes places into the basket; gives the page that comes then."""
    address = f"/booking/events/{ticket.pool.event_id}/"
    return client.post(address, {f"count-{ticket.pk}": str(count)}, follow=True).content.decode()


def name(client: Client, *people: tuple[str, str]) -> str:
    data = {"form-TOTAL_FORMS": len(people), "form-INITIAL_FORMS": len(people)}
    for number, (who, email) in enumerate(people):
        data |= {f"form-{number}-name": who, f"form-{number}-email": email}
    return client.post("/booking/who-comes/", data, follow=True).content.decode()


def code_for(email: str) -> str:
    text = Mail.objects.filter(template="event_code", to=email).latest("pk").text
    return re.search(r"\b\d{6}\b", text)[0]


def order_as(client: Client, who: str = "Ada Example", email: str = "ada@one.example", **billing: str) -> str:
    return client.post(
        "/booking/who-orders/", {"name": who, "email": email, **billing}, follow=True
    ).content.decode()


def test_whoever_has_no_account_books_with_a_confirmed_address(visitor: Client, event: EventPage) -> None:
    ticket = make_ticket(make_pool(2, event))

    assert "1 place in your basket" in take(visitor, ticket)
    assert "Who orders?" in name(visitor, ("Grace Sample", "grace@two.example"))
    assert "Confirm your e-mail address" in order_as(visitor)
    wrong = visitor.post("/booking/code/", {"code": "0"}).content.decode()
    assert "This is not the code" in wrong
    checked = visitor.post("/booking/code/", {"code": code_for("ada@one.example")}, follow=True)
    assert "Check your order" in checked.content.decode()
    assert Place.objects.get().state == PlaceState.HELD
    done = visitor.post("/booking/check/", {"accepts": "on"}, follow=True).content.decode()

    order = told(Order.objects.get())
    assert "Your places are booked" in done
    assert order.reference in done
    assert (order.state, Place.objects.get().state) == (OrderState.PLACED, PlaceState.CONFIRMED)
    sent = Mail.objects.exclude(template="event_code").order_by("pk").values_list("template", "to")
    assert list(sent) == [("event_order", "ada@one.example"), ("event_ticket", "grace@two.example")]


def test_the_event_says_which_of_its_tickets_are_out_of_stock(visitor: Client, event: EventPage) -> None:
    make_ticket(make_pool(0, event), name="In the hall")
    make_ticket(make_pool(2, event), name="From home")

    page = visitor.get(event.url).content.decode()

    hall, home = page.index("In the hall"), page.index("From home")
    assert "Out of stock, with a waiting list" in page[hall:home]
    assert "Out of stock" not in page[home:]


def test_a_product_is_ordered_in_two_steps_and_a_place_in_three(visitor: Client, event: EventPage) -> None:
    make_toolkit()
    visitor.post("/booking/products/joint-posts/")
    alone = visitor.get("/booking/who-orders/").content.decode()
    take(visitor, make_ticket(make_pool(2, event)))
    with_place = visitor.get("/booking/who-orders/").content.decode()

    assert ("Step 1 of 2" in alone, "Step 2 of 3" in with_place) == (True, True)


def test_a_second_press_and_the_way_back_lead_to_the_same_order(visitor: Client, event: EventPage) -> None:
    order = booked(visitor, event)

    again = visitor.post("/booking/check/", {"accepts": "on"})
    back = visitor.get("/booking/who-comes/")

    assert again.url == back.url == f"/booking/orders/{order.key}/"
    assert Order.objects.filter(state=OrderState.PLACED).count() == 1


def booked(client: Client, event: EventPage, ticket: Any = None) -> Order:
    """Books one place for Ada, who has an account and is signed in."""
    ticket = ticket or make_ticket(make_pool(2, event))
    client.force_login(make_user("ada@one.example"), "django.contrib.auth.backends.ModelBackend")
    take(client, ticket)
    name(client, ("Ada Example", "ada@one.example"))
    order_as(client, billing_address="High Street Surgery")
    data = {"accepts": "on"} | ({"method": "invoice"} if ticket.prices.get(whom=Whom.ANYONE).pence else {})
    client.post("/booking/check/", data)
    return Order.objects.get(state=OrderState.PLACED)


def test_whoever_is_signed_in_with_the_address_needs_no_code(visitor: Client, event: EventPage) -> None:
    booked(visitor, event)

    assert not Mail.objects.filter(template="event_code").exists()


def test_what_costs_something_is_ordered_by_invoice(visitor: Client, event: EventPage) -> None:
    ticket = make_ticket(make_pool(2, event), pence=12000, vat_percent=20)
    order = told(booked(visitor, event, ticket))

    page = visitor.get(f"/booking/orders/{order.key}/").content.decode()
    assert "£120</strong>, with £20 VAT, by bank transfer" in page
    assert "To be paid: £120" in Mail.objects.get(template="event_order").text
    sent = Mail.objects.get(template="event_to_invoice")
    assert sent.to == "invoices@association.example"
    assert all(words in sent.text for words in (order.reference, "High Street Surgery", "£120, with £20 VAT"))
    assert (
        f"Order: {order.reference}, http://testserver/admin/places/{event.pk}/orders/{order.pk}/" in sent.text
    )
    assert f'<a href="http://testserver/admin/places/{event.pk}/orders/{order.pk}/">' in sent.html


def test_nothing_that_costs_something_is_sold_until_it_is_known_who_sells(
    visitor: Client, event: EventPage
) -> None:
    ticket = make_ticket(make_pool(2, event), pence=12000)
    Seller.objects.update(account_number="")

    page = visitor.get(f"/booking/events/{event.pk}/").content.decode()
    assert "cannot be ordered here yet" in page
    assert f"count-{ticket.pk}" not in page


def test_the_basket_outlives_log_in_and_a_member_then_pays_their_price(
    visitor: Client, event: EventPage
) -> None:
    ticket = make_ticket(make_pool(2, event), pence=12000)
    Price.objects.create(ticket=ticket, whom=Whom.ROLE, role="clinical-director", pence=0)
    take(visitor, ticket)
    director = make_user("ada@one.example")
    visitor.post("/accounts/login/", {"login": director.email, "password": "x"})
    visitor.force_login(director, "django.contrib.auth.backends.ModelBackend")

    assert "Conference" in visitor.get("/booking/").content.decode()


def test_somebody_else_s_basket_is_not_shown(visitor: Client, event: EventPage) -> None:
    ticket = make_ticket(make_pool(2, event))
    visitor.force_login(make_user("ada@one.example"), "django.contrib.auth.backends.ModelBackend")
    take(visitor, ticket)
    kept = visitor.session["basket"]
    other = Client()
    other.force_login(make_user("grace@two.example"), "django.contrib.auth.backends.ModelBackend")
    session = other.session
    session["basket"] = kept
    session.save()

    assert "Your basket is empty" in other.get("/booking/").content.decode()


@pytest.mark.parametrize(("size", "wanted", "said"), [(1, 2, "Not enough left"), (0, 1, "Out of stock")])
def test_what_is_not_there_is_said_plainly(
    visitor: Client, event: EventPage, size: int, wanted: int, said: str
) -> None:
    ticket = make_ticket(make_pool(size, event))

    assert said in take(visitor, ticket, wanted)
    assert not Place.objects.exists()


def test_a_hold_that_ran_out_is_said_and_what_is_free_is_ordered_all_the_same(
    visitor: Client, event: EventPage
) -> None:
    ticket = make_ticket(make_pool(1, event))
    visitor.force_login(make_user("ada@one.example"), "django.contrib.auth.backends.ModelBackend")
    take(visitor, ticket)
    Place.objects.update(expires_at=timezone.now() - MINUTE)

    assert "Hold ran out" in visitor.get("/booking/").content.decode()


def test_more_time_leads_back_to_the_step_in_which_it_was_asked_for(
    visitor: Client, event: EventPage
) -> None:
    take(visitor, make_ticket(make_pool(2, event)))
    page = visitor.get("/booking/who-comes/").content.decode()
    assert 'name="step" value="attendees"' in page
    assert "what you have typed on this page is lost" in page
    assert "what you have typed" not in visitor.get("/booking/").content.decode()

    answers = [visitor.post("/booking/keep/", {"step": step}).url for step in ("attendees", "account_logout")]

    assert answers == ["/booking/who-comes/", "/booking/"]


def test_the_script_is_told_until_when_places_are_kept_and_leaves_the_page_as_it_is(
    visitor: Client, event: EventPage
) -> None:
    take(visitor, make_ticket(make_pool(2, event)))
    Place.objects.update(expires_at=timezone.now() + MINUTE)

    first, second = (visitor.post("/booking/keep/", {"quietly": "1"}) for _ in range(2))

    until = Place.objects.get().expires_at
    assert (first.status_code, first.json()["hour"]) == (200, clock(until))
    assert until - parse_datetime(first.json()["until"]) < timedelta(milliseconds=1)
    assert second.status_code == 409
    assert second.json()["words"] == (
        f"You have had more time once already. Your places are kept until {moment(until)}."
    )
    assert "from now." not in visitor.get("/booking/who-comes/").content.decode()


def test_the_basket_is_changed_kept_longer_once_and_emptied(visitor: Client, event: EventPage) -> None:
    ticket = make_ticket(make_pool(5, event))
    take(visitor, ticket, 2)

    visitor.post("/booking/change/", {"ticket": ticket.pk, "count": "3"})
    assert Place.objects.filter(state=PlaceState.HELD).count() == 3
    assert "15 minutes from now" in visitor.post("/booking/keep/", follow=True).content.decode()
    assert "more time once already" in visitor.post("/booking/keep/", follow=True).content.decode()
    visitor.post("/booking/change/", {"ticket": ticket.pk, "count": "3", "remove": "1"})
    assert Place.objects.filter(state=PlaceState.HELD).count() == 0
    take(visitor, ticket)
    visitor.post("/booking/empty/")
    assert Place.objects.filter(state=PlaceState.HELD).count() == 0


def test_a_ticket_is_opened_by_its_key_and_no_longer_counts_once_it_was_given_back(
    visitor: Client, event: EventPage
) -> None:
    order = booked(visitor, event)
    place, line = Place.objects.get(), order.lines.get()
    stranger = Client()

    ticket = stranger.get(f"/booking/tickets/{place.key}/").content.decode()
    assert "<svg" in ticket
    asked = stranger.get(f"/booking/orders/{order.key}/places/{line.pk}/give-back/").content.decode()
    assert "You cannot have it back" in asked
    assert Place.objects.get().state == PlaceState.CONFIRMED
    stranger.post(f"/booking/orders/{order.key}/places/{line.pk}/give-back/")

    assert Place.objects.get().state == PlaceState.GONE
    assert "no longer counts" in stranger.get(f"/booking/tickets/{place.key}/").content.decode()
    assert Mail.objects.filter(template="event_cancelled", to="ada@one.example").exists()


def test_a_place_goes_to_a_colleague_with_a_ticket_of_their_own(visitor: Client, event: EventPage) -> None:
    order = booked(visitor, event)
    before, line = Place.objects.get(), order.lines.get()

    address = f"/booking/orders/{order.key}/places/{line.pk}/pass-on/"
    visitor.post(address, {"name": "Grace Sample", "email": "grace@two.example"})

    after = Place.objects.get()
    assert (after.name, after.email, after.state) == (
        "Grace Sample",
        "grace@two.example",
        PlaceState.CONFIRMED,
    )
    assert after.key != before.key
    assert visitor.get(f"/booking/tickets/{before.key}/").status_code == 404
    assert Mail.objects.filter(template="event_ticket", to="grace@two.example").exists()


def test_tickets_are_sent_again_to_their_own_address_and_nobody_learns_whether_there_are_any(
    visitor: Client, event: EventPage
) -> None:
    booked(visitor, event)
    stranger = Client()

    pages = [
        stranger.post("/booking/tickets/again/", {"email": email}, follow=True).content.decode()
        for email in ("ada@one.example", "nobody@one.example")
    ]

    assert all("they are on their way" in page for page in pages)
    assert [mail.to for mail in Mail.objects.filter(template="event_tickets_again")] == ["ada@one.example"]


def test_whoever_waits_sees_where_they_stand_and_takes_what_is_offered(
    visitor: Client, event: EventPage
) -> None:
    ticket = make_ticket(make_pool(1, event))
    order = booked(Client(), event, ticket)
    data = {"name": "Grace Sample", "email": "grace@two.example", "wanted": "1"}

    page = visitor.post(f"/booking/waiting/{ticket.pk}/", data, follow=True).content.decode()
    assert "number 1" in page
    assert "go to people who wait" in take(Client(), ticket) or "Out of stock" in take(Client(), ticket)
    Client().post(f"/booking/orders/{order.key}/places/{order.lines.get().pk}/give-back/")

    waiting = Waiting.objects.get()
    offer = f"/booking/offers/{waiting.key}/"
    assert offer in Mail.objects.get(template="event_offer").text
    assert "1 place for you" in visitor.get(offer).content.decode()
    assert Place.objects.filter(state=PlaceState.OFFERED).count() == 1
    assert "Who comes?" in visitor.post(offer, {"take": "1"}, follow=True).content.decode()
    assert Place.objects.filter(state=PlaceState.HELD).count() == 1


def test_my_events_are_those_of_my_confirmed_addresses(visitor: Client, event: EventPage) -> None:
    booked(visitor, event)
    other = Client()
    other.force_login(make_user("grace@two.example"), "django.contrib.auth.backends.ModelBackend")

    assert "Conference" in visitor.get("/booking/mine/").content.decode()
    assert "Conference" not in other.get("/booking/mine/").content.decode()


def test_too_many_wrong_codes_end_a_code_and_too_many_codes_an_hour_are_refused(
    visitor: Client, event: EventPage
) -> None:
    take(visitor, make_ticket(make_pool(2, event)))
    name(visitor, ("Ada Example", "ada@one.example"))
    order_as(visitor)
    for _ in range(5):
        visitor.post("/booking/code/", {"code": "x1"})

    said = visitor.post("/booking/code/", {"code": code_for("ada@one.example")}).content.decode()
    assert "too many wrong codes" in said
    for _ in range(6):
        page = visitor.post("/booking/code/", {"again": "1"}, follow=True).content.decode()
    assert "several codes" in page
    assert Mail.objects.filter(template="event_code").count() == 5


def test_a_basket_that_was_begun_before_signing_in_costs_then_what_it_costs_this_person(
    client: Client,
) -> None:
    pool = make_pool(9, make_event(starts_at=timezone.now() + 30 * DAY))
    ticket = make_ticket(pool, pence=3_000)
    Price.objects.create(ticket=ticket, whom=Whom.MEMBERS, pence=0)
    member = make_user()
    make_member(member, timezone.localdate())
    client.post(f"/booking/events/{pool.event_id}/", {f"count-{ticket.pk}": "1"})
    assert "£30" in client.get("/booking/").content.decode()

    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")

    order = Order.objects.get()
    assert (order.user, order.lines.get().pence) == (member, 0)
    assert "Together <strong>Free</strong>" in client.get("/booking/").content.decode()
