"""The tests' databases: one is migrated for all workers of a run, and each worker gets a copy of it."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def folder_of_the_run(factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers see; with `RUN_FOLDER`, all calls of pytest that `tests.run` makes."""
    if "RUN_FOLDER" in os.environ:
        return Path(os.environ["RUN_FOLDER"])
    return factory.getbasetemp().parent if WORKER else factory.getbasetemp()


def once(folder: Path, name: str, make: Callable[[], None]) -> None:
    """Calls `make` unless another worker has done so; waits for one that is at it."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / f"{name}.made").exists():
            make()
            (folder / f"{name}.made").touch()


def migrate(address: str) -> None:
    """Brings the database at an address up to date. Raises CalledProcessError, having shown why."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": address}
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=600)


def migrated_file(folder: Path) -> Path:
    """A SQLite database as the migrations make it. Whoever wants to write in it copies it.

    It is kept in `var/` from one run to the next, for as long as nothing has changed that it is made of.
    """
    file = folder / "migrated.sqlite3"
    once(folder, "migrated", lambda: kept_or_made(file))
    return file


def kept_or_made(file: Path) -> None:
    kept = ROOT / "var" / "tests" / f"migrated-{digest_of_what_migrates()}.sqlite3"
    if kept.exists():
        shutil.copy(kept, file)
        return
    migrate(f"sqlite:///{file}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.glob("migrated-*"):
        old.unlink(missing_ok=True)
    # Copied beside and renamed: another run may look at this moment.
    shutil.copy(file, part := kept.with_suffix(f".{os.getpid()}"))
    part.rename(kept)


def digest_of_what_migrates() -> str:
    """A hash of whatever makes the migrated database: migrations, models, triggers, schedules, groups, settings, packages."""
    wanted = (
        "migrations/*.py",
        "models.py",
        "models/*.py",
        "triggers.py",
        "schedule.py",
        "groups.py",
        "apps.py",
    )
    sources = {path for pattern in wanted for path in ROOT.glob(f"[a-z]*/**/{pattern}")}
    sources |= {ROOT / "requirements.txt", ROOT / "portal" / "settings.py"}
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(sources):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def copy_of_migrated(folder: Path) -> Iterator[str]:
    """The name of this worker's own database, which is there until the end."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(prefix="portal-tests-") as own:
            yield str(shutil.copy(migrated_file(folder), Path(own) / "tests.sqlite3"))
        return
    name, template = f"test_{connection.settings_dict['NAME']}{WORKER}", template_on_the_server(folder)
    execute(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    # Nothing in it has to outlive a power cut.
    execute(f'ALTER DATABASE "{name}" SET synchronous_commit TO off')
    try:
        yield name
    finally:
        execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def template_on_the_server(folder: Path) -> str:
    """The name of a migrated database on the PostgreSQL server. Whoever wants to write in it copies it."""
    once(folder, template_name(), make_template)
    return template_name()


def template_name() -> str:
    return f"test_{connection.settings_dict['NAME']}_migrated"


def make_template() -> None:
    """Makes the database on the server that the workers copy."""
    drop_template()
    execute(f'CREATE DATABASE "{template_name()}"')
    migrate(address_of(template_name()))


def drop_template() -> None:
    execute(f'DROP DATABASE IF EXISTS "{template_name()}" WITH (FORCE)')


def address_of(name: str) -> str:
    """The address of another database on the server of the tests."""
    facts = connection.settings_dict
    login = f"{facts['USER']}:{facts['PASSWORD']}".rstrip(":")
    return f"postgres://{login}@{facts['HOST']}:{facts['PORT'] or 5432}/{name}"


def execute(*statements: str) -> None:
    """Runs statements on the server, outside of any of its databases for tests."""
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        for statement in statements:
            server.execute(statement)


def own_address() -> str:
    """The address of this worker's own database, for a process that is to work on the same one."""
    name = connection.settings_dict["NAME"]
    return f"sqlite:///{name}" if connection.vendor == "sqlite" else address_of(name)


if __name__ == "__main__":
    template_on_the_server(Path(os.environ["RUN_FOLDER"]))
