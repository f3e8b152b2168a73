"""How fast the register is imported, against the bare limit: a bulk_create of the same memberships and periods.

Makes a database of its own (SQLite, or a new one on the PostgreSQL server at `--postgres`), imports a register of 100,000 rows,
then imports it again (nothing changes) and with every membership renewed. Prints rows per second for each, and the ratio of the
first to the bare bulk_create (goals: 100,000 rows in under 60 seconds each).
"""

import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from ground import arguments, run

HEAD = "number,first_name,last_name,email,category,from,until\n"


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the register (100,000)")
    options = parser.parse_args()
    return run(options, lambda _: measure(options.rows))


def measure(count: int) -> dict[str, float]:
    """Rows per second of each way, in a database that is migrated first."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from portal.members.register import read_register

    file = csv_of(count, "2026-12-31")
    reading = seconds(lambda: read_register(file))
    bare = seconds(lambda: bulk_create(count))
    empty()
    rates = {"read": reading, "bare bulk_create": bare}
    rates["joined"] = seconds(lambda: bring_in(file))
    rates["unchanged"] = seconds(lambda: bring_in(file))
    rates["renewed"] = seconds(lambda: bring_in(csv_of(count, "2027-12-31")))
    found = {f"{name} rows/s": round(count / taken) for name, taken in rates.items()}
    return found | {"joined to bare": round(bare / rates["joined"], 3)}


def csv_of(count: int, until: str) -> bytes:
    lines = (
        f"N{number:07},Ada{number},Example,a{number}@example.org,Full,2026-01-01,{until}\n"
        for number in range(count)
    )
    return (HEAD + "".join(lines)).encode()


def bring_in(file: bytes) -> None:
    from django.utils import timezone

    from portal.members.actions.memberships import import_memberships
    from portal.members.register import read_register

    import_memberships(register=read_register(file), by=None, now=timezone.now(), today=timezone.localdate())


def bulk_create(count: int) -> None:
    """The same rows, a thousand at a time, with nothing known, compared or logged."""
    from django.db import transaction
    from django.utils import timezone

    from portal.members.models import Membership, MembershipPeriod

    now = timezone.now()
    for start in range(0, count, 1_000):
        with transaction.atomic():
            made = Membership.objects.bulk_create(
                Membership(number=f"N{number:07}", first_name=f"Ada{number}", last_name="Example",
                           email=f"a{number}@example.org")
                for number in range(start, min(start + 1_000, count))
            )  # fmt: skip
            MembershipPeriod.objects.bulk_create(
                MembershipPeriod(membership=one, category="Full", starts_on=date(2026, 1, 1),
                                 ends_on=date(2027, 1, 1), recorded_at=now)
                for one in made
            )  # fmt: skip


def empty() -> None:
    from portal.members.models import Membership

    Membership.objects.all().delete()


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
