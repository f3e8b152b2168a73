"""Starts the portal for development: database, demo content, web server and background worker, with one command."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Page

from portal.demo.accounts import ACCOUNTS, PASSWORD

SECONDS_TO_START = 60
SECONDS_TO_STOP = 15


class Command(BaseCommand):
    help = (
        "Migrates, loads the demo content if the database is empty, and runs the web server and the background worker together "
        "until Ctrl-C. For development; docs/operations.md says how to run the portal in production."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=port_number, default=8000, help="port of the web server (8000)")

    def handle(self, *, port: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "`run` is for development. docs/operations.md says how to run the portal in production."
            )
        refuse_port_in_use(port)
        self.prepare()
        base_url = f"http://localhost:{port}"
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stopping.set())
        children = {
            "web server": start(["runserver", f"127.0.0.1:{port}"], base_url),
            "background worker": start(["qcluster"], base_url),
        }
        try:
            if wait_for_answer(port, children, stopping):
                self.stdout.write(welcome(base_url))
            ended = watch(children, stopping)
        finally:
            stop(children)
        if ended:
            raise CommandError(
                f"The {ended} ended by itself, so everything was stopped. The lines above say why."
            )
        self.stdout.write("Stopped.")

    def prepare(self) -> None:
        """Migrates, and fills an empty database with the demo content."""
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("check")
        if not get_user_model().objects.exists() and not Page.objects.filter(depth__gt=2).exists():
            self.stdout.write("Loading the demo content (once) …")
            call_command("load_demo")


def port_number(text: str) -> int:
    """A port from the command line. Raises ValueError, which argparse words."""
    number = int(text)
    if not 1 <= number <= 65_535:
        raise ValueError(text)
    return number


def refuse_port_in_use(port: int) -> None:
    """Raises CommandError with one clear line if something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CommandError(
                f"Port {port} needs more rights than you have. Choose another: make run PORT=8001"
            ) from None
        except OSError:
            raise CommandError(
                f"Port {port} is in use. Choose another: make run PORT={port % 65_535 + 1}"
            ) from None


def start(arguments: list[str], base_url: str) -> subprocess.Popen[bytes]:
    """Starts a command of `manage.py` in a process group of its own: Ctrl-C reaches us alone, and we stop it in order."""
    environment = {"BASE_URL": base_url, **os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        env=environment,
        cwd=settings.BASE_DIR,
        start_new_session=True,
    )


def wait_for_answer(
    port: int, children: dict[str, subprocess.Popen[bytes]], stopping: threading.Event
) -> bool:
    """Waits until the web server takes connections; False if it was stopped, ended, or takes too long."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and not stopping.is_set() and children["web server"].poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            stopping.wait(0.2)
        else:
            return True
    return False


def watch(children: dict[str, subprocess.Popen[bytes]], stopping: threading.Event) -> str | None:
    """Waits until somebody wants to stop (None), or one of the children has ended (its name)."""
    while not stopping.wait(0.3):
        for name, child in children.items():
            if child.poll() is not None:
                return name
    return None


def stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Asks every child and what it started to stop, as Ctrl-C would; kills what has not after a while."""
    for child in children.values():
        signal_group(child, signal.SIGINT)
    until = time.monotonic() + SECONDS_TO_STOP
    for child in children.values():
        try:
            child.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            signal_group(child, signal.SIGKILL)
            child.wait()
        # What a child that ended by itself has left behind.
        signal_group(child, signal.SIGKILL)


def signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return


def welcome(base_url: str) -> str:
    """The addresses and the demo accounts."""
    lines = [
        "",
        f"The portal runs at   {base_url}/",
        f"For editors          {base_url}/admin/",
        f"Mail that it wrote   {base_url}/dev/mail/",
    ]
    accounts = demo_accounts()
    if accounts:
        widths = [max(len(account[column]) for account in accounts) for column in range(2)]
        lines += ["", "Demo accounts:"]
        lines += [
            f"  {role:<{widths[0]}}  {email:<{widths[1]}}  {password}" for role, email, password in accounts
        ]
    return "\n".join([*lines, "", "Ctrl-C stops it.", ""])


def demo_accounts() -> list[tuple[str, str, str]]:
    """Role, address and password of the demo accounts that are in this database."""
    addresses = [account.email for account in ACCOUNTS]
    here = set(get_user_model().objects.filter(email__in=addresses).values_list("email", flat=True))
    return [(account.role, account.email, PASSWORD) for account in ACCOUNTS if account.email in here]
