"""Terms in the admin: the list, writing a version, looking at it, publishing it."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from portal.members import actions
from portal.members.models import AuditEntry, Terms, TermsVersion, User
from portal.members.rules import days_after
from tests.factories import NOW, make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/members/terms/"


@pytest.fixture
def manager() -> User:
    return make_staff("Forum manager")


@pytest.fixture
def client(manager: User) -> Client:
    """The browser of a forum manager."""
    return sign_in(manager, second_factor=True)


def make_terms(title: str = "Code of conduct", *, versions: int = 1, draft: bool = False) -> Terms:
    """Terms with so many published versions, each a day after the other."""
    made = Terms.objects.create(title=title, summary="You agree to be kind.")
    for number in range(1, versions + 1 + draft):
        TermsVersion.objects.create(
            terms=made,
            number=number,
            text=f"Words of {number}.",
            change=f"New in {number}.",
            grace_days=7,
            published_at=NOW + timedelta(days=number) if number <= versions else None,
        )
    return made


def words(response: Any) -> str:
    """The text of the page's main part, in one line."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(strip_tags(main.partition(">")[2])).split())


def seal_in(response: Any) -> str:
    return re.search(r'name="seen" value="([^"]+)"', response.content.decode())[1]


def test_list_shows_the_current_version_who_accepted_it_and_what_is_being_written(client: Client) -> None:
    terms = make_terms(versions=2, draft=True)
    for number in (1, 2, 2):
        person = make_user()
        version = terms.versions.get(number=number)
        person.acceptances.create(version=version, accepted_at=NOW)
    make_terms("E-mail guidelines", versions=0)

    html = client.get(LIST).content.decode()

    rows = [
        [" ".join(strip_tags(cell).split()) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr[^>]*data-object-pk.*?</tr>", html, re.DOTALL)
    ]
    assert [[row[0].split(" ")[0], *row[1:5]] for row in rows] == [
        ["Code", "Version 2", "12 Mar 2026", "2", "Version 3"],
        ["E-mail", "None yet", "-", "0", "-"],
    ]


@pytest.mark.parametrize("count", [3, 12])
def test_lists_take_the_same_queries_however_long_they_are(
    client: Client, django_assert_num_queries: Callable, count: int
) -> None:
    for number in range(count):
        make_terms(f"Terms {number}", draft=True)
    terms = make_terms(versions=count, draft=True)
    client.get(LIST)

    with django_assert_num_queries(13):
        client.get(LIST)
    with django_assert_num_queries(12):
        client.get(f"/admin/terms/{terms.pk}/")


def test_new_terms_lead_to_the_writing_of_their_first_version(client: Client) -> None:
    answer = client.post(f"{LIST}create/", {"title": "Code of conduct", "summary": "Be kind."})

    terms = Terms.objects.get()
    assert (terms.slug, answer["Location"]) == ("code-of-conduct", f"/admin/terms/{terms.pk}/")
    client.post(f"/admin/terms/{terms.pk}/draft/", {"text": "# Be kind", "change": "x", "grace_days": "9"})
    made = TermsVersion.objects.get()
    assert (made.number, made.text, made.change, made.grace_days, made.published_at) == (
        1,
        "# Be kind",
        "",
        0,
        None,
    )


@pytest.mark.parametrize(
    ("title", "problem"),
    [
        ("Code of Conduct!", "There are terms with this title already"),
        ("???", "Use at least one letter or digit"),
    ],
)
def test_title_that_makes_no_address_of_its_own_is_refused_with_the_reason(
    client: Client, title: str, problem: str
) -> None:
    make_terms()

    answer = client.post(f"{LIST}create/", {"title": title, "summary": ""})

    assert (answer.status_code, problem in words(answer), Terms.objects.count()) == (200, True, 1)


def test_changing_the_title_keeps_the_address(client: Client) -> None:
    terms = make_terms()

    client.post(f"{LIST}edit/{terms.pk}/", {"title": "Rules of conduct", "summary": "Be kind."})

    terms.refresh_from_db()
    assert (terms.title, terms.slug, terms.summary) == ("Rules of conduct", "code-of-conduct", "Be kind.")


def test_a_new_version_begins_with_the_words_of_the_one_before_and_a_get_makes_none(client: Client) -> None:
    terms = make_terms()
    address = f"/admin/terms/{terms.pk}/draft/"

    shown = client.get(address)
    assert ("Words of 1." in shown.content.decode(), TermsVersion.objects.count()) == (True, 1)
    answer = client.post(
        address, {"text": "New words.", "change": "All.", "grace_days": "30", "preview": "1"}
    )

    made = terms.versions.get(published_at=None)
    assert (answer["Location"], made.number, made.text, made.change, made.grace_days) == (
        f"/admin/terms/{terms.pk}/preview/",
        2,
        "New words.",
        "All.",
        30,
    )
    client.post(address, {"text": "Newer words.", "change": "All.", "grace_days": "0"})
    made.refresh_from_db()
    assert (made.text, made.grace_days, TermsVersion.objects.count()) == ("Newer words.", 0, 2)


def test_preview_shows_the_draft_as_readers_will_see_it(client: Client) -> None:
    terms = make_terms(draft=True)

    shown = words(client.get(f"/admin/terms/{terms.pk}/preview/"))

    assert shown.startswith(
        "Code of conduct Version 2, not published yet Information: This is how readers will see this version once it is "
        "published. Only you and your colleagues see it now. What is new in this version New in 2. Words of 2."
    )


def test_publishing_says_first_how_many_have_to_accept_again_and_by_when(
    client: Client, manager: User
) -> None:
    terms = make_terms(draft=True)
    for _ in range(2):
        make_user().acceptances.create(version=terms.versions.get(number=1), accepted_at=NOW)
    address = f"/admin/terms/{terms.pk}/publish/"

    asked = client.get(address)
    due = f"{timezone.localtime(days_after(timezone.now(), 7)):%-d %B %Y}"
    assert (
        f"2 people have accepted an earlier version and will have to accept this one before {due}, "
        in words(asked)
    )
    assert terms.versions.filter(published_at=None).count() == 1
    client.post(address, {"seen": seal_in(asked)})

    assert terms.versions.filter(published_at=None).count() == 0
    assert AuditEntry.objects.get().by == manager.pk


def test_a_draft_that_was_changed_since_it_was_shown_is_not_published(client: Client, manager: User) -> None:
    terms = make_terms(draft=True)
    address = f"/admin/terms/{terms.pk}/publish/"
    seal = seal_in(client.get(address))
    draft = terms.versions.get(published_at=None)
    actions.change_draft(version=draft, text="Other words.", change="x", grace_days=7, by=manager)

    answer = client.post(address, {"seen": seal}, follow=True)
    with pytest.raises(actions.RefusedError, match="changed the new version"):
        actions.publish_version(version=draft, by=manager, now=NOW)

    assert "Somebody has changed the new version since you looked at it." in answer.content.decode()
    assert terms.versions.filter(published_at=None).count() == 1


def test_what_is_missing_is_said_instead_of_a_button(client: Client) -> None:
    terms = make_terms(draft=True)
    terms.versions.filter(published_at=None).update(change="")

    shown = client.get(f"/admin/terms/{terms.pk}/publish/")

    assert "Say first what is new in this version" in words(shown)
    assert 'name="seen"' not in shown.content.decode()


def test_published_versions_offer_no_change_and_say_why(client: Client) -> None:
    terms = make_terms(versions=2)

    shown = client.get(f"/admin/terms/{terms.pk}/")

    assert (
        "A published version can never be changed or deleted: people have accepted these very words."
        in words(shown)
    )
    assert client.get(f"{LIST}delete/{terms.pk}/").status_code == 302
    assert Terms.objects.count() == 1


def test_without_a_draft_there_is_nothing_to_publish_or_to_preview(client: Client) -> None:
    terms = make_terms()

    answer = client.get(f"/admin/terms/{terms.pk}/publish/", follow=True)

    assert "There is no new version to publish. Write one first." in answer.content.decode()
    assert client.get(f"/admin/terms/{terms.pk}/preview/").status_code == 404
