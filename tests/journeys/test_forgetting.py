"""Somebody is forgotten: their name is nowhere any more, and everything that others see is whole."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail as outbox
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_q.models import Failure

from forum.actions.attaching import attach
from forum.actions.posting import reply, start_topic
from forum.mentions import without_mentions
from forum.models import Attachment, Draft, GrantKind, Level, ListInvitation, Post, PostVersion, Report, Topic
from forum.quoting import quoted, without_name
from portal.members import actions, mail
from portal.members.actions import RefusedError
from portal.members.models import AuditEntry, Invitation, Mail, MailState, Membership, User
from portal.members.personal import Person, Subject, register, registry
from tests.factories import NOW, PASSWORD, make_staff, make_user, sign_in
from tests.forum.factories import give, make_list, subscribe
from tests.journeys.everything import EMAIL, LAST, NAME, SECOND, World, make_everything
from tests.members.factories import make_invitation, make_mail

PATH = "/accounts/profile/forget/"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
# Where the person is still named, and why: `portal.members.personal.account` and the page say so too.
STILL_NAMED = {
    "members_auditentry": "The log is only ever added to: the association has to answer for what was done.",
    "members_membership": "The association's own register says who is a member, with or without an account.",
}


@pytest.fixture(scope="module")
def shared() -> World:
    return make_everything()


def forget(user: User) -> None:
    actions.be_forgotten(user=user, email=user.email, now=NOW + DAY)


def tables_with(*words: str) -> set[str]:
    """Every table with one of the words in any of its columns, whatever the case."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            cells = (str(cell).lower() for row in cursor.fetchall() for cell in row if cell is not None)
            if any(word.lower() in cell for cell in cells for word in words):
                found.add(table)
    return found


def shown(world: World) -> dict[str, Any]:
    """What somebody else is shown of the threads, and what the lists say of them."""
    browser = sign_in(world.other)
    topics = Topic.objects.order_by("pk")
    addresses = [f"/forum/setting-up/topics/{pk}/" for pk in topics.values_list("pk", flat=True)]
    addresses += [
        f"/forum/setting-up/posts/{pk}/" for pk in Post.objects.order_by("pk").values_list("pk", flat=True)
    ]
    addresses += ["/forum/setting-up/", f"/forum/attachments/{world.attachment.key}/minutes.pdf"]
    return {
        "topics": list(topics.values_list("pk", "subject", "posts_count", "first_post", "last_post", "last_post_on")),
        "posts": list(Post.objects.order_by("pk").values_list("pk", "topic", "created", "edited_at", "updates_count", "answers", "approved")),
        "versions": list(PostVersion.objects.order_by("pk").values_list("post", "number", "written_at")),
        "statuses": {address: status_of(browser, address) for address in addresses},
    }  # fmt: skip


def status_of(browser: Client, address: str) -> int:
    answer = browser.get(address)
    if answer.streaming:
        b"".join(answer)  # or its file stays open
    return answer.status_code


@pytest.mark.django_db
def test_the_name_and_the_addresses_are_nowhere_any_more(shared: World) -> None:
    assert {"members_user", "listserver_draft", "members_mail", "forum_conversation_post"} <= tables_with(
        LAST
    )

    forget(shared.person)
    mail.deliver_waiting(timezone.now() + DAY)

    assert tables_with(NAME, LAST, EMAIL, SECOND) == set(STILL_NAMED)
    assert not any("quagmire" in str(one.get_decoded()).lower() for one in Session.objects.all())


@pytest.mark.django_db
def test_threads_are_whole_with_their_numbers_their_order_and_their_addresses(shared: World) -> None:
    before = shown(shared)

    forget(shared.person)

    assert shown(shared) == before
    assert set(before["statuses"].values()) == {200, 302}
    page = sign_in(shared.other).get(f"/forum/setting-up/topics/{shared.topic.pk}/").content.decode()
    # Once in an answer, once in the draft of whoever looks.
    assert page.count("A former member wrote on 10 March 2026:") == 2
    assert "I agree with A former member." in page
    assert LAST not in page
    assert Post.objects.filter(poster=None).count() == 2


@pytest.mark.django_db
def test_what_others_said_is_otherwise_as_they_wrote_it(shared: World) -> None:
    answer = Post.objects.get(topic=shared.topic, poster=shared.other)
    drafts = Draft.objects.filter(user=shared.other)

    forget(shared.person)

    answer.refresh_from_db()
    assert answer.content.raw.endswith("I agree with A former member.\n\n`A former member`\n\nYes.")
    assert answer.content.raw.startswith("> *A former member wrote on 10 March 2026:*\n>\n> Half of us.")
    assert "<em>A former member wrote on 10 March 2026:</em>" in answer.content.rendered
    assert list(drafts.values_list("text", flat=True)) == [
        "> *A former member wrote on 10 March 2026:*\n>\n> Thank you.\n\nWell, A former member"
    ]
    assert Report.objects.filter(by=None).count() == 1


@pytest.mark.django_db
def test_it_takes_the_password_and_the_address_and_signs_out_everywhere(shared: World) -> None:
    here, elsewhere = shared.browsers
    number = shared.person.pk
    typed = {"email": f" {EMAIL.upper()} "}
    assert "What stays, and why" in here.get(PATH).content.decode()

    asked = here.post(PATH, typed)
    assert User.objects.filter(pk=number).exists()
    done = here.post(asked.url, {"password": PASSWORD})

    assert (asked.url.partition("?")[0], done.url) == ("/accounts/reauthenticate/", "/accounts/forgotten/")
    assert "by “A former member”" in here.get(done.url).content.decode()
    for browser in (here, elsewhere):
        assert browser.get("/accounts/profile/").url.startswith("/accounts/login/")
    assert not User.objects.filter(pk=number).exists()
    entry = AuditEntry.objects.get(action="person.forgotten")
    assert (entry.by, entry.person, entry.person_name) == (number, number, f"{NAME} <{EMAIL}>")


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "other@example.org"])
def test_nothing_happens_for_another_address(shared: World, typed: str) -> None:
    browser = shared.browsers[0]
    asked = browser.post(PATH, {"email": typed})

    page = browser.post(asked.url, {"password": PASSWORD}).content.decode()

    assert "There is a problem" in page
    assert User.objects.filter(pk=shared.person.pk).exists()
    assert not AuditEntry.objects.filter(action="person.forgotten").exists()


@pytest.mark.django_db
def test_the_last_mail_goes_out_and_leaves_no_row(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> None:
    user = make_user(EMAIL)

    with django_capture_on_commit_callbacks(execute=True):
        forget(user)

    [letter] = outbox.outbox
    assert (letter.to, letter.subject) == ([EMAIL], "Your account has been deleted")
    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_the_last_mail_leaves_no_row_either_if_it_cannot_be_sent() -> None:
    forget(make_user(EMAIL))
    Mail.objects.update(attempts=5)

    mail.deliver_waiting(timezone.now() + DAY)

    assert (outbox.outbox, Mail.objects.count()) == ([], 0)


# --- Who cannot be forgotten yet ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_works_on_the_portal_is_told_what_to_do_first() -> None:
    root, editor = make_user(is_superuser=True), make_staff("Editor")
    the_list = make_list()
    manager, second = make_user(), make_user()
    give(the_list, manager, level=Level.MANAGE, since=NOW, until=NOW + 300 * DAY)

    said = {}
    for who, user in {"root": root, "editor": editor, "manager": manager}.items():
        with pytest.raises(RefusedError) as refused:
            forget(user)
        said[who] = str(refused.value)
    page = sign_in(root).get(PATH).content.decode()

    assert said == {
        "root": "Your account may do everything. Ask another administrator to take that right away first.",
        "editor": "You work on the portal. Ask an administrator to take you out of your groups first.",
        "manager": (
            "Nobody else manages the list Setting up. "
            "Ask an administrator to give another person access to manage it."
        ),
    }
    assert "You cannot do this yet" in page
    assert "Delete my account and forget me" not in page
    assert User.objects.count() == 4
    give(the_list, second, level=Level.MANAGE, since=NOW, until=NOW + 300 * DAY)
    forget(manager)
    assert not User.objects.filter(pk=manager.pk).exists()


@pytest.mark.django_db
def test_a_list_that_has_closed_needs_no_manager() -> None:
    manager = make_user()
    the_list = make_list(closes_at=NOW + MINUTE)
    give(the_list, manager, kind=GrantKind.STAFF, level=Level.MANAGE, since=NOW, until=NOW + 300 * DAY)

    forget(manager)

    assert not User.objects.exists()


# --- What goes, piece by piece -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[@Ada Example](person:12)!", "A former member!"),
        ("[@Former Name](person:12)", "A former member"),
        (r"[@O’Sample \[x\]](person:12)", "A former member"),
        ("[somebody](person:12)", "A former member"),
        ("[@Ada Example](person:123)", "[@Ada Example](person:123)"),
        ("[@Grace Sample](person:1)", "[@Grace Sample](person:1)"),
        ("[a](http://example.org) [@Ada Example](person:12)", "[a](http://example.org) A former member"),
        ("`@Ada Example` and @ada example", "`A former member` and A former member"),
        ("@Ada Examples", "@Ada Examples"),
        ("Ada Example said so", "Ada Example said so"),
    ],
)
def test_mentions_lose_the_name(text: str, expected: str) -> None:
    assert without_mentions(text, 12, ["Ada Example"]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "> *Ada Example wrote on 3 March 2026:*\n>\n> x\n\ny",
            "> *A former member wrote on 3 March 2026:*\n>\n> X\n\ny",
        ),
        (
            "> *Ada Example wrote on 3 March 2026:*\n> x\n> *Bo B wrote on 3 March 2026:*\n> y",
            "> *A former member wrote on 3 March 2026:*\n> X\n> *Bo B wrote on 3 March 2026:*\n> y",
        ),
        (">> *Ada Example wrote on 3 March 2026:*", ">> *A former member wrote on 3 March 2026:*"),
        ("> > *Ada Example wrote on 3 March 2026:*  ", "> > *A former member wrote on 3 March 2026:*  "),
        (r"> *Ada \*B\* wrote on 3 March 2026:*", "> *A former member wrote on 3 March 2026:*"),
        ("> *Ada Example wrote on 4 March 2026:*", "> *Ada Example wrote on 4 March 2026:*"),
        ("*Ada Example wrote on 3 March 2026:*", "*Ada Example wrote on 3 March 2026:*"),
        ("> *Ada Examples wrote on 3 March 2026:*", "> *Ada Examples wrote on 3 March 2026:*"),
        ("> Ada Example wrote on 3 March 2026: x", "> Ada Example wrote on 3 March 2026: x"),
    ],
)
def test_quotes_lose_the_name(text: str, expected: str) -> None:
    day = NOW.date().replace(day=3)

    names = ["Ada Example", "Ada *B*"]
    assert without_name(text, names, [day], str.upper) == expected
    assert without_name(text, names, None, str.upper) == expected.replace(
        "Ada Example wrote on 4 March", "A former member wrote on 4 March"
    )


@pytest.mark.django_db
def test_somebody_else_of_the_same_name_keeps_theirs() -> None:
    the_list = make_list(hold_first_posts=0)
    gone, stays, third = make_user(), make_user(), make_user(first_name="Olive", last_name="Other")
    for one in (gone, stays, third):
        subscribe(the_list, one, since=NOW - DAY)
    theirs = start_topic(mailing_list=the_list, user=gone, subject="One", content="Mine", now=NOW)
    others = reply(topic=theirs.topic, user=stays, content="Other", now=NOW + 2 * DAY)
    text = f"{quoted(theirs)}{quoted(others)}[@Ada Example](person:{stays.pk}), [@Ada Example](person:{gone.pk}), @Ada Example."
    post = reply(topic=theirs.topic, user=third, content=text, now=NOW + 3 * DAY)

    forget(gone)

    post.refresh_from_db()
    assert post.content.raw == (
        "> *A former member wrote on 10 March 2026:*\n>\n> Mine\n\n> *Ada Example wrote on 12 March 2026:*\n>\n> Other\n\n"
        f"[@Ada Example](person:{stays.pk}), A former member, @Ada Example."
    )


@pytest.mark.django_db
def test_a_name_of_one_word_is_left_where_it_may_be_any_word() -> None:
    the_list = make_list(hold_first_posts=0)
    one, other = make_user(first_name="Will", last_name=""), make_user(first_name="Rose", last_name="Early")
    for user in (one, other):
        subscribe(the_list, user, since=NOW - DAY)
    topic = start_topic(
        mailing_list=the_list, user=one, subject="One", content="I Will. Will, <WILL@x.org>", now=NOW
    ).topic
    start_topic(mailing_list=the_list, user=other, subject="Two", content="I rose early. Rose Early", now=NOW)
    User.objects.filter(pk=one.pk).update(email="will@x.org")

    for user in (one, other):
        forget(User.objects.get(pk=user.pk))

    first, second = Post.objects.order_by("pk")
    assert first.content.raw == "I Will. Will, <A former member>"
    assert second.content.raw == "I rose early. A former member"
    assert topic.posts.count() == 1


@pytest.mark.django_db
def test_mails_are_deleted_or_lose_whom_they_went_to_and_no_key_is_told_twice() -> None:
    user = make_user(EMAIL, first_name="Zebedee", last_name="Quagmire")
    subscribe(make_list(), user)
    make_mail(to=EMAIL)
    keyed = make_mail(
        to=EMAIL, key="told", message_id="<2>", state=MailState.SENT, sent_at=NOW, text="", html=""
    )
    waiting = make_mail(to=EMAIL, key="waits", message_id="<3>")
    to_another = make_mail(
        to="other@example.org",
        template="joining_applied",
        message_id="<4>",
        subject=f"{NAME} applies",
        html=f"<p>{NAME}</p>",
    )
    Failure.objects.create(
        id="1", name="x", func="portal.members.mail.deliver", args=(waiting.pk,), result=EMAIL,
        started=NOW, stopped=NOW, success=False,
    )  # fmt: skip

    forget(user)
    again = mail.send(template="account_forgotten", to="x@example.org", context={}, key="told")

    rows = Mail.objects.exclude(template="account_forgotten").order_by("pk")
    assert list(rows.values_list("pk", "to", "subject", "text", "state")) == [
        (keyed.pk, "", "", "", "sent"),
        (waiting.pk, "", "", "", "failed"),
        (to_another.pk, "other@example.org", "A former member applies", "a secret link", "queued"),
    ]
    assert Mail.objects.get(pk=to_another.pk).html == "<p>A former member</p>"
    assert again.pk == keyed.pk
    assert not Failure.objects.exists()


@pytest.mark.django_db
def test_invitations_to_an_address_go_and_those_of_an_address_that_is_not_confirmed_stay() -> None:
    user = make_user(EMAIL)
    user.emailaddress_set.create(email="victim@example.org", verified=False)
    make_invitation(email=EMAIL)
    make_invitation(email="victim@example.org", token_hash="2")
    the_list = make_list()
    for number, address in enumerate((EMAIL, "victim@example.org")):
        ListInvitation.objects.create(
            list=the_list, email=address, token_hash=str(number), invited_at=NOW, expires_at=NOW + DAY
        )
    make_mail(to="victim@example.org")

    forget(user)

    assert [one.email for one in Invitation.objects.all()] == ["victim@example.org"]
    assert [one.email for one in ListInvitation.objects.all()] == ["victim@example.org"]
    assert Mail.objects.filter(to="victim@example.org").count() == 1


@pytest.mark.django_db
def test_the_membership_belongs_to_no_account_any_more(shared: World) -> None:
    forget(shared.person)

    [membership] = Membership.objects.all()
    assert (membership.user, membership.claimed_at, membership.last_name) == (None, None, LAST)


@pytest.mark.django_db
def test_files_that_were_not_posted_go_with_the_person(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> None:
    the_list, user = make_list(hold_first_posts=0), make_user()
    subscribe(the_list, user, since=NOW - DAY)
    lost = attach(mailing_list=the_list, user=user, file=ContentFile(b"Words.", "a.txt"), now=NOW)
    kept = attach(mailing_list=the_list, user=user, file=ContentFile(b"Words.", "b.txt"), now=NOW)
    start_topic(
        mailing_list=the_list, user=user, subject="One", content=f"[b](attachment:{kept.key})", now=NOW
    )

    with django_capture_on_commit_callbacks(execute=True):
        forget(user)

    assert list(Attachment.objects.values_list("name", "uploader")) == [("b.txt", None)]
    assert [storages["private"].exists(one.file.name) for one in (lost, kept)] == [False, True]


@pytest.mark.django_db
def test_an_account_that_an_administrator_deletes_is_let_go_of_as_well() -> None:
    user = make_user(EMAIL)
    make_mail(to=EMAIL)

    user.delete()

    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_if_one_subject_fails_nobody_has_let_go(shared: World) -> None:
    def fail(person: Person) -> None:
        raise RuntimeError

    register("test", Subject(sections=(), forget=fail))
    try:
        with pytest.raises(RuntimeError):
            forget(shared.person)
    finally:
        del registry._subjects["test"]

    assert {"members_user", "listserver_draft", "members_mail", "forum_conversation_post"} <= tables_with(
        LAST
    )
    assert not AuditEntry.objects.filter(action="person.forgotten").exists()


@pytest.mark.django_db
def test_nobody_is_forgotten_without_signing_in() -> None:
    assert Client().post(PATH, {"email": EMAIL}).url.startswith("/accounts/login/")
