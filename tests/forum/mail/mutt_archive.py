"""mutt at a terminal that nobody sits at: it opens a mailbox, reads its threads and writes down what it sees."""

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
needs_mutt = pytest.mark.skipif(MUTT is None, reason="mutt is not installed")
ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>])|[\r\n\x0e\x0f]")
LONGEST = 60  # seconds that mutt may take


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
    main, side = pty.openpty()
    environment = {
        "TERM": "vt100",
        "TZ": "UTC",
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "LINES": "60",
        "COLUMNS": "160",
    }
    arguments = [
        MUTT or "",
        "-F",
        str(settings),
        "-R",
        "-f",
        str(mailbox),
        "-e",
        f"push '{commands}<refresh><exit>'",
    ]
    with subprocess.Popen(
        arguments, stdin=side, stdout=side, stderr=side, env=environment, start_new_session=True
    ) as mutt:
        os.close(side)
        drawn = _read_all(main, mutt)
    os.close(main)
    screen = ESCAPE.sub("\n", drawn.decode("ascii", "replace"))
    return list(dict.fromkeys(re.findall(r"#(.*?)#", screen)))


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
