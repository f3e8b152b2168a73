"""The provider's attendance report: read as Teams and Zoom write it, seen before anything is recorded, and recorded once."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from events import tables
from events.actions.reports import ReportChanged, import_report
from events.import_plan import Preview, preview
from events.models import Arrangements, Attendance, EventPage, How, Right
from events.rules.reports import folded_name, seconds_of
from events.tables import BadStay, Stay, read_report
from portal.members.models import AuditEntry
from portal.members.tables import TableRefused
from tests.events.attendees import HOUR, helper, make_place, make_webinar
from tests.events.factories import MINUTE, SECOND, make_pool, make_ticket, refused
from tests.factories import NOW, make_user

TEAMS = """1. Summary
Meeting title\tWebinar
Attended participants\t2

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Ada Example\t3/10/26, 9:30:01 AM\t3/10/26, 10:30:01 AM\t1h 0m 5s\tada@one.example\tada@one.example\tAttendee
Grace Hopper (Guest)\t3/10/26, 9:30:01 AM\t3/10/26, 9:40:01 AM\t10m\t\t\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Ada Example\t3/10/26, 9:30:01 AM\t3/10/26, 10:30:01 AM\t1h 0m 5s\tada@one.example\tAttendee
"""
ZOOM = """Meeting ID,Topic,Start Time
123,Webinar,03/10/2026

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
"Example, Ada",Ada@One.example,03/10/2026 09:30,03/10/2026 09:50,20,Yes
"Example, Ada",ada@one.example,03/10/2026 09:55,03/10/2026 10:10,15,Yes
Nobody Known,nobody@else.example,03/10/2026 09:55,03/10/2026 10:10,15,Yes
"""
ZOOM_STAYS = [
    Stay(5, "Example, Ada", "ada@one.example", 1200),
    Stay(6, "Example, Ada", "ada@one.example", 900),
    Stay(7, "Nobody Known", "nobody@else.example", 900),
]


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("1h 2m 3s", 3723),
        ("1 hr 2 min", 3720),
        ("45m", 2700),
        ("30s", 30),
        ("1:02:03", 3723),
        ("62", 3720),
        ("1.5", 90),
        ("1,5", 90),
        ("336:00:00", 14 * 24 * 3600),
        ("336:00:01", None),
        ("", None),
        ("--", None),
        ("soon", None),
        ("1h soon", None),
        ("-5", None),
    ],
)
def test_durations_are_read_as_providers_write_them(duration: str, seconds: int | None) -> None:
    assert seconds_of(duration) == seconds


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Dr Ada Example", "ada example"),
        ("EXAMPLE, Ada (Guest)", "ada example"),
        ("Ada Example [Harbour PCN]", "ada example"),
        ("Ada Example, Guest", "ada example"),
        ("Zoë O’Brien", "obrien zoe"),
        ("Zoe O'Brien", "obrien zoe"),
        ("Ada", ""),
        ("Dr Ada", ""),
        ("", ""),
    ],
)
def test_names_are_the_same_however_they_are_written(name: str, folded: str) -> None:
    assert folded_name(name) == folded


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig", "cp1252"])
def test_a_report_of_teams_is_read_in_any_encoding_and_counts_each_stay_once(encoding: str) -> None:
    report = read_report(TEAMS.encode(encoding))

    assert report.stays == [
        Stay(7, "Ada Example", "ada@one.example", 3605),
        Stay(8, "Grace Hopper (Guest)", "", 600),
    ]
    assert report.bad == []


def test_a_report_of_zoom_has_a_line_for_each_stay() -> None:
    assert read_report(ZOOM.encode()).stays == ZOOM_STAYS
    assert (
        read_report(ZOOM.replace(",", ";").replace('"Example; Ada"', '"Example, Ada"').encode()).stays
        == ZOOM_STAYS
    )


def test_a_report_with_first_and_last_names_is_read() -> None:
    rows = "Attended,First Name,Last Name,Email,Time in Session (minutes)\nYes,Ada,Example,ada@one.example,45\nNo,Bo,Absent,bo@one.example,--\n"

    report = read_report(rows.encode())

    assert report.stays == [Stay(2, "Ada Example", "ada@one.example", 2700)]
    assert report.bad == [BadStay(3, "Bo Absent", "“--” is no duration.")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        b"Name,Email\nAda,ada@one.example\n",
        b"\xff\xfeA",
        b"%PDF-1.4 \x00\x01",
        b"Duration\n5\n",
    ],
)
def test_what_is_no_report_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(TableRefused):
        read_report(content)


def test_a_report_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)

    with pytest.raises(TableRefused, match="more than 2 rows"):
        read_report(ZOOM.encode())


# --- What it would do ----------------------------------------------------------------------------------------------------


@pytest.fixture
def webinar(db: None) -> EventPage:
    event = make_webinar(NOW - HOUR)
    ticket = make_ticket(make_pool(9, event))
    make_place(ticket=ticket, name="Ada Example", email="ada@one.example")
    make_place(ticket=ticket, name="Grace Hopper", email="grace@two.example")
    return event


def plan(event: EventPage, content: str, minimum: int = 30) -> Preview:
    return preview(event, read_report(content.encode()), minimum)


def bring_in(event: EventPage, content: str, minimum: int = 30) -> Preview:
    report = read_report(content.encode())
    state = preview(event, report, minimum).state
    return import_report(event=event, report=report, minimum=minimum, state=state, by=make_user(), now=NOW)


def test_people_are_known_by_address_then_name_and_their_stays_are_added_up(webinar: EventPage) -> None:
    zoom, teams = plan(webinar, ZOOM), plan(webinar, TEAMS)

    assert [(one.place.name, one.minutes, one.by_name) for one in zoom.attended] == [
        ("Ada Example", 35, False)
    ]
    assert [(one.name, one.email, one.minutes) for one in zoom.unknown] == [
        ("Nobody Known", "nobody@else.example", 15)
    ]
    assert [(one.place.name, one.minutes, one.by_name) for one in teams.below] == [("Grace Hopper", 10, True)]


@pytest.mark.parametrize(("minimum", "attended"), [(34, 1), (35, 1), (36, 0)])
def test_the_minimum_counts_to_the_minute(webinar: EventPage, minimum: int, attended: int) -> None:
    found = plan(webinar, ZOOM, minimum)

    assert (len(found.attended), len(found.below)) == (attended, 1 - attended)


def test_a_name_that_two_have_is_nobody_s(webinar: EventPage) -> None:
    make_place(webinar, name="Dr Grace Hopper", email="other@two.example")

    assert [one.reason for one in plan(webinar, TEAMS).unknown] == [
        "Several people with places have this name."
    ]


def test_another_confirmed_address_of_the_account_is_known(webinar: EventPage) -> None:
    user = make_user("ada@one.example")
    EmailAddress.objects.create(user=user, email="ada@nhs.example", verified=True)
    EmailAddress.objects.create(user=user, email="ada@unproven.example", verified=False)
    report = "Name,Email,Duration\nA,ada@nhs.example,20\nA,ada@unproven.example,20\n"

    found = plan(webinar, report, 20)

    assert [(one.place.email, one.minutes) for one in found.attended] == [("ada@one.example", 20)]
    assert [one.email for one in found.unknown] == ["ada@unproven.example"]


def test_only_those_above_the_minimum_are_recorded_and_the_same_file_changes_nothing(
    webinar: EventPage,
) -> None:
    assert len(bring_in(webinar, TEAMS).new) == 1
    before = list(Attendance.objects.values_list())
    again = bring_in(webinar, TEAMS)

    assert [(one.place.name, one.how, one.minutes) for one in Attendance.objects.all()] == [
        ("Ada Example", How.REPORT, 60)
    ]
    assert (len(again.attended), len(again.new)) == (1, 0)
    assert list(Attendance.objects.values_list()) == before
    assert AuditEntry.objects.filter(action="attendance.imported").count() == 1


def test_a_longer_report_makes_the_minutes_more_and_a_shorter_one_does_not_make_them_less(
    webinar: EventPage,
) -> None:
    bring_in(webinar, ZOOM)
    bring_in(webinar, TEAMS)
    bring_in(webinar, ZOOM)

    assert Attendance.objects.get().minutes == 60


def test_nothing_is_recorded_that_nobody_has_seen(webinar: EventPage) -> None:
    report = read_report(TEAMS.encode())
    state = preview(webinar, report, 30).state
    Attendance.objects.create(place=webinar.pools.get().places.first(), how=How.REPORT, minutes=40, at=NOW)

    with pytest.raises(ReportChanged):
        import_report(event=webinar, report=report, minimum=30, state=state, by=make_user(), now=NOW)
    assert Attendance.objects.get().minutes == 40


def test_there_is_no_report_before_the_event_begins(webinar: EventPage) -> None:
    report = read_report(TEAMS.encode())
    state = preview(webinar, report, 30).state

    with refused("Webinar has not begun"):
        import_report(
            event=webinar, report=report, minimum=30, state=state, by=make_user(), now=NOW - HOUR - SECOND
        )


def test_a_preview_asks_as_much_for_one_as_for_three(
    webinar: EventPage, django_assert_num_queries: Any
) -> None:
    make_user("ada@one.example")
    with django_assert_num_queries(4):
        plan(webinar, ZOOM)
    for _ in range(3):
        make_place(webinar)
    with django_assert_num_queries(4):
        plan(webinar, ZOOM)


# --- In the admin --------------------------------------------------------------------------------------------------------


def test_an_organiser_brings_a_report_in_by_browser(db: None) -> None:
    event = make_webinar(timezone.now() - HOUR)
    make_place(event, name="Ada Example", email="ada@one.example")
    client, path = helper(event, Right.ORGANISE), f"/admin/places/{event.pk}/attendance/"

    file = SimpleUploadedFile("report.csv", TEAMS.encode("utf-16"))
    shown = client.post(f"{path}report/", {"file": file, "minutes": "30"}, follow=True)
    assert not Attendance.objects.exists()
    assert "Record that 1 person was there" in shown.content.decode()
    stale = client.post(shown.redirect_chain[-1][0], {"state": "x"})
    done = client.post(shown.redirect_chain[-1][0], {"state": shown.context["preview"].state}, follow=True)

    assert (stale.status_code, "has changed since you saw this page" in stale.content.decode()) == (409, True)
    assert "Recorded that 1 person was there." in done.content.decode()
    assert Attendance.objects.get().minutes == 60
    assert "60 minutes" in client.get(path).content.decode()
    assert "not waiting any more" in client.get(shown.redirect_chain[-1][0], follow=True).content.decode()


def test_a_file_that_is_no_report_and_one_that_is_cancelled_leave_nothing(db: None) -> None:
    event = make_webinar(timezone.now() - HOUR)
    client, path = helper(event, Right.ORGANISE), f"/admin/places/{event.pk}/attendance/report/"

    wrong = client.post(path, {"file": SimpleUploadedFile("x.csv", b"a,b\n"), "minutes": "30"})
    none = client.post(path, {"minutes": "30"})
    shown = client.post(
        path, {"file": SimpleUploadedFile("x.csv", ZOOM.encode()), "minutes": "30"}, follow=True
    )
    token = shown.context["token"]
    cancelled = client.post(f"{path}{token}/cancel/", follow=True)

    assert "There is no table in this file" in wrong.content.decode()
    assert "Choose a file to bring in." in none.content.decode()
    assert "Nothing has been recorded." in cancelled.content.decode()
    assert "not waiting any more" in client.post(f"{path}{token}/cancel/", follow=True).content.decode()
    assert not Attendance.objects.exists()


def test_how_an_event_is_held_is_changed_and_written_down_without_the_address(db: None) -> None:
    event = make_webinar(timezone.now() - MINUTE)
    client, path = helper(event, Right.ORGANISE), f"/admin/places/{event.pk}/attendance/how/"
    data = {
        "provider_address": "https://provider.example/j/2",
        "minimum_minutes": "45",
        "closing_code": "Harbour",
    }

    assert client.get(path).status_code == 200
    done = client.post(path, data, follow=True)
    bad = client.post(path, {**data, "provider_address": "http://provider.example/"})

    assert "The closing code is “Harbour”." in done.content.decode()
    assert "Give an address that begins with https://" in bad.content.decode()
    held = Arrangements.objects.get()
    assert (held.provider_address, held.minimum_minutes, held.gives_certificates) == (
        data["provider_address"],
        45,
        False,
    )
    entry = AuditEntry.objects.get(action="event.arranged")
    assert entry.details == {"changed": "closing_code, gives_certificates, minimum_minutes, provider_address"}


def test_only_organisers_bring_reports_in(db: None) -> None:
    event = make_webinar(timezone.now() - HOUR)
    paths = [
        f"/admin/places/{event.pk}/attendance/{part}" for part in ("", "how/", "report/", "report/x/30/")
    ]

    assert [helper(event, Right.CHECK_IN).get(path).status_code for path in paths] == [302] * 4
    assert [helper(event, Right.ORGANISE).get(path).status_code for path in paths] == [200, 200, 200, 302]
