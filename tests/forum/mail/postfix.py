"""A Postfix of the tests' own in front of the portal, with the lines of docs/operations.md in its `main.cf`.

It touches nothing of the machine's: its configuration, queue and mailboxes are in a folder that is gone afterwards, and it listens on
the loopback alone. Where there is none, tests that want one are skipped, and `tests.run` says so.
"""

import json
import mailbox
import os
import re
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

from tests.databases import ROOT
from tests.forum.mail import server
from tests.forum.mail.lmtp import MailServer

DOMAIN = "lists.example.org"
# Whose mail lands in mailboxes on this machine. What goes to anybody else goes to the mail server that stands for the world.
MAILBOXES = {"ada": "ada@one.example", "grace": "grace@two.example"}
# In the place of a milter, which writes what it found after the rules of `header_checks`: mail from there is from there.
PROVEN = "two.example"
NOBODY = 65534

# What a distribution sets, for a Postfix that keeps to its folder.
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.1/32
mydestination =
default_transport = smtp:[127.0.0.1]:{world}
virtual_mailbox_domains = one.example, two.example
virtual_mailbox_base = {folder}/mailboxes
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
lmtp_header_checks = regexp:{folder}/etc/vouching
address_verify_poll_delay = 1s
"""
VOUCHING = (
    rf"/^From:.*@{PROVEN}/ PREPEND Authentication-Results: mx.{DOMAIN}; spf=pass smtp.mailfrom={PROVEN}"
)
# The services of Debian's master.cf that mail goes through, none of them in a chroot.
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 60  1 pickup
cleanup   unix n - n -   0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n -   - trivial-rewrite
bounce    unix - - n -   0 bounce
defer     unix - - n -   0 bounce
trace     unix - - n -   0 bounce
verify    unix - - n -   1 verify
proxymap  unix - - n -   - proxymap
smtp      unix - - n -   - smtp
relay     unix - - n -   - smtp
lmtp      unix - - n -   - lmtp
virtual   unix - n n -   - virtual
showq     unix n - n -   - showq
error     unix - - n -   - error
retry     unix - - n -   - error
anvil     unix - - n -   1 anvil
scache    unix - - n -   1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


def missing() -> str:
    """What keeps a Postfix from being run here; empty if nothing does."""
    if not shutil.which("postfix"):
        return "Postfix is missing: apt-get install postfix."
    return "" if os.geteuid() == 0 else "Only root can run a Postfix."


def documented() -> dict[str, str]:
    """What docs/operations.md says about `main.cf`."""
    lines = (
        re.split(r"\s*=\s*", line, maxsplit=1) for line in block_after("**Postfix in front.**").splitlines()
    )
    found: dict[str, str] = {}
    for name, value in lines:
        assert name not in found, f"{name} is told twice."
        found[name] = value
    return found


def block_after(words: str) -> str:
    """The first block of lines to copy that follows these words in docs/operations.md."""
    text = (ROOT / "docs" / "operations.md").read_text()
    assert text.count(words) == 1
    return text.partition(words)[2].split("```\n")[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def until(found: Callable[[], Any], what: str, seconds: float = 30) -> Any:
    """Waits for something to be there, and returns it."""
    end = time.monotonic() + seconds
    while not (seen := found()):
        assert time.monotonic() < end, f"Waited in vain for {what}."
        time.sleep(0.05)
    return seen


@dataclass
class Postfix:
    """A running Postfix, with the portal behind it and the world in front of it."""

    folder: Path
    port: int
    portal: MailServer
    world: server.Post

    def bring(self, sender: str, recipient: str, raw: bytes) -> None:
        """Sends a mail to it as a server elsewhere does, which it does not trust. Raises what smtplib raises."""
        with smtplib.SMTP("127.0.0.1", self.port, "far.example", source_address=("127.0.0.2", 0)) as smtp:
            smtp.sendmail(sender, [recipient], raw)

    def waiting(self) -> list[str]:
        """Why each mail in its queue was put off; empty for one that has not been tried."""
        rows = [json.loads(line) for line in self._run("postqueue", "-j").splitlines()]
        return [one.get("delay_reason", "") for row in rows for one in row["recipients"]]

    def put_off(self, because: str) -> None:
        """Waits until a mail has been put off for a reason with these words in it."""
        until(lambda: any(because in reason for reason in self.waiting()), f"“{because}” in {self.waiting()}")

    def flush(self) -> None:
        """Has it try everything again, and waits until nothing is left."""
        self._run("postqueue", "-f")
        until(lambda: not self.waiting(), "an empty queue")

    def mailbox(self, person: str) -> Path:
        return self.folder / "mailboxes" / person

    def delivered(self, person: str, number: int = 1) -> list[EmailMessage]:
        """So many mails in the mailbox of a person, once they are there."""

        parse = BytesParser(policy=policy.default).parse
        folder = self.mailbox(person)

        def there() -> list[EmailMessage]:
            found = list(mailbox.Maildir(folder, parse, create=False)) if folder.exists() else []
            return found if len(found) >= number else []

        return until(there, f"{number} mails to {person}")

    def _run(self, program: str, *arguments: str) -> str:
        command = [program, "-c", str(self.folder / "etc"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout


@pytest.fixture(scope="module")
def running_postfix(django_db_setup: None) -> Iterator[Postfix]:
    if missing():
        pytest.skip(missing())
    world = server.Post()
    controller = server.started(world)
    # Not pytest's own folder: Postfix works as a user who could not get there.
    with (
        tempfile.TemporaryDirectory(prefix="postfix-") as name,
        MailServer(free_port(), LIST_DOMAIN=DOMAIN) as portal,
    ):
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        for one in ("etc", "queue", "data", "mailboxes"):
            (folder / one).mkdir()
        shutil.chown(folder / "data", "postfix")
        shutil.chown(folder / "mailboxes", NOBODY, NOBODY)
        (folder / "etc" / "main.cf").write_text(main_cf(folder, world=controller.port, portal=portal.port))
        (folder / "etc" / "header_checks").write_text(block_after("and in `/etc/postfix/header_checks`"))
        (folder / "etc" / "vouching").write_text(VOUCHING)
        (folder / "etc" / "master.cf").write_text(MASTER.format(port=port))
        postfix = Postfix(folder, port, portal, world)
        postfix._run("postfix", "start")
        try:
            yield postfix
        finally:
            postfix._run("postfix", "stop")
    controller.stop()


def main_cf(folder: Path, *, world: int, portal: int) -> str:
    """The documented lines, with the portal's port and the folder as they are here, and without filters that are not part of Postfix."""
    told = documented()
    told["transport_maps"] = told["transport_maps"].replace(":8024 ", f":{portal} ")
    told["header_checks"] = told["header_checks"].replace("/etc/postfix", f"{folder}/etc")
    told = {name: value for name, value in told.items() if not name.endswith("_milters")}
    # A minute is too long for a test to wait.
    told |= {"address_verify_negative_expire_time": "3s", "address_verify_negative_refresh_time": "2s"}
    mailboxes = ", ".join(f"{address}={name}/" for name, address in MAILBOXES.items())
    ours = MAIN.format(folder=folder, world=world, mailboxes=mailboxes, nobody=NOBODY)
    return ours + "".join(f"{name} = {value}\n" for name, value in told.items())


@pytest.fixture
def postfix(transactional_db: None, running_postfix: Postfix, settings: Any) -> Iterator[Postfix]:
    """A running Postfix that brings the portal its mail, and to which the portal's own mail goes."""
    settings.LIST_DOMAIN = DOMAIN
    settings.TRUSTED_MAIL_SERVERS = [f"mx.{DOMAIN}"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running_postfix.port
    yield running_postfix
    running_postfix._run("postsuper", "-d", "ALL")
    for person in MAILBOXES:
        shutil.rmtree(running_postfix.mailbox(person), ignore_errors=True)
    running_postfix.world.came.clear()
    running_postfix.world.refusals.clear()
