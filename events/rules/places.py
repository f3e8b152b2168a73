"""How many places of a pool are free, to whom of those who wait they are offered, and where somebody stands in the queue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.rules.words import places


@dataclass(frozen=True)
class Queued:
    """Somebody who waits: their number, how many places they want, and how many of these are offered to them now."""

    number: int
    wanted: int
    offered: int = 0

    @property
    def lacking(self) -> int:
        """How many they wait for that nobody has offered them yet."""
        return max(0, self.wanted - self.offered)


def free(size: int, live: int) -> int:
    """How many places of a pool nobody has: its size without those that are held, offered or taken."""
    return max(0, size - live)


NEARLY_ALL = 80  # of a hundred


def is_filling_up(size: int, live: int, waiting: int) -> bool:
    """Whether organisers should think of more places: 80 of a hundred are taken or promised, or somebody waits."""
    return waiting > 0 or (size > 0 and 100 * live >= NEARLY_ALL * size)


def to_offer(free: int, queue: Iterable[Queued]) -> list[tuple[int, int]]:
    """Who is offered how many of the free places: (number, count), for a queue in its order.

    First come, first offered. Whoever wants more than there are is offered what there is and stays in front for the rest: nobody
    behind them is offered anything before they have all that they want.
    """
    offers = []
    for one in queue:
        count = min(free, one.lacking)
        if count:
            offers.append((one.number, count))
        free -= count
        if free <= 0:
            break
    return offers


def for_walk_ins(free: int, queue: Iterable[Queued]) -> int:
    """How many places somebody may take who did not wait: none while anybody waits for one that is not offered to them."""
    return 0 if any(one.lacking for one in queue) else free


def position(queue: Sequence[Queued], number: int) -> int | None:
    """Where somebody stands among those who still wait for a place that is not offered to them, from 1; `None` if they do not."""
    lacking = [one.number for one in queue if one.lacking]
    return lacking.index(number) + 1 if number in lacking else None


def end_of_offer(now: datetime, hours: int, closes_at: datetime | None) -> datetime:
    """Until when an offer made at `now` holds: so many hours, and no longer than the event can be booked."""
    end = now + timedelta(hours=hours)
    return end if closes_at is None else min(end, closes_at)


def refusal_of_size(size: int, taken: int, promised: int) -> str | None:
    """Why a pool cannot have so many places, of which some are taken and some are held or offered; `None` if it can.

    What somebody has been promised is not taken back from them.
    """
    if size >= taken + promised:
        return None
    also = f", and {promised} more in baskets or offered now" if promised else ""
    return f"{places(taken)} {'is' if taken == 1 else 'are'} taken{also}: there cannot be fewer than {taken + promised}."
