"""mutt at a terminal that nobody sits at: it opens a mailbox, reads its threads and writes down what it sees, and answers."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

MUTT = shutil.which("mutt")
MISSING = "" if MUTT else "Mutt is missing: apt-get install mutt."
needs_mutt = pytest.mark.skipif(bool(MISSING), reason=MISSING)
ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>])|[\r\n\x0e\x0f]")
LONGEST = 60  # seconds that mutt may take
ANSWERING = """
set from="{sender}" use_envelope_from smtp_url="smtp://127.0.0.1:{port}" ssl_force_tls=no copy=no
set folder="{folder}" editor="{folder}/editor" include=yes fast_reply reply_to=yes recall=no quit=yes
subscribe setting-up@lists\\\\.example\\\\.org
"""
# Whoever answers writes their words above the quote.
EDITOR = """#!/bin/sh
{{ cat "{folder}/words"; cat "$1"; }} > "{folder}/draft" && cat "{folder}/draft" > "$1"
"""


def index_of(mailbox: Path, folder: Path, *, commands: str = "") -> list[str]:
    """The index of a mailbox as mutt draws it, by threads: “  1 2026-03-10 09:30 |Dr A Name via Setting up|`->Re: Quorum”.

    `commands` are obeyed first, in mutt's words. Raises `AssertionError` if mutt does not end by itself.
    """
    settings = folder / "muttrc"
    settings.write_text(
        f"set folder='{folder}' charset=us-ascii ascii_chars=yes sort=threads help=no read_inc=0 write_inc=0\n"
        "set date_format='!%Y-%m-%d %H:%M' index_format='#%C|%D|%F|%s#' mark_old=no hide_thread_subject=no\n",
        encoding="ascii",
    )
    drawn = _run(settings, mailbox, folder, f"{commands}<refresh><exit>", "-R")
    return list(dict.fromkeys(re.findall(r"#(.*?)#", ESCAPE.sub("\n", drawn))))


def answer(
    mailbox: Path, folder: Path, message_id: str, words: str, *, how: str, sender: str, port: int
) -> None:
    """Answers a mail above its quote, by “reply”, “group-reply” or “list-reply”, through the mail server on a port.

    Raises `AssertionError` if mutt does not end by itself.
    """
    settings, editor = folder / "muttrc-answering", folder / "editor"
    settings.write_text(ANSWERING.format(folder=folder, sender=sender, port=port), encoding="ascii")
    editor.write_text(EDITOR.format(folder=folder), encoding="ascii")
    editor.chmod(0o755)
    (folder / "words").write_text(f"{words}\n\n", encoding="ascii")
    # `y` sends.
    _run(settings, mailbox, folder, f"<search>~i{message_id}<enter><{how}>y<quit>")


def _run(settings: Path, mailbox: Path, folder: Path, keys: str, *options: str) -> str:
    """What mutt draws while keys are pressed, of which the last has to end it."""
    main, side = pty.openpty()
    environment = {
        "TERM": "vt100",
        "TZ": "UTC",
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "LINES": "60",
        "COLUMNS": "160",
    }
    arguments = [MUTT or "", "-F", str(settings), *options, "-f", str(mailbox), "-e", f"push '{keys}'"]
    with subprocess.Popen(
        arguments, stdin=side, stdout=side, stderr=side, env=environment, start_new_session=True
    ) as mutt:
        os.close(side)
        drawn = _read_all(main, mutt)
    os.close(main)
    return drawn.decode("ascii", "replace")


def _read_all(main: int, process: subprocess.Popen[bytes]) -> bytes:
    drawn, until = b"", time.monotonic() + LONGEST
    while time.monotonic() < until:
        if select.select([main], [], [], 0.2)[0]:
            try:
                drawn += os.read(main, 65536)
            except OSError:  # the other side is gone
                break
        elif process.poll() is not None:
            break
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired as error:
        process.terminate()
        raise AssertionError(f"mutt did not end: {drawn[-2000:]!r}") from error
    return drawn
