"""Two hundred people, page by page, for fifty places: fifty have one, the others are on the waiting list, and nobody sees an error."""

from collections import Counter

import pytest
from django.core import mail
from django.utils import timezone

from events.models import Order, OrderState, Waiting
from tests.events.checkout import check_out
from tests.events.factories import DAY, make_event, make_pool, make_ticket, states
from tests.events.test_places_races import THREADS
from tests.handbook.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def letter_to(email: str) -> str:
    return next(message.body for message in reversed(mail.outbox) if message.to == [email])


def test_of_many_who_book_at_once_as_many_have_a_place_as_there_are_and_the_rest_wait(*, soak: bool) -> None:
    clients, places = (200, 50) if soak else (24, 6)
    ticket = make_ticket(make_pool(places, make_event(starts_at=timezone.now() + 30 * DAY)))
    addresses = [f"a{number}@example.org" for number in range(clients)]
    shares = iter([addresses[start::THREADS] for start in range(THREADS)])

    def visit() -> list[str]:
        return [check_out(ticket, email, letter_to) for email in next(shares)]

    outcomes = at_once(THREADS, visit)

    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert errors == []
    came_of_it = Counter(one for outcome in outcomes for one in outcome)
    assert came_of_it == {"booked": places, "waiting": clients - places}
    assert states(ticket.pool) == {"confirmed": places}
    assert Order.objects.filter(state=OrderState.PLACED).count() == places
    assert Waiting.objects.count() == clients - places
