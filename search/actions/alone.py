"""One at a time: whoever writes entries, or reads them to send them elsewhere."""

from django.db import connection

LOCK = 7_308_311  # any number: an advisory lock of PostgreSQL


def alone() -> None:
    """Waits until nobody else writes entries, and keeps others waiting until the end of the transaction that this is called in.

    Without it an older state could be written over a newer one. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
