"""Whatever happens in whatever order to a pool, it is as a simple model of it says: never above its size, nobody passed over."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from events.actions.holding import hold, prolong, release
from events.actions.ordering import cancel_line, place
from events.actions.pools import resize
from events.actions.waiting import accept, join, leave, sweep
from events.models import LIVE, Method, Order, Place, PlaceState, Pool, Waiting
from events.stock import held, stocks
from portal.members.actions import RefusedError
from tests.events.factories import DAY, MINUTE, make_basket, make_event, make_pool, make_ticket
from tests.factories import NOW

MOST, HOLD, OFFER = 4, 15 * MINUTE, DAY


# --- The model ------------------------------------------------------------------------------------------------------------


@dataclass
class Basket:
    """The ends of what is held, how much ran out, and what was taken for good once it is placed."""

    held: list[datetime] = field(default_factory=list)
    gone: int = 0
    taken: int = 0
    is_placed: bool = False
    is_prolonged: bool = False


@dataclass
class Waiter:
    number: int
    wanted: int
    offered: int = 0
    end: datetime = NOW


@dataclass
class Model:
    """A pool as one would keep it on paper."""

    size: int
    now: datetime = NOW
    baskets: list[Basket] = field(default_factory=list)
    queue: list[Waiter] = field(default_factory=list)

    @property
    def live(self) -> int:
        held = sum(end > self.now for basket in self.baskets for end in basket.held)
        offered = sum(waiter.offered for waiter in self.queue if waiter.end > self.now)
        return held + offered + sum(basket.taken for basket in self.baskets)

    def settle(self) -> None:
        for basket in self.baskets:
            basket.gone += sum(end <= self.now for end in basket.held)
            basket.held = [end for end in basket.held if end > self.now]
        self.queue = [waiter for waiter in self.queue if not waiter.offered or waiter.end > self.now]
        for waiter in self.queue:
            more = min(self.size - self.live, waiter.wanted - waiter.offered)
            if more:
                waiter.offered += more
                waiter.end = max(waiter.end, self.now + OFFER)
            if waiter.offered < waiter.wanted:
                break

    def left(self) -> int:
        return 0 if any(waiter.offered < waiter.wanted for waiter in self.queue) else self.size - self.live

    def hold(self, basket: Basket, count: int) -> bool:
        if basket.is_placed:
            return False
        self.settle()
        if len(basket.held) + count > MOST or count > self.left():
            return False
        basket.is_prolonged = basket.is_prolonged and bool(basket.held)
        basket.gone = 0
        basket.held += [self.now + HOLD] * count
        return True

    def place(self, basket: Basket) -> bool:
        if basket.is_placed:
            return True
        self.settle()
        if (not basket.held and not basket.gone) or basket.gone > self.left():
            return False
        basket.taken, basket.held, basket.gone = len(basket.held) + basket.gone, [], 0
        basket.is_placed = True
        return True

    def release(self, basket: Basket) -> bool:
        if basket.is_placed:
            return False
        had, basket.held, basket.gone = bool(basket.held), [], 0
        if had:  # an empty basket concerns no pool
            self.settle()
        return True

    def prolong(self, basket: Basket) -> bool:
        mine = [end for end in basket.held if end > self.now]
        if basket.is_placed or basket.is_prolonged or not mine or min(mine) >= self.now + HOLD:
            return False
        basket.held = [max(end, self.now + HOLD) if end > self.now else end for end in basket.held]
        basket.is_prolonged = True
        return True

    def cancel(self, basket: Basket) -> bool:
        basket.taken -= 1
        self.settle()
        return True

    def join(self, number: int, wanted: int) -> bool:
        self.settle()
        if wanted <= self.left():
            return False
        self.queue.append(Waiter(number, wanted))
        self.settle()
        return True

    def waiter(self, number: int) -> Waiter | None:
        return next((waiter for waiter in self.queue if waiter.number == number), None)

    def leave(self, number: int) -> bool:
        waiter = self.waiter(number)
        if waiter is None:
            return False
        self.queue.remove(waiter)
        self.settle()
        return True

    def accept(self, number: int, basket: Basket) -> bool:
        if basket.is_placed:
            return False
        self.settle()
        waiter = self.waiter(number)
        if waiter is None or not waiter.offered:
            return False
        basket.held += [max(waiter.end, self.now + HOLD)] * waiter.offered
        waiter.wanted -= waiter.offered
        waiter.offered = 0
        if not waiter.wanted:
            self.queue.remove(waiter)
        return True

    def resize(self, size: int) -> bool:
        self.settle()
        if size < self.live:
            return False
        self.size = size
        self.settle()
        return True


# --- The same to the pool and to the model --------------------------------------------------------------------------------

baskets = st.integers(0, 3)
counts = st.integers(1, 3)


class Machine(RuleBasedStateMachine):
    """Four baskets and any number of people who wait, at one pool."""

    event: Any = None

    @initialize(size=st.integers(0, 5))
    def begin(self, size: int) -> None:
        self.around = transaction.atomic()
        self.around.__enter__()
        self.pool = make_pool(size, self.event)
        self.ticket = make_ticket(self.pool, most=MOST)
        self.orders = [make_basket() for _ in range(4)]
        self.people: list[Waiting] = []
        self.model = Model(size, baskets=[Basket() for _ in self.orders])

    def teardown(self) -> None:
        if hasattr(self, "around"):
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)

    def both(self, name: str, *numbers: int, really: Callable[[], Any], basket: int | None = None) -> Any:
        """Does the same to the model and to the pool; both do it, or both refuse and nothing has happened."""
        trial = deepcopy(self.model)
        mine = [] if basket is None else [trial.baskets[basket]]
        arguments = [*numbers, *mine] if name == "accept" else [*mine, *numbers]
        expected = getattr(trial, name)(*arguments)
        try:
            outcome = really()
        except RefusedError:
            assert not expected, f"{name} was refused"
            return None
        assert expected, f"{name} was not refused"
        self.model = trial
        return outcome

    @property
    def now(self) -> datetime:
        return self.model.now

    @rule(minutes=st.sampled_from([1, 14, 15, 60, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.model.now += timedelta(minutes=minutes)

    @rule()
    def sweep(self) -> None:
        self.model.settle()
        sweep(self.now)

    @rule(basket=baskets, count=counts)
    def hold(self, basket: int, count: int) -> None:
        order = self.orders[basket]
        self.both("hold", count, basket=basket,
                  really=lambda: hold(order=order, ticket=self.ticket, count=count, now=self.now))  # fmt: skip

    @rule(basket=baskets)
    def place(self, basket: int) -> None:
        order = self.orders[basket]
        self.both("place", basket=basket,
                  really=lambda: place(order=order, method=Method.FREE, now=self.now))  # fmt: skip

    @rule(basket=baskets)
    def release(self, basket: int) -> None:
        order = self.orders[basket]
        self.both("release", basket=basket,
                  really=lambda: release(order=order, lines=order.lines.all(), now=self.now))  # fmt: skip

    @rule(basket=baskets)
    def prolong(self, basket: int) -> None:
        order = self.orders[basket]
        self.both("prolong", basket=basket, really=lambda: prolong(order=order, now=self.now))

    @rule(basket=baskets)
    def cancel(self, basket: int) -> None:
        line = self.orders[basket].lines.filter(cancelled_at=None).first()
        if self.model.baskets[basket].taken and line is not None:
            self.both("cancel", basket=basket, really=lambda: cancel_line(line=line, now=self.now))

    @rule(wanted=counts)
    def join(self, wanted: int) -> None:
        number = len(self.people)
        joined = self.both("join", number, wanted, really=lambda: join(
            ticket=self.ticket, name="A", email=f"a{number}@example.org", wanted=wanted, now=self.now))  # fmt: skip
        if joined is not None:
            self.people.append(joined)

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.people) - 1))
        self.both("leave", number, really=lambda: leave(waiting=self.people[number], now=self.now))

    @precondition(lambda self: self.people)
    @rule(data=st.data(), basket=baskets)
    def accept(self, data: st.DataObject, basket: int) -> None:
        number = data.draw(st.integers(0, len(self.people) - 1))
        waiting, order = self.people[number], self.orders[basket]
        self.both("accept", number, basket=basket,
                  really=lambda: accept(waiting=waiting, order=order, now=self.now))  # fmt: skip

    @rule(size=st.integers(0, 6))
    def resize(self, size: int) -> None:
        self.both("resize", size, really=lambda: resize(pool=self.pool, size=size, by=None, now=self.now))

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        stock = stocks([self.pool.pk], self.now)[self.pool.pk]
        mine = Place.objects.filter(pool=self.pool)
        assert stock.live <= stock.size
        assert (stock.size, stock.live) == (self.model.size, self.model.live)
        assert mine.filter(state=PlaceState.CONFIRMED).count() == sum(b.taken for b in self.model.baskets)
        assert [held(order, self.now).count() for order in self.orders] == [
            sum(end > self.now for end in basket.held) for basket in self.model.baskets
        ]
        assert [(one.wanted, one.offered) for one in stock.queue] == [
            (waiter.wanted, waiter.offered if waiter.end > self.now else 0) for waiter in self.model.queue
        ]

    @invariant()
    def nobody_is_passed_over(self) -> None:
        """Behind somebody to whom not everything is offered, nobody is offered anything. It does not ask the model."""
        if not hasattr(self, "pool"):
            return
        is_lacking = False
        for one in Waiting.objects.filter(pool=self.pool, state="waiting").order_by("pk"):
            offered = one.places.filter(state=PlaceState.OFFERED).count()
            assert not (is_lacking and offered)
            is_lacking = is_lacking or offered < one.wanted

    @invariant()
    def every_live_place_belongs_to_somebody(self) -> None:
        if hasattr(self, "pool"):
            live = Place.objects.filter(pool=self.pool, state__in=LIVE)
            assert not live.filter(line=None, waiting=None).exists()
            assert Order.objects.count() == 4
            assert Pool.objects.filter(pk=self.pool.pk, size__gte=0).exists()


@pytest.mark.django_db
def test_any_order_of_events_leaves_a_pool_as_the_model_says(soak: bool) -> None:
    Machine.event = make_event(starts_at=NOW + 5000 * DAY)
    run(
        Machine,
        settings=settings(
            max_examples=400 if soak else 8,
            stateful_step_count=50 if soak else 20,
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
