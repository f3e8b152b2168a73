"""Certificates of attendance: given to whoever earned one, sent once, checked by anybody, and withdrawn."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.actions.attending import check_in, undo_check_in
from events.actions.certificates import give, give_due
from events.actions.feedback import add_usual_questions, answer
from events.actions.forgetting import forget_in_orders
from events.addresses import Use, path_to, secret_of
from events.models import Arrangements, Certificate, EventPage, How, Place
from events.pdf import certificate_pdf
from events.rules.certificates import (
    GIVEN_FOR,
    MOST_CHECKS,
    code_as_typed,
    code_from,
    counts,
    refusal_to_give,
    when,
)
from portal.members.models import Mail
from portal.members.personal import person_of
from tests.events.attendees import HOUR, make_place, make_webinar
from tests.events.factories import SECOND
from tests.factories import NOW, make_user, sign_in

ENDS = datetime(2026, 6, 10, 15, 0, tzinfo=UTC)
EARNED = {"was_there": True, "has_answered": False}


def event(**fields: Any) -> EventPage:
    # Wagtail would ask the database for the type.
    values = {"pk": 1, "content_type_id": 1, "title": "Webinar", "starts_at": ENDS - HOUR, "ends_at": ENDS}
    return EventPage(**values | fields)


@pytest.mark.parametrize(
    ("now", "state", "arranged", "facts", "refusal"),
    [
        (ENDS - SECOND, "confirmed", {}, {}, "Certificates are given once the event is over."),
        (ENDS, "confirmed", {}, {}, None),
        (ENDS + SECOND, "confirmed", {}, {}, None),
        (ENDS + GIVEN_FOR - SECOND, "confirmed", {}, {}, None),
        (ENDS + GIVEN_FOR, "confirmed", {}, {}, "Certificates of this event are no longer given."),
        (ENDS, "gone", {}, {}, "There is no certificate for this place."),
        (ENDS, "confirmed", {"gives_certificates": False}, {}, "There is no certificate for this place."),
        (ENDS, "confirmed", {}, {"was_there": False}, "We do not know yet that you were there."),
        (ENDS, "confirmed", {"needs_feedback": True}, {}, "You get the certificate once you have filled in"),
        (ENDS, "confirmed", {"needs_feedback": True}, {"has_answered": True}, None),
        (
            ENDS,
            "confirmed",
            {"needs_feedback": True},
            {"was_there": False, "has_answered": True},
            "We do not know",
        ),
    ],
)
def test_whoever_was_there_gets_a_certificate_after_the_event(
    now: datetime, state: str, arranged: dict[str, bool], facts: dict[str, bool], refusal: str | None
) -> None:
    found = refusal_to_give(event(), Arrangements(**arranged), state, now, **EARNED | facts)

    assert (found is None) == (refusal is None)
    assert (found or "").startswith(refusal or "")


@pytest.mark.parametrize("fields", [{"cancelled_at": ENDS}, {"starts_at": None, "ends_at": None}])
def test_there_is_none_for_what_was_called_off_or_has_no_date(fields: dict[str, Any]) -> None:
    assert refusal_to_give(event(**fields), Arrangements(), "confirmed", ENDS, **EARNED) is not None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("BCDF-GHJK-MNPQ", "BCDF-GHJK-MNPQ"),
        (" bcdfghjkmnpq ", "BCDF-GHJK-MNPQ"),
        ("bcdf ghjk–mnpq", "BCDF-GHJK-MNPQ"),
        ("BCDF-GHJK-MNP", ""),
        ("ABCD-GHJK-MNPQ", ""),
        ("", ""),
    ],
)
def test_a_code_is_the_same_however_it_is_typed(typed: str, code: str) -> None:
    assert code_as_typed(typed) == code


def test_codes_can_be_read_back() -> None:
    code = code_from(range(12))

    assert code == "2345-6789-BCDF"
    assert code_as_typed(code) == code


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (ENDS, "Wednesday 10 June 2026"),
        (ENDS + timedelta(days=1), "Wednesday 10 June 2026 to Thursday 11 June 2026"),
    ],
)
def test_a_certificate_says_on_which_days(ends: datetime, words: str) -> None:
    assert when(Certificate(starts_at=ENDS - HOUR, ends_at=ends)) == words


@pytest.mark.parametrize(
    ("fields", "state", "valid"),
    [
        ({"name": "Ada"}, "confirmed", True),
        ({"name": "Ada"}, "gone", False),
        ({"name": "Ada", "withdrawn_at": ENDS}, "confirmed", False),
        ({"name": ""}, "confirmed", False),
    ],
)
def test_a_certificate_counts_until_it_is_withdrawn(fields: dict[str, Any], state: str, valid: bool) -> None:
    assert counts(Certificate(**fields), state) == valid


# --- Given, sent, checked, withdrawn -------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def past(**fields: Any) -> EventPage:
    return make_webinar(timezone.now() - 3 * HOUR, **{"cpd_minutes": 90, **fields})


def attendee(event: EventPage, **fields: Any) -> Place:
    place = make_place(event, **fields)
    place.attendance.create(how=How.REPORT, minutes=60, at=NOW)
    return place


def test_everybody_who_was_there_gets_one_mail_with_their_certificate() -> None:
    event = past()
    there, _ = attendee(event, name="Ada Lovelace"), make_place(event)

    assert (give_due(), give_due()) == (1, 0)

    given = Certificate.objects.get()
    assert (given.place, given.name, given.title, given.cpd_minutes) == (there, "Ada Lovelace", "Webinar", 90)
    sent = Mail.objects.get()
    assert (sent.template, sent.to) == ("event_certificate", there.email)
    assert path_to(there, Use.CERTIFICATE) in sent.text
    assert "with 1 hour and 30 minutes of CPD" in sent.text


def test_nobody_gets_one_before_the_end_or_without_a_right_to_one() -> None:
    event = past()
    attendee(event, state="gone")
    attendee(event, name="")
    attendee(past(gives_certificates=False))
    attendee(past(cancelled_at=timezone.now()))
    running = attendee(make_webinar(timezone.now() - HOUR))

    assert give_due() == 0
    assert give_due(running.pool.event.ends_at - SECOND) == 0
    assert give_due(running.pool.event.ends_at) == 1


def test_having_used_the_link_to_join_gives_none() -> None:
    place = make_place(past())
    place.joinings.create(browser="b", at=NOW, last_at=NOW)

    assert (give_due(), give(place=place, now=timezone.now())) == (0, None)


def test_where_feedback_is_asked_for_the_certificate_comes_after_it() -> None:
    event = past(needs_feedback=True)
    add_usual_questions(event=event)
    place = attendee(event)

    assert give_due() == 0
    answer(place=place, values={event.feedback_questions.first().pk: "5"}, now=timezone.now())
    assert give_due() == 1


def test_what_the_page_says_later_does_not_change_a_certificate() -> None:
    event = past()
    attendee(event)
    give_due()
    EventPage.objects.filter(pk=event.pk).update(title="Other", cpd_minutes=600)

    assert Certificate.objects.values_list("title", "cpd_minutes").get() == ("Webinar", 90)


def test_giving_asks_the_database_once_if_there_is_nothing_to_give(django_assert_num_queries: Any) -> None:
    event = past()
    for _ in range(3):
        attendee(event)
    give_due()

    with django_assert_num_queries(1):
        assert give_due() == 0


def test_whoever_has_the_address_gets_the_file(client: Client) -> None:
    place = attendee(past())
    path = path_to(place, Use.CERTIFICATE)

    early = client.get(path)
    give_due()
    answer = client.get(path)
    guessed = client.get(f"/booking/certificates/{place.pk}/{secret_of(place, Use.JOIN)}/")

    assert "Your certificate is being made." in early.content.decode()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="certificate-webinar.pdf"'
    assert answer.content.startswith(b"%PDF")
    assert guessed.status_code == 404


def test_the_file_is_the_same_each_time() -> None:
    attendee(past(), name="Zoë O’Brien")
    give_due()

    assert certificate_pdf(Certificate.objects.get()) == certificate_pdf(Certificate.objects.get())


def test_anybody_can_check_a_code_and_learns_no_more(client: Client) -> None:
    place = attendee(past(), name="Ada Lovelace", email="ada@secret.example")
    give_due()
    code = Certificate.objects.get().code

    empty = client.get("/certificates/").content.decode()
    found = client.get("/certificates/", {"code": code.lower().replace("-", " ")}).content.decode()
    wrong = client.get("/certificates/", {"code": "2222-2222-2222"}).content.decode()
    odd = client.get("/certificates/", {"code": "x"}).content.decode()

    assert "Code of the certificate" in empty
    assert all(
        words in found for words in ("genuine", "Ada Lovelace", "Webinar", "1 hour and 30 minutes", code)
    )
    assert "secret.example" not in found
    assert str(place.key) not in found
    assert "We have given no certificate with the code 2222-2222-2222" in wrong
    assert "Enter the code as it stands on the certificate" in odd


def test_codes_are_not_checked_by_the_hundred(client: Client) -> None:
    statuses = [
        client.get("/certificates/", {"code": "2222-2222-2222"}).status_code for _ in range(MOST_CHECKS + 1)
    ]

    assert statuses == [200] * MOST_CHECKS + [429]
    assert client.get("/certificates/").status_code == 200


def test_it_is_withdrawn_when_the_check_in_is_taken_back_and_counts_again_with_the_next(
    client: Client,
) -> None:
    event = past()
    place, staff = make_place(event), make_user()
    check_in(place=place, event=event, by=staff, now=timezone.now())
    give_due()
    code = Certificate.objects.get().code

    undo_check_in(place=place, by=staff, now=timezone.now())
    assert "We have given no certificate" in client.get("/certificates/", {"code": code}).content.decode()
    assert (
        "We do not know yet that you were there"
        in client.get(path_to(place, Use.CERTIFICATE)).content.decode()
    )
    check_in(place=place, event=event, by=staff, now=timezone.now())
    assert give_due() == 1
    assert "genuine" in client.get("/certificates/", {"code": code}).content.decode()
    assert Mail.objects.filter(template="event_certificate").count() == 1


def test_it_stays_while_something_else_shows_that_they_were_there() -> None:
    event = past()
    place, staff = attendee(event), make_user()
    check_in(place=place, event=event, by=staff, now=timezone.now())
    give_due()

    undo_check_in(place=place, by=staff, now=timezone.now())

    assert Certificate.objects.get().withdrawn_at is None


def test_the_certificate_of_somebody_who_was_forgotten_counts_for_nothing(client: Client) -> None:
    user = make_user("ada@one.example")
    attendee(past(), name="Ada Lovelace", email=user.email)
    give_due()
    code = Certificate.objects.get().code

    forget_in_orders(person_of(user, timezone.now()))

    page = client.get("/certificates/", {"code": code}).content.decode()
    assert ("Lovelace" in page, "We have given no certificate" in page) == (False, True)
    assert Certificate.objects.get().name == ""
    assert give_due() == 0


def test_my_events_lists_my_certificates() -> None:
    user = make_user("ada@one.example")
    mine, theirs = attendee(past(), email=user.email), attendee(past())
    give_due()

    page = sign_in(user).get("/booking/mine/").content.decode()

    assert path_to(mine, Use.CERTIFICATE) in page
    assert path_to(theirs, Use.CERTIFICATE) not in page
