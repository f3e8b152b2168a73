"""What is known of the people of events is let go of to the second, with a line in the log that names nobody; and shown beforehand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from events.actions.holding import hold
from events.actions.naming import name_attendee
from events.actions.ordering import pay
from events.actions.waiting import join
from events.foreseeing import foreseen
from events.models import (
    Answer,
    BookingSettings,
    EventPage,
    Method,
    Order,
    OrderLine,
    OrderState,
    Place,
    PlaceState,
    Question,
    SensitiveAnswer,
    Waiting,
)
from portal.members.models import AuditEntry
from portal.retention import RETENTION, let_go_of_what_is_past
from tests.events.factories import DAY, SECOND, make_basket, make_event, make_pool, make_ticket
from tests.events.test_questions import ask
from tests.factories import NOW, make_user, sign_in

pytestmark = pytest.mark.django_db
KEEPING = {one.what: one for one in RETENTION}
YEAR = 365 * DAY
ENDS = NOW
SENSITIVE, OF_NOBODY = "Sensitive answers about places at events", "Answers about places that nobody has"
BASKETS, PLACES = "Baskets that were not ordered", "Names and addresses of places at events"
WAITING = "Names and addresses on waiting lists of events"
FREE, PAID = (f"Names and addresses of orders that cost {what}" for what in ("nothing", "something"))


def past_event(**fields: Any) -> EventPage:
    return make_event(starts_at=ENDS - DAY, ends_at=ENDS, **fields)


def undated_event() -> EventPage:
    return make_event(starts_at=None, ends_at=None)


def place_at(event: EventPage, *, pence: int = 0, at: datetime = ENDS - 9 * DAY, **fields: Any) -> Place:
    """A place that Ada ordered."""
    ticket = make_ticket(make_pool(9, event), pence=pence)
    values = {
        "name": "Ada Example",
        "email": "ada@example.org",
        "taken_at": at,
        "state": "confirmed",
        **fields,
    }
    place = Place.objects.create(pool=ticket.pool, ticket=ticket, **values)
    order = Order.objects.create(
        name="Ada Example", email="ada@example.org", began_at=at, placed_at=at, state=OrderState.PLACED,
        reference=f"R{place.pk}", method=Method.INVOICE if pence else Method.FREE, user=make_user(f"u{place.pk}@x.example"),
        billing_address="High Street" if pence else "",
    )  # fmt: skip
    OrderLine.objects.create(order=order, place=place, description="Hall", pence=pence, vat_percent=0)
    return place


def answered(place: Place, *, sensitive: bool, at: datetime = ENDS - 9 * DAY) -> Answer | SensitiveAnswer:
    event = place.pool.event
    question = ask(event, f"Question {Question.objects.count()}?", is_sensitive=sensitive)
    table = SensitiveAnswer if sensitive else Answer
    return table.objects.create(question=question, place=place, value="Vegan", at=at)


def sensitive(days: int | None = None, event: EventPage | None = None) -> Model:
    event = event or past_event()
    if days is not None:
        BookingSettings.objects.create(event=event, answers_kept=days)
    return answered(place_at(event), sensitive=True, at=ENDS)


def of_given_back() -> Model:
    place = place_at(make_event(), state=PlaceState.GONE)
    OrderLine.objects.filter(place=place).update(cancelled_at=NOW)
    return answered(place, sensitive=True)


def of_no_line() -> Model:
    place = place_at(make_event(), state=PlaceState.GONE, at=NOW)
    OrderLine.objects.all().delete()
    return answered(place, sensitive=False)


def basket() -> Model:
    ticket = make_ticket(make_pool(9, make_event()))
    order = make_basket()
    [line] = hold(order=order, ticket=ticket, count=1, now=NOW)
    name_attendee(place=line.place, name="Ada", email="ada@example.org", now=NOW)
    Place.objects.update(state=PlaceState.GONE, expires_at=None)
    return order


# What it is, how one is made, and from when its time counts.
DELETED: list[tuple[str, Callable[[], Model], datetime, timedelta]] = [
    (SENSITIVE, sensitive, ENDS, 30 * DAY),
    (SENSITIVE, lambda: sensitive(0), ENDS, 0 * DAY),
    (SENSITIVE, lambda: sensitive(7), ENDS, 7 * DAY),
    (SENSITIVE, lambda: sensitive(30), ENDS, 30 * DAY),
    (SENSITIVE, lambda: sensitive(365), ENDS, 365 * DAY),
    (SENSITIVE, lambda: sensitive(event=undated_event()), ENDS, 30 * DAY),
    (SENSITIVE, lambda: sensitive(7, undated_event()), ENDS, 7 * DAY),
    (OF_NOBODY, of_given_back, NOW, DAY),
    (OF_NOBODY, of_no_line, NOW, DAY),
    (BASKETS, basket, NOW, 30 * DAY),
]


@pytest.mark.parametrize(("what", "make", "since", "kept"), DELETED)
def test_it_is_there_until_its_last_second_and_gone_from_its_end(
    what: str, make: Callable[[], Model], since: datetime, kept: timedelta
) -> None:
    made, keeping, end = make(), KEEPING[what], since + kept
    there = type(made).objects.filter(pk=made.pk)

    found = []
    for moment in (end - SECOND, end, end + SECOND):
        count = keeping.due(moment).count()
        keeping.let_go(keeping.due(moment))
        found.append((count, there.exists()))

    assert found == [(0, True), (1, False), (0, False)]


def free_order(event: EventPage | None = None) -> Model:
    return place_at(event or past_event()).line.order


def paid_order() -> Model:
    return place_at(make_event(), pence=100, at=NOW).line.order


def order_paid_later() -> Model:
    order = place_at(make_event(), pence=100, at=NOW - 90 * DAY).line.order
    pay(order=order, method=Method.INVOICE, pence=100, reference="bank", now=NOW)
    return order


def waiting() -> Model:
    event = past_event()
    ticket = make_ticket(make_pool(0, event))
    return join(ticket=ticket, name="Ada Example", email="ada@example.org", wanted=1, now=ENDS - 5 * DAY)


EMPTIED: list[tuple[str, Callable[[], Model], datetime]] = [
    (PLACES, lambda: place_at(past_event()), ENDS + 2 * YEAR),
    (PLACES, lambda: place_at(past_event(), state=PlaceState.GONE), ENDS + 2 * YEAR),
    (PLACES, lambda: place_at(undated_event(), at=NOW), NOW + 2 * YEAR),
    (WAITING, waiting, ENDS + 2 * YEAR),
    (FREE, free_order, ENDS + 2 * YEAR),
    (FREE, lambda: place_at(undated_event(), at=NOW).line.order, NOW + 2 * YEAR),
    (PAID, paid_order, NOW + 7 * YEAR),
    (PAID, order_paid_later, NOW + 7 * YEAR),
]


@pytest.mark.parametrize(("what", "make", "end"), EMPTIED)
def test_names_are_there_until_the_last_second_and_the_rest_stays(
    what: str, make: Callable[[], Model], end: datetime
) -> None:
    made, keeping = make(), KEEPING[what]
    made.refresh_from_db()
    before = (made.name, made.email)

    found = []
    for moment in (end - SECOND, end, end + SECOND):
        count = keeping.due(moment).count()
        keeping.let_go(keeping.due(moment))
        made.refresh_from_db()
        found.append((count, (made.name, made.email)))

    assert before == ("Ada Example", "ada@example.org")
    assert found == [(0, before), (1, ("", "")), (0, ("", ""))]


def test_an_order_without_names_still_adds_up() -> None:
    order = order_paid_later()

    KEEPING[PAID].let_go(KEEPING[PAID].due(NOW + 7 * YEAR))

    order.refresh_from_db()
    assert (order.state, order.user, order.billing_address, order.purchase_order) == ("placed", None, "", "")
    assert order.reference
    assert (order.lines.get().pence, order.payments.get().pence) == (100, 100)


def test_an_order_of_two_events_is_named_until_the_last_is_two_years_past() -> None:
    order = free_order()
    other = place_at(make_event(starts_at=ENDS + DAY, ends_at=ENDS + 2 * DAY))
    OrderLine.objects.filter(place=other).update(order=order)
    keeping = KEEPING[FREE]

    assert not keeping.due(ENDS + 2 * YEAR).filter(pk=order.pk).exists()
    assert keeping.due(ENDS + 2 * DAY + 2 * YEAR).filter(pk=order.pk).exists()


def test_what_is_answered_goes_with_the_name() -> None:
    place = place_at(past_event())
    answered(place, sensitive=False)
    answered(place, sensitive=True)

    KEEPING[PLACES].let_go(KEEPING[PLACES].due(ENDS + 2 * YEAR))

    assert (Answer.objects.count(), SensitiveAnswer.objects.count()) == (0, 0)


def test_who_still_waits_for_what_is_long_over_no_longer_does() -> None:
    made = waiting()

    KEEPING[WAITING].let_go(KEEPING[WAITING].due(ENDS + 2 * YEAR))

    assert list(Waiting.objects.values_list("pk", "state", "words")) == [(made.pk, "gone", "")]


def test_places_that_are_held_keep_their_answers_and_baskets() -> None:
    event = make_event()
    ticket, order = make_ticket(make_pool(9, event)), make_basket()
    [line] = hold(order=order, ticket=ticket, count=1, now=NOW)
    answered(line.place, sensitive=True)
    let_go_of_what_is_past(NOW + 20 * DAY)

    assert SensitiveAnswer.objects.count() == 1
    Place.objects.update(expires_at=NOW + 90 * DAY)
    assert KEEPING[BASKETS].due(NOW + 40 * DAY).count() == 0


def test_each_time_a_line_in_the_log_says_how_many_and_nobodys_name_or_answer() -> None:
    of_no_line()
    first, second = past_event(title="First"), past_event(title="Second")
    for event, count in ((first, 2), (second, 1)):
        for number in range(count):
            place = place_at(event, email=f"person{number}@example.org")
            answered(place, sensitive=True)
    basket()

    let_go_of_what_is_past(NOW + 3 * YEAR)
    let_go_of_what_is_past(NOW + 3 * YEAR)

    logged = AuditEntry.objects.filter(action="event.let-go")
    found = [(one.subject_name, one.details["what"], one.details["count"]) for one in logged.order_by("pk")]
    assert found[:3] == [
        ("First", "sensitive answers deleted", 2),
        ("Second", "sensitive answers deleted", 1),
        ("Conference", "places: answers deleted", 1),
    ]
    assert ("", "baskets deleted", 1) in found
    assert ("", "orders: names taken off", 4) in found
    assert {one.by for one in logged} == {None}
    everything = str(list(logged.values()))
    assert not any(words in everything for words in ("Ada", "example.org", "Vegan"))


def test_no_answer_is_written_into_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="events")
    sensitive()

    let_go_of_what_is_past(NOW + 3 * YEAR)

    assert "Vegan" not in caplog.text
    assert "Vegan" not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("days", [None, 7])
def test_what_is_foreseen_is_what_happens(days: int | None) -> None:
    event = past_event()
    place = place_at(event)
    answered(place, sensitive=True)
    costly = place_at(event, pence=100, at=NOW - 3 * DAY).line.order
    Waiting.objects.create(
        ticket=place.ticket, pool=place.pool, name="Grace", email="grace@example.org", since=NOW - DAY
    )
    if days is not None:
        BookingSettings.objects.create(event=event, answers_kept=days)

    rows = foreseen(event)

    assert [one.count for one in rows] == [1, 2, 1, 1, 1]
    for row, what in zip(rows, (SENSITIVE, PLACES, WAITING, FREE, PAID), strict=True):
        assert KEEPING[what].due(row.first - SECOND).count() == 0
        assert KEEPING[what].due(row.last).count() == row.count
    assert rows[4].first == costly.placed_at + 7 * YEAR
    let_go_of_what_is_past(NOW + 9 * YEAR)
    assert [one.count for one in foreseen(event)] == [0] * 5


def test_foreseeing_asks_as_often_for_many_as_for_few(django_assert_num_queries: Any) -> None:
    event = past_event()
    for number in range(3):
        place_at(event, pence=100, email=f"p{number}@example.org")
        with django_assert_num_queries(6):
            foreseen(event)


def test_organisers_see_what_goes_when_and_what_has_gone() -> None:
    event = make_event(
        starts_at=datetime(2099, 10, 29, 9, 30, tzinfo=UTC), ends_at=datetime(2099, 10, 29, 16, tzinfo=UTC)
    )
    answered(place_at(event), sensitive=True)
    client = sign_in(make_user("staff@example.org", is_superuser=True), second_factor=True)
    address = f"/admin/places/{event.pk}/keeping/"

    before = client.get(address).content.decode()
    assert "28 Nov 2099, 16:00" in before
    assert "Nothing yet." in before
    EventPage.objects.filter(pk=event.pk).update(
        starts_at=timezone.now() - 40 * DAY, ends_at=timezone.now() - 39 * DAY
    )
    assert "due: it goes tonight" in client.get(address).content.decode()
    let_go_of_what_is_past(timezone.now())
    after = client.get(address).content.decode()

    assert "sensitive answers deleted, 1" in after
    assert "Ada" not in after.split('aria-label="Pages about this event"')[1]
