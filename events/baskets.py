"""A basket and an order as their pages show them. Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.models import LIVE, EventPage, Order, OrderLine, Place, PlaceState, Product, Ticket, Whom
from events.rules.holding import HOLD
from events.rules.ordering import shown_as
from events.rules.tickets import FREE, price_words, vat_within, whom_words
from events.rules.words import pounds
from events.standing import varies_with_who_comes
from portal.prepared import Prepared


@dataclass(frozen=True)
class Line:
    """A line as it is shown. `is_there`: its place is still held or taken, and the line has not been taken back.

    `is_off`: it has been taken back, or is about to be, because its event was called off.
    """

    line: OrderLine
    is_there: bool
    is_off: bool = False

    @property
    def place(self) -> Place | None:
        return self.line.place

    @property
    def price(self) -> str:
        return price_words(self.line.pence, self.line.vat_percent)

    @property
    def whom(self) -> str:
        """Whom its ticket is for, in words; empty if it is for anyone."""
        ticket = self.place.ticket
        return "" if ticket.whom == Whom.ANYONE else whom_words(ticket.whom, ticket.role)


@dataclass(frozen=True)
class Group:
    """The lines of one ticket, or of one product, together."""

    event: EventPage | None
    ticket: Ticket | None
    name: str
    lines: tuple[Line, ...]

    @property
    def product(self) -> Product | None:
        return self.lines[0].line.product

    @property
    def count(self) -> int:
        """How many of them are there."""
        return sum(line.is_there for line in self.lines)

    @property
    def lost(self) -> int:
        """How many places have gone since their hold ran out."""
        return len(self.lines) - self.count

    @property
    def price(self) -> str:
        """“£60, with £10 VAT each”, “Free”, and where they differ “1 at £60, with £10 VAT; 2 free”."""
        counts = Counter(line.price for line in self.lines if line.is_there) or Counter([self.lines[0].price])
        if len(counts) == 1:
            [price] = counts
            return price if self.product or price == FREE else f"{price}, each"
        return "; ".join(
            f"{count} free" if price == FREE else f"{count} at {price}" for price, count in counts.items()
        )

    @property
    def varies(self) -> bool:
        """Whether what a place costs depends on who comes."""
        return any(line.line.varies for line in self.lines)


@dataclass(frozen=True)
class Shown:
    """An order with all that its page says."""

    order: Order
    groups: tuple[Group, ...]
    until: datetime | None
    is_kept_for_long: bool = False  # longer than a hold lasts: somebody had waited for the places

    @property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]

    @property
    def there(self) -> list[Line]:
        return [line for line in self.lines if line.is_there]

    @property
    def called_off(self) -> list[EventPage]:
        """Each event in it that was called off while somebody had a place there, once."""
        return list(
            {line.place.pool.event.pk: line.place.pool.event for line in self.lines if line.is_off}.values()
        )

    @property
    def is_off(self) -> bool:
        """Whether nothing is left in it but places at events that were called off."""
        return bool(self.called_off) and all(line.is_off for line in self.there)

    @property
    def has_lost(self) -> bool:
        """Whether there are lines whose places have gone."""
        return len(self.there) < len(self.lines)

    @property
    def pence(self) -> int:
        return sum(line.line.pence for line in self.there)

    @property
    def total(self) -> str:
        return pounds(self.pence) if self.pence else "Free"

    @property
    def seen(self) -> str:
        """What stands for what is there and its prices, so that nothing else is ordered."""
        return shown_as((line.line.pk, line.line.pence) for line in self.there)

    @property
    def varies(self) -> bool:
        """Whether what some of it costs depends on who comes."""
        return any(line.line.varies for line in self.there)

    @property
    def vat(self) -> str:
        """The VAT in the total; empty if there is none."""
        found = sum(vat_within(line.line.pence, line.line.vat_percent) for line in self.there)
        return pounds(found) if found else ""

    @property
    def steps(self) -> int:
        """How many steps there are from the basket to the order: nobody comes on a product."""
        return 3 if self.events else 2

    @property
    def events(self) -> list[EventPage]:
        """Each event in it, once."""
        return list({group.event.pk: group.event for group in self.groups if group.event}.values())


# What pages of booking say of an event: without its words, which are long.
OF_EVENT = (
    "title",
    "url_path",
    "locale",
    "live",
    "refund_rule",
    "starts_at",
    "ends_at",
    "cancelled_at",
    "cancelled_why",
)
OF_PLACE = ("pool", "ticket", "waiting", "name", "email", "state", "expires_at", "taken_at", "key")
FIELDS = (
    *("order", "description", "pence", "vat_percent", "cancelled_at"),
    *(f"place__{one}" for one in OF_PLACE),
    *(f"place__ticket__{one}" for one in ("name", "most", "whom", "role")),
    "place__pool__event",
    *(f"place__pool__event__{one}" for one in OF_EVENT),
    *(f"product__{one}" for one in ("name", "slug", "handover")),
)


LINES = Prepared(
    lambda order: (
        OrderLine.objects.filter(order=order)
        .select_related("place__ticket", "place__pool__event", "product")
        .only(*FIELDS)
        .annotate(varies=varies_with_who_comes())
        .order_by("pk")
    )
)


def shown(order: Order, now: datetime) -> Shown:
    """A basket or an order. One query, however many lines it has."""
    lines = LINES(order.pk, order=order)
    groups: dict[tuple[str, int], list[OrderLine]] = {}
    for line in lines:
        key = ("ticket", line.place.ticket_id) if line.place else ("product", line.product_id)
        groups.setdefault(key, []).append(line)
    held = [one.place.expires_at for one in lines if one.place and one.place.state == PlaceState.HELD]
    until = min((end for end in held if now < end), default=None)
    for_long = until is not None and until - now > HOLD
    return Shown(order, tuple(_group(found, now) for found in groups.values()), until, for_long)


def _group(lines: Sequence[OrderLine], now: datetime) -> Group:
    first = lines[0].place
    ticket = first.ticket if first else None
    return Group(
        event=first.pool.event if first else None,
        ticket=ticket,
        name=lines[0].description,
        lines=tuple(Line(line, _is_there(line, now), _is_off(line)) for line in lines),
    )


def _is_there(line: OrderLine, now: datetime) -> bool:
    if line.cancelled_at is not None:
        return False
    return line.place is None or (line.place.state in LIVE and line.place.is_live(now))


def _is_off(line: OrderLine) -> bool:
    off = line.place.pool.event.cancelled_at if line.place else None
    return off is not None and (line.cancelled_at is None or line.cancelled_at >= off)
