"""Every test, on each database there is and in the browser: `python -m tests.run`.

Says first what will run and what will not. With SOAK=1 the long runs, without the browser. With CI=true whatever cannot run is a failure. Ends with pytest's closing line,
that of a failed run if there was one; the exit code is the worst of all.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.browser import nu
from tests.forum.mail import mutt, postfix

LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
SQLITE = "sqlite:///var/tests.sqlite3"


@dataclass
class Run:
    """One call of pytest."""

    name: str
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    # The module that makes what this run begins with, while earlier ones are at work.
    prepared_by: str = ""


def main() -> int:
    runs, left_out = plan()
    print("Tests run on: " + "; ".join(run.name for run in runs) + ".", flush=True)
    for line in left_out:
        print(f"NOT RUN: {line}", flush=True)
    with tempfile.TemporaryDirectory(prefix="portal-tests-") as folder, ExitStack() as preparing:
        for run in runs[1:]:
            preparing.enter_context(prepare(run, folder))
        results = [call(run, folder) for run in runs]
    worst, closing = max(results, key=lambda result: result[0])
    if worst and results[-1][0] == 0:
        print(closing, flush=True)
    if left_out and os.environ.get("CI") == "true":
        print("With CI=true everything must run: " + " ".join(left_out), file=sys.stderr, flush=True)
        return worst or 1
    return worst


def plan() -> tuple[list[Run], list[str]]:
    """What will run, and a line for each thing that will not."""
    left_out = [
        f"the tests with {name}. {problem}"
        for name, problem in (
            ("Postfix", postfix.missing()),
            ("Mutt", mutt.MISSING),
            ("the Nu checker", nu.MISSING),
        )
        if problem
    ]
    runs = [Run("SQLite", ["-n", "auto", "-m", "not browser"], {"DATABASE_URL": SQLITE})]
    postgres, problem = find_postgres()
    if problem:
        left_out.append(problem)
    else:
        only = {"ONLY_WITH_DATABASE": "1"}
        arguments = ["-n", "auto", "-m", "not browser"]
        runs.append(Run("PostgreSQL", arguments, {"DATABASE_URL": postgres} | only, "tests.databases"))
    if os.environ.get("SOAK"):
        return runs, left_out  # a browser has no long run
    if find_chromium():
        # Each module starts a portal of its own: on one worker, not on each.
        arguments = ["-n", "auto", "--dist", "loadfile", "-m", "browser"]
        runs.append(Run("Chromium", arguments, {"DATABASE_URL": SQLITE}, "tests.browser.server"))
    else:
        left_out.append("the browser tests. Chromium is missing: apt-get install chromium.")
    return runs, left_out


def find_postgres() -> tuple[str, str | None]:
    """The address of a PostgreSQL server for tests, or what keeps them from running there."""
    url = os.environ.get("TEST_POSTGRES_URL", "")
    if not url and not answers("127.0.0.1", 5432):
        return "", "PostgreSQL. Set TEST_POSTGRES_URL, or start a server on 127.0.0.1:5432."
    try:
        psycopg.connect(url or LOCAL_POSTGRES, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return "", f"PostgreSQL. The server refuses: {str(error).strip().splitlines()[-1]}"
    server = (url or LOCAL_POSTGRES).rpartition("/")[0]
    # A name of its own, so that two runs on one server do not meet; Django makes test_… from it.
    return f"{server}/portal_{os.getpid()}", None


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True


def find_chromium() -> bool:
    """Whether Chromium is there, having installed it if we may."""
    if not CHROMIUM.exists() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *command], env=environment, check=False, stdout=subprocess.DEVNULL)
    return CHROMIUM.exists()


def prepare(run: Run, folder: str) -> subprocess.Popen[bytes]:
    """Begins to make what the run will copy: a migrated database on the server, the demo. Whoever needs it waits for it.

    Tests that run meanwhile go first: it takes what they leave of the machine.
    """
    return subprocess.Popen(
        ["nice", sys.executable, "-m", run.prepared_by],
        env={
            **os.environ,
            **run.environment,
            "RUN_FOLDER": folder,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        stdout=subprocess.DEVNULL,
    )


def call(run: Run, folder: str) -> tuple[int, str]:
    """Runs pytest, showing what it says as it says it. Returns its exit code and closing line.

    In `folder` lies what one call may leave to the next: a migrated database.
    """
    print(f"\n--- {run.name} ---", flush=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        *run.arguments,
        *(["--color=yes"] if sys.stdout.isatty() else []),
    ]
    environment = {**os.environ, **run.environment, "PYTHONUNBUFFERED": "1", "RUN_FOLDER": folder}
    closing = ""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            closing = line.rstrip() or closing
    return process.returncode, closing


if __name__ == "__main__":
    sys.exit(main())
