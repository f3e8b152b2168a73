"""A closing that is killed at any moment finishes next time, and tells nobody twice.

Run as a program (`python -m tests.forum.test_closing_kills …`), this module is that closing: forked from a process that kills it
at a moment of its own choice, starts it again, and looks at what is left.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

import pytest

from tests.handbook.test_kills import ROOT, database

__all__ = ["database"]  # a fixture

PEOPLE = 24
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_closing_killed_at_any_moment_finishes_next_time_and_tells_nobody_twice(
    request: pytest.FixtureRequest, tmp_path: Path, *, soak: bool
) -> None:
    environment = os.environ | {
        "DATABASE_URL": request.getfixturevalue("database"),
        "MEDIA_ROOT": str(tmp_path / "media"),
        "MAIL_DIR": str(tmp_path / "mail"),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.forum.test_closing_kills", "40" if soak else "2"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["closings"] == (40 if soak else 2)
    assert seen["kills"] >= (200 if soak else 4)


# --- The program ---------------------------------------------------------------------------------------------------------


def make_people(number: int) -> tuple[int, int]:
    """A list whose moment has come and the one that follows it: members, others, and somebody who is suspended."""
    from allauth.account.models import EmailAddress
    from django.utils import timezone

    from forum.models import State, Whom
    from portal.members.models import User
    from tests.forum.factories import make_list, make_member, subscribe

    now = timezone.now()
    following = make_list(f"Next {number}", open_to=Whom.MEMBERS)
    closing = make_list(f"List {number}", successor=following, closes_at=now)
    for place in range(PEOPLE):
        # Without a password: to make one takes long.
        user = User.objects.create(email=f"person{number}.{place}@example.org", first_name="Ada")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if place % 3:
            make_member(user, now.date())
        subscribe(closing, user, state=State.SUSPENDED if place == 1 else State.ACTIVE)
    return closing.pk, following.pk


def work() -> None:
    """What the schedule does."""
    from forum.actions import closing

    closing.BATCH = 2
    closing.close_what_is_due()
    closing.carry_over()


def check(closing_id: int, following_id: int) -> bool:
    """Whoever was moved on was told, and nobody twice. Whether the closing is done."""
    from django.db.models import Count

    from forum.models import MailingList, State, Subscription, SubscriptionPeriod
    from portal.members.models import AuditEntry, Mail

    found = MailingList.objects.get(pk=closing_id)
    mails = Mail.objects.filter(key__startswith=f"list-closed:{closing_id}:")
    moved = Subscription.objects.filter(list=following_id)
    assert moved.count() == mails.filter(template="list_moved_on").count()
    assert not mails.values("to").annotate(count=Count("pk")).filter(count__gt=1).exists()
    assert SubscriptionPeriod.objects.filter(subscription__in=moved).count() == moved.count()
    entries = AuditEntry.objects.filter(action="subscription.moved-on", subject=f"list:{following_id}")
    assert entries.count() == moved.count()
    if found.moved_on_at is None:
        return False
    assert (mails.count(), moved.count()) == (PEOPLE, PEOPLE * 2 // 3)
    assert moved.filter(periods__state=State.SUSPENDED).count() == 1
    assert AuditEntry.objects.filter(action="list.closed", subject=found.key).count() == 1
    return True


def forked(kill_after: float | None) -> int:
    """The signal that ended a child which works; 0 if it ended by itself."""
    from django.db import connections

    connections.close_all()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001  whatever it is, the child must not go on as its parent
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "The closing failed."
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def main(closings: str) -> None:
    import django

    django.setup()
    kills = 0
    for number in range(int(closings)):
        pair = make_people(number)
        for _ in range(30):
            kills += forked(random.uniform(0.005, 0.12)) == signal.SIGKILL  # noqa: S311  nothing secret
            if check(*pair):
                break
        assert forked(kill_after=None) == 0
        assert check(*pair)
    print(json.dumps({"kills": kills, "closings": int(closings)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
