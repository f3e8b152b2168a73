"""A list as a mailbox: what is in it, who may take it, that it is written down, and that mail programs open it with its threads."""

import mailbox
import tracemalloc
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from forum.actions.exporting import export_archive
from forum.models import Attachment, KnownMessage, Level, MailingList, Post
from forum.outgoing import mbox
from forum.outgoing.threads import message_id_of
from portal.members.actions import RefusedError
from portal.members.models import AuditEntry, User
from tests.factories import NOW, make_user, sign_in
from tests.forum.factories import give, make_list, subscribe
from tests.forum.files import PDF, picture
from tests.forum.mail.mutt import index_of, needs_mutt
from tests.forum.outgoing.factories import make_chain, make_post, make_topic

pytestmark = pytest.mark.django_db
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
PAGE = "/forum/setting-up/moderation/archive/"


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def ada(the_list: MailingList) -> User:
    person = make_user("ada@one.example")
    subscribe(the_list, person, since=timezone.now() - DAY)
    return person


def manager_of(the_list: MailingList, **fields: Any) -> User:
    person = make_user("manager@one.example", first_name="May", last_name="Manager")
    give(the_list, person, level=Level.MANAGE, **{"since": NOW, "until": timezone.now() + DAY, **fields})
    return person


def taken(the_list: MailingList) -> bytes:
    archive = export_archive(mailing_list=the_list, by=None, now=timezone.now())
    return b"".join(piece for message in archive.messages() for piece in message)


def read_back(raw: bytes, tmp_path: Path) -> list[EmailMessage]:
    """The messages of a mailbox as Python's own library finds them, without the quoting of mboxrd."""
    path = tmp_path / "read.mbox"
    path.write_bytes(raw)
    with closing(mailbox.mbox(path)) as box:
        return [message_from_bytes(one.as_bytes(), policy=policy.default) for one in box]


def attach_to(post: Post, name: str, content: bytes, media_type: str, **fields: Any) -> Attachment:
    made = Attachment(
        list=post.topic.forum.mailing_list,
        post=post,
        uploader=post.poster,
        name=name,
        type=media_type,
        size=len(content),
        sha256="0" * 64,
        created_at=post.created,
        **fields,
    )
    made.file.save("", ContentFile(content), save=False)
    made.save()
    return made


# --- What is in it -------------------------------------------------------------------------------------------------------


def test_each_post_is_a_mail_with_its_author_s_name_its_moment_and_nobody_s_address(
    the_list: MailingList, ada: User, tmp_path: Path
) -> None:
    topic = make_topic(the_list, "Quorum")
    post = make_post(topic, ada, "How *many*?", at=datetime(2026, 7, 1, 8, 5, 6, tzinfo=UTC))
    make_post(topic, None, "Three.", at=datetime(2026, 7, 1, 9, 0, tzinfo=UTC), username="Dr Old Name")
    make_post(topic, None, "Four.", at=datetime(2026, 7, 1, 10, 0, tzinfo=UTC))

    raw = taken(the_list)

    first, second, third = read_back(raw, tmp_path)
    assert raw.startswith(b"From setting-up@localhost Wed Jul  1 08:05:06 2026\nDate: ")
    assert first["From"] == "Ada Example via Setting up <setting-up@localhost>"
    assert second["From"] == "Dr Old Name via Setting up <setting-up@localhost>"
    assert third["From"] == "A former member via Setting up <setting-up@localhost>"
    assert first["Date"] == "Wed, 01 Jul 2026 09:05:06 +0100"
    assert (first["Subject"], second["Subject"]) == ("Quorum", "Re: Quorum")
    assert first["List-Id"] == '"Setting up" <setting-up.localhost>'
    assert first["Archived-At"] == f"<http://testserver/forum/setting-up/posts/{post.pk}/>"
    assert first.get_content_type() == "text/plain"
    assert first.get_content() == "How *many*?\n"
    assert b"one.example" not in raw
    assert b"\r" not in raw


def test_message_ids_are_those_of_mail_out_and_answers_name_what_they_answer(
    the_list: MailingList, ada: User, tmp_path: Path
) -> None:
    topic = make_topic(the_list)
    first, second, third = make_chain(topic, ada, 3)
    KnownMessage.objects.create(list=the_list, post=second, message_id="second@program.example")
    beside = make_post(topic, ada, at=NOW + HOUR)

    found = read_back(taken(the_list), tmp_path)

    assert [one["Message-ID"] for one in found] == [
        message_id_of(one) for one in (first, second, third, beside)
    ]
    ours = f"<post-{first.pk}@localhost>"
    # What answers the topic as a whole is in its thread by References alone.
    assert [one["In-Reply-To"] for one in found] == [None, ours, "<second@program.example>", None]
    assert [one["References"] for one in found] == [None, ours, f"{ours} <second@program.example>", ours]


def test_only_what_readers_see_is_in_it(the_list: MailingList, ada: User, tmp_path: Path) -> None:
    topic = make_topic(the_list)
    make_post(topic, ada, "Shown.")
    make_post(topic, ada, "Held.", approved=False, at=NOW + HOUR)
    make_post(make_topic(make_list("Another")), ada, "Elsewhere.")

    assert [one.get_content() for one in read_back(taken(the_list), tmp_path)] == ["Shown.\n"]


def test_what_is_held_while_the_file_is_written_does_not_go_out(the_list: MailingList, ada: User) -> None:
    make_chain(make_topic(the_list), ada, 2)
    archive = export_archive(mailing_list=the_list, by=None, now=timezone.now())
    Post.objects.filter(content="Post 1.").update(approved=False)

    raw = b"".join(piece for message in archive.messages() for piece in message)

    assert (b"Post 0." in raw, b"Post 1." in raw) == (True, False)


def test_lines_that_could_begin_a_message_are_quoted_and_can_be_told_apart(
    the_list: MailingList, ada: User
) -> None:
    text = "From here on\n\nFrom x Mon Jun  1 10:00:00 2026\n>From quoted\n>>From twice\n Fromage"
    make_post(make_topic(the_list), ada, text)

    raw = taken(the_list)

    assert raw.count(b"\nFrom ") == 0
    assert b"\n>>From quoted\n" in raw
    assert b"\n>>>From twice\n" in raw
    # Of quoted-printable: `From ` is written in another way, so that nothing has to be put back.
    assert b"\n=46rom here on\n" in raw


def test_files_are_parts_of_the_mail_and_its_words_name_them(
    the_list: MailingList, ada: User, tmp_path: Path
) -> None:
    post = make_post(make_topic(the_list), ada)
    agenda = attach_to(post, "agenda for Žofie 议程.pdf", PDF * 2000, "application/pdf")
    plan = attach_to(post, "plan.png", picture(), "image/png", width=40, height=30)
    other = "0f0f0f0f-0000-4000-8000-000000000000"
    post.content = (
        f"See [the agenda](attachment:{agenda.key}), ![plan](attachment:{plan.key}), [x](attachment:{other})"
    )
    post.save()

    [found] = read_back(taken(the_list), tmp_path)

    files = list(found.iter_attachments())
    assert [one.get_filename() for one in files] == ["agenda for Žofie 议程.pdf", "plan.png"]
    assert [one.get_content_type() for one in files] == ["application/pdf", "image/png"]
    assert [one.get_content() for one in files] == [PDF * 2000, picture()]
    assert [one["Content-ID"] for one in files] == [f"<{one.key}@localhost>" for one in (agenda, plan)]
    assert found.get_body(("plain",)).get_content() == (
        f"See [the agenda](cid:{agenda.key}@localhost), ![plan](cid:{plan.key}@localhost), "
        f"[x](http://testserver/forum/attachments/{other}/file)\n"
    )


def test_a_file_that_is_missing_leaves_a_line_that_says_so(
    the_list: MailingList, ada: User, tmp_path: Path
) -> None:
    post = make_post(make_topic(the_list), ada)
    attach_to(post, "agenda.pdf", PDF, "application/pdf").file.delete(save=False)

    [found] = read_back(taken(the_list), tmp_path)

    assert [part.get_content() for part in found.iter_parts()] == [
        "How many?\n",
        "The file agenda.pdf is missing.",
    ]


def test_people_who_are_named_become_their_names(the_list: MailingList, ada: User, tmp_path: Path) -> None:
    make_post(make_topic(the_list), ada, f"[@Ada Example](person:{ada.pk}), can you?")

    assert read_back(taken(the_list), tmp_path)[0].get_content() == "@Ada Example, can you?\n"


def test_a_file_with_a_very_long_name_in_any_script_keeps_it_in_lines_that_are_not_too_long(
    the_list: MailingList, ada: User, tmp_path: Path
) -> None:
    post = make_post(make_topic(the_list), ada)
    attach_to(post, "议" * 140 + ".pdf", PDF, "application/pdf")

    raw = taken(the_list)

    assert max(map(len, raw.split(b"\n"))) <= 78
    assert [one.get_filename() for one in read_back(raw, tmp_path)[0].iter_attachments()] == [
        "议" * 140 + ".pdf"
    ]


def test_the_queries_do_not_grow_with_the_posts_of_a_batch_and_memory_not_with_the_files(
    the_list: MailingList, ada: User, django_assert_num_queries: Any
) -> None:
    topic = make_topic(the_list)
    for post in make_chain(topic, ada, 12):
        attach_to(post, "agenda.pdf", PDF + bytes(2_000_000), "application/pdf")
    archive = export_archive(mailing_list=the_list, by=None, now=timezone.now())
    tracemalloc.start()

    with django_assert_num_queries(3):  # posts, their files, their threads
        length = sum(len(piece) for message in archive.messages() for piece in message)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert length > 12 * 2_700_000
    assert peak < 3_000_000


@needs_mutt
def test_mutt_opens_it_with_its_threads(the_list: MailingList, ada: User, tmp_path: Path) -> None:
    grace = make_user("grace@two.example", first_name="Grace", last_name="Sample")
    subscribe(the_list, grace, since=timezone.now() - DAY)
    first = make_post(make_topic(the_list, "Quorum"), ada)
    second = make_post(first.topic, grace, "From three on.\n\nFrom there", answers=first, at=NOW + HOUR)
    make_post(first.topic, ada, "Thank you.", answers=second, at=NOW + 3 * HOUR)
    make_post(make_topic(the_list, "Rota"), grace, at=NOW + 2 * HOUR)
    make_post(first.topic, None, "Five.", username="Dr Old Name", at=NOW + 4 * HOUR)
    path = tmp_path / "setting-up.mbox"
    call_command("export_mbox", "setting-up", str(path), stdout=StringIO())

    assert index_of(path, tmp_path) == [
        "1|2026-03-10 09:30|Ada Example via Setting up|Quorum",
        "2|2026-03-10 10:30|Grace Sample via Setting up||->Re: Quorum",
        "3|2026-03-10 12:30|Ada Example via Setting up|| `->Re: Quorum",
        "4|2026-03-10 13:30|Dr Old Name via Setting up|`->Re: Quorum",
        "5|2026-03-10 11:30|Grace Sample via Setting up|Rota",
    ]


# --- Who may take it -----------------------------------------------------------------------------------------------------


def test_a_manager_downloads_it_by_a_press_and_the_log_says_so(the_list: MailingList, ada: User) -> None:
    make_chain(make_topic(the_list), ada, 2)
    by = manager_of(the_list)
    client = sign_in(by)

    page = client.get(PAGE)
    assert "Download the archive" in page.content.decode()
    assert AuditEntry.objects.filter(action="list.archive-exported").count() == 0
    answer = client.post(PAGE)

    raw = b"".join(answer.streaming_content)
    assert raw.count(b"From setting-up@localhost ") == 2
    assert answer["Content-Type"] == "application/mbox"
    assert answer["Content-Disposition"] == 'attachment; filename="setting-up.mbox"'
    assert "no-store" in answer["Cache-Control"]
    entry = AuditEntry.objects.get(action="list.archive-exported")
    assert (entry.by, entry.subject, entry.details) == (by.pk, the_list.key, {"posts": 2})
    assert "Archive of a list exported" in client.get("/forum/setting-up/moderation/log/").content.decode()


def test_a_press_without_the_secret_of_the_form_does_nothing(the_list: MailingList) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager_of(the_list), backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.post(PAGE).status_code == 403
    assert not AuditEntry.objects.filter(action="list.archive-exported").exists()


@pytest.mark.parametrize(("after", "status"), [(-SECOND, 200), (0 * SECOND, 403), (SECOND, 403)])
def test_the_right_ends_with_that_of_the_manager_to_the_second(
    the_list: MailingList, monkeypatch: pytest.MonkeyPatch, after: timedelta, status: int
) -> None:
    end = timezone.now() + HOUR
    by = manager_of(the_list, until=end)
    client = sign_in(by)
    monkeypatch.setattr(timezone, "now", lambda: end + after)

    assert client.post(PAGE).status_code == status
    if status == 403:
        with pytest.raises(RefusedError, match="You do not manage this list"):
            export_archive(mailing_list=the_list, by=by, now=end + after)
    assert AuditEntry.objects.filter(action="list.archive-exported").count() == (status == 200)


def test_a_reader_and_a_superuser_without_access_cannot_take_it(the_list: MailingList, ada: User) -> None:
    for person in (ada, make_user(is_superuser=True, is_staff=True)):
        assert sign_in(person).post(PAGE).status_code == 403
        with pytest.raises(RefusedError):
            export_archive(mailing_list=the_list, by=person, now=timezone.now())
    assert not AuditEntry.objects.filter(action="list.archive-exported").exists()


def test_the_rest_does_not_go_out_once_the_manager_has_lost_the_right(
    the_list: MailingList, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_chain(make_topic(the_list), ada, 3)
    monkeypatch.setattr(mbox, "BATCH", 2)
    end = timezone.now() + HOUR
    archive = export_archive(mailing_list=the_list, by=manager_of(the_list, until=end), now=timezone.now())

    messages = archive.messages()
    sent = [b"".join(next(messages)), b"".join(next(messages))]
    monkeypatch.setattr(timezone, "now", lambda: end)

    with pytest.raises(RefusedError):
        next(messages)
    assert len(sent) == 2


# --- By command ----------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("export_mbox", *arguments, stdout=said)
    return said.getvalue()


def test_the_command_writes_the_file_for_its_owner_alone_and_says_who_took_it(
    the_list: MailingList, ada: User, tmp_path: Path
) -> None:
    make_chain(make_topic(the_list), ada, 2)
    by, path = manager_of(the_list), tmp_path / "out" / "a.mbox"
    path.parent.mkdir()

    assert run("setting-up", str(path), "--by", by.email) == f"2 posts of Setting up are in {path}.\n"

    assert len(read_back(path.read_bytes(), tmp_path)) == 2
    assert (path.stat().st_mode & 0o777, [one.name for one in path.parent.iterdir()]) == (0o600, ["a.mbox"])
    assert AuditEntry.objects.get(action="list.archive-exported").by == by.pk


def test_a_file_that_is_there_stays_unless_told_otherwise(
    the_list: MailingList, ada: User, tmp_path: Path
) -> None:
    make_chain(make_topic(the_list), ada, 1)
    path = tmp_path / "a.mbox"
    path.write_text("Something else.")

    with pytest.raises(CommandError, match="is there already"):
        run("setting-up", str(path))
    assert path.read_text() == "Something else."
    assert not AuditEntry.objects.filter(action="list.archive-exported").exists()

    run("setting-up", str(path), "--force")
    assert len(read_back(path.read_bytes(), tmp_path)) == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_what_ends_in_the_middle_leaves_no_half_file(
    the_list: MailingList, ada: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Any
) -> None:
    make_chain(make_topic(the_list), ada, 2)
    path = tmp_path / "out" / "a.mbox"
    path.parent.mkdir()
    path.write_text("The one before.")

    def fails(*_arguments: object) -> bytes:
        raise error

    monkeypatch.setattr(mbox, "quoted", fails)
    with pytest.raises((KeyboardInterrupt, CommandError)):
        run("setting-up", str(path), "--force")

    assert [(one.name, one.read_text()) for one in path.parent.iterdir()] == [("a.mbox", "The one before.")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "{}/a.mbox"], "There is no list “nowhere”. There are: setting-up."),
        (
            ["setting-up", "{}/a.mbox", "--by", "x@nowhere.example"],
            "Nobody has an account with the address x@nowhere",
        ),
        (["setting-up", "{}/a.mbox", "--by", "ada@one.example"], "You do not manage this list."),
        (["setting-up", "{}/no/folder/a.mbox"], "cannot be written: No such file or directory."),
    ],
)
def test_the_command_says_what_is_in_the_way(
    the_list: MailingList, ada: User, tmp_path: Path, arguments: list[str], said: str
) -> None:
    with pytest.raises(CommandError, match=said.replace(".", r"\.")):
        run(*(one.replace("{}", str(tmp_path)) for one in arguments))
    assert list(tmp_path.iterdir()) == []


def test_an_empty_list_is_an_empty_file(the_list: MailingList, tmp_path: Path) -> None:
    assert (
        run("setting-up", str(tmp_path / "a.mbox"))
        == f"0 posts of Setting up are in {tmp_path / 'a.mbox'}.\n"
    )
    assert (tmp_path / "a.mbox").read_bytes() == b""
