"""Somebody takes everything about themselves away: all that is theirs, nothing that is others', by nobody else."""

import json
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forum.models import Attachment, MailingList, Post, Topic
from portal.members import actions
from portal.members.actions import RefusedError
from portal.members.models import AuditEntry, User
from portal.members.personal import person_of
from portal.members.personal.archive import write_archive
from tests.factories import NOW, make_user
from tests.forum import files
from tests.forum.factories import make_list
from tests.journeys.everything import EMAIL, NAME, SECOND, World, make_everything
from tests.members.factories import confirm_password, log_in

PATH = "/accounts/profile/data/"
DAY, SECONDS = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture(scope="module")
def shared() -> World:
    return make_everything()


def archive_of(user: User) -> ZipFile:
    with write_archive(person_of(user, NOW + DAY), "http://testserver") as made:
        return ZipFile(BytesIO(made.read()))


def sections_of(archive: ZipFile) -> dict[str, list[dict[str, Any]]]:
    everything = json.loads(archive.read("everything.json"))
    return {section["title"]: section["records"] for section in everything["sections"]}


class Tags(HTMLParser):
    """Collects the tags of a page, with whatever they load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.loaded: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.loaded += [value for name, value in attrs if name in {"src", "href"}]


@pytest.mark.django_db
def test_the_file_has_something_under_every_heading_of_a_person_of_whom_everything_is_held(
    shared: World,
) -> None:
    found = sections_of(archive_of(shared.person))

    assert {title for title, records in found.items() if not records} == {
        "Sign-on of organisations",
        # Of people in the editing area alone.
        "Pages",
        "Drafts and versions of pages",
        "Pictures and documents",
        "Comments on pages",
        "Pages that you are told about",
        "Rights at events",
        "History of changes",
    }
    assert [record["Address"] for record in found["E-mail addresses"]] == [EMAIL, SECOND]
    assert {record["What became of it"] for record in found["Membership numbers that you sent"]} == {
        "Accepted",
        "Refused",
    }
    assert [record["Subject"] for record in found["Topics"]] == ["Quorum"]
    assert len(found["Posts"]) == Post.objects.filter(poster=shared.person).count() == 2
    assert [(record["From"], record["To"]) for record in found["Private answers"]] == [
        ("you", "Olive Other"),
        ("Olive Other", "you"),
    ]
    assert {(record["You"], record["Your words"]) for record in found[
        "Posts of others that you reported or held"
    ]} == {("reported a post", "Not nice.")}  # fmt: skip
    assert {record["To"] for record in found["Mails to you"]} == {EMAIL, SECOND}
    assert len(found["Where you are signed in"]) == 2


@pytest.mark.django_db
def test_the_person_s_files_are_in_it_byte_for_byte_and_one_that_is_lost_is_named(shared: World) -> None:
    name = f"files/{shared.attachment.pk}-minutes.pdf"

    archive = archive_of(shared.person)
    Attachment.objects.filter(pk=shared.attachment.pk).update(file="attachments/00/lost")
    without = archive_of(shared.person)

    assert sorted(archive.namelist()) == sorted(["everything.json", "index.html", "style.css", name])
    assert archive.read(name) == files.PDF
    assert archive.testzip() is None
    assert f"{name}.missing.txt" in without.namelist()


@pytest.mark.django_db
def test_nothing_that_is_others_is_in_it(shared: World) -> None:
    archive = archive_of(shared.person)

    text = archive.read("everything.json").decode() + archive.read("index.html").decode()

    # Addresses of others, others' posts (quoted too), who reported and who decided, secrets.
    for word in (
        "other@example.org", "mary@example.org", "root@example.org", "Mary", "Ruth", "I agree with", "Gossip",
        "Too short", "What do you say", "token", "secret\"", "pbkdf2", "md5$",
    ):  # fmt: skip
        assert word not in text, word
    assert "Thank you." in text
    assert "Let us see." in text
    assert (
        text.count("Post reported") == 4
    )  # by the person, and about the person: in both files, and by nobody's name


@pytest.mark.django_db
def test_a_topic_is_called_by_its_name_only_to_whoever_began_it_or_may_read_it_now(shared: World) -> None:
    Post.objects.filter(pk=shared.elsewhere.first_post_id).update(poster=shared.person)
    [before] = [one["Subject"] for one in sections_of(archive_of(shared.person))["Posts"][-1:]]
    shared.the_list.subscriptions.all().delete()

    after = [one["Subject"] for one in sections_of(archive_of(shared.person))["Posts"]]

    assert before == "Gossip"
    assert after == ["Quorum", "Quorum", ""]


@pytest.mark.django_db
def test_the_page_in_it_is_escaped_runs_nothing_and_loads_its_style_sheet_alone() -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;</dd>"
    user = make_user(first_name=nasty, last_name='"Sample')

    archive = archive_of(user)
    page = Tags(archive.read("index.html").decode())

    assert page.loaded == ["style.css"]
    assert page.found == {
        "html", "head", "meta", "title", "link", "body", "h1", "h2", "p", "dl", "dt", "dd",
    }  # fmt: skip
    assert sections_of(archive)["Your account"][0]["First name"] == nasty


@pytest.mark.django_db
def test_it_is_given_by_post_after_the_password_and_noted_in_the_audit_log(shared: World) -> None:
    browser = shared.browsers[0]

    asked = [browser.get(PATH), browser.post(PATH)]
    confirm_password(browser)
    page = browser.get(PATH)
    given = [browser.post(PATH), browser.post(PATH)]

    assert {answer.url.partition("?")[0] for answer in asked} == {"/accounts/reauthenticate/"}
    assert "What is in it" in page.content.decode()
    for response in given:
        assert response["Content-Type"] == "application/zip"
        assert response["Content-Disposition"].startswith('attachment; filename="everything-20')
        assert "no-store" in response["Cache-Control"]
        assert ZipFile(BytesIO(b"".join(response))).testzip() is None
    entries = AuditEntry.objects.filter(action="person.data-taken")
    assert list(entries.values_list("by", "person")) == [(shared.person.pk, shared.person.pk)] * 2


@pytest.mark.django_db
def test_nobody_gets_it_without_signing_in_and_a_look_notes_nothing(shared: World) -> None:
    shared.browsers[0].get(PATH)

    assert Client().get(PATH).url.startswith("/accounts/login/")
    assert Client().post(PATH).url.startswith("/accounts/login/")
    assert not AuditEntry.objects.filter(action="person.data-taken").exists()


@pytest.mark.django_db
def test_it_can_be_had_five_times_in_24_hours() -> None:
    user = make_user()
    for _ in range(5):
        actions.take_data(user=user, now=NOW)

    for moment in (NOW, NOW + DAY - SECONDS):
        with pytest.raises(RefusedError, match="5 times in 24 hours"):
            actions.take_data(user=user, now=moment)
    actions.take_data(user=user, now=NOW + DAY)

    assert AuditEntry.objects.filter(action="person.data-taken").count() == 6


@pytest.mark.django_db
def test_somebody_who_has_had_it_five_times_is_told_so_on_the_page() -> None:
    user, browser = make_user(), Client()
    log_in(browser, user)
    confirm_password(browser)

    answers = [browser.post(PATH) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 302]
    assert "5 times in 24 hours" in browser.get(PATH).content.decode()
    for answer in answers[:5]:
        b"".join(answer)  # or its file stays open


def posted(the_list: MailingList, user: User, count: int) -> None:
    topic = Topic.objects.create(forum=the_list.forum, poster=user, subject="One", type=0, status=0)
    Post.objects.bulk_create(
        Post(topic=topic, poster=user, subject="One", content="Words", approved=True) for _ in range(count)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("count", [3, 30])
def test_thirty_posts_cost_as_much_as_three(count: int) -> None:
    user = make_user()
    posted(make_list(), user, count)

    with CaptureQueriesContext(connection) as queries:
        found = sections_of(archive_of(user))

    assert len(found["Posts"]) == count
    assert len(queries) == 54


@pytest.mark.django_db
def test_an_earlier_name_is_known_from_the_audit_log(shared: World) -> None:
    person = person_of(shared.person, NOW)

    assert person.names == ("Earlier Quagmire", NAME)
    assert person.addresses == tuple(sorted((EMAIL, SECOND)))


@pytest.mark.django_db
def test_an_address_that_is_not_confirmed_brings_nothing_of_whoever_has_it() -> None:
    victim = make_user("victim@example.org")
    actions.take_data(user=victim, now=NOW)
    claimer = make_user()
    claimer.emailaddress_set.create(email="victim@example.org", verified=False)

    found = sections_of(archive_of(claimer))

    assert person_of(claimer, NOW).addresses == (claimer.email,)
    assert found["Audit log"] == []
