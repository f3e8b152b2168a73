"""Asks a child process for the text of a document, and believes nothing that it says until it has been looked at."""

import json
import logging
import os
import re
import selectors
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

from search.extracting.results import LIMITS, MOST_CHARACTERS, Limits, Problem, Text, UnreadableError

ROOT = Path(__file__).resolve().parents[2]
# Isolated, so neither the environment nor the working folder says what is imported; the portal's own folder is named instead.
START = "import sys; sys.path.insert(0, sys.argv[1]); from search.extracting.child import main; main()"
COMMAND = [sys.executable, "-I", "-B", "-c", START, str(ROOT)]
ENDING = re.compile(r"\.([a-z0-9]{1,8})\s*\Z")
MOST_BYTES = (
    8 * MOST_CHARACTERS
)  # of an answer: no character takes more as JSON, and a small part of a text takes more than three
PIECE = 64 * 1024

log = logging.getLogger(__name__)


def text_of(path: str | Path, name: str, limits: Limits = LIMITS) -> Text:
    """The text of the document at `path`, which its readers know as `name`. Raises `UnreadableError`.

    Its content says what kind of document it is; its name is asked only where that leaves a doubt.
    """
    ending = ENDING.search(name.lower())
    with _opened(path) as file:
        answer, code = _ask(file, ending.group(1) if ending else "", limits)
    return _believed(answer, code)


@contextmanager
def _opened(path: str | Path) -> Iterator[int]:
    """The file, opened. What is no file, such as a pipe, would be waited for: it is not."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise UnreadableError(Problem.MISSING) from error
    except OSError as error:
        log.warning("A document could not be opened: %s", error.strerror)
        raise UnreadableError(Problem.UNEXPECTED) from error
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode):
            raise UnreadableError(Problem.MISSING)
        if not about.st_size:
            raise UnreadableError(Problem.EMPTY)
        yield file
    finally:
        os.close(file)


def _ask(file: int, ending: str, limits: Limits) -> tuple[bytes, int]:
    """What the child answers, and how it ended. Whatever happens, it and all that it started are gone afterwards."""
    with subprocess.Popen(
        [*COMMAND, ending, json.dumps(asdict(limits))],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
        start_new_session=True,
    ) as process:
        try:
            answer = _heard(process, monotonic() + limits.seconds)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return answer, process.returncode


def _heard(process: subprocess.Popen[bytes], until: float) -> bytes:
    """All that the child writes; no more than an answer can have, and no longer than `until`."""
    heard = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while len(heard) <= MOST_BYTES:
            if not selector.select(max(0, until - monotonic())):
                raise UnreadableError(Problem.TOO_LONG)
            piece = os.read(process.stdout.fileno(), PIECE)
            if not piece:
                break
            heard += piece
    return bytes(heard)


def _believed(answer: bytes, code: int) -> Text:
    """The answer as a text, if it can be one. The child has read what a stranger wrote, so it may say anything."""
    try:
        said = json.loads(answer)
        if isinstance(said, dict) and "problem" in said:
            raise UnreadableError(Problem[said["problem"]])
        return _text(said)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        if code == -signal.SIGXCPU:
            raise UnreadableError(Problem.TOO_LONG) from None
        # Nothing of the answer: it may hold words of the document.
        log.warning("Reading a document ended unexpectedly (%s)", code)
        raise UnreadableError(Problem.UNEXPECTED) from error


def _text(said: Any) -> Text:
    text, pages, is_cut = said["text"], said["pages"], said["is_cut"]
    is_whole = isinstance(text, str) and len(text) <= MOST_CHARACTERS and "\0" not in text
    is_counted = pages is None or (type(pages) is int and 0 <= pages < 2**31)
    if not (is_whole and is_counted and isinstance(is_cut, bool)):
        raise ValueError("This is no text.")
    text.encode()  # halves of characters can be written as JSON, but no database takes them
    return Text(text, pages, is_cut)
