"""The editors' board: who sees which card, what the cards say, and that they cost the same however much waits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page

from events.actions.rights import give_right
from events.models import Place, PlaceState, Right, Waiting
from forum.actions.posting import start_topic
from forum.models import Delivery, DeliveryState, GrantKind, Level, MailingList, State
from handbook.actions.editions import Annotation, annotate_edition, prepare_edition
from handbook.models import EditionSection, Significance
from portal.desk.board import cards_for
from portal.desk.cards.base import Card
from portal.enquiries.models import Enquiry
from portal.health import beat
from portal.members.models import MailState, User
from search.models import SearchCount, Synonym
from search.rules.counting import week_of
from tests.enquiries.factories import asked, make_adviser, make_topic
from tests.events.factories import make_event, make_pool, make_ticket
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.forum.factories import give, make_list, subscribe
from tests.handbook.working_copy import add_section, edit, make_handbook, publish
from tests.members.factories import make_mail
from tests.pages.factories import make_article, make_listing

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
BOARD = "/admin/board/"


def card(user: User, key: str) -> Card | None:
    return next((one for one in cards_for(user, NOW) if one.key == key), None)


def told(found: Card | None) -> tuple[int, list[tuple[str, str]]]:
    assert found is not None
    return found.count, [(line.text, line.note) for line in found.lines]


def manage(mailing_list: MailingList, person: User) -> None:
    give(mailing_list, person, level=Level.MANAGE, since=NOW - DAY, until=NOW + DAY)


# --- Who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "keys"),
    [
        ("Editor", ["workflow", "stale", "links", "amendments", "searches"]),
        ("Publisher", ["workflow", "stale", "links", "amendments", "searches"]),
        ("Clinical reviewer", ["workflow", "stale"]),
        ("Administrator", ["workflow", "amendments", "searches", "questions", "spam", "mail"]),
        ("Forum manager", []),
        ("Event helper", []),
    ],
)
def test_each_group_sees_the_cards_of_its_own_jobs(group: str, keys: list[str]) -> None:
    make_list()
    beat()

    assert [one.key for one in cards_for(make_staff(group), timezone.now())] == keys


def test_whoever_organises_an_event_sees_how_it_fills_and_helpers_where_they_help() -> None:
    pool = make_pool()
    organiser, helper = make_staff("Event helper"), make_staff("Event helper")
    by = make_staff("Event organiser")
    give_right(event=pool.event, user=organiser, right=Right.ORGANISE, by=by, now=NOW)
    give_right(event=pool.event, user=helper, right=Right.CHECK_IN, by=by, now=NOW)

    assert [[one.key for one in cards_for(person, NOW)] for person in (by, organiser, helper)] == [
        ["workflow", "stale", "events"],
        ["events"],
        ["helping"],
    ]
    begins = pool.event.starts_at
    assert told(card(helper, "helping")) == (1, [("Conference", f"Check-in. Begins on {begins:%-d %B %Y}.")])
    assert card(helper, "helping").lines[0].url == f"/admin/places/{pool.event_id}/check-in/"


def test_the_first_page_of_the_admin_leads_helpers_to_their_events() -> None:
    event, helper = make_event(starts_at=timezone.now() + DAY), make_staff("Event helper")
    give_right(event=event, user=helper, right=Right.CHECK_IN, by=make_staff("Event organiser"), now=NOW)

    page = sign_in(helper, second_factor=True).get("/admin/").content.decode()

    assert "Events at which you help: 1" in page


@pytest.mark.parametrize(("after", "there"), [(-SECOND, True), (timedelta(), False), (SECOND, False)])
def test_an_event_at_which_somebody_helped_goes_when_it_is_over(after: timedelta, *, there: bool) -> None:
    event, helper = make_event(), make_staff("Event helper")
    give_right(event=event, user=helper, right=Right.FINANCE, by=make_staff("Event organiser"), now=NOW)

    assert bool(cards_for(helper, event.ends_at + after)) == there


def test_an_empty_board_says_that_all_is_well_and_one_without_cards_that_nothing_is_yours() -> None:
    editor = sign_in(make_staff("Editor"), second_factor=True)
    helper = sign_in(make_staff("Event helper"), second_factor=True)

    assert "All is well: nothing needs doing." in editor.get(BOARD).content.decode()
    assert "Nothing here is yours to do." in helper.get(BOARD).content.decode()
    assert "All is well." in editor.get("/admin/").content.decode()


# --- Amendments -------------------------------------------------------------------------------------------------------


def test_major_amendments_wait_until_they_have_a_note() -> None:
    editor = make_staff("Editor")
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<p>Half of the practices.</p>")
    publish(handbook, "1.0")
    edit(quorum, html="<p>All of the practices.</p>")
    edition = prepare_edition(handbook=handbook, by=None, now=NOW)
    edition.sections.amendments().update(significance=Significance.MAJOR, note=" \n")

    assert told(card(editor, "amendments")) == (1, [("Quorum", "Handbook, edition 1.1")])

    edition.sections.amendments().update(significance=Significance.MINOR)
    assert card(editor, "amendments").count == 0

    annotate_edition(
        edition=edition,
        number="1.1",
        effective_on=timezone.localdate(NOW),
        summary="",
        annotations={quorum.translation_key: Annotation(Significance.MAJOR, "All have to come.")},
    )
    assert EditionSection.objects.filter(significance=Significance.MAJOR, note="All have to come.").exists()
    assert card(editor, "amendments").count == 0


# --- Searches ---------------------------------------------------------------------------------------------------------


def test_a_search_that_found_nothing_is_there_until_it_has_a_synonym() -> None:
    editor = make_staff("Editor")
    monday = week_of(timezone.localdate(NOW))
    for query, week, searches in (
        ("car parks", monday, 3),
        ("once only", monday, 2),
        ("long ago", monday - 28 * DAY, 9),
        ("just in time", monday - 21 * DAY, 4),
    ):
        SearchCount.objects.create(query=query, week=week, searches=searches, found_nothing=searches)

    assert told(card(editor, "searches")) == (2, [("“just in time”", "4 times"), ("“car parks”", "3 times")])

    Synonym.objects.create(words="car parks, parking")
    assert told(card(editor, "searches")) == (1, [("“just in time”", "4 times")])


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_managers_see_who_waits_on_their_own_lists_and_nobody_else_does() -> None:
    mine, other = make_list("Mine"), make_list("Other")
    manager = make_staff("Forum manager")
    manage(mine, manager)
    for mailing_list, count in ((mine, 2), (other, 1)):
        for _ in range(count):
            subscribe(mailing_list, make_user(), state=State.APPLIED)

    assert told(card(manager, "joining")) == (2, [("Mine", "2 waiting")])
    assert card(make_staff("Editor"), "joining") is None
    assert [one.key for one in cards_for(manager, NOW + DAY)] == []  # the right has ended


def test_held_and_reported_posts_wait_for_the_managers_of_their_list() -> None:
    mine, other = make_list("Mine"), make_list("Other", hold_first_posts=1)
    manager = make_staff("Forum manager")
    manage(mine, manager)
    for mailing_list in (mine, other):
        person = make_user()
        subscribe(mailing_list, person, since=NOW - DAY)
        start_topic(mailing_list=mailing_list, user=person, subject="First", content="Words", now=NOW)

    assert told(card(manager, "held")) == (1, [("Mine", "1 held or reported")])


@pytest.mark.parametrize(("since", "count"), [(7 * DAY, 2), (7 * DAY + SECOND, 1)])
def test_mail_that_was_refused_lately_and_stopped_mail_are_trouble_of_the_list(
    since: Any, count: int
) -> None:
    mine = make_list("Mine")
    manager = make_staff("Forum manager")
    manage(mine, manager)
    person = make_user()
    subscription = subscribe(mine, person, since=NOW - DAY)
    post = start_topic(mailing_list=mine, user=person, subject="First", content="Words", now=NOW)
    Delivery.objects.create(
        subscription=subscription,
        post=post,
        state=DeliveryState.REFUSED,
        queued_at=NOW - since,
        due_at=NOW - since,
        settled_at=NOW - since,
    )
    subscription.stopped_at = NOW - 90 * DAY
    subscription.save()

    assert card(manager, "mail").count == count
    assert card(manager, "mail").lines[0].note.endswith("1 person whose mail has been stopped")


def test_administrators_are_told_of_mails_that_failed_and_of_a_silent_worker() -> None:
    administrator = make_staff("Administrator")
    now = timezone.now()
    make_mail(state=MailState.FAILED, created_at=now)
    make_mail(state=MailState.FAILED, created_at=now - 8 * DAY, message_id="<two@example.org>")

    (found,) = [one for one in cards_for(administrator, now) if one.key == "mail"]
    beat()
    (later,) = [one for one in cards_for(administrator, timezone.now()) if one.key == "mail"]

    assert [line.text for line in found.lines] == ["Background work has stopped", "Mails of the portal"]
    assert told(later) == (1, [("Mails of the portal", "1 could not be sent in the last 7 days")])


# --- Events -----------------------------------------------------------------------------------------------------------


def taken(count: int, size: int = 10, **event: Any) -> None:
    pool = make_pool(size, make_event(**event), name="Hall")
    ticket = make_ticket(pool)
    for _ in range(count):
        Place.objects.create(pool=pool, ticket=ticket, state=PlaceState.CONFIRMED, taken_at=NOW)


@pytest.mark.parametrize(("places", "count"), [(7, 0), (8, 1), (10, 1)])
def test_an_event_is_on_the_board_from_eighty_of_a_hundred_places_on(places: int, count: int) -> None:
    taken(places)

    assert card(make_staff("Event organiser"), "events").count == count


def test_an_event_for_which_people_wait_is_on_the_board_unless_it_has_begun_or_was_called_off() -> None:
    organiser = make_staff("Event organiser")
    for title, fields in (
        ("Coming", {}),
        ("Begun", {"starts_at": NOW}),
        ("Off", {"cancelled_at": NOW, "cancelled_why": "Snow."}),
    ):
        pool = make_pool(10, make_event(title, **fields), name="Hall")
        Waiting.objects.create(
            pool=pool, ticket=make_ticket(pool), name="Bo", email="bo@example.org", wanted=1, since=NOW
        )

    assert told(card(organiser, "events")) == (
        1,
        [("Coming", "Hall: 0 of 10 places taken, 1 waiting. Begins on 9 April 2026.")],
    )


# --- Questions to advisers --------------------------------------------------------------------------------------------


def test_advisers_see_what_waits_for_an_answer_of_their_topics_and_what_looks_like_spam() -> None:
    adviser, topic = make_adviser(), make_topic()
    late = asked(topic, email="ada@one.example", text="When is notice due?", now=NOW - 30 * DAY)
    new = asked(topic, email="bo@one.example", text="Who signs?", now=NOW)
    asked(make_topic("Money", group=None), email="cy@one.example", text="Who pays?", now=NOW)
    held = asked(topic, email="di@one.example", text="Who reads this?", now=NOW)
    Enquiry.objects.filter(pk=held.pk).update(state="held", opened_at=None, promised_on=None)

    questions, spam = cards_for(adviser, NOW)

    assert (questions.key, questions.count, [line.url for line in questions.lines]) == (
        "questions",
        2,
        [f"/admin/enquiries/{late.pk}/", f"/admin/enquiries/{new.pk}/"],
    )
    assert "late since" in questions.lines[0].note
    assert "answer by" in questions.lines[1].note
    assert (spam.count, [line.url for line in spam.lines]) == (1, ["/admin/enquiries/held/"])


# --- What it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_takes_the_same_queries_however_much_waits(
    count: int, home: Page, django_assert_num_queries: Callable
) -> None:
    person = make_user(is_superuser=True, is_staff=True)
    listing = make_listing(home)
    for number in range(count):
        make_article(listing, owner=make_user())
        mailing_list = make_list(f"List {number}")
        give(mailing_list, person, kind=GrantKind.STAFF, level=Level.MANAGE, until=NOW + DAY)
        subscribe(mailing_list, make_user(), state=State.APPLIED)
        taken(9)
        SearchCount.objects.create(
            query=f"nothing {number}", week=week_of(timezone.localdate(NOW)), searches=3, found_nothing=3
        )
    Page.objects.filter(title__startswith="Article").update(last_published_at=NOW - 400 * DAY)
    cards_for(person, NOW)  # content types are asked for once in a process
    person = User.objects.get(pk=person.pk)

    with django_assert_num_queries(33):
        cards = cards_for(person, NOW)

    assert [(one.key, one.count) for one in cards] == [
        ("stale", count),
        ("searches", count),
        ("events", count),
        ("joining", count),
        ("mail", 1),
        ("workflow", 0),
        ("links", 0),
        ("amendments", 0),
        ("questions", 0),
        ("spam", 0),
        ("held", 0),
    ]
