"""Telling followers: who hears of an edition or an erratum, when, of what, once; and the weekly mail."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.core import mail as outbox
from django.db import connection
from django.test import Client

from handbook.actions import telling
from handbook.actions.errata import publish_erratum
from handbook.actions.telling import tell, tell_waiting
from handbook.models import Announcement, Edition, HandbookPage, SectionPage
from portal.members import follows
from portal.members.actions.weekly import write_weekly
from portal.members.mail import preview
from portal.members.models import Cadence, Follow, Mail, User
from tests.factories import NOW, make_user
from tests.handbook.test_races import at_once
from tests.handbook.working_copy import add_section, add_sections, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
BEFORE = NOW - timedelta(days=30)
# The Monday after NOW, which is a Tuesday, at 07:00; London keeps Greenwich time in March. The mail is due when all has settled.
MONDAY = datetime(2026, 3, 16, 7, tzinfo=UTC)
DUE = MONDAY + timedelta(minutes=5)


def make() -> HandbookPage:
    """Two sections, in the first edition."""
    handbook = make_handbook()
    add_section(handbook, "Quorum", "<p>Half of the practices.</p>")
    add_section(handbook, "Funding", "<p>Ask in April.</p>")
    publish(handbook, "1.0", now=BEFORE)
    Announcement.objects.update(told_at=BEFORE)
    return handbook


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    return make()


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def section(title: str) -> SectionPage:
    return SectionPage.objects.get(title=title)


def of_handbook(handbook: HandbookPage) -> str:
    return f"handbook:{handbook.pk}"


def of_section(title: str) -> str:
    return f"section:{section(title).translation_key}"


def make_follower(
    *keys: str, cadence: str = Cadence.AT_ONCE, since: datetime = BEFORE, **fields: Any
) -> User:
    user = make_user(**fields)
    for key in keys:
        Follow.objects.create(user=user, key=key, cadence=cadence, created_at=since)
    return user


def amend(handbook: HandbookPage, *titles: str, number: str = "1.1", now: datetime = NOW) -> Announcement:
    """Publishes an edition in which these sections have other words."""
    for title in titles:
        edit(section(title), html=f"<p>{title} as of edition {number}.</p>")
    return publish(handbook, number, now=now, note="Note.").announcements.get()


def correct(edition: Edition, title: str, now: datetime = NOW, text: str = "It is May.") -> Announcement:
    key = section(title).translation_key
    return publish_erratum(edition=edition, key=key, text=text, by=None, now=now).announcement


def told() -> list[tuple[str, str]]:
    """Whom the mails are for, and what they are about."""
    return list(Mail.objects.order_by("pk").values_list("to", "subject"))


def titles_in(row: Mail) -> list[str]:
    """The sections that a mail names, in order."""
    return [
        tag.get_text(" ", strip=True)
        for tag in BeautifulSoup(row.html, "html.parser").select("table table table :is(h2, h3, h4)")
    ]


# --- Who hears of it --------------------------------------------------------------------------------------------------


def test_a_follower_of_the_handbook_is_told_of_every_amendment_and_one_of_a_section_of_that_section(
    handbook: HandbookPage,
) -> None:
    make_follower(of_handbook(handbook), email="all@example.org")
    make_follower(of_section("Quorum"), email="quorum@example.org")
    make_follower(of_section("Funding"), email="funding@example.org")
    make_follower("handbook:999999", "forum:1", email="other@example.org")
    add_section(handbook, "Meetings", "<p>Monthly.</p>")

    tell(amend(handbook, "Quorum").pk)

    assert [(row.to, row.subject, titles_in(row)) for row in Mail.objects.order_by("pk")] == [
        ("all@example.org", "Handbook: edition 1.1 is published", ["1 Quorum", "3 Meetings"]),
        ("quorum@example.org", "Handbook: edition 1.1 is published", ["1 Quorum"]),
    ]


def test_a_person_who_follows_the_handbook_and_its_sections_gets_one_mail(handbook: HandbookPage) -> None:
    user = make_follower(of_section("Quorum"), of_handbook(handbook), of_section("Funding"))

    tell(amend(handbook, "Quorum", "Funding").pk)

    row = Mail.objects.get()
    assert (row.to, titles_in(row)) == (user.email, ["1 Quorum", "2 Funding"])
    reasons = [
        item.contents[0].strip("\xa0 ") for item in BeautifulSoup(row.html, "html.parser").select("li")
    ]
    assert sorted(reasons) == ["1 Quorum", "2 Funding", "Handbook"]


def test_an_erratum_is_told_to_followers_of_the_handbook_and_of_its_section(handbook: HandbookPage) -> None:
    make_follower(of_handbook(handbook), email="all@example.org")
    make_follower(of_section("Quorum"), email="quorum@example.org")
    make_follower(of_section("Funding"), email="funding@example.org")

    tell(correct(handbook.editions.get(), "Funding", text="It is May.\n\nNot April.").pk)

    subject = "Handbook: erratum to 2 Funding"
    assert told() == [("all@example.org", subject), ("funding@example.org", subject)]
    row = Mail.objects.first()
    assert titles_in(row) == ["2 Funding"]
    assert "It is May.\n\nNot April." in row.text
    assert "http://testserver/handbook/1.0/funding/" in row.text


def test_the_first_edition_is_said_to_be_published_without_amendments() -> None:
    handbook = make_handbook()
    add_section(handbook, "Quorum", "<p>Half.</p>")
    make_follower(of_handbook(handbook))

    tell(publish(handbook, "1.0").announcements.get().pk)

    row = Mail.objects.get()
    assert (row.subject, titles_in(row)) == ("Handbook: edition 1.0 is published", [])
    assert "This is the first edition." in row.text


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({}, 1), ({"is_active": False}, 0), ({"verified": False}, 0)],
)
def test_only_people_in_use_with_a_verified_address_are_told(
    handbook: HandbookPage, fields: dict[str, bool], expected: int
) -> None:
    make_follower(of_handbook(handbook), **fields)

    announcement = amend(handbook, "Quorum")
    tell(announcement.pk)

    announcement.refresh_from_db()
    assert (Mail.objects.count(), announcement.told_at is not None) == (expected, True)


def test_mail_goes_to_the_primary_address_whatever_other_addresses_there_are(handbook: HandbookPage) -> None:
    user = make_follower(of_handbook(handbook), email="work@example.org")
    EmailAddress.objects.create(user=user, email="home@example.org", verified=True, primary=False)

    tell(amend(handbook, "Quorum").pk)

    assert [to for to, _ in told()] == ["work@example.org"]


@pytest.mark.parametrize(("seconds", "expected"), [(-1, 1), (0, 1), (1, 0)])
def test_who_began_to_follow_after_publication_is_not_told(
    handbook: HandbookPage, seconds: int, expected: int
) -> None:
    make_follower(of_handbook(handbook), since=NOW + timedelta(seconds=seconds))

    tell(amend(handbook, "Quorum").pk)

    assert Mail.objects.count() == expected


# --- What the mail says -----------------------------------------------------------------------------------------------


def test_mail_links_to_the_section_its_redline_and_what_is_left_of_a_removed_one(
    handbook: HandbookPage,
) -> None:
    make_follower(of_handbook(handbook))
    SectionPage.objects.get(title="Funding").unpublish()
    edit(section("Quorum"), html="<p>Two thirds.</p>")
    add_section(handbook, "Meetings", "<p>Monthly.</p>")

    edition = publish(
        handbook,
        "2.0",
        note="Look & see.",
        summary="All is <new>.",
        effective_on=datetime(2026, 5, 1).date(),  # noqa: DTZ001  a day
    )
    tell(edition.announcements.get().pk)

    row = Mail.objects.get()
    links = [
        (link.get_text(), link["href"])
        for link in BeautifulSoup(row.html, "html.parser").select("a[href*='/handbook/']")
    ]
    assert links == [
        ("Handbook, edition 2.0", "http://testserver/handbook/2.0/"),
        ("Read the section", "http://testserver/handbook/2.0/quorum/"),
        ("See what changed", "http://testserver/handbook/compare/1.0/2.0/quorum/"),
        ("Read the section", "http://testserver/handbook/2.0/meetings/"),
        ("Read it as it was", "http://testserver/handbook/1.0/funding/"),
    ]
    assert "In force from 1 May 2026." in row.text
    assert "All is <new>." in row.text
    assert "All is &lt;new&gt;." in row.html
    assert "Look & see." in row.text
    for _, url in links:
        if "/compare/" not in url:
            assert Client().get(url).status_code == 200


def test_a_very_long_edition_names_thirty_sections_and_says_how_many_more_there_are(
    handbook: HandbookPage,
) -> None:
    make_follower(of_handbook(handbook))
    add_sections(handbook, 31)

    tell(amend(handbook, "Quorum").pk)

    row = Mail.objects.get()
    assert len(titles_in(row)) == 30
    assert (
        "2 more sections have changed. See all amendments: http://testserver/handbook/amendments/" in row.text
    )


def test_one_click_stops_what_the_mail_comes_from_and_nothing_else(handbook: HandbookPage) -> None:
    both = make_follower(of_handbook(handbook), of_section("Quorum"), of_section("Funding"), "forum:1")
    one = make_follower(of_section("Quorum"), "forum:1")
    two = make_follower(of_section("Quorum"), of_section("Funding"), "forum:1")

    tell(amend(handbook, "Quorum").pk)
    for user in (both, one, two):
        one_click(Mail.objects.get(to=user.email))

    assert [followed_by(user) for user in (both, one, two)] == [
        {of_section("Funding"), "forum:1"},
        {"forum:1"},
        {of_section("Funding"), "forum:1"},
    ]


def test_one_click_stops_all_that_the_weekly_mail_comes_from(handbook: HandbookPage) -> None:
    weekly = {"cadence": Cadence.WEEKLY}
    user = make_follower(of_section("Quorum"), of_section("Funding"), "forum:1", **weekly)
    amend(handbook, "Quorum")
    amend(handbook, "Funding", number="1.2")
    write_weekly(DUE)
    row = Mail.objects.get()

    html = BeautifulSoup(row.html, "html.parser")
    stop = html.find("a", string="Stop all of these")["href"]
    assert row.headers["List-Unsubscribe"] == f"<{stop}>"
    assert f"Stop all of these: {stop}" in row.text
    page = BeautifulSoup(Client().get(stop).content, "html.parser")
    assert [item.get_text() for item in page.select("main li")] == [
        "Handbook, section 2: Funding",
        "Handbook, section 1: Quorum",
    ]
    assert len(followed_by(user)) == 3
    one_click(row)
    assert followed_by(user) == {"forum:1"}


def one_click(row: Mail) -> None:
    """What a mail program does with the headers of a mail (RFC 8058), without cookie or token."""
    assert row.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = row.headers["List-Unsubscribe"].strip("<>")
    answer = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200


def followed_by(user: User) -> set[str]:
    return set(user.follows.values_list("key", flat=True))


def test_mail_that_comes_from_one_follow_has_one_link_to_stop_it(handbook: HandbookPage) -> None:
    user = make_follower(of_section("Quorum"))

    tell(amend(handbook, "Quorum").pk)

    row = Mail.objects.get()
    assert "Stop all of these" not in row.html + row.text
    one_click(row)
    assert followed_by(user) == set()


def test_every_follow_that_the_mail_is_about_has_a_link_of_its_own_to_stop_it(handbook: HandbookPage) -> None:
    user = make_follower(of_section("Quorum"), of_section("Funding"))

    tell(amend(handbook, "Quorum", "Funding").pk)

    html = BeautifulSoup(Mail.objects.get().html, "html.parser")
    assert {link["href"] for link in html.select("li a")} == {
        follows.stop_address(follow) for follow in user.follows.all()
    }


def test_mails_are_sent_as_soon_as_an_erratum_is_published(
    handbook: HandbookPage, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    user = make_follower(of_handbook(handbook))

    with django_capture_on_commit_callbacks(execute=True):
        correct(handbook.editions.get(), "Quorum")

    assert [(message.to, message.subject) for message in outbox.outbox] == [
        ([user.email], "Handbook: erratum to 1 Quorum")
    ]
    assert outbox.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("template", "subject"),
    [
        ("handbook_edition", "Handbook: edition 2.0 is published"),
        ("handbook_erratum", "Handbook: erratum to 3.2 Quorum"),
        ("handbook_review", "Please read again: 3.2 Quorum"),
    ],
)
def test_mails_of_the_handbook_can_be_looked_at_with_sample_data(template: str, subject: str) -> None:
    found, text, html = preview(template)

    assert found == subject
    for part in (text, html):
        assert "3.2 Quorum" in part
        assert "Hello Ada," in part


# --- Once only --------------------------------------------------------------------------------------------------------


def test_telling_twice_tells_once(handbook: HandbookPage) -> None:
    make_follower(of_handbook(handbook))
    announcement = amend(handbook, "Quorum")

    counts = [tell(announcement.pk), tell(announcement.pk), tell_waiting()]
    Announcement.objects.update(told_at=None, reached=0)
    tell(announcement.pk)

    assert (counts, Mail.objects.count()) == ([1, 0, 0], 1)


def test_sweep_tells_what_was_left_untold_oldest_first(handbook: HandbookPage) -> None:
    make_follower(of_handbook(handbook))
    correct(handbook.editions.get(), "Quorum")
    amend(handbook, "Quorum", now=NOW + timedelta(hours=1))

    assert (tell_waiting(), tell_waiting()) == (2, 0)
    assert [subject for _, subject in told()] == [
        "Handbook: erratum to 1 Quorum",
        "Handbook: edition 1.1 is published",
    ]


class KilledError(Exception):
    """The worker dies here."""


@pytest.mark.parametrize("at", range(1, 8))
def test_a_worker_that_dies_at_any_mail_is_gone_on_from_and_everybody_is_told_once(
    handbook: HandbookPage, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(telling, "BATCH", 2)
    people = [make_follower(of_handbook(handbook)) for _ in range(7)]
    announcement = amend(handbook, "Quorum")
    send, calls = telling.mail.send, []

    def send_until_killed(**fields: Any) -> Mail:
        calls.append(fields["to"])
        if len(calls) == at:
            raise KilledError
        return send(**fields)

    monkeypatch.setattr(telling.mail, "send", send_until_killed)
    with pytest.raises(KilledError):
        tell(announcement.pk)
    announcement.refresh_from_db()
    whole_batches = (at - 1) // 2 * 2
    assert (announcement.told_at, announcement.reached) == (
        None,
        people[whole_batches - 1].pk if whole_batches else 0,
    )

    assert tell_waiting() == 7 - whole_batches

    assert [to for to, _ in told()] == [user.email for user in people]


@pytest.mark.parametrize("people", [3, 12])
def test_telling_asks_the_database_as_often_for_a_long_edition_as_for_a_short_one(
    handbook: HandbookPage, people: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(people):
        add_section(handbook, f"More {number}", f"<p>{number}</p>")
    make_follower(of_handbook(handbook))
    announcement = amend(handbook, "Quorum")
    tell(announcement.pk)
    Announcement.objects.update(told_at=None, reached=0)

    with django_assert_num_queries(17):
        tell(announcement.pk)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_workers_that_tell_at_the_same_moment_write_to_everybody_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handbook = make()
    monkeypatch.setattr(telling, "BATCH", 2)
    # The workers of this test tell, and no other.
    monkeypatch.setattr(telling, "queue", lambda _: None)
    people = [make_follower(of_handbook(handbook)) for _ in range(7)]
    announcement = amend(handbook, "Quorum")

    outcomes = at_once(4, lambda: tell(announcement.pk))

    assert sum(outcomes) == 7
    assert sorted(to for to, _ in told()) == sorted(user.email for user in people)


# --- Once a week ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "expected"), [(-1, 0), (0, 1), (1, 1)])
def test_weekly_mail_goes_out_on_monday_five_minutes_past_seven(
    handbook: HandbookPage, seconds: int, expected: int
) -> None:
    make_follower(of_handbook(handbook), cadence=Cadence.WEEKLY)
    amend(handbook, "Quorum")
    tell_waiting()

    assert write_weekly(DUE + timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("made", "week"),
    [
        (MONDAY - timedelta(days=7, seconds=1), 0),
        (MONDAY - timedelta(days=7), 1),
        (MONDAY - timedelta(seconds=1), 1),
        (MONDAY, 2),
    ],
)
def test_what_is_published_belongs_to_one_week(handbook: HandbookPage, made: datetime, week: int) -> None:
    make_follower(of_handbook(handbook), cadence=Cadence.WEEKLY)
    amend(handbook, "Quorum", now=made)

    counts = [write_weekly(DUE + timedelta(weeks=weeks)) for weeks in (-1, 0, 1, 2)]

    assert counts == [int(number == week) for number in range(4)]


def test_weekly_mail_holds_all_that_concerns_a_person_once_and_nothing_else(handbook: HandbookPage) -> None:
    make_follower(
        of_section("Quorum"),
        of_section("Funding"),
        "forum:1",
        cadence=Cadence.WEEKLY,
        email="three@example.org",
    )
    make_follower(of_handbook(handbook), cadence=Cadence.WEEKLY, email="all@example.org")
    make_follower(of_section("Funding"), cadence=Cadence.WEEKLY, email="funding@example.org")
    correct(handbook.editions.get(), "Quorum")
    add_section(handbook, "Meetings", "<p>Monthly.</p>")
    amend(handbook, "Quorum", now=NOW + timedelta(hours=1))

    assert (write_weekly(DUE), write_weekly(DUE), write_weekly(DUE + timedelta(days=3))) == (2, 0, 0)

    assert [(row.to, row.subject, titles_in(row)) for row in Mail.objects.order_by("pk")] == [
        ("three@example.org", "What is new: the week to 16 March 2026", ["1 Quorum", "1 Quorum"]),
        ("all@example.org", "What is new: the week to 16 March 2026", ["1 Quorum", "1 Quorum", "3 Meetings"]),
    ]


def test_week_without_news_for_a_person_is_a_week_without_mail(handbook: HandbookPage) -> None:
    make_follower(of_handbook(handbook), cadence=Cadence.WEEKLY)

    assert write_weekly(DUE) == 0


def test_weeks_missed_while_the_worker_was_down_are_made_up_for_four_at_most(handbook: HandbookPage) -> None:
    make_follower(of_handbook(handbook), cadence=Cadence.WEEKLY)
    edition = handbook.editions.get()
    for week in range(6):
        correct(edition, "Quorum", now=NOW + timedelta(weeks=week), text=f"Erratum of week {week}.")
    back = DUE + timedelta(weeks=5)

    assert (write_weekly(back), write_weekly(back)) == (4, 0)

    # London keeps summer time by then: its Monday at seven comes an hour earlier than `back`.
    assert [
        next(f"week {week}" for week in range(6) if f"of week {week}." in row.text)
        for row in Mail.objects.order_by("pk")
    ] == [
        "week 2",
        "week 3",
        "week 4",
        "week 5",
    ]


def test_person_who_changes_between_at_once_and_weekly_hears_of_everything_once(
    handbook: HandbookPage,
) -> None:
    to_weekly = make_follower(of_handbook(handbook), email="weekly@example.org")
    to_at_once = make_follower(of_handbook(handbook), cadence=Cadence.WEEKLY, email="once@example.org")
    tell(amend(handbook, "Quorum").pk)
    to_weekly.follows.update(cadence=Cadence.WEEKLY)
    to_at_once.follows.update(cadence=Cadence.AT_ONCE)

    write_weekly(DUE)

    assert told() == [
        ("weekly@example.org", "Handbook: edition 1.1 is published"),
        ("once@example.org", "What is new: the week to 16 March 2026"),
    ]


def test_mail_at_once_holds_what_the_person_follows_weekly_too_and_the_weekly_mail_is_silent_on_it(
    handbook: HandbookPage,
) -> None:
    user = make_follower(of_section("Quorum"))
    Follow.objects.create(user=user, key=of_handbook(handbook), cadence=Cadence.WEEKLY, created_at=BEFORE)
    tell(amend(handbook, "Quorum", "Funding").pk)
    later = amend(handbook, "Funding", number="1.2", now=NOW + timedelta(hours=1))
    tell(later.pk)

    write_weekly(DUE)

    assert [(row.subject, titles_in(row)) for row in Mail.objects.order_by("pk")] == [
        ("Handbook: edition 1.1 is published", ["1 Quorum", "2 Funding"]),
        ("What is new: the week to 16 March 2026", ["2 Funding"]),
    ]


def test_follow_begun_in_the_middle_of_the_week_brings_only_what_came_after_it(
    handbook: HandbookPage,
) -> None:
    make_follower(of_handbook(handbook), cadence=Cadence.WEEKLY, since=NOW + timedelta(hours=1))
    correct(handbook.editions.get(), "Funding")
    amend(handbook, "Quorum", now=NOW + timedelta(hours=2))

    write_weekly(DUE)

    assert [titles_in(row) for row in Mail.objects.all()] == [["1 Quorum"]]


def test_weekly_mail_is_written_to_all_who_can_be_written_to(handbook: HandbookPage) -> None:
    people = [make_follower(of_handbook(handbook), cadence=Cadence.WEEKLY) for _ in range(5)]
    make_follower(of_handbook(handbook), cadence=Cadence.WEEKLY, is_active=False)
    amend(handbook, "Quorum")

    assert write_weekly(DUE) == 5
    assert [to for to, _ in told()] == [user.email for user in people]
