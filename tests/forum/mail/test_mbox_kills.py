"""50,000 mails move into a list: killed on the way, in little time, and with memory that does not grow with them. A long run."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connections

from tests.forum.mail.test_mbox_import import many
from tests.handbook.test_kills import ROOT, database

__all__ = ["database"]  # a fixture

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.soak]
MAILS, KILLED_AFTER = 50_000, (40, 90, 60, 75)
SECONDS, MEGABYTES = 600, 400  # of the one run that is not killed; the portal itself takes some 130 MB
CHECK = """
from django.db.models import Count, F
from forum.models import KnownMessage, MailingList, Post, Topic
one = MailingList.objects.get()
wrong = Topic.objects.annotate(number=Count("posts")).exclude(number=F("posts_count")).count()
known = KnownMessage.objects.values("message_id").distinct().count()
print(Post.objects.count(), known, Topic.objects.count(), one.forum.direct_posts_count, one.forum.direct_topics_count, wrong)
"""


def test_an_import_that_is_killed_goes_on_and_50000_mails_are_there_once(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    environment = os.environ | {
        "DATABASE_URL": request.getfixturevalue("database"),
        "PRIVATE_ROOT": str(tmp_path / "private"),
        "MAIL_DIR": str(tmp_path / "mail"),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    connections.close_all()
    path = tmp_path / "old.mbox"
    with path.open("wb") as file:
        for one in many(MAILS):
            file.write(b"From list@old.example Mon Jun  3 10:00:00 2019\n" + one + b"\n")

    def manage(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def said(*arguments: str) -> str:
        with manage(*arguments) as process:
            output, errors = process.communicate()
        assert process.returncode == 0, output + errors
        return output

    def counted() -> list[int]:
        return [int(word) for word in said("shell", "-v0", "-c", CHECK).split()]

    said("shell", "-v0", "-c", "from tests.forum.factories import make_list; make_list('Old')")
    import_it = ("import_mbox", "old", str(path), "--yes")
    for seconds in KILLED_AFTER:
        with manage(*import_it) as process:
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
        posts, known, _, counted_posts, _, wrong = counted()
        assert (known, counted_posts, wrong) == (posts, posts, 0)
    begun = time.monotonic()
    said(*import_it)

    assert time.monotonic() - begun < SECONDS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 < MEGABYTES
    assert counted() == [MAILS, MAILS, MAILS // 10, MAILS, MAILS // 10, 0]
    assert "There is nothing to bring in." in said(*import_it)
