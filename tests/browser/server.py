"""A portal that runs: its own copy of the demo's database and files, a web server, and a worker where mail matters."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.databases import migrated_file, once

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10
SECONDS_TO_CATCH_UP = 120
# What the worker has not begun that is due at a moment, and what it has not finished.
UNDONE = "SELECT (SELECT count(*) FROM django_q_schedule WHERE next_run < ?) + (SELECT count(*) FROM django_q_ormq)"


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a portal whose data is all in `folder`."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        "PORTAL_ENV": "development",
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "MAIL_DIR": str(folder / "mail"),
        "PRIVATE_ROOT": str(folder / "private"),
        "CLOCK_FILE": str(folder / "clock"),
        "STAFF_SECOND_FACTOR": "0",
        "WORKERS": "1",
        "PYTHONUNBUFFERED": "1",
        **settings,
    }


def demo_of(run: Path) -> Path:
    """The demo's database and files, made once for all workers of the run whose folder this is. Nobody writes in it."""
    migrated = migrated_file(run)
    once(run, "demo", lambda: make_demo(run / "demo", migrated))
    return run / "demo"


def make_demo(folder: Path, migrated: Path) -> None:
    """Fills a copy of a migrated database in `folder`. Raises CalledProcessError, having shown why."""
    shutil.rmtree(folder, ignore_errors=True)  # of a try that failed
    folder.mkdir()
    shutil.copy(migrated, folder / "portal.sqlite3")
    for command in (["load_demo"], ["make_pdfs", "--verbosity=0"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment(folder),
            check=True,
            timeout=300,
        )


@dataclass
class Portal:
    """A running portal. `stop` ends its processes."""

    address: str
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str, **settings: str) -> None:
        with (self.folder / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=environment(self.folder, BASE_URL=self.address, **settings),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)

    def run(self, *command: str) -> str:
        """Runs a management command beside the server and returns what it said. Raises CalledProcessError, having shown why."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment(self.folder, BASE_URL=self.address),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=60,
        ).stdout

    def wait(self) -> None:
        """Waits until the server answers. Raises RuntimeError with what it said if it does not."""
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until and self.processes[0].poll() is None:
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=5).close()  # noqa: S310  our own server
            except (urllib.error.URLError, TimeoutError):
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"The portal does not answer:\n{(self.folder / 'log.txt').read_text()}")

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
        for process in self.processes:
            try:
                process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def set_clock(self, to: datetime) -> None:
        """From now on it is `to` for the server, the worker and every command: no more than a second passes in a test's time."""
        draft = self.folder / "clock.part"
        draft.write_text(
            f"{to.astimezone(UTC).isoformat()} {datetime.now(UTC).isoformat()}", encoding="ascii"
        )
        draft.replace(self.folder / "clock")

    def catch_up(self, now: datetime) -> None:
        """Waits until the worker, which looks at its schedule every 30 seconds, has done all that is due at `now`.

        Raises AssertionError if it takes too long.
        """
        until = time.monotonic() + SECONDS_TO_CATCH_UP
        due = f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        with closing(sqlite3.connect(self.folder / "portal.sqlite3", timeout=30)) as database:
            while database.execute(UNDONE, [due]).fetchone() != (0,):
                assert time.monotonic() < until, f"The worker has not done what was due at {now}."
                time.sleep(0.2)

    def letters(self, to: str) -> list[Path]:
        """The files of the mail that was written to an address, oldest first."""
        files = sorted((self.folder / "mail").glob("*.eml"))
        return [file for file in files if file.read_bytes().startswith(f"X-Envelope-To: {to}\r\n".encode())]


def start_portal(
    demo: Path, folder: Path, *, debug: bool, second_factor: bool, worker: bool, **more: str
) -> Portal:
    """Starts a portal in `folder` on a copy of the demo. `more` are further settings of its environment."""
    shutil.copytree(demo, folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    portal = Portal(f"http://localhost:{port}", folder)
    settings = {"DEBUG": str(int(debug)), "STAFF_SECOND_FACTOR": str(int(second_factor)), **more}
    try:
        portal.start("runserver", "--noreload", "--nostatic", f"127.0.0.1:{port}", **settings)
        if worker:
            portal.start("qcluster", **settings)
        portal.wait()
    except BaseException:
        portal.stop()
        raise
    return portal


if __name__ == "__main__":
    demo_of(Path(os.environ["RUN_FOLDER"]))
