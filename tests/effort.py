"""How much a machine works for something, whatever machine it is and whatever else it does."""

from collections.abc import Callable
from time import process_time


def effort(work: Callable[[], object]) -> float:
    """The processor time of `work`, in loops of ten million additions: about seconds on a machine of today.

    The loop is measured just before and just after it: a machine that is three times slower, or busy, takes three times as long for both.
    """
    before = loop_seconds()
    begun = process_time()
    work()
    took = process_time() - begun
    return 2 * took / (before + loop_seconds())


def loop_seconds() -> float:
    """The processor time of ten million additions here and now."""
    begun = process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return 10 * (process_time() - begun)
