"""Terms in versions: the rules around the moments that count, writing, publishing, accepting, and the pages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from forum.access import list_facts
from portal.members import actions, terms
from portal.members.actions import RefusedError
from portal.members.models import Acceptance, AuditEntry, Terms, TermsVersion, User
from portal.members.rules import (
    current_version,
    days_after,
    grace_days_left,
    owed,
    refusal_to_accept_version,
    required_version,
)
from portal.members.texts import to_html
from portal.models import PageChange
from portal.page_cache import generation
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.forum.factories import make_list

SECOND = timedelta(seconds=1)
# 2 in winter time, its grace of 14 days ends in summer time: at 10am in London, which is 9am UTC.
FIRST = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECOND_VERSION = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
SECOND_DUE = datetime(2026, 4, 3, 9, 0, tzinfo=UTC)
THIRD = datetime(2026, 3, 30, 10, 0, tzinfo=UTC)


def version(number: int, published_at: datetime | None, grace_days: int = 14, **fields: Any) -> TermsVersion:
    return TermsVersion(number=number, published_at=published_at, grace_days=grace_days, **fields)


TWO = [version(2, SECOND_VERSION), version(1, FIRST), version(3, None)]
THREE = [version(1, FIRST), version(2, SECOND_VERSION), version(3, THIRD, 0)]


# --- Rules ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (FIRST - SECOND, (None, 0)),
        (FIRST, (1, 1)),
        (SECOND_VERSION - SECOND, (1, 1)),
        (SECOND_VERSION, (2, 1)),
        (SECOND_DUE - SECOND, (2, 1)),
        (SECOND_DUE, (2, 2)),
        (SECOND_DUE + SECOND, (2, 2)),
    ],
)
def test_a_version_is_current_at_once_and_required_after_its_grace(
    at: datetime, expected: tuple[int | None, int]
) -> None:
    current = current_version(TWO, at)

    assert (current.number if current else None, required_version(TWO, at)) == expected


@pytest.mark.parametrize(
    ("moment", "days", "expected"),
    [
        (datetime(2026, 3, 28, 10, 0, tzinfo=UTC), 1, datetime(2026, 3, 29, 9, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 10, 0, tzinfo=UTC), 0, datetime(2026, 3, 28, 10, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 9, 0, tzinfo=UTC), 1, datetime(2026, 10, 25, 10, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), 1, datetime(2026, 3, 29, 22, 30, tzinfo=UTC)),
        (datetime(2026, 5, 1, 9, 0, tzinfo=UTC), 14, datetime(2026, 5, 15, 9, 0, tzinfo=UTC)),
    ],
    ids=["clocks go forward", "no days", "clocks go back", "late in the evening", "in summer"],
)
def test_days_are_counted_by_the_calendar_in_london(moment: datetime, days: int, expected: datetime) -> None:
    assert days_after(moment, days) == expected


@pytest.mark.parametrize(
    ("accepted", "at", "expected"),
    [
        (0, FIRST - SECOND, None),
        (0, FIRST, (1, FIRST, True)),
        (0, SECOND_VERSION, (2, FIRST, True)),
        (1, SECOND_VERSION - SECOND, None),
        (1, SECOND_VERSION, (2, SECOND_DUE, False)),
        (1, SECOND_DUE - SECOND, (2, SECOND_DUE, False)),
        (1, SECOND_DUE, (2, SECOND_DUE, True)),
        (1, SECOND_DUE + SECOND, (2, SECOND_DUE, True)),
        (2, SECOND_DUE + SECOND, None),
    ],
)
def test_what_a_person_owes_says_until_when_they_can_go_on(
    accepted: int, at: datetime, expected: tuple[int, datetime, bool] | None
) -> None:
    found = owed(TWO, accepted, at)

    assert (found and (found.version.number, found.due_at, found.is_overdue(at))) == expected


def test_a_later_version_without_grace_ends_the_grace_of_the_one_before() -> None:
    before, at = owed(THREE, 1, THIRD - SECOND), owed(THREE, 1, THIRD)

    assert (before.version.number, before.due_at, at.version.number, at.due_at) == (2, SECOND_DUE, 3, THIRD)
    assert [required_version(THREE, moment) for moment in (THIRD - SECOND, THIRD)] == [1, 3]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC), 2),
        (datetime(2026, 3, 29, 0, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC), 1),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), 0),
        (datetime(2026, 4, 5, tzinfo=UTC), 0),
    ],
)
def test_days_of_grace_left_end_at_midnight_in_london(at: datetime, expected: int) -> None:
    due_at = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)  # 10am of a day in summer time

    assert grace_days_left(due_at, at) == expected


@pytest.mark.parametrize(
    ("index", "at", "expected"),
    [
        (0, FIRST - SECOND, "This version is not published yet."),
        (0, FIRST, None),
        (0, SECOND_VERSION - SECOND, None),
        (
            0,
            SECOND_VERSION,
            "Version 2 has taken the place of this version. Read that one and accept it.",
        ),
        (1, SECOND_VERSION, None),
    ],
)
def test_only_the_newest_published_version_can_be_accepted(
    index: int, at: datetime, expected: str | None
) -> None:
    versions = [version(1, FIRST), version(2, SECOND_VERSION), version(3, None)]

    assert refusal_to_accept_version(versions[index], versions, at) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    "at",
    [
        moment + step
        for moment in (FIRST, SECOND_VERSION, SECOND_DUE, THIRD)
        for step in (-SECOND, 0 * SECOND, SECOND)
    ],
)
def test_the_required_version_is_the_one_that_lists_ask_for(at: datetime) -> None:
    document = Terms.objects.create(title="Code of conduct")
    for number, moment in enumerate((FIRST, SECOND_VERSION, THIRD), 1):
        TermsVersion.objects.create(terms=document, number=number, published_at=moment, text="Be kind.")
    one = make_list()
    one.terms.add(document)

    assert required_version(document.versions.all(), at) == list_facts([one])[one.pk].terms[0].at(at)


# --- Actions -------------------------------------------------------------------------------------------------------------


def manager() -> User:
    return make_staff("Forum manager")


def make_terms(*published: datetime, title: str = "Code of conduct", **fields: Any) -> Terms:
    """Terms with a version published at each of the moments."""
    document = Terms.objects.create(title=title, summary="You agree to be kind.")
    for number, moment in enumerate(published, 1):
        values = {"text": f"Words of version {number}.", "change": f"New in {number}.", **fields}
        TermsVersion.objects.create(terms=document, number=number, published_at=moment, **values)
    return document


def draft(document: Terms, by: User, **fields: Any) -> TermsVersion:
    values = {"text": "Be kind.", "change": "More kindness.", "grace_days": 7, **fields}
    return actions.draft_version(terms=document, by=by, **values)


@pytest.mark.django_db
def test_a_draft_takes_the_number_after_the_last_and_there_is_one_at_a_time() -> None:
    document, by = make_terms(FIRST, SECOND_VERSION), manager()

    made = draft(document, by)

    assert (made.number, made.published_at, made.text, made.grace_days) == (3, None, "Be kind.", 7)
    with pytest.raises(RefusedError, match="There is a new version already"):
        draft(document, by)
    changed = actions.change_draft(version=made, text="Be kinder.", change="Kinder.", grace_days=0, by=by)
    assert (changed.pk, changed.text, changed.change, changed.grace_days) == (
        made.pk,
        "Be kinder.",
        "Kinder.",
        0,
    )
    assert TermsVersion.objects.count() == 3


@pytest.mark.django_db
def test_the_database_refuses_a_second_draft() -> None:
    document = make_terms(FIRST)
    TermsVersion.objects.create(terms=document, number=2, text="A draft.")

    with pytest.raises(IntegrityError), transaction.atomic():
        TermsVersion.objects.create(terms=document, number=3, text="Another.")


@pytest.mark.django_db
def test_publishing_dates_the_version_records_it_and_makes_kept_pages_void() -> None:
    document, by = make_terms(FIRST), manager()
    made = draft(document, by)
    PageChange.objects.all().delete()

    actions.publish_version(version=made, by=by, now=NOW)

    made.refresh_from_db()
    entry = AuditEntry.objects.get()
    assert (made.published_at, PageChange.objects.exists()) == (NOW, True)
    assert (entry.at, entry.action, entry.by, entry.subject, entry.subject_name, entry.reason) == (
        NOW,
        "terms.published",
        by.pk,
        f"terms:{document.pk}",
        "Code of conduct, version 2",
        "More kindness.",
    )
    assert entry.details == {"version": 2, "grace_days": 7}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "fields", "refusal"),
    [
        ((), {"text": " \n"}, "has no text"),
        ((FIRST,), {"change": " "}, "what is new"),
        ((), {"change": ""}, None),
    ],
    ids=["no text", "second version without what is new", "first version without what is new"],
)
def test_publishing_needs_text_and_from_the_second_version_on_what_is_new(
    before: tuple[datetime, ...], fields: dict[str, str], refusal: str | None
) -> None:
    by = manager()
    made = draft(make_terms(*before), by, **fields)

    if refusal:
        with pytest.raises(RefusedError, match=refusal):
            actions.publish_version(version=made, by=by, now=NOW)
    else:
        actions.publish_version(version=made, by=by, now=NOW)

    made.refresh_from_db()
    assert (made.published_at is None, AuditEntry.objects.exists()) == (bool(refusal), not refusal)


@pytest.mark.django_db
def test_a_published_version_is_neither_changed_nor_published_again() -> None:
    document, by = make_terms(FIRST), manager()
    published = document.versions.get()

    with pytest.raises(RefusedError, match="accepted these very words"):
        actions.change_draft(version=published, text="Other words.", change="", grace_days=0, by=by)
    with pytest.raises(RefusedError, match="published already"):
        actions.publish_version(version=published, by=by, now=NOW)

    published.refresh_from_db()
    assert (published.text, published.published_at) == ("Words of version 1.", FIRST)


@pytest.mark.django_db
def test_somebody_without_the_right_can_neither_write_nor_publish() -> None:
    document, stranger = make_terms(FIRST), make_staff("Editor")
    made = draft(document, manager())

    for attempt in (
        lambda: draft(make_terms(title="Other"), stranger),
        lambda: actions.change_draft(version=made, text="Hm.", change="", grace_days=0, by=stranger),
        lambda: actions.publish_version(version=made, by=stranger, now=NOW),
    ):
        with pytest.raises(RefusedError, match="You cannot do this"):
            attempt()

    made.refresh_from_db()
    assert (made.text, made.published_at, TermsVersion.objects.count()) == ("Be kind.", None, 2)


@pytest.mark.django_db
def test_accepting_twice_is_accepting_once() -> None:
    person, current = make_user(), make_terms(FIRST).versions.get()

    made = actions.accept_version(user=person, version=current, now=FIRST)
    again = actions.accept_version(user=person, version=current, now=NOW)

    entry = AuditEntry.objects.get()
    assert (made.pk, again.accepted_at) == (again.pk, FIRST)
    assert (entry.action, entry.by, entry.person, entry.subject_name, entry.details) == (
        "terms.accepted",
        person.pk,
        person.pk,
        "Code of conduct, version 1",
        {"version": 1},
    )


@pytest.mark.django_db
def test_an_earlier_version_a_draft_and_an_anonymous_person_are_refused() -> None:
    document, person = make_terms(FIRST, SECOND_VERSION), make_user()
    made = draft(document, manager())
    first, second = document.versions.get(number=1), document.versions.get(number=2)

    for user, refused, match in (
        (person, first, "Version 2 has taken the place"),
        (person, made, "not published yet"),
        (AnonymousUser(), second, "Sign in"),
    ):
        with pytest.raises(RefusedError, match=match):
            actions.accept_version(user=user, version=refused, now=SECOND_VERSION)

    assert (Acceptance.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_standings_say_what_was_accepted_and_what_is_owed(django_assert_num_queries: Callable) -> None:
    person, other = make_user(), make_user()
    document, never = make_terms(FIRST, SECOND_VERSION), make_terms(FIRST, title="E-mail guidelines")
    make_terms(title="Only a draft")
    draft(Terms.objects.get(title="Only a draft"), manager())
    accept = actions.accept_version
    accept(user=person, version=document.versions.get(number=1), now=FIRST)
    accept(user=other, version=document.versions.get(number=2), now=SECOND_VERSION)

    with django_assert_num_queries(3):
        found = terms.standings(person, SECOND_VERSION)

    assert [
        (one.terms, one.current.number, one.accepted and one.accepted.version.number, one.owed.due_at)
        for one in found
    ] == [(document, 2, 1, SECOND_DUE), (never, 1, None, FIRST)]
    assert [one.owed for one in terms.standings(other, SECOND_VERSION, [document])] == [None]
    assert terms.people_who_accepted(document) == 2


# --- Pages ---------------------------------------------------------------------------------------------------------------

CODE = "/terms/code-of-conduct/"
ACCEPT = f"{CODE}accept/"


def words(response: Any) -> str:
    """The text of the page's main part, in one line."""
    html = response.content.decode()
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(strip_tags(main.partition(">")[2])).split())


@pytest.mark.django_db
def test_the_list_shows_the_current_version_of_what_is_published() -> None:
    client = Client()
    assert "No terms have been published yet." in words(client.get("/terms/"))
    make_terms(FIRST, SECOND_VERSION)
    draft(make_terms(title="Only a draft"), manager())

    shown = words(client.get("/terms/"))

    assert shown == (
        "Terms These are the rules that people agree to who take part in our lists and events. Code of conduct You agree "
        "to be kind. Version 2, published on 20 March 2026"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("count", [3, 12])
def test_the_list_takes_the_same_queries_however_long_it_is(
    django_assert_num_queries: Callable, count: int
) -> None:
    for number in range(count):
        make_terms(FIRST, SECOND_VERSION, title=f"Terms {number}")
    client, person = Client(), make_user()
    client.get("/terms/")

    with django_assert_num_queries(2):
        client.get("/terms/?again")
    with django_assert_num_queries(3):
        assert len(terms.standings(person, NOW)) == count


@pytest.mark.django_db
def test_a_page_shows_the_current_version_what_is_new_and_the_earlier_ones() -> None:
    make_terms(FIRST, SECOND_VERSION)
    client = Client()

    current, earlier = client.get(CODE), client.get(f"{CODE}1/")

    assert words(current) == (
        "Code of conduct Version 2, published on 20 March 2026 What is new in this version New in 2. Words of version 2. "
        "All versions Version 2 (this one), published on 20 March 2026 What is new: New in 2. Version 1, published on 1 "
        "March 2026"
    )
    assert words(earlier).startswith(
        "Code of conduct Version 1, published on 1 March 2026 Information: This is an earlier version. Since 20 March 2026 "
        "version 2 is the current one. Words of version 1."
    )
    assert words(client.get(f"{CODE}2/")) == words(current)


@pytest.mark.django_db
def test_a_draft_and_what_is_not_there_are_not_found() -> None:
    draft(make_terms(FIRST), manager())
    draft(make_terms(title="Only a draft"), manager())
    client, person = Client(), sign_in(make_user())

    addresses = [f"{CODE}2/", f"{CODE}0/", "/terms/only-a-draft/", "/terms/nothing/"]
    assert [client.get(address).status_code for address in addresses] == [404] * 4
    assert [person.get(f"/terms/{slug}/accept/").status_code for slug in ("only-a-draft", "nothing")] == [
        404
    ] * 2


@pytest.mark.django_db
def test_a_new_version_shows_at_once_on_pages_that_are_kept(settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 600
    document, by, client = make_terms(FIRST), manager(), Client()
    assert "Words of version 1." in words(client.get(CODE))

    actions.publish_version(version=draft(document, by), by=by, now=NOW)
    generation.forget()

    assert "Version 2" in words(client.get(CODE))


@pytest.mark.django_db
def test_accepting_is_asked_first_and_done_by_post() -> None:
    person = make_user()
    client = sign_in(person)
    make_terms(FIRST)

    asked = client.get(f"{ACCEPT}?next=/networks/")
    assert ('name="next" value="/networks/"' in asked.content.decode(), Acceptance.objects.count()) == (
        True,
        0,
    )
    refused = client.post(ACCEPT, {"number": 1, "next": "/networks/"})
    assert "Tick the box if you accept these terms." in words(refused)
    assert ('name="next" value="/networks/"' in refused.content.decode(), Acceptance.objects.count()) == (
        True,
        0,
    )
    answer = client.post(ACCEPT, {"number": 1, "agree": "on", "next": "/networks/"})

    assert (answer.status_code, answer["Location"]) == (302, "/networks/")
    assert Acceptance.objects.get().user == person
    assert "There is nothing to do." in words(client.get(ACCEPT))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_nobody_is_sent_elsewhere_after_accepting(address: str) -> None:
    make_terms(FIRST)

    answer = sign_in(make_user()).post(ACCEPT, {"number": 1, "agree": "on", "next": address})

    assert answer["Location"] == "/accounts/profile/"


@pytest.mark.django_db
def test_a_version_published_while_somebody_reads_is_not_accepted_unread() -> None:
    client, by, document = sign_in(make_user()), manager(), make_terms(FIRST)
    client.get(ACCEPT)
    actions.publish_version(version=draft(document, by, text="New words."), by=by, now=NOW)

    answer = client.post(ACCEPT, {"number": 1, "agree": "on"})

    assert (answer.status_code, Acceptance.objects.count()) == (200, 0)
    assert "Version 2 is the one to accept now. Nothing has been accepted yet" in words(answer)
    assert 'name="number" value="2"' in answer.content.decode()
    client.post(ACCEPT, {"number": 2, "agree": "on"})
    assert Acceptance.objects.get().version.number == 2


@pytest.mark.django_db
def test_who_accepted_an_earlier_version_sees_all_that_is_new_since() -> None:
    person = make_user()
    document = make_terms(FIRST)
    actions.accept_version(user=person, version=document.versions.get(), now=FIRST)
    for number, moment in ((2, SECOND_VERSION), (3, THIRD)):
        TermsVersion.objects.create(
            terms=document, number=number, text=f"{number}.", change=f"New in {number}.", published_at=moment
        )

    shown = words(sign_in(person).get(ACCEPT))

    assert (
        "What is new since the version that you accepted Version 3, 30 March 2026: New in 3.Version 2, 20 March 2026: New "
        "in 2." in shown
    )
    assert "the time to accept it has passed. Accept it to go on where these terms are needed." in shown


@pytest.mark.django_db
def test_the_profile_says_what_was_accepted_when_and_what_waits() -> None:
    person = make_user()
    client = sign_in(person)
    assert "There are no terms to accept." in words(client.get("/accounts/profile/"))
    code = make_terms(FIRST)
    make_terms(FIRST, title="E-mail guidelines")
    actions.accept_version(user=person, version=code.versions.get(), now=FIRST)

    before = words(client.get("/accounts/profile/"))
    moment = timezone.now()
    TermsVersion.objects.create(terms=code, number=2, text="2.", published_at=moment, grace_days=7)
    after = words(client.get("/accounts/profile/"))

    due = f"{timezone.localtime(days_after(moment, 7)):%-d %B %Y, %H:%M}"
    assert "Code of conduct You accepted version 1 on 1 March 2026. E-mail guidelines" in before
    assert "You have not accepted these terms. Read and accept version 1: E-mail guidelines" in before
    assert (
        f"Version 2 has taken its place. Accept it before {due}: 7 days left. Read and accept version 2: Code of conduct"
        in after
    )


# --- Markdown ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n\n## B", "<h2>A</h2>\n<h3>B</h3>\n"),
        ("### A\n\n#### B", "<h2>A</h2>\n<h3>B</h3>\n"),
        ("Be **kind**.", "<p>Be <strong>kind</strong>.</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](/terms/)", '<p><a href="/terms/">a</a></p>\n'),
        ("![x](https://evil.example/x.png)", "<p></p>\n"),
    ],
    ids=["headings", "low headings", "bold", "script", "script in a link", "link", "picture"],
)
def test_markdown_becomes_safe_html_below_a_title(text: str, expected: str) -> None:
    assert to_html(text) == expected


def test_table_can_be_scrolled_and_an_overlong_text_is_shown_as_it_was_typed() -> None:
    html = to_html("|a|b|\n|-|-|\n|1|2|")

    assert html.startswith('<div class="table" role="region" aria-label="Table" tabindex="0"><table>')
    assert html.rstrip().endswith("</table></div>")
    assert to_html("<" + "x" * 200_000) == "<pre>&lt;" + "x" * 200_000 + "</pre>"
