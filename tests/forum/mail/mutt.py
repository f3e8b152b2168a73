"""Mutt in a terminal of the tests' own: what a person sees of a mailbox, and what they send."""

import fcntl
import os
import pty
import re
import select
import shlex
import shutil
import struct
import subprocess
import termios
from contextlib import suppress
from pathlib import Path

ROWS, COLUMNS = 40, 120
SECONDS_STILL = 15
# Begins to draw anew, goes to another line, and whatever else is said to a terminal.
REDRAWS, MOVES, CONTROLS = (
    re.compile(r"\x1b\[H"),
    re.compile(r"\r\x1b\[\d*B|\x1b\[\d+;\d+H|[\r\n]+"),
    re.compile(r"\x1b[\[(][0-9;?]*[a-zA-Z]|\x1b[=>]|\x1b\)0|[\x0e\x0f\x08]"),
)

SETTINGS = """
set from="{sender}" realname="{name}" use_envelope_from smtp_url="smtp://127.0.0.1:{port}" ssl_force_tls=no
set spoolfile="{mailbox}" folder="{mailbox}" record="" copy=no header_cache="" mbox_type=Maildir
set editor="{editor}" include=yes fast_reply reply_to=yes recall=no postpone=no abort_unmodified=no
set sort=threads sort_aux=date ascii_chars hide_thread_subject=no index_format="%s" status_format="" help=no
set sleep_time=0 quit=yes mark_old=no
subscribe setting-up@lists\\\\.example\\\\.org
"""
EDITOR = """#!/bin/sh
{{ cat "{folder}/words"; cat "$1"; }} > "{folder}/draft" && cat "{folder}/draft" > "$1"
"""


def missing() -> str:
    """What keeps Mutt from being run here; empty if nothing does."""
    return "" if shutil.which("mutt") else "Mutt is missing: apt-get install mutt."


class Mutt:
    """Mutt for one person, who writes their words above what they answer."""

    def __init__(self, folder: Path, *, mailbox: Path, port: int, name: str, sender: str) -> None:
        self.folder = folder
        editor = folder / "editor"
        editor.write_text(EDITOR.format(folder=folder))
        editor.chmod(0o755)
        settings = SETTINGS.format(mailbox=mailbox, port=port, name=name, sender=sender, editor=editor)
        (folder / "muttrc").write_text(settings)

    def threads(self) -> list[str]:
        """The lines of its list of mails, with the tree that it draws before the subjects."""
        screen = REDRAWS.split(self._run("<refresh><quit>"))[-1]
        lines = [CONTROLS.sub("", line).rstrip() for line in MOVES.split(screen)]
        return [line for line in lines if line and "Mailbox is unchanged" not in line]

    def answer(self, how: str, message_id: str, words: str) -> None:
        """Answers a mail: with “reply”, “group-reply” or “list-reply”; `y` sends it."""
        (self.folder / "words").write_text(f"{words}\n\n")
        self._run(f"<search>~i{message_id}<enter><{how}>y<quit>")

    def _run(self, keys: str) -> str:
        """Starts it and presses keys, of which the last has to end it. Returns what it said to its terminal."""
        command = ["mutt", "-n", "-F", str(self.folder / "muttrc"), "-e", f"push {shlex.quote(keys)}"]
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        environment = {**os.environ, "TERM": "vt100", "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        with subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
        ) as process:
            os.close(theirs)
            try:
                said = read(ours)
            finally:
                os.close(ours)  # which ends it, if it has not ended
        assert process.returncode == 0, said
        return said


def read(terminal: int) -> str:
    """What a program says to a terminal until it ends. It may not be still for long: it would wait for a key."""
    said = b""
    with suppress(OSError):  # nobody is at the other end any more
        while True:
            assert select.select([terminal], [], [], SECONDS_STILL)[0], (
                f"Mutt waits for a key: {said.decode()}"
            )
            said += os.read(terminal, 65_536)
    return said.decode()
