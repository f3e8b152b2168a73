"""`manage.py run`: starts both processes, says where, stops both, and says clearly why it does not start."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import folder_of_the_run, migrated_file

COMMAND = [sys.executable, "-u", "manage.py", "run"]
KEPT = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with a database of its own that is not there yet."""
    return {**KEPT, "DATABASE_URL": f"sqlite:///{tmp_path / 'run.sqlite3'}", "WORKERS": "1"}


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with one person in it, so that no demo content is loaded."""
    database = tmp_path_factory.mktemp("run") / "migrated.sqlite3"
    shutil.copy(migrated_file(folder_of_the_run(tmp_path_factory)), database)
    code = (
        "import django; django.setup();"
        "from portal.members.models import User; User.objects.create_user('ada@example.org', None)"
    )
    environment = {
        **KEPT,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=120)
    return database


@pytest.fixture
def running(
    environment: dict[str, str], migrated: Path, tmp_path: Path, port: int
) -> Iterator[subprocess.Popen[str]]:
    """`manage.py run` on a database that is ready, stopped in the end."""
    shutil.copy(migrated, tmp_path / "run.sqlite3")
    process = subprocess.Popen(
        [*COMMAND, "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)
    process.stdout.close()


def read_until(process: subprocess.Popen[str], wanted: str) -> str:
    """What the process says up to and with the first line that holds `wanted`."""
    said = ""
    for line in process.stdout:
        said += line
        if wanted in line:
            return said
    raise AssertionError(f"“{wanted}” was not said. It said:\n{said}")


def children_of(process: subprocess.Popen[str]) -> dict[str, int]:
    """The commands of `manage.py` that the process started, and their process ids."""
    listed = subprocess.run(
        ["ps", "--ppid", str(process.pid), "-o", "pid=,args="], capture_output=True, text=True, check=True
    )
    return {match[2]: int(match[1]) for match in re.finditer(r"(\d+) .*manage\.py (\w+)", listed.stdout)}


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_run_serves_beats_and_stops_both_on_ctrl_c(running: subprocess.Popen[str], port: int) -> None:
    said = read_until(running, "Ctrl-C stops it.")

    assert f"The portal runs at   http://localhost:{port}/\n" in said
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
        assert answer.read() == b"alive\n"
    children = children_of(running)
    assert sorted(children) == ["qcluster", "runserver"]
    assert ready_within(port, seconds=60)
    running.send_signal(signal.SIGINT)
    assert read_until(running, "Stopped.").endswith("Stopped.\n")
    assert (running.wait(timeout=40), is_free(port)) == (0, True)
    assert [pid for pid in children.values() if Path(f"/proc/{pid}").exists()] == []


def ready_within(port: int, seconds: int) -> bool:
    """Whether `/readyz` says yes, which it does once the worker has run its first job."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20).close()
        except OSError:
            time.sleep(0.5)
        else:
            return True
    return False


@pytest.mark.parametrize(
    ("command", "name"), [("qcluster", "background worker"), ("runserver", "web server")]
)
def test_run_stops_and_says_which_when_one_of_them_dies(
    running: subprocess.Popen[str], port: int, command: str, name: str
) -> None:
    read_until(running, "Ctrl-C stops it.")

    os.killpg(children_of(running)[command], signal.SIGKILL)

    said = running.communicate(timeout=60)[0]
    assert said.endswith(
        f"CommandError: The {name} ended by itself, so everything was stopped. The lines above say why.\n"
    )
    assert (running.returncode, is_free(port)) == (1, True)


def test_run_says_in_one_line_that_the_port_is_in_use(environment: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]

        done = subprocess.run(
            [*COMMAND, "--port", str(number)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"CommandError: Port {number} is in use. Choose another: make run PORT={number % 65_535 + 1}\n",
    )
    assert not (tmp_path / "run.sqlite3").exists()


def test_run_refuses_production(environment: dict[str, str]) -> None:
    done = subprocess.run(
        COMMAND,
        env={**environment, "PORTAL_ENV": "production", "SECRET_KEY": "x" * 50},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (
        1,
        "CommandError: `run` is for development. docs/operations.md says how to run the portal in production.\n",
    )
