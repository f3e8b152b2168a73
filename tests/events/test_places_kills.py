"""Workers that are killed at any moment, in checkout and while places are offered, lose no place and give none twice.

Run as a program (`python -m tests.events.test_places_kills …`), this module is those workers: forked from a process that kills them
at a moment of its own choice, and looks at what is left.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.handbook.test_kills import ROOT, database

__all__ = ["database"]  # a fixture

SIZE = 5
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_workers_killed_at_any_moment_lose_no_place_and_give_none_twice(
    request: pytest.FixtureRequest, tmp_path: Path, *, soak: bool
) -> None:
    kills = 300 if soak else 8
    environment = os.environ | {
        "DATABASE_URL": request.getfixturevalue("database"),
        "MEDIA_ROOT": str(tmp_path / "media"),
        "MAIL_DIR": str(tmp_path / "mail"),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.events.test_places_kills", str(kills)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["kills"] >= kills
    assert (seen["orders"] > 0, seen["offered"] > 0) == (True, True)


# --- The program ---------------------------------------------------------------------------------------------------------


def work(ticket_id: int, seed: int, done: Callable[[], object]) -> None:
    """Orders, pays, takes back, waits and accepts, at random and for ever. `done` is called after each."""
    from django.utils import timezone

    from events.actions import announcing, holding, ordering, waiting
    from events.models import Method, Order, OrderLine, Ticket, Waiting
    from portal.members.actions import RefusedError
    from tests.events.factories import make_basket

    chance = random.Random(seed)  # noqa: S311  nothing secret
    ticket = Ticket.objects.select_related("pool__event").get(pk=ticket_id)

    def buy(basket: Order) -> None:
        due = sum(basket.lines.values_list("pence", flat=True))
        reference = f"ch_{basket.pk}"
        if chance.random() < 0.5:
            ordering.place(order=basket, method=Method.INVOICE, now=timezone.now())
        ordering.pay(order=basket, method=Method.CARD, pence=due, reference=reference, now=timezone.now())

    def come() -> None:
        basket = make_basket(now=timezone.now())
        holding.hold(order=basket, ticket=ticket, count=chance.randint(1, 3), now=timezone.now())
        buy(basket)

    def go() -> None:
        line = OrderLine.objects.filter(cancelled_at=None, order__state="placed").order_by("?").first()
        if line is not None:
            ordering.cancel_line(line=line, now=timezone.now())

    def wait() -> None:
        number = chance.randrange(10**9)
        waiting.join(ticket=ticket, name="A", email=f"a{number}@example.org", wanted=chance.randint(1, 3), now=timezone.now())  # fmt: skip

    def take() -> None:
        found = Waiting.objects.filter(places__state="offered").select_related("ticket__pool__event").first()
        if found is not None:
            basket = make_basket(now=timezone.now())
            waiting.accept(waiting=found, order=basket, now=timezone.now())
            buy(basket)

    def tell() -> None:
        announcing.tell_waiting(timezone.now() + announcing.GRACE)

    while True:
        with suppress(RefusedError):
            chance.choice([come, come, go, wait, wait, take, take, waiting.sweep, tell])()
        done()


def check(pool_id: int) -> dict[str, int]:
    """Whether every place is somebody's, and only theirs. Gives what was seen."""
    from django.db.models import Count, Sum

    from events.models import LIVE, Order, OrderLine, OrderState, Place, PlaceState, Pool, Waiting
    from portal.members.models import Mail

    size = Pool.objects.get(pk=pool_id).size
    live = Place.objects.filter(pool=pool_id, state__in=LIVE)
    confirmed = live.filter(state=PlaceState.CONFIRMED)
    placed = OrderLine.objects.filter(order__state=OrderState.PLACED, cancelled_at=None)
    assert live.count() <= size
    # Each line that was ordered has a place, and each place that is taken is of such a line: there is one line for a place.
    assert not placed.exclude(place__state=PlaceState.CONFIRMED).exists()
    assert confirmed.count() == placed.count()
    assert not live.filter(state=PlaceState.HELD).exclude(line__order__state=OrderState.OPEN).exists()
    offered = live.filter(state=PlaceState.OFFERED)
    assert not offered.exclude(waiting__state="waiting").exists()
    for one in Waiting.objects.filter(state="waiting"):
        assert one.places.filter(state=PlaceState.OFFERED).count() <= one.wanted
    # Who was paid for has been given their places, or an organiser is told.
    paid = Order.objects.annotate(paid=Sum("payments__pence")).filter(paid__gt=0, state=OrderState.OPEN)
    assert not paid.filter(trouble="").exists()
    mails = Mail.objects.filter(template="event_offer")
    assert not offered.filter(waiting__in=Waiting.objects.exclude(email__in=mails.values("to"))).exists()
    assert not mails.values("key").annotate(count=Count("pk")).filter(count__gt=1).exists()
    # Whoever ordered has been written to, or a row says that they have not.
    orders = Order.objects.exclude(state=OrderState.OPEN)
    told = Mail.objects.filter(template="event_order").values_list("key", flat=True)
    assert {
        f"event-order:{one}" for one in orders.filter(untold_since=None).values_list("pk", flat=True)
    } == set(told)
    return {"taken": placed.count(), "orders": orders.count(), "offered": mails.count()}


def killed(ticket_id: int, seed: int) -> None:
    """Two children work at the same time, and are killed at a moment of chance."""
    from django.db import connections

    connections.close_all()
    sys.stdout.flush()
    children = []
    listening, telling = os.pipe()
    begun = time.monotonic()
    for number in range(2):
        child = os.fork()
        if child == 0:
            try:
                work(ticket_id, 2 * seed + number, partial(os.write, telling, b"."))
            except BaseException:  # noqa: BLE001  whatever it is, the child must not go on as its parent
                traceback.print_exc()
            os._exit(1)
        children.append(child)
    # However slow the machine: something has been done once the first says so, and the kill comes while the next things are.
    os.close(telling)
    assert os.read(listening, 1), "Both workers failed."
    time.sleep(random.uniform(0, 8 * (time.monotonic() - begun)))  # noqa: S311  nothing secret
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "A worker failed."
    os.close(listening)


def main(kills: str) -> None:
    import django

    django.setup()
    from datetime import timedelta

    from django.urls import get_resolver
    from django.utils import timezone

    from events.actions.announcing import GRACE, tell_waiting
    from events.actions.waiting import sweep
    from events.models import Order
    from tests.events.factories import make_event, make_pool, make_ticket

    # The mails name addresses: each child would otherwise read all of them anew before it gets anywhere.
    assert get_resolver().url_patterns
    now = timezone.now()
    event: Any = make_event(starts_at=now + timedelta(days=300))
    ticket = make_ticket(make_pool(SIZE, event), pence=100)
    done, seen = 0, {"orders": 0, "offered": 0}
    # Chance may need more of them until something has happened at all.
    while done < int(kills) or (done < 300 and not (seen["orders"] and seen["offered"])):
        killed(ticket.pk, done)
        seen = check(ticket.pool_id)
        done += 1
        # Nobody works now: what the killed ones held would fill the pool for the next quarter of an hour.
        sweep(timezone.now() + timedelta(minutes=20))
    # What the killed ones left in baskets and offers is free again in time, and the rest is as it was.
    for days in range(1, 40):
        sweep(now + timedelta(days=days))
    assert check(ticket.pool_id)["taken"] == seen["taken"]
    assert not ticket.pool.places.filter(state="held").exists()
    tell_waiting(timezone.now() + GRACE)
    assert not Order.objects.exclude(untold_since=None).exists()
    print(json.dumps({**seen, "kills": done}))


if __name__ == "__main__":
    main(*sys.argv[1:])
