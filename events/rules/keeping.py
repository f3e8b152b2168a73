"""How long what is known of the people of an event is kept. `portal.retention` has the reasons."""

from datetime import datetime, timedelta

YEAR = timedelta(days=365)
NAMES = 2 * YEAR  # after the event
INVOICES = 7 * YEAR  # after an order that cost something was placed, or last paid
BASKETS = timedelta(days=30)  # after they were begun
ANSWERS_OF_NOBODY = timedelta(days=1)  # after the place was given back, or not ordered


def answers_end_at(ends_at: datetime, days: int) -> datetime:
    """From when on sensitive answers about an event that ends at `ends_at` are deleted: so many times 24 hours later."""
    return ends_at + timedelta(days=days)
