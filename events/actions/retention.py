"""What is known of the people of events and is past: each function says which rows, if their time ended at a moment or before it.

And how they go: each time with a line in the audit log that has a number and no name.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from events.actions.questions import forget_answers
from events.models import (
    Answer,
    BookingSettings,
    Certificate,
    EventPage,
    Order,
    OrderLine,
    OrderState,
    Payment,
    Place,
    PlaceState,
    SensitiveAnswer,
    Waiting,
    WaitingState,
)
from events.models.settings import ANSWERS_KEPT
from portal.members import audit

NOBODY = {"name": "", "email": ""}


def sensitive_answers(before: datetime) -> QuerySet[SensitiveAnswer]:
    """Sensitive answers about events that had ended by then, if these keep them as long as most; else by their own number of days.

    Of an event without dates each answer counts for itself.
    """
    event = "place__pool__event"
    usual = timedelta(days=ANSWERS_KEPT)
    own = dict(
        BookingSettings.objects.exclude(answers_kept=ANSWERS_KEPT).values_list("event", "answers_kept")
    )
    due = _over(event, "at", before) & ~Q(**{f"{event}__in": list(own)})
    for days in set(own.values()):
        events = [number for number, kept in own.items() if kept == days]
        due |= _over(event, "at", before + usual - timedelta(days=days)) & Q(**{f"{event}__in": events})
    return SensitiveAnswer.objects.filter(due)


def delete_sensitive_answers(answers: QuerySet[SensitiveAnswer]) -> None:
    found = list(answers.values_list("pk", "place__pool__event"))
    SensitiveAnswer.objects.filter(pk__in=[pk for pk, _ in found]).delete()
    _record("sensitive answers deleted", (event for _, event in found))


def places_of_nobody(before: datetime) -> QuerySet[Place]:
    """Places that were given back by then, or had been put into a basket and were not ordered, about which there are answers."""
    given_back = Q(line__cancelled_at__lte=before)
    not_ordered = Q(line__cancelled_at=None, taken_at__lte=before)
    of_place = {"place": OuterRef("pk")}
    answered = Exists(Answer.objects.filter(**of_place)) | Exists(SensitiveAnswer.objects.filter(**of_place))
    return Place.objects.filter(answered, given_back | not_ordered, state=PlaceState.GONE)


def delete_answers_of(places: QuerySet[Place]) -> None:
    found = list(places.select_related("pool"))
    forget_answers(found)
    _record("places: answers deleted", (place.pool.event_id for place in found))


def named_places(before: datetime) -> QuerySet[Place]:
    """Places at events that had ended by then, which still say who had them."""
    return Place.objects.exclude(**NOBODY).filter(_over("pool__event", "taken_at", before))


def take_names_off_places(places: QuerySet[Place]) -> None:
    """Leaves of places that there were so many. What was answered about them goes too."""
    found = list(places.select_related("pool"))
    forget_answers(found)
    Certificate.objects.filter(place__in=found).update(name="")
    Place.objects.filter(pk__in=[place.pk for place in found]).update(**NOBODY)
    _record("places: names taken off", (place.pool.event_id for place in found))


def named_waiting(before: datetime) -> QuerySet[Waiting]:
    """Who waited for places at events that had ended by then, or asked for one."""
    return Waiting.objects.exclude(**NOBODY, words="").filter(_over("pool__event", "since", before))


def take_names_off_waiting(waiting: QuerySet[Waiting]) -> None:
    found = list(waiting.values_list("pk", "pool__event"))
    rows = Waiting.objects.filter(pk__in=[pk for pk, _ in found])
    rows.filter(state__in=[WaitingState.WAITING, WaitingState.APPLIED]).update(state=WaitingState.GONE)
    rows.update(**NOBODY, words="")
    _record("waiting lists: names taken off", (event for _, event in found))


def free_orders(before: datetime) -> QuerySet[Order]:
    """Orders that cost nothing, for events that had all ended by then."""
    to_come = OrderLine.objects.filter(order=OuterRef("pk"), place__pool__event__ends_at__gt=before)
    return _named_orders().filter(~_costs(), ~Exists(to_come), placed_at__lte=before)


def paid_orders(before: datetime) -> QuerySet[Order]:
    """Orders that cost something, placed by then and not paid since."""
    later = Payment.objects.filter(order=OuterRef("pk"), at__gt=before)
    return _named_orders().filter(_costs(), ~Exists(later), placed_at__lte=before)


def take_names_off_orders(orders: QuerySet[Order]) -> None:
    """Leaves of orders their references, lines and payments: the accounts add up, and nobody is named."""
    found = list(orders.values_list("pk", flat=True))
    Order.objects.filter(pk__in=found).update(
        **NOBODY, user=None, email_confirmed_at=None, billing_address="", purchase_order=""
    )
    if found:
        _write("orders: names taken off", len(found))


def old_baskets(before: datetime) -> QuerySet[Order]:
    """Baskets that were begun by then, hold nothing now, and were never paid for."""
    live = OrderLine.objects.filter(order=OuterRef("pk"), place__state=PlaceState.HELD)
    paid = Payment.objects.filter(order=OuterRef("pk"))
    return Order.objects.filter(~Exists(live), ~Exists(paid), state=OrderState.OPEN, began_at__lte=before)


def delete_baskets(baskets: QuerySet[Order]) -> None:
    """Deletes baskets, with the names and answers that were typed for their places."""
    found = list(baskets.values_list("pk", flat=True))
    places = Place.objects.filter(line__order__in=found, state=PlaceState.GONE)
    forget_answers(places)
    places.update(**NOBODY)
    Order.objects.filter(pk__in=found).delete()
    if found:
        _write("baskets deleted", len(found))


def _over(event: str, since: str, before: datetime) -> Q:
    """What belongs to an event that had ended by then; if it has no dates, what began by then itself."""
    return Q(**{f"{event}__ends_at__lte": before}) | Q(**{f"{event}__ends_at": None, f"{since}__lte": before})


def _named_orders() -> QuerySet[Order]:
    return Order.objects.exclude(state=OrderState.OPEN).exclude(email="", user=None)


def _costs() -> Exists:
    """Whether something in an order has a price, or was paid. What was taken back counts: there was an invoice."""
    of_order = {"order": OuterRef("pk")}
    return Exists(OrderLine.objects.filter(**of_order, pence__gt=0)) | Exists(
        Payment.objects.filter(**of_order)
    )


def _record(what: str, events: Iterable[int]) -> None:
    """A line in the audit log for each event."""
    counted = Counter(events)
    titles = dict(EventPage.objects.filter(pk__in=counted).values_list("pk", "title"))
    for event, count in sorted(counted.items()):
        _write(what, count, subject=f"event:{event}", subject_name=titles[event])


def _write(what: str, count: int, **subject: Any) -> None:
    audit.record("event.let-go", now=timezone.now(), details={"what": what, "count": count}, **subject)
