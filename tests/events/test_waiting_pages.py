"""The pages of the waiting list: why a ticket is not for somebody, what is lost by leaving, and what became of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.actions.applying import apply, let_in
from events.actions.holding import hold
from events.actions.ordering import cancel_line, place
from events.actions.waiting import accept, join, leave, sweep
from events.models import EventPage, Method, Order, Ticket, Waiting, WaitingState, Whom
from events.rules.waiting import before_leaving, what_became
from portal.members.models import Mail
from tests.events.factories import DAY, make_basket, make_event, make_pool, make_ticket, offered_to
from tests.factories import NOW, make_staff

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def event() -> EventPage:
    return make_event(starts_at=timezone.now() + 30 * DAY)


def full(event: EventPage) -> tuple[Ticket, Order]:
    """A ticket whose only place is taken."""
    ticket, order = make_ticket(make_pool(1, event)), make_basket()
    hold(order=order, ticket=ticket, count=1, now=timezone.now())
    return ticket, place(order=order, method=Method.FREE, now=timezone.now())


def wait_for(ticket: Ticket, name: str = "grace") -> Waiting:
    fields = {"name": name.title(), "email": f"{name}@example.org", "wanted": 1}
    return join(ticket=ticket, now=timezone.now(), **fields)


def free_one(order: Order) -> None:
    cancel_line(line=order.lines.get(), now=timezone.now())


def read(waiting: Waiting, more: str = "") -> str:
    return Client().get(f"/booking/offers/{waiting.key}/{more}").content.decode()


# --- Leaving --------------------------------------------------------------------------------------------------------------


def test_leaving_says_first_what_is_lost_and_reading_it_changes_nothing(event: EventPage) -> None:
    ticket, order = full(event)
    first, second = wait_for(ticket), wait_for(ticket, "mary")
    free_one(order)
    assert f'href="/booking/offers/{first.key}/leave/"' in read(first)

    asked = read(first, "leave/")

    assert "1 place is kept for you until" in asked
    assert "If you leave, it goes to the next person at once." in asked
    assert "If you join again later, you stand at the end." in asked
    assert (offered_to(first), offered_to(second)) == (1, 0)
    left = Client().post(f"/booking/offers/{first.key}/leave/", follow=True).content.decode()
    assert "You have left the waiting list" in left
    assert (offered_to(first), offered_to(second)) == (0, 1)


def test_what_an_older_page_sends_to_leave_takes_nothing_and_gives_nothing_up(event: EventPage) -> None:
    ticket, order = full(event)
    waiting = wait_for(ticket)
    free_one(order)

    Client().post(f"/booking/offers/{waiting.key}/", {"leave": "1"})

    assert offered_to(waiting) == 1


def test_taking_back_that_one_asks_for_a_place_is_confirmed_first_too(event: EventPage) -> None:
    ticket = make_ticket(make_pool(1, event), needs_approval=True)
    one = apply(ticket=ticket, name="Ada", email="ada@example.org", words="I lead one.", now=timezone.now())

    assert "The organisers will not decide about it." in read(one, "leave/")
    one.refresh_from_db()
    assert one.state == WaitingState.APPLIED
    page = Client().post(f"/booking/offers/{one.key}/leave/", follow=True).content.decode()

    assert "You no longer ask for a place" in page
    one.refresh_from_db()
    assert one.state == WaitingState.GONE


def test_whoever_no_longer_waits_is_led_back_from_the_page_that_asks(event: EventPage) -> None:
    ticket, _ = full(event)
    waiting = wait_for(ticket)
    leave(waiting=waiting, now=timezone.now())
    address = f"/booking/offers/{waiting.key}/"

    assert Client().get(f"{address}leave/").url == address
    said = Client().post(f"{address}leave/", follow=True).content.decode()
    assert "You are not on the waiting list any more." in said


@pytest.mark.parametrize(
    ("state", "offered", "heading", "words"),
    [
        (WaitingState.WAITING, 0, "Leave the waiting list?", "You lose your turn."),
        (
            WaitingState.WAITING,
            2,
            "Leave the waiting list?",
            "2 places are kept for you until 9:30am on 10 March 2026.",
        ),
        (
            WaitingState.APPLIED,
            0,
            "Take back that you ask for a place?",
            "The organisers will not decide about it.",
        ),
    ],
)
def test_what_somebody_loses_who_leaves(state: str, offered: int, heading: str, words: str) -> None:
    said = before_leaving(state, offered, NOW if offered else None)

    assert (said.heading, said.words[0]) == (heading, words)


# --- What became of it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "in_basket", "booked", "asked", "heading", "begins"),
    [
        ("done", 2, 0, False, "You have taken what was offered", "2 places are in the basket"),
        ("done", 0, 1, False, "You have taken what was offered", "You have booked 1 place."),
        ("done", 0, 0, False, "You no longer have a place", "You took what was offered."),
        ("lapsed", 0, 0, False, "Your offer has ended", "You did not take what was offered in time"),
        ("lapsed", 0, 0, True, "Your offer has ended", "You did not take what was offered in time"),
        ("gone", 0, 0, False, "You are not on the waiting list", "You have left the waiting list"),
        ("gone", 0, 0, True, "You no longer ask for a place", "You have taken back"),
    ],
)
def test_the_page_says_which_way_the_waiting_ended(
    state: str, in_basket: int, booked: int, asked: bool, heading: str, begins: str
) -> None:
    said = what_became(state, in_basket=in_basket, booked=booked, was_asked_for=asked)

    assert (said.heading, said.words[0][: len(begins)]) == (heading, begins)


def test_a_group_that_had_booked_some_places_is_told_that_it_keeps_them() -> None:
    said = what_became("lapsed", in_basket=0, booked=1, was_asked_for=False)

    assert said.words[1] == "You keep what you have booked."


def test_taken_and_booked_lapsed_and_left_are_told_apart(event: EventPage) -> None:
    ticket, order = full(event)
    taken, lapsed, left = (wait_for(ticket, name) for name in ("grace", "mary", "joan"))
    free_one(order)
    basket = make_basket(email="grace@example.org")
    now = timezone.now()
    accept(waiting=taken, order=basket, now=now)
    assert "1 place is in the basket" in read(taken)
    place(order=basket, method=Method.FREE, now=now)
    assert "You have booked 1 place." in read(taken)
    cancel_line(line=basket.lines.get(), now=now)

    sweep(now + 25 * HOUR)
    leave(waiting=left, now=now + 25 * HOUR)

    assert "It was not ordered in time, or has been given back since." in read(taken)
    assert "You did not take what was offered in time" in read(lapsed)
    assert "You have left the waiting list" in read(left)


# --- Before the form is filled in -------------------------------------------------------------------------------------------


def test_the_waiting_list_says_at_once_whom_its_ticket_is_for(event: EventPage) -> None:
    ticket = make_ticket(make_pool(0, event), whom=Whom.MEMBERS)

    page = Client().get(f"/booking/waiting/{ticket.pk}/").content.decode()

    assert "The ticket “Hall” is for members of the association." in page
    assert 'name="email"' not in page


def test_the_waiting_list_of_a_ticket_for_anyone_has_its_form(event: EventPage) -> None:
    ticket, _ = full(event)

    assert 'name="email"' in Client().get(f"/booking/waiting/{ticket.pk}/").content.decode()


# --- Let in -----------------------------------------------------------------------------------------------------------------


def test_let_in_while_a_place_is_free_is_said_together_with_what_is_offered(event: EventPage) -> None:
    ticket = make_ticket(make_pool(1), needs_approval=True)
    one = apply(ticket=ticket, name="Ada", email="ada@example.org", words="I lead one.", now=NOW)

    let_in(waiting=one, by=make_staff("Event organiser"), now=NOW)

    mail = Mail.objects.get(template="event_offer")
    assert mail.subject == "You are let in to Conference: 1 place for you"
    assert mail.text.splitlines()[2] == (
        "You asked for a place with the ticket “Hall” at Conference, and the organisers have let you in. "
        "We keep 1 place for you until 9:30am on 11 March 2026."
    )
    assert "the organisers have let you in" in mail.html
