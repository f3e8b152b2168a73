"""Whether the portal can do its work: what the web server and the worker know about each other and about the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal.models import Heartbeat

LONGEST_SILENCE = timedelta(minutes=3)


@dataclass(frozen=True)
class Readiness:
    """What was found, and in plain words what stands in the way."""

    database: bool
    migrations: bool
    worker_heard_at: datetime | None
    worker_silent_seconds: int | None
    problems: tuple[str, ...]


def beat() -> None:
    """Notes that the worker runs what is scheduled. The worker calls it every minute."""
    now = timezone.now()
    Heartbeat.objects.update_or_create(pk=1, defaults={"heard_at": now}, create_defaults={"heard_at": now})


def readiness(now: datetime) -> Readiness:
    """Asks the database, its migrations and the worker's heartbeat. Never raises when the database is away."""
    try:
        missing = missing_migrations()
        heard = None if missing else heard_at()
    except DatabaseError:
        return Readiness(
            database=False,
            migrations=False,
            worker_heard_at=None,
            worker_silent_seconds=None,
            problems=("The database does not answer.",),
        )
    problems = []
    if missing:
        problems.append(f"Migrations are missing: {', '.join(missing)}. Run `manage.py migrate`.")
    elif (worker := worker_problem(heard, now)) is not None:
        problems.append(worker)
    silent = None if heard is None else int((now - heard).total_seconds())
    return Readiness(
        database=True,
        migrations=not missing,
        worker_heard_at=heard,
        worker_silent_seconds=silent,
        problems=tuple(problems),
    )


def heard_at() -> datetime | None:
    """When the worker was last heard from."""
    return Heartbeat.objects.values_list("heard_at", flat=True).first()


def worker_problem(heard_at: datetime | None, now: datetime) -> str | None:
    """Why the worker cannot be relied on, or None. Three minutes of silence are the most that is allowed."""
    if heard_at is None:
        return "The background worker has not been heard from. Run `manage.py qcluster`."
    if now - heard_at > LONGEST_SILENCE:
        return f"The background worker was last heard from at {timezone.localtime(heard_at):%H:%M:%S on %-d %B %Y}."
    return None


def missing_migrations() -> list[str]:
    """The migrations that this code has and the database has not, as `app.name`. Raises DatabaseError."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
