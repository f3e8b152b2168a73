"""Who was there: checked in and taken back, passed on tickets, the closing code, and who is found at the entrance."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from events.actions.attending import check_in, type_code, undo_check_in
from events.actions.passing import pass_on
from events.addresses import Use, path_to, secret_of
from events.models import Attendance, CodeTry, FormerTicket, How, Order, PlaceState
from events.people import (
    Counts,
    counts,
    has_attended,
    of_another_event,
    place_of_ticket,
    search,
)
from events.rules.ticket_codes import code_of
from portal.members.models import AuditEntry, User
from tests.events.attendees import HOUR, make_place, make_webinar
from tests.events.factories import DAY, SECOND, make_event, make_pool, make_ticket, refused
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace() -> User:
    return make_user("grace@staff.example", first_name="Grace", last_name="Sample")


def test_somebody_is_checked_in_once_and_the_second_time_it_is_told(grace: User) -> None:
    event = make_event(starts_at=NOW)
    place = make_place(event)

    check_in(place=place, event=event, by=grace, now=NOW)

    with refused("Checked in already, at 9:30am on 10 March 2026 by Grace Sample."):
        check_in(place=place, event=event, by=grace, now=NOW + SECOND)
    assert (place.attendance.count(), has_attended(place)) == (1, True)


def test_checking_in_can_be_taken_back_and_is_written_down(grace: User) -> None:
    event = make_event(starts_at=NOW)
    place = make_place(event)
    check_in(place=place, event=event, by=grace, now=NOW)

    assert undo_check_in(place=place, by=grace, now=NOW + SECOND) is True
    assert undo_check_in(place=place, by=grace, now=NOW + SECOND) is False

    assert not has_attended(place)
    entry = AuditEntry.objects.get(action="attendance.undone")
    assert (entry.by, entry.subject) == (grace.pk, f"place:{place.pk}")
    check_in(place=place, event=event, by=grace, now=NOW + 2 * SECOND)


def test_nobody_is_let_in_on_another_event_s_day_or_ticket(grace: User) -> None:
    event, other = make_event(starts_at=NOW), make_event("Course", starts_at=NOW + 3 * DAY)

    with refused("This ticket is for another event: Course"):
        check_in(place=make_place(other), event=event, by=grace, now=NOW)
    with refused("It is not the day yet: Course is on Friday 13 March 2026."):
        check_in(place=make_place(other), event=other, by=grace, now=NOW)
    with refused("This ticket no longer counts: the place was given back."):
        check_in(place=make_place(event, state=PlaceState.GONE), event=event, by=grace, now=NOW)
    assert not Attendance.objects.exists()


def test_a_ticket_that_was_passed_on_is_known_as_one_that_was(grace: User) -> None:
    place = make_place(make_event())
    key = place.key
    pass_on(line=place.line, name="Grace", email="grace@two.example", now=NOW)
    place.refresh_from_db()

    assert place_of_ticket(place.key) == (place, None)
    assert place_of_ticket(key) == (place, FormerTicket.objects.get(key=key, at=NOW))
    assert place_of_ticket(secret_of(place, Use.JOIN)) is None


def test_a_corrected_name_keeps_the_ticket() -> None:
    place = make_place(make_event())
    pass_on(line=place.line, name="Ada Corrected", email=place.email, now=NOW)

    assert not FormerTicket.objects.exists()


def test_a_place_that_somebody_has_used_is_not_passed_on(grace: User) -> None:
    event = make_event(starts_at=NOW + HOUR)
    place = make_place(event)
    check_in(place=place, event=event, by=grace, now=NOW)

    with refused("Somebody has come with this ticket already"):
        pass_on(line=place.line, name="Grace", email="grace@two.example", now=NOW)


def test_whoever_types_the_closing_code_was_there() -> None:
    place = make_place(make_webinar(closing_code="Harbour 7"))

    type_code(place=place, typed="harbour-7", now=NOW + HOUR)
    type_code(place=place, typed="harbour-7", now=NOW + HOUR)

    [known] = place.attendance.all()
    assert (known.how, known.at, known.minutes, known.by) == (How.CODE, NOW + HOUR, None, None)


def test_five_wrong_codes_are_enough_for_15_minutes() -> None:
    place = make_place(make_webinar(closing_code="Harbour 7"))
    for _ in range(5):
        with refused("This is not the code."):
            type_code(place=place, typed="harbour-8", now=NOW + HOUR)

    for _ in range(2):
        with refused("There were too many wrong codes."):
            type_code(place=place, typed="harbour-7", now=NOW + HOUR + timedelta(minutes=15) - SECOND)
    assert CodeTry.objects.count() == 5
    type_code(place=place, typed="harbour-7", now=NOW + HOUR + timedelta(minutes=15))
    assert (has_attended(place), CodeTry.objects.count()) == (True, 0)


def test_no_wrong_code_is_kept_while_none_is_asked_for() -> None:
    place = make_place(make_webinar(closing_code="Harbour 7"))

    with refused("The code is told in the session"):
        type_code(place=place, typed="harbour-7", now=NOW - SECOND)
    assert not CodeTry.objects.exists()


def test_the_closing_code_is_typed_on_a_page_that_the_ticket_leads_to(client: Client) -> None:
    place = make_place(make_webinar(timezone.now() - HOUR, closing_code="Harbour 7"))
    address = f"/booking/closing-code/{place.pk}/{secret_of(place, Use.JOIN)}/"
    assert address in client.get(f"/booking/tickets/{place.key}/").content.decode()
    assert address in client.get(path_to(place, Use.JOIN)).content.decode()

    client.get(address)
    wrong = client.post(address, {"code": "nonsense"}).content.decode()
    empty = client.post(address, {}).content.decode()
    right = client.post(address, {"code": "harbour 7"}, follow=True).content.decode()

    assert "This is not the code." in wrong
    assert "Enter the code that was told at the end." in empty
    assert "We have noted that you were there." in right
    assert has_attended(place)
    assert (
        "We have noted that you were there" in client.get(f"/booking/tickets/{place.key}/").content.decode()
    )
    assert (
        client.post(f"/booking/closing-code/{place.pk}/{'0' * 32}/", {"code": "harbour 7"}).status_code == 404
    )


def test_people_are_found_by_name_address_order_and_code() -> None:
    event = make_event()
    ada = make_place(event, name="Ada Lovelace", email="ada@one.example")
    make_place(event, name="Grace Hopper", email="grace@two.example")
    reference = Order.objects.get(lines__place=ada).reference

    for typed in ("lovelace", "ada love", "ADA@one", reference.lower(), code_of(ada.pk).lower(), "love ADA"):
        assert [guest.place for guest in search(event, typed)] == [ada], typed
    assert search(event, "  ") == search(event, "nobody") == []
    assert [guest.place.name for guest in search(event, "example")] == ["Ada Lovelace", "Grace Hopper"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Élodie Müller", "ÉLODIE"),
        ("Élodie Müller", "elodie muller"),
        ("ELODIE MULLER", "élodie"),
        ("E\N{COMBINING ACUTE ACCENT}lodie Müller", "Élodie MÜLLER"),
        ("Paweł Øst", "pawel ost"),
        ("Ada O'Brien", "o’brien"),
    ],
)
def test_people_are_found_with_and_without_accents_in_any_case(name: str, typed: str) -> None:
    event = make_event()
    theirs = make_place(event, name=name)
    make_place(event, name="Grace Hopper")

    assert [guest.place for guest in search(event, typed)] == [theirs]
    assert search(event, "\N{COMBINING ACUTE ACCENT}") == []


def test_only_people_of_the_event_are_found_and_the_code_of_another_is_said_to_be_one() -> None:
    event, other = make_event(), make_event("Course")
    theirs = make_place(other, name="Ada Lovelace")

    assert search(event, "lovelace") == []
    assert of_another_event(event, code_of(theirs.pk)) == other
    assert of_another_event(other, code_of(theirs.pk)) is None
    assert of_another_event(event, "lovelace") is None


def test_whoever_gave_a_place_back_is_found_and_baskets_are_not() -> None:
    event = make_event()
    gone = make_place(event, name="Ada Lovelace", state=PlaceState.GONE)
    ticket = make_ticket(make_pool(5, event))
    ticket.places.create(pool=ticket.pool, name="Ada Lovelace", state=PlaceState.GONE, taken_at=NOW)

    assert [guest.place for guest in search(event, "lovelace")] == [gone]


def test_search_asks_as_much_for_one_as_for_three(django_assert_num_queries: Any) -> None:
    event = make_event()
    ticket = make_ticket(make_pool(5, event))
    make_place(ticket=ticket, name="Ada")
    with django_assert_num_queries(3):
        assert len(search(event, "ada")) == 1
    make_place(ticket=ticket, name="Ada")
    make_place(ticket=ticket, name="Ada")
    with django_assert_num_queries(3):
        assert len(search(event, "ada")) == 3


def test_those_who_are_there_are_counted_once(grace: User) -> None:
    event = make_webinar(closing_code="Harbour 7")
    both, one, _ = make_place(event), make_place(event), make_place(event)
    make_place(event, state=PlaceState.GONE).attendance.create(how=How.CODE, at=NOW)
    check_in(place=both, event=event, by=grace, now=NOW)
    type_code(place=both, typed="harbour7", now=NOW)
    type_code(place=one, typed="harbour7", now=NOW)

    assert counts(event) == Counts(expected=3, checked_in=1, attended=2)


@pytest.mark.parametrize(
    "fields",
    [
        {"how": "seen"},
        {"how": How.REPORT},
        {"how": How.CODE, "minutes": 5},
        {"how": How.CHECKED_IN},
    ],
)
def test_the_database_refuses_what_must_never_be(fields: dict[str, Any]) -> None:
    place = make_place(make_event())
    place.attendance.create(how=How.CHECKED_IN, at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        place.attendance.create(at=NOW, **fields)
