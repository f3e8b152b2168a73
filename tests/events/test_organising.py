"""What organisers do by hand: people added and moved, let in and refused, an event called off, and letters."""

from datetime import timedelta

import pytest

from events.actions import calling_off
from events.actions.applying import apply, let_in, refuse
from events.actions.calling_off import call_off
from events.actions.holding import hold
from events.actions.letters import send_waiting, write
from events.actions.ordering import cancel_line, pay, place
from events.actions.pools import add_pool, change_pool, remove_pool, remove_ticket, save_ticket
from events.actions.seating import add_attendee, move
from events.actions.waiting import accept, join, leave, sweep
from events.models import Order, OrderState, Place, Pool, Ticket, Waiting, WaitingState
from events.stock import offer_to
from portal.members.actions import RefusedError
from portal.members.models import AuditEntry, Mail, User
from tests.events.factories import (
    DAY,
    MINUTE,
    SECOND,
    make_basket,
    make_event,
    make_pool,
    make_ticket,
    states,
    told,
)
from tests.factories import NOW, make_staff, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser() -> User:
    return make_staff("Event organiser")


def booked(ticket: Ticket, email: str = "ada@example.org", pence: int = 0) -> Order:
    basket = make_basket(email=email)
    (line,) = hold(order=basket, ticket=ticket, count=1, now=NOW)
    Place.objects.filter(pk=line.place_id).update(name="Ada", email=email)
    return place(order=basket, method="invoice" if pence else "free", now=NOW)


def mails(template: str) -> list[str]:
    return list(Mail.objects.filter(template=template).order_by("pk").values_list("to", flat=True))


# --- Asked for and decided ----------------------------------------------------------------------------------------------


def asked(ticket: Ticket, email: str = "ada@example.org") -> Waiting:
    return apply(ticket=ticket, name="Ada", email=email, words="I lead a network.", now=NOW)


def test_whoever_is_let_in_is_offered_a_place_and_takes_it(organiser: User) -> None:
    ticket = make_ticket(make_pool(1), needs_approval=True)
    one = asked(ticket)
    assert (states(ticket.pool), mails("event_applied")) == ({}, ["ada@example.org"])

    let_in(waiting=one, by=organiser, now=NOW)
    let_in(waiting=one, by=organiser, now=NOW)

    assert (mails("event_offer"), mails("event_let_in")) == (["ada@example.org"], [])
    one.refresh_from_db()
    basket = make_basket(email="ada@example.org")
    accept(waiting=one, order=basket, now=NOW)
    place(order=basket, method="free", now=NOW)
    assert states(ticket.pool) == {"confirmed": 1}
    assert AuditEntry.objects.filter(action="application.let-in").count() == 1


def test_without_a_free_place_whoever_is_let_in_waits_in_the_order_of_asking(organiser: User) -> None:
    pool = make_pool(1)
    first, late = make_ticket(pool), make_ticket(pool, needs_approval=True)
    order = booked(first, "has@example.org")
    one, two = asked(late, "one@example.org"), asked(late, "two@example.org")
    let_in(waiting=two, by=organiser, now=NOW)
    let_in(waiting=one, by=organiser, now=NOW)
    assert mails("event_let_in") == ["two@example.org", "one@example.org"]

    calling_off.take_back(line=order.lines.get(), now=NOW, tell=lambda _line: None)

    assert (offer_to(one, NOW) is not None, offer_to(two, NOW)) == (True, None)


def test_whoever_is_refused_is_told_why_and_cannot_be_let_in_any_more(organiser: User) -> None:
    one = asked(make_ticket(make_pool(1), needs_approval=True))

    refuse(waiting=one, by=organiser, reason="It is for new directors.", now=NOW)

    assert "It is for new directors." in Mail.objects.get(template="event_not_let_in").text
    let_in(waiting=one, by=organiser, now=NOW)
    one.refresh_from_db()
    assert one.state == WaitingState.REFUSED
    with pytest.raises(RefusedError):
        refuse(waiting=one, by=organiser, reason="Again", now=NOW)


def test_one_address_asks_once_and_may_take_it_back_and_ask_again() -> None:
    ticket = make_ticket(make_pool(1), needs_approval=True)
    one = asked(ticket)
    with pytest.raises(RefusedError, match="has asked or waits already"):
        asked(ticket, "ADA@example.org")

    leave(waiting=one, now=NOW)

    assert asked(ticket).state == WaitingState.APPLIED


def test_a_place_about_which_organisers_decide_cannot_be_taken_or_waited_for() -> None:
    ticket = make_ticket(make_pool(1), needs_approval=True)

    with pytest.raises(RefusedError, match="Ask for one"):
        hold(order=make_basket(), ticket=ticket, count=1, now=NOW)
    with pytest.raises(RefusedError, match="Ask for one"):
        join(ticket=ticket, name="Ada", email="ada@example.org", wanted=1, now=NOW)


# --- Called off -----------------------------------------------------------------------------------------------------------


def test_nobody_can_book_from_the_second_on_in_which_an_event_is_called_off(organiser: User) -> None:
    event = make_event()
    ticket = make_ticket(make_pool(5, event))
    call_off(event=event, by=organiser, reason="Flood", now=NOW)

    ticket = Ticket.objects.get(pk=ticket.pk)
    hold(order=make_basket(), ticket=ticket, count=1, now=NOW - SECOND)
    with pytest.raises(RefusedError, match="called off"):
        hold(order=make_basket(email="b@example.org"), ticket=ticket, count=1, now=NOW)


def test_everybody_is_told_once_that_it_is_off_and_what_was_paid_is_to_be_paid_back(organiser: User) -> None:
    event = make_event()
    free, dear = make_ticket(make_pool(1, event)), make_ticket(make_pool(2, event, name="Hall"), pence=500)
    booked(free, "free@example.org")
    paid = booked(dear, "paid@example.org", 500)
    pay(order=paid, method="invoice", pence=500, reference="bank-1", now=NOW)
    join(ticket=free, name="Waits", email="waits@example.org", wanted=1, now=NOW)
    asked(make_ticket(free.pool, needs_approval=True), "asks@example.org")
    hold(order=make_basket(email="basket@example.org"), ticket=dear, count=1, now=NOW)

    call_off(event=event, by=organiser, reason="The hall is flooded.", now=NOW)
    calling_off.finish(NOW)
    calling_off.finish(NOW)

    told = ["asks@example.org", "free@example.org", "paid@example.org", "waits@example.org"]
    assert sorted(mails("event_called_off")) == told
    assert "The hall is flooded." in Mail.objects.filter(template="event_called_off").first().text
    assert [states(pool) for pool in Pool.objects.all()] == [{}, {}]
    paid.refresh_from_db()
    assert (paid.state, "£5" in paid.trouble) == (OrderState.CANCELLED, True)
    assert not Mail.objects.filter(template__in=["event_cancelled", "event_offer"]).exists()


def test_whoever_has_taken_an_offer_and_not_ordered_is_told_once_even_if_their_time_is_up_before(
    organiser: User,
) -> None:
    event = make_event()
    ticket = make_ticket(make_pool(2, event))
    orders = [booked(ticket, f"a{number}@example.org") for number in range(2)]
    for email, wanted in (("one@example.org", 1), ("group@example.org", 2)):
        join(ticket=ticket, name="Waits", email=email, wanted=wanted, now=NOW)
    for order, waiting in zip(orders, Waiting.objects.order_by("pk"), strict=True):
        cancel_line(line=order.lines.get(), now=NOW)
        accept(waiting=waiting, order=make_basket(email=waiting.email), now=NOW + DAY - SECOND)

    call_off(event=event, by=organiser, reason="Flood", now=NOW + DAY)
    sweep(NOW + DAY + 60 * MINUTE)
    calling_off.finish(NOW + DAY + 60 * MINUTE)
    calling_off.finish(NOW + DAY + 60 * MINUTE)

    assert sorted(mails("event_called_off")) == ["group@example.org", "one@example.org"]
    assert states(ticket.pool) == {}


def test_calling_off_that_is_killed_in_the_middle_is_finished_the_next_time(
    organiser: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event()
    ticket = make_ticket(make_pool(3, event))
    for number in range(3):
        booked(ticket, f"a{number}@example.org")
    call_off(event=event, by=organiser, reason="Flood", now=NOW)
    real, calls = calling_off.take_back, []

    def falls(**arguments: object) -> bool:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(**arguments)

    monkeypatch.setattr(calling_off, "take_back", falls)
    with pytest.raises(KeyboardInterrupt):
        calling_off.finish(NOW)
    assert len(mails("event_called_off")) == 1

    monkeypatch.undo()
    calling_off.finish(NOW)

    assert sorted(mails("event_called_off")) == ["a0@example.org", "a1@example.org", "a2@example.org"]


@pytest.mark.parametrize(("after", "refusal"), [(-SECOND, None), (timedelta(0), "over"), (SECOND, "over")])
def test_an_event_is_called_off_before_its_end(
    organiser: User, after: timedelta, refusal: str | None
) -> None:
    event = make_event()
    now = event.ends_at + after
    if refusal is None:
        call_off(event=event, by=organiser, reason="Flood", now=now)
        with pytest.raises(RefusedError, match="already"):
            call_off(event=event, by=organiser, reason="Flood", now=now)
    else:
        with pytest.raises(RefusedError, match=refusal):
            call_off(event=event, by=organiser, reason="Flood", now=now)


def test_calendars_are_told_of_an_event_that_is_off(organiser: User) -> None:
    event = make_event(first_published_at=NOW - DAY)
    call_off(event=event, by=organiser, reason="Flood", now=NOW)
    before = event.sequence
    event.refresh_from_db()

    assert event.sequence == before + 1


# --- By hand --------------------------------------------------------------------------------------------------------------


def test_an_organiser_adds_somebody_to_a_free_place_and_never_beyond_the_pool(organiser: User) -> None:
    ticket = make_ticket(make_pool(1), whom="members")
    values = {"pence": 0, "bill_to": "", "by": organiser, "reason": "Speaks", "now": NOW}

    order = add_attendee(ticket=ticket, name="Ada", email="ada@example.org", **values)

    assert (order.state, order.method, states(ticket.pool)) == ("placed", "free", {"confirmed": 1})
    told(order)
    assert mails("event_ticket") == ["ada@example.org"]
    assert AuditEntry.objects.get(action="place.added").reason == "Speaks"
    with pytest.raises(RefusedError, match="No place is left"):
        add_attendee(ticket=ticket, name="Bob", email="bob@example.org", **values)


def test_somebody_added_with_a_price_gets_an_invoice(organiser: User) -> None:
    ticket = make_ticket(make_pool(1), pence=100)
    values = {
        "ticket": ticket,
        "name": "A",
        "email": "a@example.org",
        "by": organiser,
        "reason": "x",
        "now": NOW,
    }
    with pytest.raises(RefusedError, match="Say who pays"):
        add_attendee(pence=900, bill_to=" ", **values)

    order = add_attendee(pence=900, bill_to="High Street Surgery", **values)

    assert (order.method, order.lines.get().pence, order.billing_address) == (
        "invoice",
        900,
        "High Street Surgery",
    )


def test_somebody_is_moved_to_another_ticket_and_their_place_goes_to_whoever_waits(organiser: User) -> None:
    event = make_event()
    here, there = make_ticket(make_pool(1, event)), make_ticket(make_pool(1, event, name="Online"))
    line = booked(here).lines.get()
    join(ticket=here, name="Waits", email="waits@example.org", wanted=1, now=NOW)

    move(line=line, ticket=there, by=organiser, reason="Asked", now=NOW)

    assert (states(here.pool), states(there.pool)) == ({"offered": 1}, {"confirmed": 1})
    assert mails("event_offer") == ["waits@example.org"]
    with pytest.raises(RefusedError, match="already"):
        move(line=line, ticket=there, by=organiser, reason="Asked", now=NOW)
    with pytest.raises(RefusedError, match="another event"):
        move(line=line, ticket=make_ticket(), by=organiser, reason="Asked", now=NOW)


def test_nobody_is_moved_to_where_no_place_is_left(organiser: User) -> None:
    event = make_event()
    here, there = make_ticket(make_pool(1, event)), make_ticket(make_pool(1, event, name="Online"))
    booked(there, "has@example.org")

    with pytest.raises(RefusedError, match="No place is left there"):
        move(line=booked(here).lines.get(), ticket=there, by=organiser, reason="Asked", now=NOW)


# --- Places and tickets -----------------------------------------------------------------------------------------------------


def test_places_and_tickets_that_somebody_has_stay(organiser: User) -> None:
    event = make_event()
    pool = add_pool(event=event, name="Hall", size=2, offer_hours=24, by=organiser, now=NOW)
    ticket = save_ticket(
        ticket=Ticket(pool=pool, name="Day"), prices={("anyone", ""): 0}, by=organiser, now=NOW
    )
    with pytest.raises(RefusedError, match="of that name already"):
        add_pool(event=event, name="hall ", size=2, offer_hours=24, by=organiser, now=NOW)
    with pytest.raises(RefusedError, match="tickets first"):
        remove_pool(pool=pool, by=organiser, now=NOW)
    booked(ticket)

    with pytest.raises(RefusedError, match="it stays"):
        remove_ticket(ticket=ticket, by=organiser, now=NOW)
    with pytest.raises(RefusedError, match="cannot be fewer than 1"):
        change_pool(pool=pool, name="Hall", size=0, offer_hours=24, by=organiser, now=NOW)


def test_what_nobody_has_goes_and_the_log_knows(organiser: User) -> None:
    pool = add_pool(event=make_event(), name="Hall", size=2, offer_hours=24, by=organiser, now=NOW)
    ticket = save_ticket(
        ticket=Ticket(pool=pool, name="Day"), prices={("anyone", ""): 0}, by=organiser, now=NOW
    )

    remove_ticket(ticket=ticket, by=organiser, now=NOW)
    remove_pool(pool=pool, by=organiser, now=NOW)

    assert not Pool.objects.exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["pool.added", "ticket.added", "ticket.removed", "pool.removed"]


# --- Letters -------------------------------------------------------------------------------------------------------------


def test_a_letter_goes_to_each_address_once(organiser: User) -> None:
    event = make_event()
    hall, online = make_ticket(make_pool(2, event)), make_ticket(make_pool(1, event, name="Online"))
    booked(hall, "hall@example.org")
    booked(online, "online@example.org")
    words = {"subject": "Bring a coat", "text": "It is <b>cold</b>.", "by": organiser, "now": NOW}

    write(event=event, to="coming", ticket=hall, **words)
    send_waiting(NOW)
    send_waiting(NOW)

    assert mails("event_letter") == ["hall@example.org"]
    letter = Mail.objects.get(template="event_letter")
    assert "It is <b>cold</b>." in letter.text
    assert "&lt;b&gt;cold" in letter.html
    with pytest.raises(RefusedError, match="Nobody"):
        write(event=event, to="waiting", ticket=None, **words)


def test_organisers_write_the_pages_of_events_and_publish_none_and_helpers_see_none() -> None:
    event = make_event()
    organiser, helper = make_staff("Event organiser"), make_staff("Event helper")

    may = event.permissions_for_user(organiser)
    assert (may.can_edit(), event.get_parent().permissions_for_user(organiser).can_add_subpage()) == (
        True,
        True,
    )
    assert (
        may.can_publish(),
        event.get_parent().get_parent().permissions_for_user(organiser).can_edit(),
    ) == (
        False,
        False,
    )
    address = f"/admin/pages/{event.pk}/edit/"
    overview = f"/admin/places/{event.pk}/"
    client = sign_in(organiser, second_factor=True)
    assert address in client.get(overview).content.decode()
    assert client.get(address).status_code == 200
    home = sign_in(helper, second_factor=True).get("/admin/").content.decode()
    assert "/admin/event-pages/" not in home
