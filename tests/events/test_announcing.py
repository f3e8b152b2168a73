"""Whoever placed an order is told after the commit, once, whatever becomes of the queue; nobody keeps the others waiting."""

from datetime import datetime

import pytest

from events.actions.announcing import GRACE, tell_of_order, tell_waiting
from events.actions.holding import hold
from events.actions.naming import name_attendee
from events.actions.ordering import cancel_line, place
from events.actions.passing import pass_on
from events.models import EventPage, Order
from portal.members.models import Mail
from portal.members.rules.mail import ATTACHMENTS_AT_MOST
from tests.events.factories import SECOND, make_basket, make_pool, make_ticket
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def order_for(*emails: str, now: datetime = NOW, who: str = "office@one.example") -> Order:
    """An order with a place for each of them, of which nobody has been told."""
    basket = make_basket(email=who)
    lines = hold(order=basket, ticket=make_ticket(make_pool(9)), count=len(emails), now=now)
    for line, email in zip(lines, emails, strict=True):
        name_attendee(place=line.place, name="Ada", email=email, now=now)
    return place(order=basket, method="free", now=now)


def mails() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("template", "to"))


TOLD = [
    ("event_order", "office@one.example"),
    ("event_ticket", "a@one.example"),
    ("event_ticket", "b@one.example"),
]


def test_nobody_is_written_to_while_the_order_is_placed_and_everybody_once_afterwards() -> None:
    order = order_for("a@one.example", "b@one.example")
    assert (mails(), order.untold_since) == ([], NOW)

    assert [tell_of_order(order.pk), tell_of_order(order.pk)] == [True, False]

    assert mails() == TOLD
    assert Order.objects.get().untold_since is None


def test_the_queue_is_asked_after_the_commit(django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        order_for("a@one.example", "b@one.example")
    assert mails() == TOLD


@pytest.mark.parametrize(
    ("now", "count"), [(NOW + GRACE - SECOND, 0), (NOW + GRACE, 1), (NOW + GRACE + SECOND, 1)]
)
def test_what_the_queue_has_lost_the_schedule_makes_up_for(now: datetime, count: int) -> None:
    order_for("a@one.example", "b@one.example")

    assert tell_waiting(now) == count
    assert mails() == TOLD * count


def test_one_that_cannot_be_written_keeps_nobody_else_from_being_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, fine = order_for("a@one.example"), order_for("b@one.example", now=NOW + SECOND)
    # An entry for a calendar that no mail can carry.
    event = broken.lines.get().place.pool.event
    EventPage.objects.filter(pk=event.pk).update(address="x" * (ATTACHMENTS_AT_MOST + 1))

    assert tell_waiting(NOW + 2 * GRACE) == 1

    assert list(Order.objects.exclude(untold_since=None)) == [broken]
    assert f"Nobody could be told of order {broken.pk}" in caplog.text
    assert mails() == [("event_order", "office@one.example"), ("event_ticket", "b@one.example")]
    assert Order.objects.get(pk=fine.pk).untold_since is None


def test_whoever_had_a_place_hears_of_it_before_they_hear_that_it_has_gone() -> None:
    order = order_for("a@one.example", "b@one.example")
    first, second = order.lines.order_by("pk")
    cancel_line(line=first, now=NOW)
    pass_on(line=second, name="Grace", email="c@one.example", now=NOW)

    assert not tell_of_order(order.pk)
    assert mails() == [
        *TOLD,
        ("event_cancelled", "a@one.example"),
        ("event_passed_on", "b@one.example"),
        ("event_ticket", "c@one.example"),
    ]


def test_telling_asks_as_often_for_many_tickets_as_it_has_to(django_assert_num_queries: object) -> None:
    order = order_for("a@one.example", "b@one.example")
    with django_assert_num_queries(29):
        tell_of_order(order.pk)
