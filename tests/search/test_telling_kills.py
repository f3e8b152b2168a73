"""Telling of what fits saved searches, killed at any moment, is finished by the next run, and tells nobody twice.

Run as a program (`python -m tests.search.test_telling_kills …`), this module is what tells: forked from a process that kills it at
a moment of its own choice, starts it again, and looks at what is left.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.handbook.test_kills import ROOT, database

__all__ = ["database"]  # a fixture

PEOPLE = 24
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_telling_killed_at_any_moment_is_finished_by_the_next_run_and_tells_nobody_twice(
    request: pytest.FixtureRequest, tmp_path: Path, *, soak: bool
) -> None:
    environment = os.environ | {
        "DATABASE_URL": request.getfixturevalue("database"),
        "MEDIA_ROOT": str(tmp_path / "media"),
        "MAIL_DIR": str(tmp_path / "mail"),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.search.test_telling_kills", "40" if soak else "2"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["rounds"] == (40 if soak else 2)
    assert seen["kills"] >= (200 if soak else 4)


# --- The program ---------------------------------------------------------------------------------------------------------


def moment_of(number: int) -> datetime:
    """Each round takes place an hour after the one before."""
    return datetime(2026, 3, 10, tzinfo=UTC) + number * timedelta(hours=1)


def make_people() -> None:
    """People who look for the same thing; every third of them for two things."""
    from allauth.account.models import EmailAddress

    from portal.members.models import User
    from tests.search.factories import make_saved

    for place in range(PEOPLE):
        # Without a password: to make one takes long.
        user = User.objects.create(email=f"person{place}@example.org", first_name="Ada")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        for text in ("quorum", "agreement") if place % 3 == 0 else ("quorum",):
            make_saved(user, text, at=moment_of(-1))


def make_news(number: int) -> None:
    from tests.search.factories import make_entry

    for word in ("Quorum", "Agreement"):
        make_entry(f"{word} {number}", at=moment_of(number), source=f"{word}:{number}")


def work(number: int) -> None:
    """What the schedule does, once what is new has settled."""
    from search.actions.telling import tell_waiting

    tell_waiting(moment_of(number) + timedelta(minutes=10))


def check(number: int) -> bool:
    """Nobody was told twice of the news of this round, or of one search of theirs without the other. Whether all were told."""
    from portal.members.models import Mail

    news, titles = 0, [f"Quorum {number}", f"Agreement {number}"]
    for place in range(PEOPLE):
        texts = list(Mail.objects.filter(to=f"person{place}@example.org").values_list("text", flat=True))
        told = [[title for title in titles if f"* {title}\n" in text] for text in texts]
        told = [found for found in told if found]
        assert told in ([], [titles[: 2 if place % 3 == 0 else 1]]), (place, told)
        news += len(told)
    return news == PEOPLE


def forked(number: int, kill_after: float | None) -> int:
    """The signal that ended a child which works; 0 if it ended by itself."""
    from django.db import connections

    connections.close_all()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            work(number)
        except BaseException:  # noqa: BLE001  whatever it is, the child must not go on as its parent
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "The telling failed."
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def undisturbed(number: int) -> float:
    """Tells of a round's news without being killed, and returns the seconds that this takes."""
    make_news(number)
    begun = time.monotonic()
    assert forked(number, kill_after=None) == 0
    assert check(number)
    return time.monotonic() - begun


def main(rounds: str) -> None:
    import django

    django.setup()
    kills = 0
    make_people()
    # How long telling takes on this machine: a part of that is the time after which it is killed.
    takes = min(undisturbed(number) for number in (0, 1))
    for number in range(2, 2 + int(rounds)):
        make_news(number)
        for _ in range(30):
            kills += forked(number, takes * random.uniform(0.05, 0.25)) == signal.SIGKILL  # noqa: S311  nothing secret
            if check(number):
                break
        assert forked(number, kill_after=None) == 0
        assert check(number)
    print(json.dumps({"rounds": int(rounds), "kills": kills}))


if __name__ == "__main__":
    main(*sys.argv[1:])
