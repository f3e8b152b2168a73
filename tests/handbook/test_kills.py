"""A worker that is killed at any moment leaves nothing half-done, and the next one finishes.

Run as a program (`python -m tests.handbook.test_kills …`), this module is that worker: it brings one edition after the other
from the working copy to its readers, forked from a process that kills it and looks at what is left.
"""

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


# --- The tests --------------------------------------------------------------------------------------------------------


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """The address of a database of its own: a copy of the tests' own, as the migrations have made it."""
    facts = connection.settings_dict
    connection.close()
    if connection.vendor == "sqlite":
        copy = tmp_path / "kills.sqlite3"
        with closing(sqlite3.connect(facts["NAME"])) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        yield f"sqlite:///{copy}"
        return
    name = f"kills_{uuid4().hex}"
    server = f"{facts['USER']}{':' + facts['PASSWORD'] if facts['PASSWORD'] else ''}@{facts['HOST']}:{facts['PORT'] or 5432}"
    with psycopg.connect(f"postgres://{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{facts["NAME"]}"')
        try:
            yield f"postgres://{server}/{name}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(database: str, files: Path, *arguments: str) -> dict[str, int]:
    """What the program says that it has seen, if it has found nothing wrong."""
    environment = os.environ | {
        "DATABASE_URL": database,
        "MEDIA_ROOT": str(files / "media"),
        "MAIL_DIR": str(files / "mail"),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-m", "tests.handbook.test_kills", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_worker_killed_at_any_moment_leaves_nothing_half_published_and_the_next_one_finishes(
    database: str, tmp_path: Path, *, soak: bool
) -> None:
    kills = 300 if soak else 6

    seen = run(database, tmp_path, str(kills))

    assert seen["kills"] == 3 + kills  # three of them between an effect and its row
    assert seen["editions"] >= (20 if soak else 2)


# --- The program ------------------------------------------------------------------------------------------------------


def make_working_copy() -> None:
    """A handbook, those who prepare and approve its editions, and those who follow it."""
    from django.utils import timezone
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    from portal.members.groups import EDITOR, PUBLISHER
    from portal.members.models import Follow
    from tests.factories import make_staff, make_user
    from tests.handbook.working_copy import add_section, make_handbook

    handbook = make_handbook()
    for number in range(4):
        add_section(handbook, f"Section {number}", f"<p>Words {number}.</p>")
    image = get_image_model().objects.create(title="Map", file=get_test_image_file("map.png"))
    section = add_section(handbook, "Map", "")
    section.body = [{"type": "image", "value": {"image": image.pk, "alt_text": "A map", "caption": ""}}]
    section.save_revision().publish()
    make_staff(EDITOR, email="editor@example.org")
    make_staff(PUBLISHER, email="publisher@example.org")
    for _ in range(3):
        Follow.objects.create(
            user=make_user(), key=f"handbook:{handbook.pk}", cadence="at-once", created_at=timezone.now()
        )


def work() -> None:
    """The next step on the way of an edition to its readers, whatever state the last worker left it in."""
    from django.utils import timezone

    from handbook.actions import editions, errata, pdfs, release, telling
    from handbook.models import HandbookPage, State
    from portal.members.models import User
    from tests.handbook.working_copy import edit

    handbook = HandbookPage.objects.get()
    editor, publisher = (
        User.objects.get(email="editor@example.org"),
        User.objects.get(email="publisher@example.org"),
    )
    edition = handbook.editions.in_the_making()
    if edition is None:
        section = handbook.sections().exclude(title="Map").order_by("?").first()
        edit(section, html=f"<p>{uuid4()}</p>")
        edition = editions.prepare_edition(handbook=handbook, by=editor, now=timezone.now())
    if edition.state == State.PREPARED:
        notes = {row.key: editions.Annotation("minor", "Note.") for row in edition.sections.amendments()}
        editions.annotate_edition(
            edition=edition,
            number=edition.number,
            effective_on=edition.effective_on,
            summary="",
            annotations=notes,
        )
        edition.refresh_from_db()
        release.submit_edition(edition=edition, by=editor, now=timezone.now())
    pdfs.make_pdf(edition.pk)
    edition.refresh_from_db()
    state = edition.current_workflow_task_state
    state.task.specific.on_action(state, publisher, "approve", comment="")
    telling.tell_waiting()
    section = edition.sections.present().exclude(title="Map").order_by("?").first()
    errata.publish_erratum(edition=edition, key=section.key, text="Mistake.", by=editor, now=timezone.now())
    finish()


def finish() -> None:
    """What the sweeps do."""
    from handbook.actions import pdfs, telling

    telling.tell_waiting()
    while pdfs.make_missing():
        pass


def check() -> None:
    """Nothing is half-done, whenever the worker was killed."""
    from django.db import connection

    from handbook import triggers
    from handbook.manifest import faults, seal
    from handbook.models import EditionPdf, HandbookPage, State

    handbook = HandbookPage.objects.get()
    assert [*triggers.missing(connection), *faults(handbook)] == []
    sequences = []
    for edition in handbook.editions.order_by("sequence"):
        sequences.append(edition.sequence)
        rows, keys = edition.sections.present().count(), set(edition.sections.values_list("key", flat=True))
        assert (rows, len(keys), edition.assets.count()) == (5, 5, 1), edition
        state = edition.workflow_states.order_by("-created_at", "-pk").first()
        expected = {
            State.PREPARED: (False, 0, None, False),
            State.SUBMITTED: (False, 0, "in_progress", True),
            State.PUBLISHED: (True, 1, "approved", True),
        }[edition.state]
        announced = edition.announcements.filter(erratum=None).count()
        found = (edition.live, announced, state and state.status, edition.sha256 == seal(edition))
        assert found == expected, (edition, found)
        assert edition.announcements.exclude(erratum=None).count() == edition.errata.count()
        if edition.state == State.PREPARED:
            assert not edition.pdfs.exists()
    assert sequences == list(range(1, len(sequences) + 1))
    assert [pdf.problem for pdf in EditionPdf.objects.filter(file="")] == []
    for pdf in EditionPdf.objects.made():
        with pdf.file.open("rb") as file:
            assert hashlib.file_digest(file, "sha256").hexdigest() == pdf.sha256


def check_finished() -> None:
    """After the sweeps nothing is missing and nothing was said twice."""
    from django.core.files.storage import default_storage

    from handbook.errata import errata_of
    from handbook.models import Announcement, Edition, EditionPdf, State
    from portal.members.models import Mail

    check()
    for edition in Edition.objects.filter(state=State.PUBLISHED):
        assert {0, len(errata_of(edition))} <= set(edition.pdfs.made().values_list("errata", flat=True))
    assert not Announcement.objects.filter(told_at=None).exists()
    written = Mail.objects.filter(template__in=["handbook_edition", "handbook_erratum"]).count()
    assert written == 3 * Announcement.objects.count(), written
    named = set(EditionPdf.objects.values_list("file", flat=True))
    stored = {f"handbook/{name}" for name in default_storage.listdir("handbook")[1] if name.endswith(".pdf")}
    assert named <= stored


def forked(kill_after: float | None, before: str = "") -> int:
    """The signal that ended a child which works; 0 if it ended by itself."""
    from django.db import connections

    connections.close_all()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            if before:
                die_before(before)
            work()
            while kill_after is not None:
                work()
        except BaseException:  # noqa: BLE001  whatever it is, the child must not go on as its parent
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "The worker failed."
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def die_before(row: str) -> None:
    """Has this process killed when it stores the first such row, whose effect is there already."""
    from django.db.models.signals import post_save, pre_save

    from handbook.models import Asset, EditionPdf
    from portal.members.models import Mail

    model, moment = {"pdf": (EditionPdf, pre_save), "asset": (Asset, pre_save), "mail": (Mail, post_save)}[
        row
    ]

    def die(instance: object, **_: object) -> None:
        # Those who approve an edition have mails, too, before it is out.
        if getattr(instance, "template", "handbook_edition") == "handbook_edition":
            os.kill(os.getpid(), signal.SIGKILL)

    moment.connect(die, sender=model, weak=False)


def kill_between_effects_and_rows() -> None:
    """A picture's copy, a PDF and a mail: each is there, or on its way, before the row that says so is committed."""
    from django.core.files.storage import default_storage

    from handbook.models import Announcement, EditionAsset, EditionPdf
    from portal.members.models import Mail

    assert forked(kill_after=None, before="asset") == signal.SIGKILL
    check()
    assert (len(default_storage.listdir("handbook")[1]), EditionAsset.objects.count()) == (1, 0)

    assert forked(kill_after=None, before="pdf") == signal.SIGKILL
    check()
    assert EditionPdf.objects.count() == 0
    assert len([name for name in default_storage.listdir("handbook")[1] if name.endswith(".pdf")]) == 1
    finish()
    assert EditionPdf.objects.count() == 1
    assert len([name for name in default_storage.listdir("handbook")[1] if name.endswith(".pdf")]) == 1

    assert forked(kill_after=None, before="mail") == signal.SIGKILL
    check()
    assert (Mail.objects.filter(template="handbook_edition").count(), Announcement.objects.get().told_at) == (
        0,
        None,
    )
    finish()
    assert Mail.objects.filter(template="handbook_edition").count() == 3


def main(kills: str) -> None:
    import django

    django.setup()
    # Loaded before forking: a child that still loads is killed too early to learn anything from.
    import weasyprint  # noqa: F401

    from handbook.models import Edition, State

    make_working_copy()
    kill_between_effects_and_rows()
    signals = []
    for _ in range(int(kills)):
        signals.append(forked(kill_after=random.uniform(0, 2)))  # noqa: S311  nothing secret
        check()
    finish()
    assert forked(kill_after=None) == 0
    check_finished()
    editions = Edition.objects.filter(state=State.PUBLISHED).count()
    print(json.dumps({"kills": 3 + signals.count(signal.SIGKILL), "editions": editions}))


if __name__ == "__main__":
    main(*sys.argv[1:])
