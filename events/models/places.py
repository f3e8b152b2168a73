"""Places as rows: nothing is counted in a column, so nothing can be counted wrongly.

They have nothing to do with the drafts of an event's page: publishing a page rewrites what belongs to it, and places are promised.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from events.models.pages import EventPage
from portal.members.models import Role


class Pool(models.Model):
    """So many places at an event, which kinds of ticket share. `version` is written by whoever takes or frees one: it is the lock."""

    event = models.ForeignKey(EventPage, on_delete=models.PROTECT, related_name="pools")
    name = models.CharField(max_length=100, help_text="For organisers, such as “In the hall”.")
    size = models.PositiveIntegerField("places")
    offer_hours = models.PositiveSmallIntegerField(
        "hours that an offer lasts",
        default=24,
        validators=[MinValueValidator(1)],
        help_text="How long whoever waited has to take a place that became free.",
    )
    version = models.BigIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["event", "pk"]
        constraints = [
            models.UniqueConstraint("event", Lower("name"), name="pool_name_once"),
            models.CheckConstraint(condition=Q(offer_hours__gte=1), name="pool_offers_last_an_hour_at_least"),
        ]

    def __str__(self) -> str:
        return self.name


class Whom(models.TextChoices):
    """Whom a ticket or a price is for."""

    ANYONE = "anyone", "Anyone"
    MEMBERS = "members", "Members of the association"
    NON_MEMBERS = "non-members", "People who are not members of the association"
    ROLE = "role", "People in a role"


FITS_ITS_ROLE = Q(whom=Whom.ROLE) & ~Q(role="") | ~Q(whom=Whom.ROLE) & Q(role="")


OF_PRICE = ("pk", "whom", "role", "pence")


class TicketQuerySet(models.QuerySet["Ticket"]):
    def beside_prices(self) -> "TicketQuerySet":
        """Each ticket once for each of its prices, in its order: rows for `with_their_prices`."""
        order = self.query.order_by or self.model._meta.ordering
        columns = {f"price_{name}": F(f"prices__{name}") for name in OF_PRICE}
        return self.annotate(**columns).order_by(*order, "prices__pk")

    def with_prices(self) -> list["Ticket"]:
        """The tickets in their order, with their prices as if these had been prefetched: in one query."""
        return with_their_prices(self.beside_prices())


def with_their_prices(rows: Iterable["Ticket"]) -> list["Ticket"]:
    """The tickets of rows from `beside_prices`, each once, with their prices as if these had been prefetched."""
    tickets: dict[int, Ticket] = {}
    prices: dict[int, list[Price]] = {}
    for row in rows:
        ticket = tickets.setdefault(row.pk, row)
        found = prices.setdefault(row.pk, [])
        if row.price_pk is not None:
            found.append(Price(ticket=ticket, **{name: getattr(row, f"price_{name}") for name in OF_PRICE}))
    for number, ticket in tickets.items():
        kept = ticket.prices.all()
        kept._result_cache = prices[number]
        ticket._prefetched_objects_cache = {"prices": kept}
    return list(tickets.values())


class Ticket(models.Model):
    """A kind of ticket: whom it is for, when it is to be had, from which places, and what it costs."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="tickets")
    name = models.CharField(max_length=100, help_text="Such as “Both days, in the hall”.")
    description = models.CharField(max_length=240, blank=True)
    whom = models.CharField("for", max_length=20, choices=Whom, default=Whom.ANYONE)
    role = models.CharField("role", max_length=20, choices=Role, blank=True)
    from_at = models.DateTimeField("to be had from", null=True, blank=True)
    until_at = models.DateTimeField(
        "to be had until", null=True, blank=True, help_text="At this moment it no longer is."
    )
    most = models.PositiveSmallIntegerField(
        "most in one order",
        default=10,
        validators=[MinValueValidator(1)],
        help_text="So that nobody takes all the places at once.",
    )
    vat_percent = models.PositiveSmallIntegerField(
        "VAT in per cent", default=0, validators=[MaxValueValidator(100)]
    )
    needs_approval = models.BooleanField("organisers decide about each", default=False)
    position = models.PositiveSmallIntegerField(default=0)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(whom__in=Whom.values), name="ticket_whom_is_known"),
            models.CheckConstraint(condition=FITS_ITS_ROLE, name="ticket_role_only_for_people_in_one"),
            models.CheckConstraint(condition=Q(vat_percent__lte=100), name="ticket_vat_is_a_part"),
            models.CheckConstraint(condition=Q(most__gte=1), name="ticket_most_is_one_at_least"),
            models.CheckConstraint(
                condition=Q(from_at__isnull=True) | Q(until_at__isnull=True) | Q(until_at__gt=F("from_at")),
                name="ticket_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """What a ticket costs those whom the price is for, with VAT. Whoever several are for pays the lowest."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="prices")
    whom = models.CharField("for", max_length=20, choices=Whom, default=Whom.ANYONE)
    role = models.CharField("role", max_length=20, choices=Role, blank=True)
    pence = models.PositiveIntegerField("price in pence, with VAT")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(whom__in=Whom.values), name="price_whom_is_known"),
            models.CheckConstraint(condition=FITS_ITS_ROLE, name="price_role_only_for_people_in_one"),
            models.UniqueConstraint("ticket", "whom", "role", name="price_once_for_each"),
        ]

    def __str__(self) -> str:
        return f"£{self.pence / 100:.2f}"


class WaitingState(models.TextChoices):
    APPLIED = "applied", "Asked for a place, which organisers decide about"
    REFUSED = "refused", "Refused by organisers"
    WAITING = "waiting", "Waiting"
    DONE = "done", "Has got what they waited for"
    LAPSED = "lapsed", "Let an offer end"
    GONE = "gone", "No longer waiting"


class Waiting(models.Model):
    """Somebody who waits for places of a pool; first come, first offered. `wanted` goes down as places are taken.

    With a ticket about which organisers decide, somebody has to be let in before they wait: until then they have applied.
    What is offered to them are their places in the state *offered*: all of these have one end.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="waiting")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="waiting")
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    wanted = models.PositiveSmallIntegerField("places", default=1)
    state = models.CharField(max_length=10, choices=WaitingState, default=WaitingState.WAITING)
    words = models.TextField("why they ask for a place", blank=True)
    since = models.DateTimeField()
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["pk"]  # Clocks differ; numbers are given under the lock of the pool.
        constraints = [
            models.UniqueConstraint(
                "pool",
                Lower("email"),
                name="waiting_once_for_a_pool",
                condition=Q(state__in=[WaitingState.APPLIED, WaitingState.WAITING]),
            ),
            models.CheckConstraint(condition=Q(state__in=WaitingState.values), name="waiting_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=[WaitingState.APPLIED, WaitingState.WAITING])
                | Q(wanted__gte=1) & ~Q(email=""),
                name="waiting_for_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.wanted}"


class PlaceState(models.TextChoices):
    """What has become of a place."""

    HELD = "held", "In a basket"
    OFFERED = "offered", "Offered to somebody who waited"
    CONFIRMED = "confirmed", "Taken"
    GONE = "gone", "Free again"


# What counts against the size of a pool; and what of it ends by itself.
LIVE = (PlaceState.HELD, PlaceState.OFFERED, PlaceState.CONFIRMED)
ENDS = (PlaceState.HELD, PlaceState.OFFERED)


class Place(models.Model):
    """One place of a pool that somebody has, or had. Held and offered ones end at `expires_at` by themselves.

    `key` is the secret of its ticket: whoever has it, has the ticket.
    """

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="places")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="places")
    waiting = models.ForeignKey(
        Waiting, on_delete=models.SET_NULL, null=True, blank=True, related_name="places"
    )
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=PlaceState)
    expires_at = models.DateTimeField("ends", null=True, blank=True)
    taken_at = models.DateTimeField("since")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlaceState.values), name="place_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=ENDS, expires_at__isnull=False)
                | ~Q(state__in=ENDS) & Q(expires_at__isnull=True),
                name="place_ends_if_not_taken",
            ),
            models.UniqueConstraint(
                "pool",
                Lower("email"),
                name="place_once_for_an_address",
                condition=Q(state__in=LIVE) & ~Q(email=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["pool", "state", "expires_at"], name="place_live", condition=Q(state__in=LIVE)
            ),
            models.Index(fields=["expires_at"], name="place_ends", condition=Q(state__in=ENDS)),
        ]

    def __str__(self) -> str:
        return f"{self.name or 'Somebody'}, {self.get_state_display()}"

    def is_live(self, now: datetime) -> bool:
        """Whether somebody has it at `now`: it was not given up, and its end, if it has one, has not come."""
        return self.state in LIVE and (self.expires_at is None or now < self.expires_at)
