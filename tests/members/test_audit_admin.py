"""The audit log in the admin: found, read, exported; never changed."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from portal.members import actions, audit
from portal.members.models import AuditEntry, User
from tests.factories import NOW, make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db

LOG = "/admin/audit-log/"


@pytest.fixture
def manager() -> User:
    return make_staff("Forum manager", email="mary@example.org", first_name="Mary")


@pytest.fixture
def client(manager: User) -> Client:
    """The browser of a forum manager."""
    return sign_in(manager, second_factor=True)


def words(response: Any) -> str:
    """The text of the page's main part, in one line."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(strip_tags(main.partition(">")[2])).split())


def shown(response: Any) -> list[str]:
    """What the entries of the list concern, in their order."""
    return [entry.subject_name for entry, _ in response.context["lines"]]


def rows_of(response: Any) -> list[list[str]]:
    text = b"".join(response).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def make_entries(number: int, now: datetime = NOW) -> None:
    for index in range(number):
        audit.record("terms.accepted", now=now + timedelta(seconds=index), subject_name=f"Thing {index:03}")


def test_list_says_in_words_what_was_done_to_whom_by_whom_and_why(client: Client, manager: User) -> None:
    ada = make_user("ada@example.org")
    audit.record(
        "appointment.confirmed",
        now=NOW,
        by=manager,
        person=ada,
        subject_name="Clinical director, Sample network",
        reason="Seen the letter.",
    )

    assert (
        "10 Mar 2026, 09:30:00 Appointment confirmed Mary Example <mary@example.org> Ada Example <ada@example.org> Clinical "
        "director, Sample network Seen the letter." in words(client.get(LOG))
    )


def test_an_empty_log_and_filters_that_find_nothing_say_so(client: Client) -> None:
    assert "There are no entries yet." in words(client.get(LOG))
    make_entries(1)
    assert "No entry fits. Try fewer or other filters." in words(client.get(f"{LOG}?words=nobody"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["D", "C", "B", "A"]),
        ("action=terms.published", ["C"]),
        ("since=2026-03-29", ["D", "C", "B"]),
        ("until=2026-03-29", ["C", "B", "A"]),
        ("since=2026-03-29&until=2026-03-29", ["C", "B"]),
        ("words=ada", ["D", "A"]),
        ("words=ADA+example", ["D", "A"]),
        ("words=list:7", ["B"]),
        ("action=terms.accepted&words=ada&until=2026-03-29", ["A"]),
    ],
)
def test_filters_narrow_the_list_by_days_in_london(client: Client, query: str, expected: list[str]) -> None:
    ada, mary = make_user("ada@example.org"), User.objects.get(email="mary@example.org")
    entries = [
        ("terms.accepted", datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC), ada, ada, "A", ""),
        ("membership.changed", datetime(2026, 3, 29, 0, 0, tzinfo=UTC), mary, None, "B", "list:7"),
        # The clocks go forward in the night to the 29th, which ends at 11pm UTC.
        ("terms.published", datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC), mary, None, "C", ""),
        ("terms.accepted", datetime(2026, 3, 29, 23, 0, tzinfo=UTC), ada, ada, "D", ""),
    ]
    for action, at, by, person, name, subject in entries:
        audit.record(action, now=at, by=by, person=person, subject=subject, subject_name=name)

    assert shown(client.get(f"{LOG}?{query}")) == expected


def test_all_entries_of_one_person_are_those_they_did_and_those_done_to_them(
    client: Client, manager: User
) -> None:
    ada, other = make_user(), make_user()
    audit.record("terms.accepted", now=NOW, by=ada, person=ada, subject_name="her own")
    audit.record("appointment.confirmed", now=NOW, by=manager, person=ada, subject_name="done to her")
    audit.record("membership.changed", now=NOW, by=ada, person=other, subject_name="done by her")
    audit.record("terms.accepted", now=NOW, by=other, person=other, subject_name="another's")

    assert shown(client.get(f"{LOG}?person={ada.pk}")) == ["done by her", "done to her", "her own"]


@pytest.mark.parametrize("query", ["since=tomorrow", "action=nothing", "since=2026-03-02&until=2026-03-01"])
def test_filters_that_make_no_sense_show_and_export_nothing(client: Client, query: str) -> None:
    make_entries(2)

    answer, export = client.get(f"{LOG}?{query}"), client.post(f"{LOG}export/?{query}")

    assert (shown(answer), "Put the filters right to see entries." in words(answer)) == ([], True)
    assert (export.status_code, AuditEntry.objects.filter(action="audit.exported").count()) == (400, 0)


def test_older_entries_follow_without_a_gap_or_a_repetition_also_when_new_ones_come(client: Client) -> None:
    make_entries(120)
    for index in range(10):  # all of one moment, across the end of a page
        audit.record("terms.accepted", now=NOW + timedelta(seconds=75), subject_name=f"Same {index}")
    every = list(AuditEntry.objects.values_list("subject_name", flat=True))
    found, address = [], LOG
    while address:
        answer = client.get(address)
        found += shown(answer)
        address = answer.context["older"] and f"{LOG}?{answer.context['older']}"
        audit.record("terms.accepted", now=NOW + timedelta(days=1), subject_name="new")

    assert (len(found), found == every) == (130, True)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "99999", "²"])
def test_an_odd_place_to_go_on_from_shows_the_newest(client: Client, before: str) -> None:
    make_entries(2)

    assert shown(client.get(LOG, {"before": before})) == ["Thing 001", "Thing 000"]


@pytest.mark.parametrize("count", [3, 12, 60])
def test_list_takes_the_same_queries_however_long_it_is_and_counts_nothing(
    client: Client, django_assert_num_queries: Callable, count: int
) -> None:
    make_entries(count)
    client.get(LOG)

    with django_assert_num_queries(10) as captured:
        client.get(LOG)

    asked = [query["sql"] for query in captured.captured_queries if "members_auditentry" in query["sql"]]
    assert (len(asked), "COUNT(" in asked[0].upper()) == (1, False)


def test_the_list_begins_at_the_end_of_the_index_on_the_moment() -> None:
    make_entries(3)
    first = AuditEntry.objects.first()
    pages = [
        AuditEntry.objects.all()[:51],
        audit.Filters(since=date(2026, 1, 1)).entries().filter(at__lte=first.at)[:51],
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # three rows are read faster without an index

    plans = [page.explain() for page in pages]

    assert ["auditentry_at_" in plan for plan in plans] == [True, True]


def test_one_entry_shows_all_that_it_says(client: Client, manager: User) -> None:
    ada = make_user("ada@example.org")
    entry = audit.record(
        "membership.changed",
        now=NOW,
        by=manager,
        person=ada,
        subject="membership:7",
        subject_name="10001 Ada Example",
        reason="A mistake.",
        details={"until": "2026-12-31"},
    )

    assert words(client.get(f"{LOG}{entry.pk}/")).endswith(
        "Audit log When 10 March 2026, 09:30:00 Who did it Mary Example <mary@example.org> "
        f"(number {manager.pk}): all entries of this person Person concerned Ada Example <ada@example.org> (number {ada.pk}): "
        "all entries of this person What it concerns 10001 Ada Example (membership:7) Reason A mistake. Details { "
        '"until": "2026-12-31" }'
    )


def test_export_holds_what_the_filters_found_is_safe_in_a_spreadsheet_and_is_recorded(
    client: Client, manager: User
) -> None:
    audit.record("membership.changed", now=NOW, subject_name="another thing")
    audit.record(
        "terms.accepted", now=NOW, by=manager, subject_name="=1+1", reason="+44", details={"version": 2}
    )

    answer = client.post(f"{LOG}export/?action=terms.accepted&since=2026-03-10")

    assert answer["Content-Disposition"].startswith('attachment; filename="audit-log-')
    assert rows_of(answer)[1:] == [
        [
            "2026-03-10 09:30:00",
            "Terms accepted",
            "terms.accepted",
            "Mary Example <mary@example.org>",
            str(manager.pk),
            "",
            "",
            "'=1+1",
            "",
            "'+44",
            '{"version": 2}',
        ]
    ]
    recorded = AuditEntry.objects.first()
    assert (recorded.action, recorded.by, recorded.details) == (
        "audit.exported",
        manager.pk,
        {"filters": {"action": "terms.accepted", "since": "2026-03-10"}},
    )


def test_export_is_asked_for_by_post_and_does_not_hold_itself(client: Client) -> None:
    make_entries(2)

    assert client.get(f"{LOG}export/").status_code == 405
    assert AuditEntry.objects.count() == 2
    assert [row[7] for row in rows_of(client.post(f"{LOG}export/"))] == [
        "What it concerns",
        "Thing 001",
        "Thing 000",
    ]
    assert AuditEntry.objects.count() == 3


def test_who_may_read_may_not_therefore_export() -> None:
    reader = make_staff("Editor")
    reader.user_permissions.add(Permission.objects.get(codename="view_auditentry"))
    make_entries(1)
    client = sign_in(reader, second_factor=True)

    page = client.get(LOG)
    client.post(f"{LOG}export/")
    with pytest.raises(actions.RefusedError, match="cannot export"):
        actions.export_audit_log(filters=audit.Filters(), by=reader, now=NOW)

    assert (shown(page), "Export" in words(page)) == (["Thing 000"], False)
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("address", [LOG, f"{LOG}1/"])
def test_others_of_the_staff_do_not_see_the_log(address: str) -> None:
    make_entries(1)

    assert sign_in(make_staff("Editor"), second_factor=True).get(address)["Location"] == "/admin/"


def test_export_reads_the_log_in_pieces(client: Client) -> None:
    make_entries(30)

    answer = client.post(f"{LOG}export/")
    with CaptureQueriesContext(connection) as captured:
        rows = rows_of(answer)

    assert (len(rows), len(captured)) == (31, 1)
