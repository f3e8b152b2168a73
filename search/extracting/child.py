"""The child process: gives up what it does not need, reads the document on its standard input, answers as JSON and ends."""

import json
import resource
import signal
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from search.extracting.cleaning import clean
from search.extracting.results import MOST_CHARACTERS, Limits, Problem, Text, UnreadableError

MOST_OPEN_FILES = 16
SECONDS_OF_GRACE = 2  # for the parent to end it first, which knows what to say


def main() -> None:
    """Reads the document of which the arguments name the ending, within the limits that they name."""
    ending, limits = sys.argv[2:4]
    confine(Limits(**json.loads(limits)))
    with open(0, "rb", closefd=False) as file:
        answer = json.dumps(_answer(file, ending), ensure_ascii=False)
    sys.stdout.buffer.write(answer.encode())
    sys.stdout.flush()


def confine(limits: Limits) -> None:
    """Limits this process for good: memory, time, files; no new files, processes or core dumps."""
    _limit(resource.RLIMIT_AS, limits.memory)
    _limit(resource.RLIMIT_NOFILE, MOST_OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_CORE, 0)
    # At the first limit the system says why it ends the process, at the second it does not.
    _limit(resource.RLIMIT_CPU, limits.processor_seconds, limits.processor_seconds + 1)
    # Should the parent be gone by then.
    signal.setitimer(signal.ITIMER_REAL, limits.seconds + SECONDS_OF_GRACE)


def _limit(kind: int, most: int, most_ever: int | None = None) -> None:
    _, given = resource.getrlimit(kind)
    wanted = (most, most if most_ever is None else most_ever)
    resource.setrlimit(
        kind, wanted if given == resource.RLIM_INFINITY else tuple(min(one, given) for one in wanted)
    )


def _answer(file: BinaryIO, ending: str) -> dict[str, Any]:
    try:
        from search.extracting.reading import read  # within the limits, as all that it brings with it

        return asdict(_cleaned(read(file, ending)))
    except UnreadableError as error:
        return {"problem": error.problem.name}
    except MemoryError:
        return {"problem": Problem.TOO_MUCH_MEMORY.name}
    except Exception as error:  # noqa: BLE001 - libraries raise whatever a damaged file leads them into
        return {"failure": f"{type(error).__name__}: {error}"[:300]}


def _cleaned(found: Text) -> Text:
    text = clean(found.text)
    cut = text[:MOST_CHARACTERS].rstrip()
    return Text(cut, found.pages, is_cut=found.is_cut or len(text) > MOST_CHARACTERS)
