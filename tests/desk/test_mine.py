"""My portal: what one person is shown of every subject, what nobody else's it holds, and what it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from events.models import Waiting, WaitingState
from forum.actions.posting import start_topic
from forum.models import Level
from handbook.actions.reading import mark_all_read
from portal.desk.cards.base import Card
from portal.desk.mine import cards_of
from portal.enquiries.models import Enquiry
from portal.members import actions
from portal.members.models import Cadence, User
from portal.pages.models import PageNews
from portal.toolkits.actions import checklists
from portal.toolkits.reading import todos_of
from tests.enquiries.factories import asked, make_topic
from tests.events.attendees import make_place
from tests.events.factories import make_event, make_pool, make_ticket
from tests.factories import make_staff, make_user, sign_in
from tests.forum.factories import give, make_list
from tests.handbook.working_copy import add_section, edit, make_handbook, publish, text
from tests.pages.factories import make_article, make_listing
from tests.toolkits.factories import make_colleagues, make_kit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def card(user: User, key: str) -> Card:
    return next(one for one in cards_of(user, timezone.now()) if one.key.startswith(key))


def told(user: User, key: str) -> list[tuple[str, str]]:
    return [(line.text, line.note) for line in card(user, key).lines]


def test_somebody_new_is_told_what_each_card_will_hold() -> None:
    handbook = make_handbook()
    add_section(handbook, "Quorum")
    publish(handbook, "1.0", now=timezone.now() - 30 * DAY)

    cards = cards_of(make_user(), timezone.now())

    assert [(one.title, one.count, one.empty) for one in cards] == [
        (
            "Handbook: what has changed since you read it",
            0,
            "Mark sections as read, and you see here which of them change afterwards.",
        ),
        ("New in what you follow", 0, "Nothing new in the last 60 days."),
        ("Your lists", 0, "You are on no list yet."),
        ("Your events", 0, "You have no place at an event to come."),
        (
            "Your network’s checklists",
            0,
            "The portal does not know of a network that you work for today. Once you do, its checklists are here.",
        ),
    ]


def test_what_changed_in_the_handbook_since_somebody_read_it_leads_to_the_comparison() -> None:
    handbook, reader = make_handbook(), make_user()
    section = add_section(handbook, "Quorum")
    first = publish(handbook, "1.0", now=timezone.now() - 30 * DAY)
    mark_all_read(user=reader, edition=first, now=timezone.now() - 20 * DAY)
    assert card(reader, "handbook").empty == "Nothing has changed since you read it."
    edit(section, body=text("<p>Other words.</p>"))
    add_section(handbook, "Voting", "<p>By show of hands.</p>")
    publish(handbook, "1.1", now=timezone.now() - 10 * DAY)

    found = card(reader, "handbook")

    assert [line.text for line in found.lines] == ["1 Quorum", "2 Voting"]
    assert (found.count, found.lines[0].url, found.lines[1].note) == (
        2,
        "/handbook/compare/1.0/1.1/quorum/",
        "new",
    )


def test_unread_lists_come_first_and_those_of_others_are_not_there() -> None:
    reader, author = make_user(), make_user()
    quiet, busy, closed = (make_list(name, hold_first_posts=0) for name in ("Quiet", "Busy", "Closed"))
    now = timezone.now()
    for one in (quiet, busy):
        give(one, reader, since=now - 9 * DAY, until=now + 90 * DAY)
    for one in (busy, closed):
        give(one, author, level=Level.POST, since=now - 9 * DAY, until=now + 90 * DAY)
        start_topic(mailing_list=one, user=author, subject="Rota", content="Who pays?", now=now - DAY)

    assert told(reader, "lists") == [("Busy", "1 unread topic"), ("Quiet", "Nothing unread")]


@pytest.mark.parametrize(("days", "is_told"), [(60, True), (61, False)])
def test_access_that_ends_is_told_sixty_days_before(days: int, is_told: bool) -> None:
    reader, mailing_list, now = make_user(), make_list("Directors"), timezone.now()
    give(mailing_list, reader, since=now - DAY, until=now + timedelta(days=days) - timedelta(minutes=1))

    assert [one.key for one in cards_of(reader, now) if one.key == "ends"] == ["ends"] * is_told


def test_places_and_offers_of_a_person_are_there_and_called_off_or_past_events_say_so() -> None:
    reader, now = make_user(), timezone.now()
    coming = make_event(title="Coming", starts_at=now + 9 * DAY, ends_at=now + 10 * DAY)
    off = make_event(title="Off", starts_at=now + 11 * DAY, ends_at=now + 12 * DAY, cancelled_at=now)
    past = make_event(title="Past", starts_at=now - 3 * DAY, ends_at=now - 2 * DAY)
    full = make_ticket(make_pool(1, make_event(title="Full", starts_at=now + DAY, ends_at=now + 2 * DAY)))
    for event in (coming, off, past):
        make_place(event, email=reader.email)
    make_place(coming, email="somebody.else@example.org")
    Waiting.objects.create(
        ticket=full, pool=full.pool, email=reader.email, state=WaitingState.WAITING, since=now
    )

    found = told(reader, "events")

    assert [title for title, _ in found] == ["Coming", "Off", "Full"]
    assert (found[1][1], found[2][1]) == ("Called off", "You are on the waiting list")


def test_news_of_what_is_followed_is_that_person_s_alone() -> None:
    handbook, follower, other = make_handbook(), make_user(), make_user()
    add_section(handbook, "Quorum")
    publish(handbook, "1.0", now=timezone.now() - 30 * DAY)
    actions.follow(
        user=follower, key=f"handbook:{handbook.pk}", cadence=Cadence.WEEKLY, now=timezone.now() - 20 * DAY
    )
    add_section(handbook, "Voting", "<p>By show of hands.</p>")
    publish(handbook, "1.1", now=timezone.now() - 10 * DAY)

    assert [title for title, _ in told(follower, "followed")] == ["Handbook, edition 1.1"]
    assert told(other, "followed") == []


def test_new_pages_of_a_list_that_is_followed_are_there_the_newest_first(home: Page) -> None:
    listing, follower, now = make_listing(home, title="Guidance"), make_user(), timezone.now()
    before = make_article(listing, title="Before")
    actions.follow(user=follower, key=f"page:{listing.pk}", cadence=Cadence.WEEKLY, now=now - 20 * DAY)
    later, latest = make_article(listing, title="Later"), make_article(listing, title="Latest")
    for page, days in ((before, 30), (later, 10), (latest, 5)):
        PageNews.objects.create(page=page, made_at=now - days * DAY)

    assert [title for title, _ in told(follower, "followed")] == ["Latest", "Later"]
    assert card(follower, "followed").lines[0].url == latest.url
    assert told(make_user(), "followed") == []


def test_whoever_works_for_a_network_without_a_checklist_is_told_that_none_was_begun() -> None:
    _, ada, _ = make_colleagues()

    assert card(ada, "checklists").empty.startswith("Your network has begun no checklist.")


def test_the_checklists_of_a_person_s_networks_are_there_with_how_far_they_are() -> None:
    network, ada, grace = make_colleagues()
    kit, now = make_kit(), timezone.now()
    first, second, *_ = todos_of(kit)
    checklists.mark(place=checklists.Place(kit, network, first.key, ada, now), is_done=True)
    checklists.assign(place=checklists.Place(kit, network, second.key, ada, now), to=grace)
    total = len(todos_of(kit))

    notes = [[note for _, note in told(person, "checklists")] for person in (ada, grace, make_user())]

    assert notes == [[f"{network}: 1 of {total} done"], [f"{network}: 1 of {total} done, 1 for you"], []]


def test_open_questions_to_advisers_are_there_for_who_asked_alone() -> None:
    asker, now = make_user(), timezone.now()
    enquiry = asked(make_topic(), email=asker.email, now=now)
    assert [one.key for one in cards_of(asker, now) if one.key == "questions"] == []
    Enquiry.objects.filter(pk=enquiry.pk).update(user=asker)

    assert [line.url for line in card(asker, "questions").lines] == [f"/advice/{enquiry.key}/"]


def test_the_page_is_for_who_is_signed_in_and_leads_staff_to_their_board() -> None:
    reader, editor = sign_in(make_user()), sign_in(make_staff("Editor"))

    assert [("/admin/board/" in browser.get("/my/").content.decode()) for browser in (reader, editor)] == [
        False,
        True,
    ]
    assert reader.get("/my/")["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_whoever_signs_in_comes_to_my_portal() -> None:
    assert sign_in(make_user()).get("/accounts/login/").url == "/my/"


def test_the_page_costs_the_same_for_few_things_and_for_many() -> None:
    handbook, reader, now = make_handbook(), make_user(), timezone.now()
    for number in range(3):
        add_section(handbook, f"Section {number}", f"<p>{number}</p>")
    first = publish(handbook, "1.0", now=now - 30 * DAY)
    mark_all_read(user=reader, edition=first, now=now - 20 * DAY)
    cards_of(reader, now)
    costs = []
    for count in (1, 4):
        for number in range(count):
            give(make_list(f"List {count}{number}"), reader, since=now - DAY, until=now + 30 * DAY)
            make_place(make_event(f"Event {count}{number}", starts_at=now + DAY), email=reader.email)
        with CaptureQueriesContext(connection) as captured:
            cards_of(reader, now)
        costs.append(len(captured))

    assert costs == [21, 21]
