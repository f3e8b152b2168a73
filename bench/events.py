"""How many places are taken a second, against a bare counter: a conditional UPDATE and an INSERT in one transaction.

Makes a database of its own (SQLite, or the empty PostgreSQL database at `--postgres`). For each of the rounds, in turn so that whatever
else the machine does meets both, it takes `--orders` places from a pool that has enough

- bare: `UPDATE … SET left = left - 1 WHERE left > 0`, then an INSERT of a row with the name of whoever comes
- by the portal: an order for each, its places held in one transaction (rules, price, lock, count, lines) and confirmed in another

Then visitors without an account book page by page, from the tickets of an event to the order: `--checkouts` one after the other, and
200 at once for 50 places.

It prints the rates, and then

- `places_sqlite` or `places_postgres`: the portal's rate to the bare one, an order having `--places` places (goal 0.5)
- `…_one`: the same with one place in each order
- `…_ms`: how long the portal takes for an order, hold and confirmation
- `checkout_cpu_s`: processor seconds of a whole free checkout: ten requests with their pages, and the code by mail (goal 0.06)
- `sold_sqlite` or `sold_postgres`, and `errors`: places taken in the race (50), and visitors who saw anything but an order or the waiting
  list (0)
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=200, help="orders of each round (200)")
    parser.add_argument("--places", type=int, default=5, help="places in an order (5)")
    parser.add_argument("--rounds", type=int, default=5, help="times that each is timed (5)")
    parser.add_argument("--checkouts", type=int, default=30, help="whole checkouts of each round (30)")
    parser.add_argument("--postgres", help="address of an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.environ["DATABASE_URL"] = options.postgres or f"sqlite:///{folder}/bench.sqlite3"
        os.environ |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "DEBUG": "0", "LOG_LEVEL": "ERROR"}
        os.environ |= {"MAIL_DIR": folder, "MEDIA_ROOT": f"{folder}/m", "PRIVATE_ROOT": f"{folder}/p"}
        results = measure(options)
    for name, value in results.items():
        print(f"{name:<24}{value:>12,}")
    if options.json:
        print(json.dumps(results))
    return 0


def measure(options: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    make_counter()
    name = "places_sqlite" if connection.vendor == "sqlite" else "places_postgres"
    rates: dict[str, list[float]] = {"bare": [], "one": [], "several": []}
    for _ in range(options.rounds + 1):
        for what, work in works(options).items():
            rates[what].append(work())
    # The first round fills caches.
    bare, one, several = (rates[what][1:] for what in ("bare", "one", "several"))
    checkout(options.checkouts)
    checkouts = [checkout(options.checkouts) for _ in range(options.rounds)]
    sold, errors = race(200, 50)
    return {
        "bare_per_s": round(statistics.median(bare)),
        "places_per_s": round(statistics.median(several)),
        "places_per_s_one": round(statistics.median(one)),
        f"{name}_ms": round(1000 * options.places / statistics.median(several), 1),
        name: round(statistics.median(map(ratio, several, bare)), 3),
        f"{name}_one": round(statistics.median(map(ratio, one, bare)), 3),
        "checkout_cpu_s": round(statistics.median(checkouts), 4),
        name.replace("places", "sold"): sold,
        "errors": errors,
    }


def checkout(count: int) -> float:
    """Processor seconds of one whole checkout, the mean of so many."""
    from tests.events.checkout import check_out

    ticket = a_ticket(count)
    begun = time.process_time()
    outcomes = [check_out(ticket, f"a{number}@example.org", letter_to) for number in range(count)]
    took = time.process_time() - begun
    expect(outcomes == ["booked"] * count, f"Not every checkout came to an order: {set(outcomes)}")
    return took / count


def race(visitors: int, places: int) -> tuple[int, int]:
    """How many places were taken by so many visitors at once, and how many of them saw something that they should not."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection, connections

    from events.models import Place
    from tests.events.checkout import check_out

    ticket = a_ticket(places)

    def visit(number: int) -> str:
        try:
            return check_out(ticket, f"a{number}@example.org", letter_to)
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
    orders = options.orders
    return {
        "bare": lambda: timed(orders, lambda: bare(orders)),
        "one": lambda: timed(orders, portal(orders, 1)),
        "several": lambda: timed(orders * options.places, portal(orders, options.places)),
    }


def ratio(ours: float, theirs: float) -> float:
    return ours / theirs


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


def bare(count: int) -> None:
    """A counter, and a row for each who comes."""
    from django.db import connection, transaction

    for number in range(count):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE bench_pool SET left_over = left_over - 1 WHERE id = 1 AND left_over > 0")
            expect(cursor.rowcount == 1, "The counter is empty.")
            cursor.execute(
                "INSERT INTO bench_place (pool, name, email) VALUES (1, %s, %s)",
                ["Ada Example", f"ada{number}@example.org"],
            )


def portal(orders: int, places: int) -> Callable[[], None]:
    """Orders of so many places each, from a pool of their own that is then full. The baskets have been begun before."""
    from django.utils import timezone

    from events.actions.holding import hold
    from events.actions.ordering import place
    from events.models import Method, Order, Place

    now = timezone.now()
    ticket = a_ticket(orders * places, most=places)
    pool = ticket.pool
    baskets = Order.objects.bulk_create(
        Order(name="Ada Example", email=f"ada{number}@example.org", email_confirmed_at=now, began_at=now)
        for number in range(orders)
    )

    def work() -> None:
        for basket in baskets:
            hold(order=basket, ticket=ticket, count=places, now=timezone.now())
            place(order=basket, method=Method.FREE, now=timezone.now())
        confirmed = Place.objects.filter(pool=pool, state="confirmed").count()
        expect(confirmed == orders * places, f"{confirmed} places were taken.")

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
