"""Who has booked the demo's events: an order for each place, over the weeks before loading, and people who wait where all is taken.

Some of them have answered what is asked.
"""

import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from events.actions.entries import invitation
from events.actions.questions import answer
from events.models import (
    EventPage,
    Method,
    Order,
    OrderLine,
    OrderState,
    Place,
    PlaceState,
    Question,
    Ticket,
    Waiting,
)
from events.rules.ordering import reference_of

FIRST = [
    "Aisha",
    "Ben",
    "Carys",
    "David",
    "Esi",
    "Fatima",
    "George",
    "Hana",
    "Imran",
    "Jo",
    "Kofi",
    "Lena",
    "Marek",
    "Nia",
    "Omar",
    "Priya",
    "Quentin",
    "Ruth",
    "Sanjay",
    "Tess",
    "Umar",
    "Vera",
    "Wei",
    "Yusuf",
    "Zoe",
]
LAST = [
    "Ashdown",
    "Birchall",
    "Copsewood",
    "Dunmore",
    "Elmstead",
    "Fernley",
    "Gorsefield",
    "Hazelden",
    "Ivybridge",
    "Juniper",
    "Kestrel",
    "Larchwood",
    "Meadows",
    "Nettlefold",
]
WEEKS = 6  # over so long people booked before the demo was loaded


def fill(ticket: Ticket, count: int, now: datetime) -> None:
    """So many places with a ticket are taken, each by an order of its own, at the highest price if it costs something.

    Their people have them in their calendars.
    """
    chance = random.Random(ticket.pk)  # noqa: S311  no secret: the same people each time
    pence = max(ticket.prices.values_list("pence", flat=True), default=0)
    moments = sorted(now - timedelta(days=7 * WEEKS * chance.random() ** 2) for _ in range(count))
    first = Order.objects.count()
    orders = []
    for number, moment in enumerate(moments, first):
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        email = f"{name.lower().replace(' ', '.')}.{number}@demo.example"
        orders.append(Order(name=name, email=email, email_confirmed_at=moment, began_at=moment))
    Order.objects.bulk_create(orders)
    for order in orders:
        order.state, order.placed_at, order.reference = (
            OrderState.PLACED,
            order.began_at,
            reference_of(order.pk),
        )
        order.method = Method.INVOICE if pence else Method.FREE
        order.billing_address = "High Street Surgery\n1 High Street\nExampleton" if pence else ""
    Order.objects.bulk_update(orders, ["state", "placed_at", "reference", "method", "billing_address"])
    places = Place.objects.bulk_create(
        Place(
            pool=ticket.pool,
            ticket=ticket,
            name=order.name,
            email=order.email,
            state=PlaceState.CONFIRMED,
            taken_at=order.placed_at,
        )
        for order in orders
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, place=place, description=ticket.name, pence=pence, vat_percent=ticket.vat_percent
        )
        for order, place in zip(orders, places, strict=True)
    )
    for place in places:
        invitation(place, place.taken_at)


def answer_questions(
    event: EventPage, asked: Mapping[str, Question], answers: Iterable[Mapping[str, str]], now: datetime
) -> None:
    """The first people with a place at an event have answered: each set of answers says what to which question."""
    places = Place.objects.filter(pool__event=event).order_by("pk")
    # There are many more places than answers.
    for place, given in zip(places, answers, strict=False):
        answer(place=place, answers={asked[which]: words for which, words in given.items()}, now=now)


def wait(ticket: Ticket, count: int, now: datetime) -> None:
    """So many people wait for a place with a ticket."""
    Waiting.objects.bulk_create(
        Waiting(
            ticket=ticket,
            pool=ticket.pool,
            name=f"{FIRST[-number]} {LAST[number]}",
            email=f"waits.{ticket.pk}.{number}@demo.example",
            since=now - timedelta(days=count - number, hours=5),
        )
        for number in range(count)
    )
