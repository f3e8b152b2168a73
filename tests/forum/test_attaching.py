"""Files of posts: taken within limits, given to posts, and never without a row or a row without them."""

import os
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from forum.actions.attaching import (
    attach,
    claim_attachments,
    discard,
    forget_orphans,
    forget_unattached,
)
from forum.actions.posting import start_topic
from forum.files.keeping import files_of
from forum.models import Attachment, Level, MailingList, Post
from portal.members.actions import RefusedError
from portal.members.models import AuditEntry, User
from tests.factories import NOW, make_user
from tests.forum import files
from tests.forum.factories import give, make_list, subscribe

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
GONE = "A file that you added is not there any more. Files that are not posted within 24 hours are deleted. Add it again."
CLOSES = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def folder() -> Iterator[Path]:
    """The folder of private storage, with nothing in it."""
    place = Path(storages["private"].location)
    shutil.rmtree(place, ignore_errors=True)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0, closes_at=CLOSES)


@pytest.fixture
def person(the_list: MailingList) -> User:
    person = make_user("ada@example.org")
    subscribe(the_list, person, since=NOW - DAY)
    return person


@pytest.fixture
def manager(the_list: MailingList) -> User:
    manager = make_user("mary@example.org", first_name="Mary")
    give(the_list, manager, level=Level.MANAGE, since=NOW - DAY, until=NOW + 300 * DAY)
    return manager


def sent(
    the_list: MailingList,
    user: User,
    content: bytes = files.PDF,
    name: str = "minutes.pdf",
    now: datetime = NOW,
) -> Attachment:
    return attach(mailing_list=the_list, user=user, file=ContentFile(content, name), now=now)


def post_of(the_list: MailingList, user: User) -> Post:
    return start_topic(mailing_list=the_list, user=user, subject="Quorum", content="See the file.", now=NOW)


def lying_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# --- Taken ---------------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_under_a_key_that_says_nothing(
    the_list: MailingList, person: User, folder: Path
) -> None:
    attachment = sent(the_list, person)

    key = attachment.key.hex
    assert lying_in(folder) == [f"attachments/{key[:2]}/{key}"]
    assert (folder / attachment.file.name).read_bytes() == files.PDF
    assert Attachment.objects.values("name", "type", "size", "width", "height", "post", "uploader").get() == {
        "name": "minutes.pdf",
        "type": "application/pdf",
        "size": len(files.PDF),
        "width": None,
        "height": None,
        "post": None,
        "uploader": person.pk,
    }


def test_a_picture_is_kept_as_it_was_made_anew(the_list: MailingList, person: User) -> None:
    attachment = sent(the_list, person, files.photo(), "photo.jpeg")

    with attachment.file.open() as file:
        assert files.CAMERA.encode() not in file.read()
    assert (attachment.name, attachment.type, attachment.width, attachment.height) == (
        "photo.jpeg",
        "image/jpeg",
        30,
        40,
    )


@pytest.mark.parametrize(
    ("now", "is_taken"), [(CLOSES - SECOND, True), (CLOSES, False), (CLOSES + SECOND, False)]
)
def test_only_those_who_may_post_at_this_moment_can_send_a_file(
    the_list: MailingList, person: User, folder: Path, now: datetime, *, is_taken: bool
) -> None:
    if is_taken:
        sent(the_list, person, now=now)
    else:
        with pytest.raises(RefusedError, match="You cannot post in this list now"):
            sent(the_list, person, now=now)

    assert len(lying_in(folder)) == is_taken


def test_what_is_refused_leaves_nothing(the_list: MailingList, person: User, folder: Path) -> None:
    with pytest.raises(RefusedError):
        sent(the_list, person, files.EXE)

    assert (lying_in(folder), Attachment.objects.count()) == ([], 0)


def test_a_virus_is_written_down_and_the_file_is_not(
    the_list: MailingList, person: User, folder: Path, settings: Any
) -> None:
    settings.ATTACHMENT_SCANNER = "tests.forum.test_attaching.find"

    with pytest.raises(RefusedError):
        sent(the_list, person)

    entry = AuditEntry.objects.get(action="attachment.infected")
    assert (entry.by, entry.subject, entry.details) == (person.pk, the_list.key, {"signature": "Test.Virus"})
    assert (lying_in(folder), Attachment.objects.count()) == ([], 0)


def find(content: bytes) -> str:
    return "Test.Virus"


def test_a_scanner_that_is_away_keeps_the_file_out(
    the_list: MailingList, person: User, folder: Path, settings: Any
) -> None:
    settings.ATTACHMENT_SCANNER = "forum.files.scanning.ask_clamd"
    settings.CLAMD_ADDRESS = "127.0.0.1:1"

    with pytest.raises(RefusedError, match="Try again later"):
        sent(the_list, person)

    assert (lying_in(folder), Attachment.objects.count()) == ([], 0)


def test_a_transaction_that_fails_leaves_no_file(
    the_list: MailingList, person: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Attachment) -> None:
        raise RuntimeError

    monkeypatch.setattr(Attachment, "save", fail)

    with pytest.raises(RuntimeError):
        sent(the_list, person)

    assert (lying_in(folder), Attachment.objects.count()) == ([], 0)


# --- Limits --------------------------------------------------------------------------------------------------------------


def row(the_list: MailingList, user: User, now: datetime, size: int) -> Attachment:
    return Attachment.objects.create(
        list=the_list, uploader=user, file=f"attachments/{uuid4()}", name="a.pdf", size=size, created_at=now
    )


@pytest.mark.parametrize(("since", "is_taken"), [(DAY - SECOND, False), (DAY, True), (DAY + SECOND, True)])
def test_what_was_sent_within_a_day_counts(
    the_list: MailingList, person: User, since: timedelta, *, is_taken: bool
) -> None:
    row(the_list, person, NOW - since, 100 * 1024 * 1024)

    if is_taken:
        sent(the_list, person)
    else:
        with pytest.raises(RefusedError, match="100 MB of files within 24 hours"):
            sent(the_list, person)


def test_another_persons_files_do_not_count(the_list: MailingList, person: User, manager: User) -> None:
    row(the_list, manager, NOW, 100 * 1024 * 1024)

    assert sent(the_list, person).name == "minutes.pdf"


def test_twenty_files_can_wait(the_list: MailingList, person: User) -> None:
    for _ in range(20):
        row(the_list, person, NOW, 1)

    with pytest.raises(RefusedError, match="20 files that are not posted yet"):
        sent(the_list, person)


@pytest.mark.django_db(transaction=True)
def test_of_two_files_at_once_that_are_too_much_together_one_is_taken(
    the_list: MailingList, person: User, folder: Path
) -> None:
    row(the_list, person, NOW, 100 * 1024 * 1024 - len(files.PDF))
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def send() -> None:
        together.wait()
        try:
            sent(the_list, person)
            outcomes.append("taken")
        except RefusedError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused", "taken"]
    assert len(lying_in(folder)) == 1


# --- Posted --------------------------------------------------------------------------------------------------------------


def test_a_post_is_given_the_files_that_its_author_has_sent(the_list: MailingList, person: User) -> None:
    post = post_of(the_list, person)
    one, two = sent(the_list, person), sent(the_list, person)

    claim_attachments(post=post, keys=[str(one.key), two.key], user=person)
    claim_attachments(post=post, keys=[one.key], user=person)  # the form sent twice

    assert list(post.attachments.all()) == [one, two]


def test_a_post_is_given_nothing_else(the_list: MailingList, person: User, manager: User) -> None:
    post, other_post = post_of(the_list, person), post_of(the_list, person)
    other_list = make_list("Another", hold_first_posts=0)
    subscribe(other_list, person, since=NOW - DAY)
    posted = sent(the_list, person)
    claim_attachments(post=other_post, keys=[posted.key], user=person)
    mine = sent(the_list, person)
    refused = [
        sent(the_list, manager).key,
        sent(other_list, person).key,
        posted.key,
        uuid4(),
        "nonsense",
        "\0",
    ]

    for key in refused:
        with pytest.raises(RefusedError, match=GONE):
            claim_attachments(post=post, keys=[mine.key, key], user=person)

    assert list(post.attachments.all()) == []


def test_a_post_has_five_files_at_most(the_list: MailingList, person: User) -> None:
    post = post_of(the_list, person)
    keys = [sent(the_list, person).key for _ in range(6)]
    claim_attachments(post=post, keys=keys[:5], user=person)

    with pytest.raises(RefusedError, match="A post can have 5 files at most"):
        claim_attachments(post=post, keys=keys, user=person)

    assert post.attachments.count() == 5


# --- Removed -------------------------------------------------------------------------------------------------------------


def test_a_file_goes_with_its_row_once_that_is_certain(
    the_list: MailingList, person: User, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    attachment = sent(the_list, person)

    with django_capture_on_commit_callbacks(execute=True):
        discard(attachment=attachment, user=person, now=NOW)
        before_the_commit = lying_in(folder)

    assert (len(before_the_commit), lying_in(folder), Attachment.objects.count()) == (1, [], 0)
    discard(attachment=attachment, user=person, now=NOW)  # pressed twice


@pytest.mark.parametrize("what", ["post", "list"])
def test_a_file_goes_with_its_post_and_with_its_list(
    the_list: MailingList, person: User, folder: Path, django_capture_on_commit_callbacks: Any, what: str
) -> None:
    post = post_of(the_list, person)
    claim_attachments(post=post, keys=[sent(the_list, person).key], user=person)

    with django_capture_on_commit_callbacks(execute=True):
        if what == "post":
            Post.objects.filter(pk=post.pk).delete()
        else:
            Attachment.objects.filter(list=the_list).delete()

    assert lying_in(folder) == []


def test_who_can_remove_a_file(the_list: MailingList, person: User, manager: User) -> None:
    other = make_user("eve@example.org")
    subscribe(the_list, other, since=NOW - DAY)
    waiting, posted, closed = (sent(the_list, person) for _ in range(3))
    post = post_of(the_list, person)
    claim_attachments(post=post, keys=[posted.key, closed.key], user=person)

    for attachment, user in ((waiting, other), (waiting, manager), (posted, other)):
        with pytest.raises(RefusedError, match="You can remove only files that you added"):
            discard(attachment=attachment, user=user, now=NOW)
    with pytest.raises(RefusedError, match="You cannot post in this list now"):
        discard(attachment=closed, user=person, now=CLOSES)
    discard(attachment=waiting, user=person, now=NOW)
    discard(attachment=posted, user=manager, now=NOW)
    discard(attachment=closed, user=person, now=CLOSES - SECOND)

    assert Attachment.objects.count() == 0
    entries = AuditEntry.objects.filter(action="attachment.removed").order_by("pk")
    assert [(entry.by, entry.person, entry.details) for entry in entries] == [
        (manager.pk, person.pk, {"post": post.pk}),
        (person.pk, person.pk, {"post": post.pk}),
    ]


def test_what_was_not_posted_within_a_day_is_deleted(
    the_list: MailingList, person: User, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    post = post_of(the_list, person)
    posted = sent(the_list, person)
    claim_attachments(post=post, keys=[posted.key], user=person)
    kept = [sent(the_list, person, now=NOW + SECOND), posted]
    sent(the_list, person)
    sent(the_list, person, now=NOW - SECOND)

    with django_capture_on_commit_callbacks(execute=True):
        counts = [forget_unattached(NOW + DAY), forget_unattached(NOW + DAY)]

    assert counts == [2, 0]
    assert set(Attachment.objects.all()) == set(kept)
    assert lying_in(folder) == sorted(one.file.name for one in kept)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_being_posted_at_that_moment_is_not_deleted(
    the_list: MailingList, person: User, folder: Path
) -> None:
    post = post_of(the_list, person)
    attachment = sent(the_list, person)
    counts: list[int] = []

    def forget() -> None:
        try:
            counts.append(forget_unattached(NOW + DAY))
        finally:
            connection.close()

    sweep = threading.Thread(target=forget)
    with transaction.atomic():
        claim_attachments(post=post, keys=[attachment.key], user=person)
        sweep.start()
        sweep.join(0.3)  # on PostgreSQL and on SQLite it waits for the lock
    sweep.join()

    assert counts == [0]
    assert lying_in(folder) == [attachment.file.name]


def test_a_file_that_was_deleted_at_that_moment_cannot_be_posted(the_list: MailingList, person: User) -> None:
    attachment = sent(the_list, person)
    forget_unattached(NOW + DAY)

    with pytest.raises(RefusedError, match=GONE):
        claim_attachments(post=post_of(the_list, person), keys=[attachment.key], user=person)


# --- Files and rows ------------------------------------------------------------------------------------------------------


def leave_behind(folder: Path, name: str, age: timedelta) -> None:
    path = folder / "attachments" / "ab" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left behind")
    moment = (NOW - age).timestamp()
    os.utime(path, (moment, moment))


def test_what_belongs_to_nothing_is_deleted_once_it_is_an_hour_old(
    the_list: MailingList, person: User, folder: Path
) -> None:
    kept = sent(the_list, person).file.name
    os.utime(folder / kept, ((NOW - DAY).timestamp(),) * 2)
    hour = timedelta(hours=1)
    for name, age in (("younger", hour - SECOND), ("an hour", hour), ("older", hour + SECOND)):
        leave_behind(folder, name, age)

    counts = [forget_orphans(NOW), forget_orphans(NOW)]

    assert counts == [2, 0]
    assert lying_in(folder) == sorted([kept, "attachments/ab/younger"])


def test_without_any_file_nothing_is_left_behind() -> None:
    assert forget_orphans() == 0


def test_the_check_names_what_is_missing_altered_and_left_behind(
    the_list: MailingList, person: User, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, altered, missing = (sent(the_list, person) for _ in range(3))
    call_command("check_attachments")
    assert capsys.readouterr().out == "Files checked: 3.\nEvery file is as it was kept.\n"
    (folder / altered.file.name).write_bytes(b"altered")
    (folder / missing.file.name).unlink()
    leave_behind(folder, "orphan", DAY)

    with pytest.raises(CommandError) as said:
        call_command("check_attachments")
    with pytest.raises(CommandError) as repaired:
        call_command("check_attachments", "--repair")

    faults = [
        f"{altered.file.name} (attachment {altered.pk}) is not the file that was kept.",
        f"{missing.file.name} (attachment {missing.pk}) is missing.",
    ]
    orphan = "attachments/ab/orphan belongs to nothing. --repair deletes it."
    assert str(said.value) == "\n".join([*faults, orphan])
    assert str(repaired.value) == "\n".join(faults)
    assert lying_in(folder) == sorted([whole.file.name, altered.file.name])


def test_the_files_of_a_person(
    the_list: MailingList, person: User, manager: User, django_assert_num_queries: Any
) -> None:
    two = [sent(the_list, person, now=NOW + SECOND), sent(the_list, person)]
    sent(the_list, manager)

    with django_assert_num_queries(1):
        assert [(one, one.list.name) for one in files_of(person)] == [
            (two[1], "Setting up"),
            (two[0], "Setting up"),
        ]


def test_private_files_lie_outside_of_what_is_served(settings: Any, folder: Path) -> None:
    served = [settings.MEDIA_ROOT, settings.STATIC_ROOT]

    assert [folder.is_relative_to(place) or place.is_relative_to(folder) for place in served] == [
        False,
        False,
    ]
