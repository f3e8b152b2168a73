"""What one reader is shown and does: what they have read, what has changed since, what they follow."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.utils import timezone

from handbook.actions.editions import prepare_edition
from handbook.actions.reading import NotInForceError, mark_all_read, mark_read
from handbook.models import Edition, EditionSection, HandbookPage, ReadMark, SectionPage
from portal.members.models import Cadence, Follow, User
from tests.factories import NOW, make_user, sign_in
from tests.handbook.test_races import at_once
from tests.handbook.working_copy import add_section, add_sections, edit, make_handbook, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """Edition 1.0, in force, with a chapter of no words of its own."""
    handbook = make_handbook()
    chapter = add_section(handbook, "Governance")
    add_section(chapter, "Quorum", "<p>Half.</p>")
    add_section(chapter, "Votes", "<p>One each.</p>")
    publish(handbook, "1.0")
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


@pytest.fixture
def reader(db: None) -> User:
    return make_user()


@pytest.fixture
def client(reader: User) -> Client:
    """The reader's browser."""
    return sign_in(reader)


def row(title: str, number: str = "1.0") -> EditionSection:
    return EditionSection.objects.select_related("edition__handbook").get(title=title, edition__number=number)


def amend(number: str = "1.1", title: str = "Quorum", *, days: int = 1) -> Edition:
    """Publishes an edition in which one section has other words."""
    edit(SectionPage.objects.get(title=title), html=f"<p>Other words, {number}.</p>")
    return publish(HandbookPage.objects.get(), number, now=NOW + timedelta(days=days))


def page(client: Client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.content, "html.parser")


def words(found: Any) -> str | None:
    return " ".join(found.get_text().split()) if found else None


def marks(user: User) -> dict[str, datetime]:
    """What the person has read, as titles and moments."""
    titles = dict(EditionSection.objects.values_list("key", "title"))
    return {titles[mark.key]: mark.read_at for mark in ReadMark.objects.filter(user=user)}


# --- Marking ------------------------------------------------------------------------------------------------------------


def test_a_reader_marks_a_section_and_marks_it_again_later(handbook: HandbookPage, reader: User) -> None:
    mark_read(user=reader, section=row("Quorum"), now=NOW)
    mark_read(user=reader, section=row("Votes"), now=NOW)
    mark_read(user=reader, section=row("Quorum"), now=NOW + timedelta(hours=1))

    assert marks(reader) == {"Quorum": NOW + timedelta(hours=1), "Votes": NOW}


def test_a_reader_marks_the_words_that_the_edition_has(handbook: HandbookPage, reader: User) -> None:
    mark_read(user=reader, section=row("Quorum"), now=NOW)
    amend()
    mark_read(user=reader, section=row("Quorum", "1.1"), now=NOW + timedelta(days=2))

    assert ReadMark.objects.get().body_id == row("Quorum", "1.1").body_id


def test_a_reader_marks_everything_at_once(handbook: HandbookPage, reader: User) -> None:
    other = make_user()
    mark_read(user=other, section=row("Votes"), now=NOW)
    mark_read(user=reader, section=row("Votes"), now=NOW)
    later = NOW + timedelta(hours=1)

    count = mark_all_read(user=reader, edition=Edition.objects.get(), now=later)

    assert (count, marks(reader), marks(other)) == (
        3,
        {"Governance": later, "Quorum": later, "Votes": later},
        {"Votes": NOW},
    )


@pytest.mark.parametrize(
    ("moment", "in_force"), [(timedelta(hours=14, minutes=29, seconds=59), "1.0"), (timedelta(hours=14, minutes=30), "1.1")]
)  # fmt: skip
def test_only_the_edition_in_force_can_be_marked_from_midnight_in_london_on(
    handbook: HandbookPage, reader: User, moment: timedelta, in_force: str
) -> None:
    amend(days=1)
    (other,) = {"1.0", "1.1"} - {in_force}

    mark_read(user=reader, section=row("Quorum", in_force), now=NOW + moment)
    with pytest.raises(NotInForceError) as refused:
        mark_read(user=reader, section=row("Quorum", other), now=NOW + moment)
    with pytest.raises(NotInForceError):
        mark_all_read(user=reader, edition=row("Quorum", other).edition, now=NOW + moment)

    assert str(refused.value) == (
        f"Nothing is marked as read, because edition {other} is not the one in force. "
        "Read the section as it is now, then mark it."
    )
    assert list(ReadMark.objects.values_list("body_id", flat=True)) == [row("Quorum", in_force).body_id]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
def test_a_reader_who_marks_in_many_windows_at_once_has_one_mark_for_each_section() -> None:
    handbook = make_handbook()
    for number in range(20):
        add_section(handbook, f"Section {number}", f"<p>Words {number}.</p>")
    edition, reader = publish(handbook, "1.0"), make_user()
    section = edition.sections.present().select_related("edition__handbook").first()
    jobs = iter([*[lambda: mark_all_read(user=reader, edition=edition, now=NOW)] * 3,
                 *[lambda: mark_read(user=reader, section=section, now=NOW)] * 3])  # fmt: skip

    outcomes = at_once(6, lambda: next(jobs)())  # noqa: PLW0108  each call takes the next job

    assert sorted(map(str, outcomes)) == ["20", "20", "20", "None", "None", "None"]
    assert ReadMark.objects.filter(user=reader).count() == 20


# --- Over HTTP ----------------------------------------------------------------------------------------------------------


def address(section: EditionSection) -> str:
    return f"/handbook-read/{section.edition_id}/{section.key}/"


def test_a_reader_marks_a_section_with_the_button_and_is_back_where_they_were(
    handbook: HandbookPage, client: Client, reader: User
) -> None:
    form = page(client, "/handbook/1.0/quorum/").select_one(".mark-read form")
    fields = {field["name"]: field["value"] for field in form.select("input")}

    response = client.post(form["action"], fields, follow=True)

    assert response.redirect_chain == [("/handbook/1.0/quorum/", 302)]
    soup = BeautifulSoup(response.content, "html.parser")
    assert "“1.1 Quorum” is marked as read. We will show you here when it changes." in words(soup)
    assert soup.select(".mark-read form") == []
    today = timezone.localdate()
    assert words(soup.select_one(".mark-read")) == (
        f"You have read this section as it is now, on {today:%-d %B %Y}."
    )
    assert list(marks(reader)) == ["Quorum"]


def test_a_reader_of_the_edition_in_force_is_led_back_to_it(handbook: HandbookPage, client: Client) -> None:
    response = client.post(address(row("Quorum")))

    assert (response.status_code, response["Location"]) == (302, "/handbook/quorum/")


def test_the_script_marks_without_a_page_to_show(
    handbook: HandbookPage, client: Client, reader: User
) -> None:
    response = client.post(address(row("Quorum")), {"quietly": "1"})

    assert (response.status_code, response.content, list(marks(reader))) == (204, b"", ["Quorum"])
    assert "is marked as read" not in client.get("/handbook/").content.decode()


def test_a_reader_marks_everything_with_the_button(
    handbook: HandbookPage, client: Client, reader: User
) -> None:
    response = client.post(f"/handbook-read/{Edition.objects.get().pk}/", follow=True)

    assert response.redirect_chain == [("/handbook/", 302)]
    soup = BeautifulSoup(response.content, "html.parser")
    assert "Edition 1.0 is marked as read: 3 sections. We will show you here what changes." in words(soup)
    assert sorted(marks(reader)) == ["Governance", "Quorum", "Votes"]


def test_looking_at_a_page_marks_nothing(handbook: HandbookPage, client: Client, reader: User) -> None:
    for path in ("/handbook/", "/handbook/quorum/", "/handbook/1.0/quorum/", "/handbook/whole/"):
        client.get(path)
    statuses = [client.get(where).status_code for where in (address(row("Quorum")), f"/handbook-read/{row('Quorum').edition_id}/")]  # fmt: skip

    assert (statuses, marks(reader)) == ([405, 405], {})


def test_a_superseded_edition_is_refused_in_words(
    handbook: HandbookPage, client: Client, reader: User
) -> None:
    amend()
    old = row("Quorum")

    quiet = client.post(address(old), {"quietly": "1"})
    loud = client.post(address(old), follow=True)
    everything = client.post(f"/handbook-read/{old.edition_id}/", follow=True)

    refusal = "Nothing is marked as read, because edition 1.0 is not the one in force."
    assert (quiet.status_code, quiet.content.decode()[:71]) == (409, refusal)
    assert [refusal in words(BeautifulSoup(page.content, "html.parser")) for page in (loud, everything)] == [
        True,
        True,
    ]
    assert marks(reader) == {}


def test_an_anonymous_reader_is_asked_to_sign_in_and_marks_nothing(handbook: HandbookPage) -> None:
    response = Client().post(address(row("Quorum")))

    assert (response.status_code, response["Location"]) == (
        302,
        "/accounts/login/?next=/handbook/quorum/",
    )
    assert ReadMark.objects.count() == 0


def test_a_reader_without_the_token_of_the_form_marks_nothing(handbook: HandbookPage, reader: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.post(address(row("Quorum"))).status_code == 403
    assert ReadMark.objects.count() == 0


def test_what_is_not_published_or_not_there_cannot_be_marked(
    handbook: HandbookPage, client: Client, reader: User
) -> None:
    edit(SectionPage.objects.get(title="Quorum"), html="<p>Secret.</p>")
    prepared = prepare_edition(handbook=handbook, by=None, now=NOW)
    key, published = row("Quorum").key, row("Quorum").edition_id
    statuses = [
        client.post(path).status_code
        for path in (
            f"/handbook-read/{prepared.pk}/{key}/",
            f"/handbook-read/{prepared.pk}/",
            f"/handbook-read/{published}/{uuid4()}/",
            f"/handbook-read/{10**30}/{key}/",
            f"/handbook-read/{10**30}/",
            f"/handbook-read/{published}/x/",
        )
    ]

    assert (statuses, marks(reader)) == ([404] * 6, {})


# --- What has changed since ---------------------------------------------------------------------------------------------


def test_a_reader_is_told_that_a_section_has_changed_since_they_read_it(
    handbook: HandbookPage, client: Client, reader: User
) -> None:
    mark_read(user=reader, section=row("Quorum"), now=NOW)
    before = page(client, "/handbook/quorum/").select(".last-read")
    amend("1.1", "Votes", days=1)
    amend("2.0", "Quorum", days=2)

    for path in ("/handbook/quorum/", "/handbook/2.0/quorum/"):
        found = page(client, path).select_one(".last-read")
        assert words(found) == (
            "This section has changed since you last read it on 10 March 2026 (edition 1.1). See what changed since then"
        )
        assert found.a["href"] == "/handbook/compare/1.1/2.0/quorum/"
    assert before == []
    assert page(client, "/handbook/1.0/quorum/").select(".last-read") == []
    assert page(client, "/handbook/votes/").select(".last-read") == []
    assert page(Client(), "/handbook/quorum/").select(".last-read, .mark-read") == []


def test_a_reader_who_marks_the_new_words_is_no_longer_told(
    handbook: HandbookPage, client: Client, reader: User
) -> None:
    mark_read(user=reader, section=row("Quorum"), now=NOW)
    amend()
    told = len(page(client, "/handbook/quorum/").select(".last-read"))

    client.post(address(row("Quorum", "1.1")))

    assert (told, len(page(client, "/handbook/quorum/").select(".last-read"))) == (1, 0)


def test_the_contents_list_what_has_changed_and_what_is_new_and_nag_about_nothing_else(
    handbook: HandbookPage, client: Client, reader: User
) -> None:
    add_section(handbook, "Money", "<p>Pay.</p>")
    publish(handbook, "1.1", now=NOW + timedelta(days=1))
    mark_read(user=reader, section=row("Quorum", "1.1"), now=NOW + timedelta(days=2))
    mark_read(user=reader, section=row("Votes", "1.1"), now=NOW + timedelta(days=3))
    edit(SectionPage.objects.get(title="Quorum"), html="<p>All.</p>")
    edit(SectionPage.objects.get(title="Votes"), html="<p>Two each.</p>")
    edit(SectionPage.objects.get(title="Money"), html="<p>Pay more.</p>")
    add_section(SectionPage.objects.get(title="Governance"), "Minutes", "<p>Write.</p>")
    add_section(handbook, "Empty chapter")
    publish(handbook, "2.0", now=NOW + timedelta(days=4))

    found = page(client, "/handbook/").select_one(".since-read")

    assert [words(heading) for heading in found.select("h2")] == [
        "2 sections have changed since you last read them",
        "1 section is new since you began to read",
    ]
    assert [(words(item), [link["href"] for link in item.select("a")]) for item in found.select("li")] == [
        (
            "1.1 Quorum, last read on 12 March 2026: see what changed in Quorum",
            ["/handbook/quorum/", "/handbook/compare/1.1/2.0/quorum/"],
        ),
        (
            "1.2 Votes, last read on 13 March 2026: see what changed in Votes",
            ["/handbook/votes/", "/handbook/compare/1.1/2.0/votes/"],
        ),
        ("1.3 Minutes", ["/handbook/minutes/"]),
    ]


def test_a_section_is_new_to_those_only_who_began_to_read_before_it_was_in_force(
    handbook: HandbookPage, client: Client, reader: User
) -> None:
    mark_read(user=reader, section=row("Quorum"), now=NOW)
    add_section(handbook, "Minutes", "<p>Write.</p>")
    publish(handbook, "1.1", now=NOW + timedelta(days=1), effective_on=(NOW + timedelta(days=2)).date())
    late = make_user()
    mark_read(user=late, section=row("Quorum", "1.1"), now=NOW + timedelta(days=2))

    told = [page(browser, "/handbook/").select_one(".since-read") for browser in (client, sign_in(late))]

    assert [words(found and found.select_one("li")) for found in told] == ["2 Minutes", None]


def test_a_reader_who_has_read_all_is_told_so_and_one_who_never_marked_is_told_nothing(
    handbook: HandbookPage, client: Client, reader: User
) -> None:
    assert "since you last read" not in client.get("/handbook/").content.decode()

    mark_all_read(user=reader, edition=Edition.objects.get(), now=NOW)

    assert "Nothing has changed since you last read it." in words(page(client, "/handbook/"))


# --- Following from the page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "what"), [("/handbook/", "the handbook"), ("/handbook/quorum/", "this section")]
)
def test_a_reader_follows_from_the_page_and_stops(
    handbook: HandbookPage, client: Client, reader: User, path: str, what: str
) -> None:
    key = f"handbook:{handbook.pk}" if path == "/handbook/" else f"section:{row('Quorum').key}"
    form = page(client, path).select_one(".follow form")
    fields = {field["name"]: field["value"] for field in form.select("input")}

    followed = client.post(form["action"], {**fields, "cadence": "weekly"}, follow=True)

    assert followed.redirect_chain == [(path, 302)]
    assert list(Follow.objects.values_list("user", "key", "cadence")) == [(reader.pk, key, Cadence.WEEKLY)]
    form = BeautifulSoup(followed.content, "html.parser").select_one(".follow form")
    assert words(form) == (
        f"You follow {what}: once a week, in one mail. What you follow Stop following {what}"
    )
    client.post(form["action"], {**fields, "cadence": form.button["value"]})
    assert Follow.objects.count() == 0


def test_an_anonymous_reader_is_led_to_sign_in_by_a_page_without_a_token(handbook: HandbookPage) -> None:
    browser = Client()

    soup = page(browser, "/handbook/quorum/")

    assert soup.select_one(".follow a")["href"] == "/accounts/login/?next=/handbook/quorum/"
    assert (soup.select("[name=csrfmiddlewaretoken]"), dict(browser.cookies)) == ([], {})


# --- Cost ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [3, 6])
def test_a_signed_in_reader_costs_the_same_queries_however_much_has_changed(
    client: Client, reader: User, django_assert_num_queries: Callable, size: int
) -> None:
    handbook = make_handbook()
    add_sections(handbook, size)
    edition = publish(handbook, "1.0")
    mark_all_read(user=reader, edition=edition, now=NOW)
    for number in range(size):
        edit(SectionPage.objects.get(title=f"Section {number}"), html=f"<p>Other words {number}.</p>")
        add_section(handbook, f"New section {number}", "<p>Words.</p>")
    publish(handbook, "2.0", now=NOW + timedelta(days=1))

    for path, queries in (("", 12), ("section-1/", 11)):
        client.get(f"/handbook/{path}")
        with django_assert_num_queries(queries):
            assert client.get(f"/handbook/{path}").status_code == 200, path
