"""How many places are taken a second, against a bare counter: a conditional UPDATE and an INSERT in one transaction.

Makes a database of its own (SQLite, or the empty PostgreSQL database at `--postgres`). In each round, in turn so that whatever else the
machine does meets all of them, in the same database with the same settings for durability, each a transaction of its own:

- bare: `UPDATE … SET left = left - n WHERE left >= n`, then an INSERT of n rows with the name of whoever comes
- hold: the verb of the portal that takes n places out of a pool for the basket of a visitor, after which nobody else has them, with all
  that makes it right: the lock, what ran out, the count, those who wait, the rules, the price, the limits of one visitor, the lines
- order: hold, and then the second transaction that takes them for good and leaves word that somebody has to be told

for one place at a time, and for `--places`. Then visitors without an account book page by page, from the tickets of an event to the
order: `--checkouts` one after the other, and 200 at once for 50 places.

It prints the rates, and then

- `places_sqlite` or `places_postgres`: hold to bare, both with one place at a time (goal 0.5); `…_several`: both with `--places`
- `orders_…`: hold and confirmation to bare, one place; `…_several`: with `--places`
- `hold_ms`, `order_ms`: how long they take, with one place
- `checkout_cpu_s`: processor seconds of a whole free checkout (goal 0.06): ten requests with their pages, the code by mail, and what the
  worker does to write to whoever ordered and whoever comes; `…_told`: the worker's part of it
- `sold_…`, and `errors`: places taken in the race (50), and visitors who saw anything but an order or the waiting list (0)
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from operator import truediv
from typing import Any

from ground import arguments, run


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--orders", type=int, default=200, help="orders of each round (200)")
    parser.add_argument("--places", type=int, default=5, help="places in an order (5)")
    parser.add_argument("--rounds", type=int, default=5, help="times that each is timed (5)")
    parser.add_argument("--checkouts", type=int, default=30, help="whole checkouts of each round (30)")
    options = parser.parse_args()
    return run(options, lambda _: measure(options))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    make_counter()
    database = "sqlite" if connection.vendor == "sqlite" else "postgres"
    rates: dict[str, list[float]] = {what: [] for what in works(options)}
    for _ in range(options.rounds + 1):
        for what, work in works(options).items():
            rates[what].append(work())
    # The first round fills caches.
    rates = {what: found[1:] for what, found in rates.items()}
    checkout(options.checkouts)
    checkouts = [checkout(options.checkouts) for _ in range(options.rounds)]
    sold, errors = race(200, 50)

    def ratio(ours: str, theirs: str) -> float:
        return round(statistics.median(map(truediv, rates[ours], rates[theirs])), 3)

    median = {what: statistics.median(found) for what, found in rates.items()}
    return {
        **{f"{what}_per_s": round(rate) for what, rate in median.items()},
        "hold_ms": round(1000 / median["hold"], 2),
        "order_ms": round(1000 / median["order"], 2),
        f"orders_{database}": ratio("order", "bare"),
        f"orders_{database}_several": ratio("order_several", "bare_several"),
        f"places_{database}": ratio("hold", "bare"),
        f"places_{database}_several": ratio("hold_several", "bare_several"),
        "checkout_cpu_s": round(statistics.median(whole for whole, _ in checkouts), 4),
        "checkout_cpu_s_told": round(statistics.median(told for _, told in checkouts), 4),
        f"sold_{database}": sold,
        "errors": errors,
    }


def checkout(count: int) -> tuple[float, float]:
    """Processor seconds of one whole checkout, the mean of so many, and how many of them are those of the worker."""
    from django.utils import timezone

    from events.actions.announcing import GRACE, tell_waiting
    from tests.events.checkout import check_out

    ticket = a_ticket(count)
    begun = time.process_time()
    outcomes = [check_out(ticket, f"a{number}-{ticket.pk}@example.org", letter_to) for number in range(count)]
    asked = time.process_time()
    told = tell_waiting(timezone.now() + GRACE)
    done = time.process_time()
    expect(
        outcomes == ["booked"] * count,
        f"Not every checkout came to an order: {max(outcomes, key=len)[:2000]}",
    )
    expect(told == count, f"{told} of {count} orders were told of.")
    return (done - begun) / count, (done - asked) / count


def race(visitors: int, places: int) -> tuple[int, int]:
    """How many places were taken by so many visitors at once, and how many of them saw something that they should not."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection, connections

    from events.models import Place
    from tests.events.checkout import check_out

    ticket = a_ticket(places)

    def visit(number: int) -> str:
        try:
            return check_out(ticket, f"a{number}-{ticket.pk}@example.org", letter_to)
        except Exception as error:  # noqa: BLE001  whatever it is, the visitor saw an error
            return repr(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8 if connection.vendor == "sqlite" else 20) as threads:
        outcomes = list(threads.map(visit, range(visitors)))
    sold = Place.objects.filter(pool=ticket.pool_id, state="confirmed").count()
    return sold, sum(outcome not in ("booked", "waiting") for outcome in outcomes)


def letter_to(email: str) -> str:
    from portal.members.models import Mail

    return Mail.objects.filter(to=email, template="event_code").latest("pk").text


def works(options: argparse.Namespace) -> dict[str, Callable[[], float]]:
    """What is timed: each gives places per second."""
    orders, several = options.orders, options.places
    return {
        "bare": lambda: timed(orders, lambda: bare(orders, 1)),
        "hold": lambda: timed(orders, portal(orders, 1)),
        "order": lambda: timed(orders, portal(orders, 1, is_placed=True)),
        "bare_several": lambda: timed(orders * several, lambda: bare(orders, several)),
        "hold_several": lambda: timed(orders * several, portal(orders, several)),
        "order_several": lambda: timed(orders * several, portal(orders, several, is_placed=True)),
    }


def timed(count: int, work: Callable[[], Any]) -> float:
    """How many a second."""
    begun = time.perf_counter()
    work()
    return count / (time.perf_counter() - begun)


def make_counter() -> None:
    from django.db import connection

    number = "INTEGER PRIMARY KEY" if connection.vendor == "sqlite" else "BIGSERIAL PRIMARY KEY"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_pool (id {number}, left_over INTEGER)")
        cursor.execute(f"CREATE TABLE bench_place (id {number}, pool INTEGER, name TEXT, email TEXT)")
        cursor.execute("INSERT INTO bench_pool (id, left_over) VALUES (1, 1000000000)")


def bare(count: int, places: int) -> None:
    """A counter, and a row for each who comes."""
    from django.db import connection, transaction

    rows = ", ".join(["(1, %s, %s)"] * places)
    for number in range(count):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE bench_pool SET left_over = left_over - %s WHERE id = 1 AND left_over >= %s",
                [places, places],
            )
            expect(cursor.rowcount == 1, "The counter is empty.")
            cursor.execute(
                f"INSERT INTO bench_place (pool, name, email) VALUES {rows}",  # noqa: S608  no words of others
                ["Ada Example", f"ada{number}@example.org"] * places,
            )


def portal(orders: int, places: int, *, is_placed: bool = False) -> Callable[[], None]:
    """Visitors without an account take so many places each, from a pool of their own that is then full, and place their orders or not.

    Their baskets have been begun before, each from an address of its own. Who they are is said between the two, as in a checkout.
    """
    from django.utils import timezone

    from events.actions.baskets import begin
    from events.actions.holding import hold
    from events.actions.ordering import place
    from events.models import Method, Order, Place

    now = timezone.now()
    ticket = a_ticket(orders * places, most=places)
    baskets = [begin(now=now, address=f"192.0.2.{number}") for number in range(orders)]
    if is_placed:
        known = {"name": "Ada Example", "email": "ada@example.org", "email_confirmed_at": now}
        Order.objects.filter(pk__in=[one.pk for one in baskets]).update(**known)

    def work() -> None:
        for basket in baskets:
            hold(order=basket, ticket=ticket, count=places, now=timezone.now())
            if is_placed:
                place(order=basket, method=Method.FREE, now=timezone.now())
        state = "confirmed" if is_placed else "held"
        taken = Place.objects.filter(pool=ticket.pool_id, state=state).count()
        expect(taken == orders * places, f"{taken} places were taken.")
        Order.objects.update(untold_since=None)

    return work


def a_ticket(size: int, most: int = 10) -> Any:
    """A free ticket for a pool of its own with so many places."""
    from events.models import Pool, Price, Ticket, Whom

    pool = Pool.objects.create(event=an_event(), name=f"Pool {Pool.objects.count()}", size=size)
    ticket = Ticket.objects.create(pool=pool, name="Hall", most=most)
    Price.objects.create(ticket=ticket, whom=Whom.ANYONE, pence=0)
    return Ticket.objects.select_related("pool__event").prefetch_related("prices").get(pk=ticket.pk)


def an_event() -> Any:
    from wagtail.models import Site

    from events.models import EventIndexPage, EventKind, EventPage

    found = EventPage.objects.first()
    if found is None:
        home = Site.objects.get(is_default_site=True).root_page.specific
        index = home.add_child(instance=EventIndexPage(title="Events", slug="events"))
        found = index.add_child(
            instance=EventPage(title="Conference", slug="conference", kind=EventKind.CONFERENCE)
        )
    return found


def expect(holds: bool, otherwise: str) -> None:  # noqa: FBT001  reads as a sentence
    """Ends the run where a figure would say nothing."""
    if not holds:
        sys.exit(otherwise)


if __name__ == "__main__":
    sys.exit(main())
