"""Files of posts over the web: who can send one, who is given one at which second, and what browsers are told of it."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from forum import actions
from forum.actions.attaching import attach, claim_attachments
from forum.actions.posting import start_topic
from forum.models import Attachment, GrantKind, Hold, Level, MailingList, Post, State, Whom
from portal.members.models import User
from tests.factories import NOW, make_user, sign_in
from tests.forum import files
from tests.forum.factories import give, make_list, make_member, subscribe

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
END = NOW + timedelta(days=10)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder() -> Iterator[None]:
    place = Path(storages["private"].location)
    shutil.rmtree(place, ignore_errors=True)
    yield
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the moment at which the views are asked."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(NOW)
    return at


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def author(the_list: MailingList) -> User:
    author = make_user("ada@example.org")
    subscribe(the_list, author, since=NOW - DAY)
    return author


def add(
    the_list: MailingList, user: User, content: bytes = files.PDF, name: str = "minutes.pdf"
) -> Attachment:
    """A file that was sent and not posted yet."""
    return attach(mailing_list=the_list, user=user, file=ContentFile(content, name), now=NOW)


def post(the_list: MailingList, user: User, *attachments: Attachment) -> Post:
    made = start_topic(mailing_list=the_list, user=user, subject="Quorum", content="See the file.", now=NOW)
    claim_attachments(post=made, keys=[one.key for one in attachments], user=user)
    return made


def address(attachment: Attachment) -> str:
    return f"/forum/attachments/{attachment.key}/{attachment.name}"


def send(
    client: Client, the_list: MailingList, content: bytes = files.PDF, name: str = "minutes.pdf"
) -> HttpResponse:
    file = SimpleUploadedFile(name, content, "image/png")  # what a browser says of the type is not asked
    return client.post(f"/forum/{the_list.slug}/attachments/", {"file": file})


def status(client: Client, path: str) -> int:
    """What the reader is answered; the file is read to its end."""
    response = client.get(path)
    b"".join(response)
    return response.status_code


# --- Sending -------------------------------------------------------------------------------------------------------------


def test_who_sends_a_file_is_told_how_to_put_it_into_the_post(the_list: MailingList, author: User) -> None:
    response = send(sign_in(author), the_list, name="Minutes [May].pdf")

    attachment = Attachment.objects.get()
    key = attachment.key
    assert (response.status_code, response.json()) == (
        201,
        {
            "key": str(key),
            "name": "Minutes [May].pdf",
            "size": len(files.PDF),
            "url": f"/forum/attachments/{key}/Minutes%20%5BMay%5D.pdf",
            "remove_url": f"/forum/attachments/{key}/remove/",
            "markdown": rf"[Minutes \[May\].pdf](attachment:{key})",
        },
    )


def test_a_pasted_picture_becomes_a_picture_in_the_post(the_list: MailingList, author: User) -> None:
    client = sign_in(author)
    answer = send(client, the_list, files.picture(), "image.png").json()

    made = start_topic(
        mailing_list=the_list, user=author, subject="Quorum", content=answer["markdown"], now=NOW
    )
    claim_attachments(post=made, keys=[answer["key"]], user=author)

    source = f"/forum/attachments/{answer['key']}/picture"
    assert f'<img src="{source}" alt="image.png">' in made.content.rendered
    assert b"".join(client.get(source)).startswith(b"\x89PNG")


def test_what_cannot_be_taken_is_answered_with_the_reason(the_list: MailingList, author: User) -> None:
    client = sign_in(author)

    refused = send(client, the_list, files.HTML, "photo.png")
    without = client.post(f"/forum/{the_list.slug}/attachments/", {"file": "words"})

    assert (refused.status_code, refused.json()) == (
        422,
        {
            "error": "This is not a file of the kind PNG picture, or it is damaged. Save it again as .png, then add that file."
        },
    )
    assert (without.status_code, without.json()) == (400, {"error": "Choose a file."})


def test_a_request_that_is_too_large_is_not_read(the_list: MailingList, author: User) -> None:
    response = sign_in(author).generic(
        "POST",
        f"/forum/{the_list.slug}/attachments/",
        b"never read",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(11 * 1024 * 1024),
    )

    assert (response.status_code, response.json()) == (
        413,
        {"error": "This file is larger than 10 MB, which is the most. Make it smaller, or split it."},
    )


def test_after_a_hundred_tries_in_an_hour_one_waits(the_list: MailingList, author: User, clock: Any) -> None:
    client = sign_in(author)
    statuses = [client.post(f"/forum/{the_list.slug}/attachments/").status_code for _ in range(101)]

    later = NOW + timedelta(hours=1)
    clock(later)

    assert statuses == [400] * 100 + [429]
    assert send(client, the_list).status_code == 201


def test_a_page_elsewhere_cannot_send_a_file_in_somebodys_name(the_list: MailingList, author: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(author, backend="allauth.account.auth_backends.AuthenticationBackend")
    attachment = add(the_list, author)

    answers = [send(strict, the_list), strict.post(f"/forum/attachments/{attachment.key}/remove/")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert list(Attachment.objects.all()) == [attachment]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("..\\..\\minutes.pdf", "minutes.pdf"),
        ("fdp\u202egpj.pdf", "fdpgpj.pdf"),
        ("x" * 400 + ".pdf", "x" * 100 + ".pdf"),
        ("Überweisung.pdf", "Überweisung.pdf"),
        ('a"b.pdf', "a-b.pdf"),
    ],
)
def test_odd_names(the_list: MailingList, author: User, name: str, kept: str) -> None:
    client = sign_in(author)

    answer = send(client, the_list, name=name).json()

    assert answer["name"] == kept
    assert status(client, answer["url"]) == 200


# --- Given out -----------------------------------------------------------------------------------------------------------


def test_what_browsers_are_told_of_a_document(the_list: MailingList, author: User) -> None:
    attachment = add(the_list, author)
    post(the_list, author, attachment)

    response = sign_in(author).get(address(attachment))

    assert b"".join(response.streaming_content) == files.PDF
    headers = dict(response.items())
    assert {
        name: headers[name]
        for name in (
            "Content-Type",
            "Content-Length",
            "Content-Disposition",
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Cache-Control",
        )
    } == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(files.PDF)),
        "Content-Disposition": 'attachment; filename="minutes.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
    }


@pytest.mark.parametrize(
    ("content", "name", "disposition"),
    [
        (files.picture(), "plan.png", 'inline; filename="plan.png"'),
        (files.picture("JPEG"), "plan.jpg", 'inline; filename="plan.jpg"'),
        (files.picture("GIF"), "plan.gif", 'inline; filename="plan.png"'),
        (b"a,b\r\n", "list.csv", 'attachment; filename="list.csv"'),
        (b"text", "Übersicht.txt", "attachment; filename*=utf-8''%C3%9Cbersicht.txt"),
    ],
)
def test_only_pictures_made_anew_are_shown_within_a_page(
    the_list: MailingList, author: User, content: bytes, name: str, disposition: str
) -> None:
    attachment = add(the_list, author, content, name)

    response = sign_in(author).get(address(attachment))

    assert len(b"".join(response)) == attachment.size
    assert response["Content-Disposition"] == disposition


def test_a_browser_can_ask_for_the_headers_alone(the_list: MailingList, author: User) -> None:
    attachment = add(the_list, author)

    response = sign_in(author).head(address(attachment))

    assert (response.status_code, response["Content-Length"], b"".join(response)) == (
        200,
        str(len(files.PDF)),
        b"",
    )


def test_a_file_has_no_address_that_asks_nobody(the_list: MailingList, author: User) -> None:
    attachment = add(the_list, author)

    for place in ("media", "static", "documents"):
        response = sign_in(author).get(f"/{place}/{attachment.file.name}", follow=True)
        assert response.status_code == 404


@pytest.mark.parametrize("kind", ["waiting", "held", "shown"])
def test_who_may_see_a_file_of_a_post(the_list: MailingList, author: User, kind: str) -> None:
    reader, manager, outsider = make_user("eve@example.org"), make_user("mary@example.org"), make_user()
    subscribe(the_list, reader, since=NOW - DAY)
    give(the_list, manager, level=Level.MANAGE, until=END)
    superuser = make_user(is_superuser=True, is_staff=True)
    attachment = add(the_list, author)
    if kind != "waiting":
        made = post(the_list, author, attachment)
        if kind == "held":
            Post.objects.filter(pk=made.pk).update(approved=False)
            Hold.objects.create(post=made, because="manager", held_at=NOW)

    answers = {
        name: status(sign_in(user), address(attachment))
        for name, user in {
            "author": author,
            "reader": reader,
            "manager": manager,
            "outsider": outsider,
            "superuser": superuser,
        }.items()
    }

    seen = {"waiting": (404, 404), "held": (404, 200), "shown": (200, 200)}[kind]
    assert answers == {
        "author": 200,
        "reader": seen[0],
        "manager": seen[1],
        "outsider": 403,
        "superuser": 403,
    }
    assert Client().get(address(attachment)).headers["Location"].startswith("/accounts/login/?next=/forum/")


def test_who_may_not_read_the_list_is_told_why(the_list: MailingList, author: User) -> None:
    attachment = add(the_list, author)
    post(the_list, author, attachment)
    actions.leave(mailing_list=the_list, user=author, now=NOW + SECOND)

    client = sign_in(author)
    timezone_later = NOW + 2 * SECOND
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: timezone_later)
        answers = [
            client.get(address(attachment)),
            client.post(f"/forum/attachments/{attachment.key}/remove/"),
            client.get(f"/forum/{the_list.slug}/attachments/"),
            send(client, the_list),
        ]

    assert [(one.status_code, "You can come back." in one.text) for one in answers] == [(403, True)] * 4
    assert Attachment.objects.count() == 1


# Each kind of reader: what puts them onto the list until END.
ENDS = ["rule", "membership", "list closes", "staff", "extension", "suspension", "left"]


@pytest.mark.parametrize("ends", ENDS)
def test_a_file_is_given_out_until_the_second_at_which_access_ends(ends: str, clock: Any) -> None:
    the_list = make_list(
        open_to=None if ends in ("rule", "membership", "extension") else Whom.ANYONE,
        hold_first_posts=0,
        **({"closes_at": END, "after_closing": "nothing"} if ends == "list closes" else {}),
    )
    writer, reader = make_user(), make_user()
    give(the_list, writer, level=Level.MANAGE, since=NOW - DAY, until=END + DAY)
    attachment = add(the_list, writer)
    post(the_list, writer, attachment)
    if ends == "staff":
        give(the_list, reader, level=Level.READ, until=END)
    else:
        subscribe(the_list, reader, since=NOW - DAY, until=END if ends in ("suspension", "left") else None)
    if ends == "suspension":
        subscribe(the_list, reader, state=State.SUSPENDED, since=END)
    if ends == "left":
        subscribe(the_list, reader, state=State.LEFT, since=END)
    if ends == "rule":
        the_list.rules.create(whom=Whom.ANYONE, until_at=END)
    if ends == "membership":
        the_list.rules.create(whom=Whom.MEMBERS)
        make_member(reader, NOW.date() - DAY, END.date())
    if ends == "extension":
        the_list.rules.create(whom=Whom.ANYONE, until_at=NOW)
        give(the_list, reader, kind=GrantKind.EXTENSION, level=Level.POST, until=END)
    end = datetime.combine(END.date(), datetime.min.time(), END.tzinfo) if ends == "membership" else END

    client, statuses = sign_in(reader), []
    for moment in (end - SECOND, end, end + SECOND):
        clock(moment)
        statuses.append(status(client, address(attachment)))

    assert statuses == [200, 403, 403]


def test_a_file_goes_where_its_topic_goes(the_list: MailingList, author: User) -> None:
    other = make_list("Another", hold_first_posts=0)
    there = make_user("eve@example.org")
    subscribe(other, there, since=NOW - DAY)
    attachment = add(the_list, author)
    made = post(the_list, author, attachment)
    before = [status(sign_in(user), address(attachment)) for user in (author, there)]

    made.topic.forum = other.forum
    made.topic.save()

    after = [status(sign_in(user), address(attachment)) for user in (author, there)]
    assert (before, after) == ([200, 403], [403, 200])


def test_a_key_that_there_is_not(the_list: MailingList, author: User) -> None:
    client = sign_in(author)

    assert client.get(f"/forum/attachments/{uuid4()}/a.pdf").status_code == 404
    assert client.post(f"/forum/attachments/{uuid4()}/remove/").status_code == 404
    assert client.get("/forum/attachments/nonsense/a.pdf").status_code == 404


def test_a_file_that_is_missing_from_the_store(the_list: MailingList, author: User) -> None:
    attachment = add(the_list, author)
    attachment.file.storage.delete(attachment.file.name)

    assert sign_in(author).get(address(attachment)).status_code == 404


def test_removing(the_list: MailingList, author: User) -> None:
    reader = make_user("eve@example.org")
    subscribe(the_list, reader, since=NOW - DAY)
    waiting, posted = add(the_list, author), add(the_list, author)
    post(the_list, author, posted)

    answers = [
        sign_in(reader).post(f"/forum/attachments/{waiting.key}/remove/").status_code,
        sign_in(reader).post(f"/forum/attachments/{posted.key}/remove/").status_code,
        sign_in(author).post(f"/forum/attachments/{waiting.key}/remove/").status_code,
        sign_in(author).post(f"/forum/attachments/{posted.key}/remove/").status_code,
        sign_in(author).get(f"/forum/attachments/{posted.key}/remove/").status_code,
    ]

    assert answers == [404, 422, 204, 204, 405]
    assert Attachment.objects.count() == 0


def test_giving_out_takes_a_fixed_number_of_queries(
    the_list: MailingList, author: User, django_assert_num_queries: Any
) -> None:
    attachments = [add(the_list, author) for _ in range(3)]
    post(the_list, author, *attachments)
    client = sign_in(author)
    status(client, address(attachments[0]))

    for attachment in attachments:
        with django_assert_num_queries(6):
            status(client, address(attachment))
