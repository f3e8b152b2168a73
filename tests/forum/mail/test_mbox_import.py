"""An archive of mails moves into a list: who wrote what and when, what answers what, once; and no file of any kind is an accident."""

import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone

from forum.actions import importing
from forum.actions.exporting import export_archive
from forum.actions.importing import Imported, import_archive
from forum.actions.posting import start_topic
from forum.actions.queueing import queue_digests
from forum.actions.reading import mark_list_read
from forum.actions.sorting import sort_waiting
from forum.archive import Survey, survey
from forum.archive.authors import name_without_address
from forum.files import scanning
from forum.files.keeping import orphans
from forum.following import list_key
from forum.incoming import mbox
from forum.incoming.mbox import NotAMailbox, letters, moment_of
from forum.models import (
    Attachment,
    Delivery,
    DeliveryMode,
    KnownMessage,
    Level,
    MailingList,
    Post,
    PostNews,
    Topic,
)
from forum.reading import unread_counts
from portal.members.actions import RefusedError, follow
from portal.members.actions.weekly import write_weekly
from portal.members.models import AuditEntry, Cadence, Mail, User
from tests.factories import NOW, make_user, sign_in
from tests.forum.factories import give, make_list, subscribe
from tests.forum.files import EXE, PDF, photo, picture
from tests.forum.mail.letters import SERVER, bring, letter
from tests.forum.outgoing.factories import make_file, make_post, make_topic

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUNE = datetime(2019, 6, 3, 10, 0, tzinfo=UTC)
ADA, GRACE, OLD = (
    "Ada Example <ada@one.example>",
    "Grace <grace@two.example>",
    "Dr Old Name <old@gone.example>",
)


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


def mail(
    sender: str = OLD,
    text: str = "How many?",
    *,
    subject: str = "Quorum",
    at: datetime | str | None = JUNE,
    id: str = "",  # noqa: A002  as it is called in mails
    to: str = "",
    references: str = "",
    files: dict[str, tuple[str, bytes]] | None = None,
    headers: dict[str, str] | None = None,
) -> bytes:
    """A mail of an archive, with the ends of lines of a mailbox."""
    message = EmailMessage()
    for name, value in {
        "From": sender,
        "Subject": subject,
        "Date": format_datetime(at) if isinstance(at, datetime) else at,
        "Message-ID": f"<{id}>" if id else "",
        "In-Reply-To": f"<{to}>" if to else "",
        "References": references,
        **(headers or {}),
    }.items():
        if value:
            message[name] = value
    message.set_content(text)
    for name, (kind, content) in (files or {}).items():
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def box(*mails: bytes, line: bytes = b"From list@old.example Mon Jun  3 10:00:00 2019\n") -> bytes:
    """A mailbox, quoted as mboxrd."""
    quoted = (mbox.re.sub(rb"(?m)^(?=>*From )", b">", one) for one in mails)
    return b"".join(line + one + b"\n" for one in quoted)


def look(the_list: MailingList, raw: bytes, now: datetime | None = None) -> Survey:
    return survey(the_list, io.BytesIO(raw), now or timezone.now(), lambda _bytes: None)


def brought(
    the_list: MailingList, raw: bytes, now: datetime | None = None, by: User | None = None
) -> Imported:
    now = now or timezone.now()
    return import_archive(
        mailing_list=the_list,
        file=io.BytesIO(raw),
        found=look(the_list, raw, now),
        name="a.mbox",
        by=by,
        now=now,
        progress=lambda _mails: None,
    )


def content_of(file: Attachment) -> bytes:
    with file.file.open("rb") as opened:
        return opened.read()


def threads(the_list: MailingList) -> dict[str, list[tuple[str, str | None]]]:
    """Of each topic by its subject, what each post says and what the one says that it answers, from the first on."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    posts = Post.objects.filter(topic__forum=the_list.forum).select_related("topic", "answers")
    for post in posts.order_by("topic__created", "topic", "created", "pk"):
        key = post.topic.subject
        found.setdefault(key, []).append(
            (post.content.raw, post.answers.content.raw if post.answers else None)
        )
    return found


def counters_are_right(the_list: MailingList) -> bool:
    the_list.forum.refresh_from_db()
    topics = Topic.objects.filter(forum=the_list.forum).annotate(number=Count("posts"))
    for topic in topics:
        posts = list(topic.posts.order_by("created", "pk"))
        stands = (topic.posts_count, topic.first_post, topic.last_post, topic.last_post_on, topic.approved)
        if stands != (len(posts), posts[0], posts[-1], posts[-1].created, True):
            return False
    forum, newest = the_list.forum, topics.order_by("-last_post_on").first()
    return (forum.direct_topics_count, forum.direct_posts_count, forum.last_post_on) == (
        len(topics),
        sum(topic.number for topic in topics),
        newest.last_post_on,
    )


# --- Threads -------------------------------------------------------------------------------------------------------------


def test_answers_are_in_the_topic_of_what_they_answer_with_dates_names_and_counters(
    the_list: MailingList,
) -> None:
    done = brought(
        the_list,
        box(
            mail(id="1@x"),
            mail(GRACE, "Three.", subject="Re: [old-list] Quorum", id="2@x", to="1@x", at=JUNE + HOUR),
            mail(OLD, "Rota?", subject="Rota", id="3@x", at=JUNE + 2 * HOUR),
            mail(
                OLD,
                "Thank you.",
                subject="AW: Quorum",
                id="4@x",
                references="<1@x> <2@x>",
                at=JUNE + 3 * HOUR,
            ),
        ),
    )

    assert (done.posts, done.topics) == (4, 2)
    assert threads(the_list) == {
        "Quorum": [("How many?", None), ("Three.", "How many?"), ("Thank you.", "Three.")],
        "Rota": [("Rota?", None)],
    }
    rows = Post.objects.order_by("pk").values_list(
        "username", "poster", "created", "updated", "approved", "subject"
    )
    assert list(rows) == [
        ("Dr Old Name", None, JUNE, JUNE, True, "Quorum"),
        ("Grace", None, JUNE + HOUR, JUNE + HOUR, True, "Quorum"),
        ("Dr Old Name", None, JUNE + 2 * HOUR, JUNE + 2 * HOUR, True, "Rota"),
        ("Dr Old Name", None, JUNE + 3 * HOUR, JUNE + 3 * HOUR, True, "Quorum"),
    ]
    assert counters_are_right(the_list)


def test_answers_that_stand_before_what_they_answer_and_answers_to_what_is_missing_stay_together(
    the_list: MailingList,
) -> None:
    brought(
        the_list,
        box(
            mail(text="Third.", id="3@x", references="<1@x> <2@x>", at=JUNE + 2 * HOUR),
            mail(text="First.", id="1@x"),
            mail(text="Of the missing one.", subject="Re: Rota", id="5@x", to="gone@x", at=JUNE + HOUR),
            mail(text="Of it too.", subject="Re: Other words", id="6@x", to="gone@x", at=JUNE + 3 * HOUR),
            # The one between is missing: the answer is to the nearest that is there.
            mail(text="Beside the missing second.", id="4@x", to="2@x", at=JUNE + 4 * HOUR),
        ),
    )

    assert threads(the_list) == {
        "Quorum": [("First.", None), ("Third.", "First."), ("Beside the missing second.", None)],
        "Rota": [("Of the missing one.", None), ("Of it too.", None)],
    }


def test_mails_that_answer_each_other_or_themselves_are_no_endless_way(the_list: MailingList) -> None:
    brought(
        the_list,
        box(mail(text="One.", id="1@x", to="2@x"), mail(text="Two.", id="2@x", to="1@x", references="<2@x>")),
    )

    assert threads(the_list) == {"Quorum": [("Two.", None), ("One.", "Two.")]}


def test_an_answer_is_never_older_than_what_it_answers(the_list: MailingList) -> None:
    brought(
        the_list,
        box(mail(text="Answer.", id="2@x", to="1@x", at=JUNE - DAY), mail(text="Question.", id="1@x")),
    )

    assert threads(the_list) == {"Quorum": [("Question.", None), ("Answer.", "Question.")]}
    assert set(Post.objects.values_list("created", flat=True)) == {JUNE}


def test_an_address_in_in_reply_to_binds_nothing_together(the_list: MailingList) -> None:
    said = {"In-Reply-To": 'Message from Ada <ada@one.example> of "Mon" <1@x>'}
    other = {"In-Reply-To": 'Message from Ada <ada@one.example> of "Tue" <2@x>'}
    brought(
        the_list,
        box(
            mail(ADA, "One.", subject="One", id="1@x"),
            mail(ADA, "Two.", subject="Two", id="2@x"),
            mail(text="To one.", subject="Re: One", headers=said, id="3@x", at=JUNE + HOUR),
            mail(text="To two.", subject="Re: Two", headers=other, id="4@x", at=JUNE + HOUR),
        ),
    )

    assert threads(the_list) == {
        "One": [("One.", None), ("To one.", "One.")],
        "Two": [("Two.", None), ("To two.", "Two.")],
    }


@pytest.mark.parametrize(
    ("subject", "after", "topics"),
    [
        ("Re: Quorum", timedelta(days=90), 1),
        ("AW: [old-list] quorum", HOUR, 1),
        ("Re: Quorum", timedelta(days=90, seconds=1), 2),
        ("Quorum", HOUR, 2),
        ("Fwd: Quorum", HOUR, 2),
        ("Re: Rota", HOUR, 2),
    ],
)
def test_a_subject_alone_puts_an_answer_into_its_topic_only_if_it_is_clear(
    the_list: MailingList, subject: str, after: timedelta, topics: int
) -> None:
    headers = {"List-Id": "Old <old-list.old.example>"}
    raw = box(
        mail(id="1@x", headers=headers), mail(subject=subject, id="2@x", at=JUNE + after, headers=headers)
    )

    assert brought(the_list, raw).topics == topics


def test_a_subject_that_two_topics_have_leads_into_neither(the_list: MailingList) -> None:
    two = [mail(id="1@x"), mail(id="2@x", at=JUNE + HOUR)]

    assert brought(the_list, box(*two, mail(subject="Re: Quorum", id="3@x", at=JUNE + 2 * HOUR))).topics == 3


def test_a_tag_that_says_of_which_list_a_mail_is_goes_and_others_stay(the_list: MailingList) -> None:
    named = {"List-Id": '"Directors" <pcn-cds.old.example>'}
    brought(
        the_list,
        box(
            mail(subject="[PCN-CDs] [Urgent] Rota", id="1@x", headers=named),
            mail(subject="Re: [Directors] Minutes", id="2@x", headers=named),
        ),
    )
    assert sorted(threads(the_list)) == ["Minutes", "[Urgent] Rota"]

    other = make_list("Another")
    brought(
        other,
        box(
            *(
                mail(subject=f"[old] {one}", id=f"{len(one)}{one[:3]}@x".replace("[", ""))
                for one in ("One", "Two", "[Urgent] Three")
            )
        ),
    )
    assert sorted(threads(other)) == ["One", "Two", "[Urgent] Three"]


# --- Once ----------------------------------------------------------------------------------------------------------------


def test_the_same_file_twice_and_a_longer_one_add_only_what_is_new(the_list: MailingList) -> None:
    raw = box(
        mail(id="1@x"),
        mail(GRACE, "Without an identifier.", subject="A"),
        mail(GRACE, "One identifier, other words.", subject="B", id="1@x"),
        mail(GRACE, "A long one.", subject="C", id=f"{'x' * 300}@x"),
    )
    assert brought(the_list, raw).posts == 4

    again = look(the_list, raw)
    assert (again.new, again.already_there) == ([], 4)
    assert brought(the_list, raw).posts == 0
    later = raw + box(mail(text="Later.", id="9@x", to="1@x", at=JUNE + DAY))
    assert (brought(the_list, later).posts, brought(the_list, later).posts) == (1, 0)

    assert threads(the_list)["Quorum"][-1] == ("Later.", "How many?")
    assert AuditEntry.objects.filter(action="list.archive-imported").count() == 2
    assert counters_are_right(the_list)


def test_what_stands_in_a_file_twice_is_brought_in_once(the_list: MailingList) -> None:
    found = look(the_list, box(mail(id="1@x"), mail(id="1@x"), mail(), mail()))

    assert (len(found.new), found.twice) == (2, 2)


def test_mail_that_comes_in_later_finds_the_topic_of_what_it_answers(
    the_list: MailingList, settings: Any
) -> None:
    settings.TRUSTED_MAIL_SERVERS = [SERVER]
    ada = make_user("ada@one.example")
    subscribe(the_list, ada, since=timezone.now() - DAY)
    brought(the_list, box(mail(id="1@x")))

    bring(letter(ADA, "Three.", subject="Re: Quorum", headers={"In-Reply-To": "<1@x>"}))
    sort_waiting()

    assert threads(the_list) == {"Quorum": [("How many?", None), ("Three.", "How many?")]}


def test_an_archive_goes_on_topics_of_the_list_that_came_by_mail(the_list: MailingList) -> None:
    post = make_post(make_topic(the_list, "Rota"), make_user(), "On the web.", at=JUNE)
    KnownMessage.objects.create(list=the_list, post=post, message_id="1@x")

    found = look(
        the_list, box(mail(text="From the archive.", id="2@x", to="1@x", at=JUNE + HOUR), mail(id="1@x"))
    )
    assert (found.topics, found.topics_that_go_on, found.already_there) == (0, 1, 1)
    brought(the_list, box(mail(text="From the archive.", id="2@x", to="1@x", at=JUNE + HOUR), mail(id="1@x")))

    assert threads(the_list) == {"Rota": [("On the web.", None), ("From the archive.", "On the web.")]}


# --- Who -----------------------------------------------------------------------------------------------------------------


def test_every_confirmed_address_of_somebody_with_an_account_that_is_in_use_is_theirs(
    the_list: MailingList,
) -> None:
    ada = make_user("ada@one.example")
    ada.emailaddress_set.create(email="Ada@Home.example", verified=True)
    ada.emailaddress_set.create(email="ada@new.example", verified=False)
    make_user("off@one.example", is_active=False)

    raw = box(
        mail("A. E. <ADA@one.example>", id="1@x"),
        mail("ada@home.example", id="2@x"),
        mail("Somebody <ada@new.example>", id="3@x"),
        mail("Off <off@one.example>", id="4@x"),
    )
    found = look(the_list, raw)
    assert (found.people, dict(found.names)) == ({ada.pk: 2}, {"Somebody": 1, "Off": 1})
    brought(the_list, raw)

    rows = Post.objects.order_by("pk").values_list("poster", "username", "topic__poster")
    assert list(rows) == [
        (ada.pk, None, ada.pk),
        (ada.pk, None, ada.pk),
        (None, "Somebody", None),
        (None, "Off", None),
    ]


@pytest.mark.parametrize(
    ("sender", "reply_to", "name"),
    [
        ("=?utf-8?q?Zo=C3=AB?= <z@x.example>", "", "Zoë"),
        ("z.person@x.example", "", "z.person"),
        ('"z@x.example" <z@x.example>', "", "z"),
        ('"Zoë (z@x.example)" <z@x.example>', "", "Zoë"),
        ("z at x.example (Zoë Person)", "", "Zoë Person"),
        ("z at x.example", "", "z"),
        ("Zoë via Old list <old@lists.example>", "z@x.example", "Zoë"),
        ("Zoë via Post <z@x.example>", "", "Zoë via Post"),
        ("<>", "", "Unknown author"),
        ("", "", "Unknown author"),
    ],
)
def test_the_name_of_others_is_kept_and_never_an_address(
    the_list: MailingList, sender: str, reply_to: str, name: str
) -> None:
    raw = mail("x@x.example", id="1@x").replace(
        b"From: x@x.example", f"From: {sender}\nReply-To: {reply_to}".encode()
    )
    brought(the_list, box(raw))

    assert Post.objects.get().username == name


def test_a_list_that_sends_in_its_own_name_says_in_reply_to_whose_the_mail_is(the_list: MailingList) -> None:
    ada = make_user("ada@one.example")

    brought(the_list, box(mail("Ada via Old <old@lists.example>", id="1@x", headers={"Reply-To": ADA})))

    assert Post.objects.get().poster == ada


def test_names_without_addresses_hold_no_address() -> None:
    for name in ("a@b.example", "A <a@b.example>", "a at b.example", "A a@b.example B", "@", "＠", ""):
        assert "b.example" not in name_without_address(name)


def test_readers_see_the_names_wherever_a_post_is_shown(the_list: MailingList) -> None:
    reader = make_user("reader@one.example")
    subscribe(the_list, reader, since=timezone.now() - DAY)
    brought(
        the_list,
        box(mail(id="1@x"), mail("Dr Second <s@x.example>", "Three.", id="2@x", to="1@x", at=JUNE + HOUR)),
    )
    client, topic = sign_in(reader), Topic.objects.get()

    pages = [
        client.get(f"/forum/setting-up/{page}").content.decode()
        for page in ("", f"topics/{topic.pk}/", "feed/")
    ]
    pages.append(client.get("/forum/").content.decode())

    assert "Dr Old Name, 3 June 2019." in pages[0]
    assert "the last by Dr Second" in pages[0]
    assert "An answer to Dr Old Name" in pages[1]
    assert "from an archive of mails" in pages[1]
    assert "<name>Dr Second</name>" in pages[2]
    assert "The last by Dr Second" in pages[3]
    assert not any("gone.example" in page or "old@" in page for page in pages)


# --- What ----------------------------------------------------------------------------------------------------------------


def test_quotes_and_signatures_are_taken_off_but_never_everything(the_list: MailingList) -> None:
    quote = "On Mon, 3 Jun 2019, Dr Old Name wrote:\n> How many?\n"
    brought(
        the_list,
        box(
            mail(text=f"Three *or* <b>four</b>.\n\n{quote}\n-- \nGrace\nHigh Street", id="1@x"),
            mail(text="> Only a quote.", id="2@x", subject="Quote"),
            mail(text="", id="3@x", subject="Nothing"),
        ),
    )

    assert {key: posts[0][0] for key, posts in threads(the_list).items()} == {
        "Quorum": r"Three \*or\* \<b>four\</b>.",
        "Quote": "> Only a quote.",
        "Nothing": "*This mail has no text.*",
    }
    assert "<b>" not in Post.objects.get(subject="Quorum").content.rendered


def test_files_are_taken_by_the_rules_of_posts_and_what_is_refused_is_named(the_list: MailingList) -> None:
    files = {
        "rota.pdf": ("application/pdf", PDF),
        "tool.exe": ("application/pdf", EXE),
        "photo.jpg": ("image/jpeg", photo()),
        "smime.p7s": ("application/pkcs7-signature", b"x"),
        "empty.pdf": ("application/pdf", b""),
    }

    done = brought(the_list, box(mail(id="1@x", files=files)))

    kept = {file.name: file for file in Attachment.objects.all()}
    assert sorted(kept) == ["photo.jpg", "rota.pdf"]
    assert content_of(kept["rota.pdf"]) == PDF
    assert b"Example Camera" not in content_of(kept["photo.jpg"])
    assert (kept["photo.jpg"].width, kept["photo.jpg"].created_at, kept["photo.jpg"].uploader) == (
        30,
        JUNE,
        None,
    )
    assert [(number, name) for number, name, _ in done.refused] == [(1, "tool.exe"), (1, "empty.pdf")]
    assert Post.objects.get().content.raw == (
        f"How many?\n\n[rota.pdf](attachment:{kept['rota.pdf'].key})\n\n![photo.jpg](attachment:{kept['photo.jpg'].key})"
        "\n\n*Not brought in with this mail: “tool.exe”, “empty.pdf”.*"
    )


def test_more_files_than_a_post_may_have_are_refused_by_name(the_list: MailingList) -> None:
    files = {f"{number}.txt": ("text/csv", b"a,b\n1,2\n") for number in range(7)}

    done = brought(the_list, box(mail(id="1@x", files=files)))

    assert (done.files, [name for _, name, _ in done.refused]) == (5, ["5.txt", "6.txt"])


def test_a_text_that_is_too_long_is_cut_and_kept_whole_as_a_file(the_list: MailingList) -> None:
    long = "\n".join(f"Line {number} of a very long report." for number in range(3_000))

    brought(the_list, box(mail(text=long, id="1@x")))

    post, file = Post.objects.get(), Attachment.objects.get()
    assert len(post.content.raw) < 20_000
    assert "too long to be shown whole" in post.content.raw
    assert content_of(file).decode().endswith("Line 2999 of a very long report.")


def test_a_scanner_that_does_not_answer_stops_the_import_and_loses_no_file(
    the_list: MailingList, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = box(mail(id="1@x"), mail(id="2@x", files={"a.pdf": ("application/pdf", PDF)}))
    settings.ATTACHMENT_SCANNER = "forum.files.scanning.ask_clamd"

    def away(_content: bytes) -> str | None:
        raise OSError("No scanner.")

    monkeypatch.setattr(scanning, "ask_clamd", away)
    with pytest.raises(RefusedError, match="cannot be checked for viruses"):
        brought(the_list, raw)
    assert Post.objects.count() == 0

    settings.ATTACHMENT_SCANNER = None
    assert (brought(the_list, raw).posts, Attachment.objects.count()) == (2, 1)


# --- Nobody's news -------------------------------------------------------------------------------------------------------


def test_nobody_is_written_to_and_nothing_is_unread(the_list: MailingList) -> None:
    now = timezone.now()
    readers = [make_user(f"{name}@one.example") for name in ("each", "daily", "follows", "marked")]
    for reader in readers:
        daily = DeliveryMode.DAILY if reader is readers[1] else DeliveryMode.EACH
        subscribe(the_list, reader, since=now - 30 * DAY, delivery=daily)
    follow(user=readers[2], key=list_key(the_list.pk), cadence=Cadence.WEEKLY, now=now - 30 * DAY)
    mark_list_read(mailing_list=the_list, user=readers[3], now=now - 5 * DAY)
    guest = make_user("guest@one.example")
    give(the_list, guest, since=now - 20 * DAY, until=now + DAY)
    days = [now - number * DAY for number in range(1, 12)]

    brought(
        the_list,
        box(
            *(
                mail(ADA, f"[@Each](person:{readers[0].pk}) {n}", id=f"{n}@x", at=day, subject=f"{n}")
                for n, day in enumerate(days)
            )
        ),
    )

    for person in [*readers, guest]:
        assert unread_counts([the_list], person) == {}
    queue_digests(now)
    write_weekly(now)
    assert (Delivery.objects.count(), PostNews.objects.count(), Mail.objects.count()) == (0, 0, 0)


def test_what_a_reader_had_not_read_stays_unread(the_list: MailingList) -> None:
    now = timezone.now()
    reader, writer = make_user("reader@one.example"), make_user("writer@one.example")
    for person in (reader, writer):
        subscribe(the_list, person, since=now - 30 * DAY)
    news = start_topic(
        mailing_list=the_list, user=writer, subject="News", content="News.", now=now - 10 * DAY
    )

    brought(
        the_list,
        box(
            mail(id="1@x", to=f"post-{news.pk}@localhost", at=now - 2 * DAY), mail(id="2@x", at=now - 2 * DAY)
        ),
    )

    assert (news.topic.posts.count(), Topic.objects.count()) == (2, 2)
    assert unread_counts([the_list], reader) == {the_list.forum_id: 1}


def test_whoever_is_forgotten_leaves_no_name_and_no_message_id_and_the_archive_does_not_bring_them_back(
    the_list: MailingList,
) -> None:
    ada = make_user("ada@one.example")
    raw = box(
        mail(ADA, id="rota.ada@one.example"),
        mail(
            "Ada Example <other@one.example>", "Three.", id="2@x", to="rota.ada@one.example", at=JUNE + HOUR
        ),
        mail(GRACE, "Four.", id="3@x", to="rota.ada@one.example", at=JUNE + 2 * HOUR),
    )
    brought(the_list, raw)

    ada.delete()

    assert list(Post.objects.order_by("pk").values_list("poster", "username")) == [
        (None, None),
        (None, None),
        (None, "Grace"),
    ]
    assert not KnownMessage.objects.filter(message_id__contains="ada").exists()
    assert (look(the_list, raw).new, look(the_list, raw).already_there) == ([], 3)
    later = raw + box(mail(GRACE, "Later.", id="4@x", to="rota.ada@one.example", at=JUNE + DAY))
    brought(the_list, later)
    assert threads(the_list)["Quorum"][-1] == ("Later.", "How many?")


def test_a_name_of_an_archive_that_two_accounts_have_stays(the_list: MailingList) -> None:
    ada, _ = make_user("ada@one.example"), make_user("another@one.example")
    brought(the_list, box(mail("Ada Example <other@one.example>", id="1@x")))

    ada.delete()

    assert Post.objects.get().username == "Ada Example"


# --- Out and in ----------------------------------------------------------------------------------------------------------


def exported(the_list: MailingList) -> bytes:
    archive = export_archive(mailing_list=the_list, by=None, now=timezone.now())
    return b"".join(piece for message in archive.messages() for piece in message)


def contents(the_list: MailingList) -> list[tuple[Any, ...]]:
    """All that readers see of a list: who wrote what when to what in which topic, with the files."""
    found = []
    posts = Post.objects.filter(topic__forum=the_list.forum).select_related("topic", "answers", "poster")
    for post in posts.prefetch_related("attachments").order_by("created", "pk"):
        text = post.content.raw
        files = []
        for file in post.attachments.all():
            text = text.replace(str(file.key), "KEY")
            files.append((file.name, file.type, content_of(file) if file.width is None else file.width))
        by = post.poster.get_full_name() if post.poster else post.username
        head = post.topic.subject, by, post.created
        found.append((*head, text, post.answers.content.raw[:10] if post.answers else None, files))
    return found


def a_list_with_everything(the_list: MailingList) -> None:
    ada, grace = (
        make_user("ada@one.example"),
        make_user("grace@two.example", first_name="Grace", last_name="Sample"),
    )
    first = make_post(
        make_topic(the_list, "[Urgent] Quorum: wie viele?"), ada, "How *many*?\n\n1. Three\n2. Four", at=NOW
    )
    quote = "> *Ada Example wrote on 10 March 2026:*\n>\n> How many?\n\nThree.\n\nRegards\nGrace\n\n-- \nno signature"
    second = make_post(first.topic, grace, quote, answers=first, at=NOW + HOUR)
    make_post(
        first.topic, None, "From here on\n\nFrom x Mon Jun  1 10:00:00 2026\n>From y", at=NOW + 2 * HOUR
    )
    make_post(
        first.topic,
        ada,
        "| a | b |\n|---|---|\n| 1 | <2> |\n\n```\ncode\n```\nÄ 😀",
        answers=second,
        at=NOW + 3 * HOUR,
    )
    other = make_post(
        make_topic(the_list, "Re-use of rooms"), None, "x", username="Dr Old Name", at=NOW + 4 * HOUR
    )
    for name, kind, content, size in (
        ("plan ü.pdf", "application/pdf", PDF, None),
        ("p.png", "image/png", picture(), 40),
    ):
        file = make_file(other, name, type=kind, width=size, height=size)
        file.file.save("", ContentFile(content), save=True)
        sign = "!" if size else ""
        other.content = f"{other.content.raw} {sign}[words](attachment:{file.key})"
    other.save()


def test_a_list_that_was_taken_away_is_the_same_once_it_is_brought_into_another(
    the_list: MailingList,
) -> None:
    a_list_with_everything(the_list)
    other = make_list("Another")

    done = brought(other, exported(the_list))

    assert (done.posts, done.topics, done.files, done.refused) == (5, 2, 2, [])
    assert contents(other) == contents(the_list)
    assert counters_are_right(other)
    # And once more, from there.
    third = make_list("Third")
    brought(third, exported(other))
    assert contents(third) == contents(the_list)


def test_a_list_that_was_taken_away_adds_nothing_to_itself(the_list: MailingList) -> None:
    a_list_with_everything(the_list)
    brought(the_list, box(mail(id="1@x"), mail(text="Without an identifier.", at=JUNE + HOUR)))

    found = look(the_list, exported(the_list))

    assert (found.new, found.already_there, found.total) == ([], 7, 7)


def test_whoever_is_brought_in_is_not_named_by_a_number_of_elsewhere(the_list: MailingList) -> None:
    text = "[@A](person:7) [x](attachment:0f0f0f0f-0000-4000-8000-000000000000)"
    raw = mail(text=text, id="1@x").replace(b'charset="utf-8"', b'charset="utf-8"; markup=markdown')

    brought(the_list, box(raw))

    assert Post.objects.get().content.raw == "[@A]() [x]()"


# --- Odd files -----------------------------------------------------------------------------------------------------------


def test_an_empty_file_has_nothing_in_it(the_list: MailingList) -> None:
    assert [look(the_list, raw).total for raw in (b"", b"\n\n\r\n")] == [0, 0]


@pytest.mark.parametrize(
    "raw", [b"Subject: A mail\n\nText\n", b"PK\x03\x04" + bytes(500), b"Words.\nFrom x\n"]
)
def test_what_is_no_mailbox_is_refused(the_list: MailingList, raw: bytes) -> None:
    with pytest.raises(NotAMailbox, match="This is not a mailbox"):
        look(the_list, raw)


def test_a_file_that_ends_in_the_middle_gives_what_is_there(the_list: MailingList) -> None:
    raw = box(
        mail(id="1@x"),
        mail(id="2@x", text="The end is missing", files={"a.pdf": ("application/pdf", PDF * 50)}),
    )

    for length in range(50, len(raw), 61):
        look(the_list, raw[:length])
    done = brought(the_list, raw[:-1500])

    assert done.posts == 2


def test_ends_of_lines_of_windows_and_the_signs_before_utf8_change_nothing(the_list: MailingList) -> None:
    raw = box(mail(id="1@x", text="One.\n\nFrom here.\n"), mail(id="2@x", text="Two."))

    brought(the_list, b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n"))

    assert sorted(Post.objects.values_list("content", flat=True)) == ["One.\n\nFrom here.", "Two."]


def test_lines_that_begin_with_from_are_text_unless_they_begin_a_message_in_full() -> None:
    body = b"From here on\n\nFrom now 10:00\nFrom x Mon Jun  3 10:00:00 2019\nwords that are no header\n>From y\n>>From z\n"
    raw = (
        b"From a@b Mon Jun  3 10:00:00 2019\nSubject: 1\n\n"
        + body
        + b"\nFrom - Tue Jun 04 10:00:00 2019\nSubject: 2\n\nx\n"
    )

    found = [one.raw for one in letters(io.BytesIO(raw))]

    text = body.replace(b">From y", b"From y").replace(b">>From z", b">From z")
    assert found == [b"Subject: 1\n\n" + text, b"Subject: 2\n\nx\n"]


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("Mon Jun  3 10:00:00 2019", datetime(2019, 6, 3, 10, tzinfo=UTC)),
        ("Mon Jun 03 10:00 2019", datetime(2019, 6, 3, 10, tzinfo=UTC)),
        ("Mon Jun  3 10:00:00 +0100 2019", datetime(2019, 6, 3, 9, tzinfo=UTC)),
        ("Mon Jun  3 10:00:00 BST 2019", datetime(2019, 6, 3, 10, tzinfo=UTC)),
        ("Mon, 3 Jun 2019 10:00:00 +0100", datetime(2019, 6, 3, 9, tzinfo=UTC)),
        ("Mon Jun 99 10:00:00 2019", None),
    ],
)
def test_moments_of_first_lines(line: str, moment: datetime | None) -> None:
    assert moment_of(line) == moment


@pytest.mark.parametrize(
    "date",
    [
        None,
        "yesterday",
        "Mon, 99 Foo 2019 10:00:00",
        "Fri, 01 Jan 2100 00:00:00 +0000",
        "Thu, 1 Jan 1970 00:00:00 +0000",
    ],
)
def test_a_mail_without_a_date_to_use_was_written_when_its_first_line_says(
    the_list: MailingList, date: str | None
) -> None:
    brought(the_list, box(mail(id="1@x", at=date)))

    assert Post.objects.get().created == JUNE


def test_a_mail_with_no_date_at_all_was_written_when_the_one_before_it_was(the_list: MailingList) -> None:
    raw = box(mail(id="1@x"), mail(id="2@x", at=None), line=b"From a@b Fri Jan  1 10:00:00 2100\n")

    found = look(the_list, raw)

    assert (found.undated, [one.at for one in found.new]) == (1, [JUNE, JUNE])


def test_other_charsets_and_broken_bytes_are_read_as_mail_that_comes_in_is(the_list: MailingList) -> None:
    head = b"From: =?iso-8859-1?q?Zo=EB?= <z@x.example>\nSubject: Caf\xe9\nContent-Type: text/plain; charset=iso-8859-1\nMessage-ID: <1@x>\n"

    brought(the_list, box(head + b"\nGr\xfc\xdfe \x00\xff\n"))

    post = Post.objects.get()
    assert (post.username, post.subject, post.content.raw.startswith("Grüße")) == ("Zoë", "Café", True)


def test_mails_that_are_too_large_or_none_are_named_and_the_others_go_on(
    the_list: MailingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbox, "MOST_BYTES", 3_000)
    raw = box(mail(id="1@x"), mail(id="2@x", text="x y\n" * 2_000), b"no header\n", mail(id="3@x"))

    found = look(the_list, raw)

    assert [number for number, _ in found.left_out] == [2]
    assert (found.total, len(found.new)) == (3, 2)


def test_a_message_with_no_header_at_all_is_named() -> None:
    assert [one.raw for one in letters(io.BytesIO(b"From x\nno header\n"))] == [b"no header\n"]


def test_whatever_bytes_stand_in_a_mailbox_nothing_breaks(the_list: MailingList) -> None:
    raw = box(mail(id="1@x", files={"a.pdf": ("application/pdf", PDF)}), mail(GRACE, "Ä", id="2@x", to="1@x"))

    for place in range(50, len(raw), 37):
        for sign in (b"\x00", b"\xff", b"\n", b"=", b"From x Mon Jun  3 10:00:00 2019\nA: b\n"):
            look(the_list, raw[:place] + sign + raw[place + 1 :])


# --- What it costs, and what is killed -----------------------------------------------------------------------------------


def many(number: int) -> Iterator[bytes]:
    """Mails in threads of up to ten, by fifty people."""
    for one in range(number):
        first, subject = one - one % 10, f"Subject {one // 10}"
        yield mail(
            f"Person {one % 50} <person{one % 50}@x.example>",
            f"Words of mail {one}.\n\n" + "A line of words that somebody wrote about the rota.\n" * 10,
            subject=subject if one == first else f"Re: {subject}",
            id=f"{one}@x",
            references=" ".join(f"<{before}@x>" for before in range(first, one)),
            at=JUNE + one * timedelta(minutes=3),
        )


def test_the_queries_of_a_batch_do_not_grow_with_its_mails(
    the_list: MailingList, django_assert_max_num_queries: Any
) -> None:
    for reader in range(3):
        subscribe(the_list, make_user(f"r{reader}@one.example"), since=timezone.now() - DAY)
    raw = box(*many(60))
    with django_assert_max_num_queries(60):
        assert brought(the_list, raw).posts == 60


def test_what_fails_in_the_middle_leaves_whole_batches_and_goes_on_when_run_again(
    the_list: MailingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 7)
    with_file = mail(id="f@x", at=JUNE + timedelta(minutes=40), files={"a.pdf": ("application/pdf", PDF)})
    raw = box(*many(40), with_file)
    settle = importing.settle_all
    calls = []

    def fails(*arguments: Any) -> None:
        calls.append(1)
        settle(*arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(importing, "settle_all", fails)
    left_before = set(orphans(timezone.now() + DAY))
    with pytest.raises(KeyboardInterrupt):
        brought(the_list, raw)
    assert (Post.objects.count(), counters_are_right(the_list)) == (14, True)
    assert set(orphans(timezone.now() + DAY)) == left_before

    assert brought(the_list, raw).posts == 27

    assert (Post.objects.count(), KnownMessage.objects.count(), Topic.objects.count()) == (41, 41, 5)
    assert (Attachment.objects.count(), counters_are_right(the_list)) == (1, True)
    whole = make_list("Another")
    brought(whole, raw)
    keyless = [{key: len(posts) for key, posts in threads(one).items()} for one in (the_list, whole)]
    assert keyless[0] == keyless[1]


def test_memory_does_not_grow_with_the_size_of_the_mails(the_list: MailingList) -> None:
    one = mail(id="NUMBER@x", files={"a.pdf": ("application/pdf", PDF + bytes(300_000))})
    file = io.BytesIO(box(*(one.replace(b"NUMBER", str(number).encode()) for number in range(20))))
    tracemalloc.start()

    found = survey(the_list, file, timezone.now(), lambda _bytes: None)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.files, len(file.getvalue()) > 8_000_000) == (20, True)
    assert peak < 5_000_000


# --- Who may, and by command ---------------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("import_mbox", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def test_the_command_shows_what_would_happen_then_does_it_and_the_log_says_so(
    the_list: MailingList, tmp_path: Path
) -> None:
    make_user("ada@one.example")
    files = {"tool.exe": ("application/pdf", EXE)}
    path = tmp_path / "old.mbox"
    path.write_bytes(
        box(mail(ADA, id="1@x"), mail(id="2@x", to="1@x", at=JUNE + HOUR, files=files), mail(ADA, id="1@x"))
    )

    said = run("setting-up", str(path), "--dry-run")
    counts = {
        line[:28].strip(): int(line[28:])
        for line in said.splitlines()
        if line.startswith("  ") and line[28:].strip().isdigit()
    }
    assert {words: number for words, number in counts.items() if number} == {
        "mails in the file": 3,
        "twice in the file": 1,
        "new": 2,
        "topics that begin": 1,
        "by people with an account": 1,
        "these people": 1,
        "by others, kept by name": 1,
        "these names": 1,
        "files in the mails": 1,
    }
    assert "  from 11am on 3 June 2019 to 12pm on 3 June 2019\n" in said
    assert (Post.objects.count(), AuditEntry.objects.count()) == (0, 0)

    with pytest.raises(CommandError, match="Add --yes"):
        run("setting-up", str(path))
    said = run("setting-up", str(path), "--yes")

    assert "2 mails were brought in, 1 topics begun, 0 files taken, 1 not." in said
    assert "Mail 2: “tool.exe” was not brought in." in said
    entry = AuditEntry.objects.get(action="list.archive-imported")
    assert (entry.by, entry.subject) == (None, the_list.key)
    assert entry.details == {"file": "old.mbox", "posts": 2, "topics": 1}
    assert "There is nothing to bring in." in run("setting-up", str(path))


def test_only_a_manager_can_be_named_as_who_brings_it_in(the_list: MailingList, tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(box(mail(id="1@x")))
    by = make_user("by@one.example", is_superuser=True)

    with pytest.raises(CommandError, match="You do not manage this list"):
        run("setting-up", str(path), "--yes", "--by", by.email)
    assert Post.objects.count() == 0

    give(the_list, by, level=Level.MANAGE, since=NOW, until=timezone.now() + DAY)
    run("setting-up", str(path), "--yes", "--by", by.email)
    assert AuditEntry.objects.get(action="list.archive-imported").by == by.pk


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "{}"], "There is no list “nowhere”"),
        (["setting-up", "{}/nothing.mbox"], "cannot be read: No such file"),
        (["setting-up", "{}"], "cannot be read: Is a directory"),
        (
            ["setting-up", "{}/x", "--by", "x@nowhere.example"],
            "Nobody has an account with the address x@nowhere",
        ),
    ],
)
def test_the_command_says_what_is_in_the_way(
    the_list: MailingList, tmp_path: Path, arguments: list[str], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        run(*(one.replace("{}", str(tmp_path)) for one in arguments))
