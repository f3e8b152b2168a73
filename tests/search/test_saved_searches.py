"""Saved searches: what can be saved, who is told of what, when, once; stopping it; and the page of one's own."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from forum.actions.posting import start_topic
from forum.models import MailingList
from handbook.models import Announcement
from portal.members import follows
from portal.members.actions import RefusedError
from portal.members.actions.weekly import write_weekly
from portal.members.mail import preview
from portal.members.models import Cadence, Follow, Mail, User
from portal.members.personal import person_of
from search.actions.indexing import catch_up
from search.actions.saving import change_frequency, delete_search, save_search
from search.actions.telling import tell_waiting
from search.following import canonical, chosen_in, saved_as, saved_by
from search.models import Pending, SavedSearch
from search.personal import saved_searches
from search.rules.queries import parse
from search.rules.saving import refusal_to_save, told_up_to
from tests.factories import NOW, make_user, sign_in
from tests.forum.factories import give, make_list, subscribe
from tests.handbook.test_races import at_once
from tests.handbook.working_copy import add_section, make_handbook, publish
from tests.search.factories import make_entry, make_saved

pytestmark = pytest.mark.django_db

SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
SETTLED = 5 * MINUTE
# The Monday after NOW, which is a Tuesday, at 07:00; London keeps Greenwich time in March.
MONDAY = datetime(2026, 3, 16, 7, tzinfo=UTC)


def titles_in(row: Mail) -> dict[str, list[str]]:
    """What a mail names, under each search."""
    page = BeautifulSoup(row.html, "html.parser")
    return {
        head.get_text(): [link.get_text() for link in head.find_next_sibling("ul").select("a")]
        for head in page.select("h2")
    }


def told() -> list[tuple[str, dict[str, list[str]]]]:
    """Whom the mails are for, and what they name."""
    return [(row.to, titles_in(row)) for row in Mail.objects.order_by("pk")]


# --- What can be saved --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query_string", "written"),
    [
        ("", ""),
        ("kind=post", "kind=post"),
        ("year=2026&kind=topic&kind=post&kind=topic", "kind=post&kind=topic&year=2026"),
        ("q=quorum&page=2&sort=newest&kind=post&edition=1.0", "kind=post"),
        ("kind=", ""),
        ("kind=a%7Cb&in=setting-up", "in=setting-up"),
        (f"kind={'x' * 100}", f"kind={'x' * 100}"),
        (f"kind={'x' * 101}", ""),
        ("kind=a%00b", ""),
        ("role=caf%C3%A9", "role=caf%C3%A9"),
        ("&&=&kind", ""),
    ],
)
def test_what_a_search_is_narrowed_by_is_written_in_one_way(query_string: str, written: str) -> None:
    assert canonical(chosen_in(query_string)) == written


@pytest.mark.parametrize(
    ("text", "chosen", "saved", "refusal"),
    [
        ("quorum", "", 0, None),
        ("kind:event", "", 0, None),
        ("in:handbook", "", 0, None),
        ("from:Ada", "", 0, None),
        ("", "kind=post", 0, "Type what to search for"),
        ("-quorum", "", 0, "Type what to search for"),
        ("…!", "", 0, "Type what to search for"),
        ("q" * 300, "", 0, None),
        ("q" * 301, "", 0, "at most 300 characters"),
        ("quorum", "k" * 1000, 0, None),
        ("quorum", "k" * 1001, 0, "Take away some filters"),
        ("quorum", "", 19, None),
        ("quorum", "", 20, "more than 20 searches"),
    ],
)
def test_refusals_to_save(text: str, chosen: str, saved: int, refusal: str | None) -> None:
    found = refusal_to_save(text, chosen, parse(text), saved)

    assert found is None if refusal is None else refusal in found


def test_a_search_is_saved_as_it_was_typed_and_followed_by_its_person() -> None:
    user = make_user()

    saved = save_search(
        user=user,
        text=" Quorum  of a\nPCN ",
        query_string="kind=post&q=x",
        cadence=Cadence.WEEKLY,
        now=NOW,
    )

    assert (saved.text, saved.chosen, saved.told_until, saved.created_at) == (
        "Quorum of a PCN",
        "kind=post",
        NOW,
        NOW,
    )
    assert list(Follow.objects.values_list("user", "key", "cadence")) == [
        (user.pk, f"search:{saved.pk}", "weekly")
    ]


def test_saving_the_same_search_again_changes_how_often_and_loses_nothing_that_is_new() -> None:
    user = make_user()
    first = make_saved(user, query_string="kind=post&kind=topic", at=NOW)

    again = make_saved(user, query_string="kind=topic&kind=post", cadence=Cadence.WEEKLY, at=NOW + DAY)

    assert (again.pk, again.told_until) == (first.pk, NOW)
    assert Follow.objects.get().cadence == "weekly"


def test_a_21st_search_is_refused_and_each_person_has_their_own_twenty() -> None:
    user, other = make_user(), make_user()
    for number in range(20):
        make_saved(user, f"quorum {number}")

    with pytest.raises(RefusedError, match="more than 20 searches"):
        make_saved(user, "another")
    make_saved(user, "quorum 7", cadence=None)
    make_saved(other, "quorum 7")

    assert (user.saved_searches.count(), other.saved_searches.count()) == (20, 1)


def test_the_database_refuses_the_same_search_twice_and_one_without_words() -> None:
    user = make_user()
    make_saved(user)
    values = {"user": user, "told_until": NOW, "created_at": NOW}

    for text in ("quorum", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedSearch.objects.create(text=text, **values)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_press_at_once_save_a_search_once_and_not_more_than_20() -> None:
    user = make_user()
    for number in range(19):
        make_saved(user, f"quorum {number}")

    def press() -> str | None:
        try:
            make_saved(User.objects.get(pk=user.pk), "quorum")
        except RefusedError as refused:
            return str(refused)
        return None

    assert at_once(2, press) == [None, None]
    assert user.saved_searches.count() == 20


def test_deleting_a_search_ends_its_follow_and_an_account_takes_its_searches_along() -> None:
    user = make_user()
    first, _ = make_saved(user), make_saved(user, "wounds")

    delete_search(saved=first)

    assert list(SavedSearch.objects.values_list("text", flat=True)) == ["wounds"]
    assert Follow.objects.count() == 1
    user.delete()
    assert (SavedSearch.objects.count(), Follow.objects.count()) == (0, 0)


def test_nobody_can_follow_the_search_of_somebody_else_or_learn_what_it_looks_for() -> None:
    saved = make_saved(make_user(), "secret merger")
    other = make_user()
    browser = sign_in(other)

    pages = [
        browser.post(
            "/follow/", {"key": key, "cadence": cadence, "next": "/accounts/following/"}, follow=True
        )
        for key in (f"search:{saved.pk}", f"search:{saved.pk + 1}", "search:0", "search:x")
        for cadence in ("at-once", "never")
    ]

    assert [page.status_code for page in pages] == [200] * 8
    assert not [page for page in pages if "merger" in page.content.decode()]
    assert not other.follows.exists()


# --- What is told, and when ---------------------------------------------------------------------------------------------


def test_at_once_people_are_told_of_what_has_settled() -> None:
    assert told_up_to(NOW) == NOW - SETTLED


@pytest.mark.parametrize(
    ("appeared", "is_told"),
    [
        (NOW - HOUR - SECOND, False),  # a second before the search was saved
        (NOW - HOUR, False),
        (NOW - HOUR + SECOND, True),
        (NOW - SETTLED, True),
        (NOW - SETTLED + SECOND, False),  # it may be about to be committed, or its words to be read
    ],
)
def test_told_is_what_appeared_since_the_search_was_saved_and_has_settled(
    appeared: datetime, is_told: bool
) -> None:
    make_saved(make_user(), at=NOW - HOUR)
    make_entry(at=appeared)

    assert tell_waiting(NOW) == int(is_told)


def test_what_has_not_settled_is_told_by_the_next_run_and_nothing_twice() -> None:
    user = make_user()
    make_saved(user)
    make_entry("Quorum I", at=NOW - HOUR)
    make_entry("Quorum II", at=NOW - SECOND)

    written = [tell_waiting(now) for now in (NOW, NOW, NOW + 10 * MINUTE, NOW + 20 * MINUTE)]

    assert written == [1, 0, 1, 0]
    assert told() == [
        (user.email, {"“quorum”": ["Quorum I"]}),
        (user.email, {"“quorum”": ["Quorum II"]}),
    ]


def test_nobody_is_written_to_if_nothing_that_is_new_fits() -> None:
    user = make_user()
    for text, query_string in (("wounds", ""), ("quorum agreement", ""), ("quorum", "kind=post")):
        make_saved(user, text, query_string)
    make_entry("Quorum", at=NOW - HOUR)

    assert tell_waiting(NOW) == 0
    assert not Mail.objects.exists()
    assert set(SavedSearch.objects.values_list("told_until", flat=True)) == {NOW - SETTLED}


def test_one_mail_gathers_a_persons_searches_in_the_order_in_which_they_were_saved() -> None:
    first, second = make_user(), make_user()
    make_saved(second, "quorum")
    make_saved(first, "wounds", "kind=post&year=2026")
    make_saved(first, "nothing")
    make_saved(first, "quorum")
    make_saved(first, "quorum", "kind=post", cadence=Cadence.WEEKLY)
    make_saved(first, "wounds", cadence=None)
    make_entry("Quorum", at=NOW - HOUR)
    make_entry("Wounds", kind="post", labels="|kind:post|year:2026|", at=NOW - HOUR)

    assert tell_waiting(NOW) == 2

    assert told() == [
        (first.email, {"“wounds” (Forum post, 2026)": ["Wounds"], "“quorum”": ["Quorum"]}),
        (second.email, {"“quorum”": ["Quorum"]}),
    ]
    assert [row.subject for row in Mail.objects.order_by("pk")] == [
        "New for your saved searches",
        "New for your saved search",  # not what they look for: administrators see subjects
    ]


@pytest.mark.parametrize(("count", "named", "left_out"), [(10, 10, None), (11, 10, "1"), (35, 10, "25")])
def test_a_mail_names_ten_and_says_how_many_more_there_are(
    count: int, named: int, left_out: str | None
) -> None:
    make_saved(make_user())
    for number in range(count):
        make_entry(f"Quorum {number}", at=NOW - HOUR)

    tell_waiting(NOW)

    row = Mail.objects.get()
    assert len(titles_in(row)["“quorum”"]) == named
    assert re.findall(r"And (\d+) more\.", row.text) == ([left_out] if left_out else [])
    assert "http://testserver/search/?q=quorum\n" in row.text


def test_a_mail_says_of_each_thing_what_it_is_and_where_it_stands() -> None:
    make_saved(make_user())
    make_entry(
        "Who & how many: <b>quorum</b>", kind="post", trail="Forum › Chairs", url="/forum/1/", at=NOW - HOUR
    )

    tell_waiting(NOW)

    row = Mail.objects.get()
    assert (
        "* Who & how many: <b>quorum</b>\n  Forum post, in Forum › Chairs\n  http://testserver/forum/1/\n"
        in row.text
    )
    assert ">Who &amp; how many: &lt;b&gt;quorum&lt;/b&gt;</a>" in row.html


def test_once_a_week_one_mail_has_all_of_the_week_and_downtime_is_made_up_for() -> None:
    user = make_user()
    make_saved(user, cadence=Cadence.WEEKLY, at=NOW)
    for title, at in (("Quorum I", NOW + DAY), ("Quorum II", MONDAY), ("Quorum III", MONDAY + SECOND)):
        make_entry(title, at=at)

    early = [write_weekly(now) for now in (NOW + 2 * DAY, MONDAY + SETTLED - SECOND)]
    monday = [write_weekly(now) for now in (MONDAY + SETTLED, MONDAY + HOUR, MONDAY + 6 * DAY)]
    late = [write_weekly(now) for now in (MONDAY + 25 * DAY, MONDAY + 26 * DAY)]

    assert (early, monday, late) == ([0, 0], [1, 0, 0], [1, 0])
    assert [names for _, names in told()] == [
        {"“quorum”": ["Quorum I", "Quorum II"]},
        {"“quorum”": ["Quorum III"]},
    ]
    assert tell_waiting(MONDAY + 26 * DAY) == 0


def test_changing_how_often_loses_nothing_and_whoever_stops_hears_nothing_of_the_time_between() -> None:
    saved = make_saved(make_user(), cadence=Cadence.WEEKLY, at=NOW)
    make_entry("Quorum I", at=NOW + DAY)
    change_frequency(saved=saved, cadence=Cadence.AT_ONCE, now=NOW + 2 * DAY)
    assert tell_waiting(NOW + 2 * DAY) == 1
    change_frequency(saved=saved, cadence=None, now=NOW + 2 * DAY)
    make_entry("Quorum II", at=NOW + 3 * DAY)
    assert tell_waiting(NOW + 3 * DAY + HOUR) == 0
    change_frequency(saved=saved, cadence=Cadence.AT_ONCE, now=NOW + 4 * DAY)
    make_entry("Quorum III", at=NOW + 4 * DAY + SECOND)

    assert tell_waiting(NOW + 5 * DAY) == 1
    assert [names["“quorum”"] for _, names in told()] == [["Quorum I"], ["Quorum III"]]


def test_an_edition_is_new_on_the_day_on_which_it_comes_into_force() -> None:
    """It is published, and indexed, weeks before. Midnight is London's, which in summer is an hour before that of Greenwich."""
    make_saved(make_user())
    section = add_section(make_handbook(), "Quorum", "<p>Half of the practices.</p>")
    in_force = date(2026, 4, 14)
    publish(section.get_parent().specific, "1.0", effective_on=in_force, now=NOW)
    catch_up(NOW)
    assert Announcement.objects.exists()
    midnight = datetime(2026, 4, 13, 23, tzinfo=UTC)

    written = [
        tell_waiting(now)
        for now in (NOW + DAY, midnight + SETTLED - SECOND, midnight + SETTLED, midnight + HOUR)
    ]

    assert written == [0, 0, 1, 0]
    assert [names for _, names in told()] == [{"“quorum”": ["1 Quorum"]}]


def test_what_is_shown_only_from_a_moment_on_is_new_at_that_moment() -> None:
    make_saved(make_user())
    make_entry("Recordings: quorum", at=NOW, shown_from=NOW + DAY)

    written = [tell_waiting(now) for now in (NOW + HOUR, NOW + DAY, NOW + DAY + SETTLED, NOW + 2 * DAY)]

    assert written == [0, 0, 1, 0]


def test_what_is_about_to_be_indexed_again_is_told_once_it_has_been() -> None:
    """What has changed is not found until then: else it would be passed over for good."""
    user = make_user()
    make_saved(user)
    entry, _ = make_entry("Quorum I", at=NOW - HOUR), make_entry("Quorum II", at=NOW - HOUR)
    Pending.objects.create(source=entry.source)
    assert tell_waiting(NOW) == 0
    Pending.objects.all().delete()

    assert tell_waiting(NOW + 10 * MINUTE) == 1
    assert told() == [(user.email, {"“quorum”": ["Quorum I", "Quorum II"]})]


# --- Who is told --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared() -> tuple[MailingList, User]:
    """A list with a topic, and somebody who reads it until NOW."""
    the_list = make_list(hold_first_posts=0)
    author, reader = make_user(first_name="Olive"), make_user()
    subscribe(the_list, author, since=NOW - 30 * DAY)
    give(the_list, reader, since=NOW - 30 * DAY, until=NOW)
    start_topic(mailing_list=the_list, user=author, subject="Quorum", content="How many?", now=NOW - HOUR)
    catch_up(NOW - HOUR)
    return the_list, reader


@pytest.mark.parametrize(
    ("at", "is_told"), [(NOW - SECOND, True), (NOW, False), (NOW + SECOND, False), (NOW + DAY, False)]
)
def test_what_somebody_may_no_longer_read_is_in_no_mail(
    shared: tuple[MailingList, User], at: datetime, is_told: bool
) -> None:
    _, reader = shared
    saved = make_saved(reader)

    assert tell_waiting(at) == int(is_told)

    assert told() == ([(reader.email, {"“quorum”": ["Quorum"]})] if is_told else [])
    saved.refresh_from_db()
    assert saved.told_until == at - SETTLED


def test_what_was_not_to_be_read_is_not_told_of_when_access_is_given_again(
    shared: tuple[MailingList, User],
) -> None:
    the_list, reader = shared
    make_saved(reader)
    assert tell_waiting(NOW) == 0
    give(the_list, reader, since=NOW + HOUR, until=NOW + 30 * DAY)

    assert tell_waiting(NOW + DAY) == 0


def test_only_readers_of_a_list_are_told_what_is_in_it(shared: tuple[MailingList, User]) -> None:
    _, reader = shared
    for one in (reader, make_user(), make_user(is_superuser=False)):
        make_saved(one)

    tell_waiting(NOW - SECOND)

    assert [to for to, _ in told()] == [reader.email]


def _deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def _unverify(user: User) -> None:
    EmailAddress.objects.filter(user=user).update(verified=False)


@pytest.mark.parametrize("without_mail", [_deactivate, _unverify])
def test_nobody_is_written_to_whose_account_or_address_is_not_in_use(
    without_mail: Callable[[User], None],
) -> None:
    user = make_user()
    make_saved(user)
    make_saved(user, "quorum agreement", cadence=Cadence.WEEKLY)
    make_entry("Quorum agreement", at=NOW - 20 * DAY)
    without_mail(user)

    assert (tell_waiting(NOW), write_weekly(NOW)) == (0, 0)
    assert not Mail.objects.exists()


# --- Stopping -----------------------------------------------------------------------------------------------------------


def test_one_click_stops_all_that_a_mail_comes_from_and_a_get_nothing() -> None:
    user = make_user()
    told_of, other = make_saved(user), make_saved(user, "wounds")
    make_entry(at=NOW - HOUR)
    tell_waiting(NOW)
    row = Mail.objects.get()
    address = re.fullmatch(r"<http://testserver(/follow/stop/.+/)>", row.headers["List-Unsubscribe"])[1]
    browser = Client()
    assert row.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    page = browser.get(address)
    assert "Saved search “quorum”" in page.content.decode()
    assert Follow.objects.count() == 2
    browser.post(address, {"List-Unsubscribe": "One-Click"})

    assert list(Follow.objects.values_list("key", flat=True)) == [f"search:{other.pk}"]
    # The search is still there, without mails.
    assert [(one.pk, one.cadence) for one in saved_by(user)] == [(told_of.pk, None), (other.pk, "at-once")]
    make_entry(at=NOW)
    assert tell_waiting(NOW + HOUR) == 0


def test_each_search_in_a_mail_can_be_stopped_alone() -> None:
    user = make_user()
    saved, other = make_saved(user), make_saved(user, "quorum agreement")
    make_entry("Quorum agreement", at=NOW - HOUR)
    tell_waiting(NOW)
    stops = re.findall(r"  Stop: http://testserver(\S+)", Mail.objects.get().text)

    Client().post(stops[1])

    assert list(Follow.objects.values_list("key", flat=True)) == [f"search:{saved.pk}"]
    assert SavedSearch.objects.filter(pk=other.pk).exists()


def test_saved_searches_are_among_what_a_person_follows() -> None:
    user = make_user()
    saved = make_saved(user, "quorum", "kind=post")

    [(_, thing)] = follows.described(user.follows.all())

    assert (thing.title, thing.url) == (
        "Saved search “quorum” (Forum post)",
        f"/search/saved/#search-{saved.pk}",
    )


# --- The page of one's own ----------------------------------------------------------------------------------------------


def lines_of(browser: Client) -> dict[str, tuple[str, str]]:
    """The searches on the page: where each is run, and how often its person is written to."""
    page = BeautifulSoup(browser.get("/search/saved/").content, "html.parser")
    return {
        card.h2.get_text(): (card.h2.a["href"], card.select_one("option[selected]").get_text())
        for card in page.select(".nhsuk-card")
    }


def test_a_search_is_saved_from_the_page_of_results_changed_and_deleted() -> None:
    user = make_user()
    browser = sign_in(user)
    assert "You have not saved a search yet." in browser.get("/search/saved/").content.decode()

    answer = browser.post(
        "/search/saved/add/", {"q": "quorum & pay", "chosen": "kind=post", "frequency": "weekly"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/search/?q=quorum+%26+pay&kind=post")
    words = "“quorum & pay” (Forum post)"
    assert lines_of(browser) == {words: ("/search/?q=quorum+%26+pay&kind=post", "Once a week, in one mail")}

    saved = SavedSearch.objects.get()
    browser.post(f"/search/saved/{saved.pk}/", {"frequency": "never"})
    assert lines_of(browser)[words][1] == "Never"
    assert "Delete this saved search?" in browser.get(f"/search/saved/{saved.pk}/delete/").content.decode()
    assert SavedSearch.objects.exists()
    answer = browser.post(f"/search/saved/{saved.pk}/delete/", follow=True)
    assert f"You have deleted the saved search {words}." in strip_tags(answer.content.decode()).replace(
        "&amp;", "&"
    )
    assert not SavedSearch.objects.exists()


def test_nobody_sees_changes_or_deletes_what_somebody_else_has_saved() -> None:
    saved = make_saved(make_user(), "secret merger")
    browser = sign_in(make_user())

    answers = [
        ask(address, {"frequency": "never"}).status_code
        for ask, address in (
            (browser.post, f"/search/saved/{saved.pk}/"),
            (browser.get, f"/search/saved/{saved.pk}/delete/"),
            (browser.post, f"/search/saved/{saved.pk}/delete/"),
        )
    ]

    assert answers == [404, 404, 404]
    assert lines_of(browser) == {}
    assert Follow.objects.get().key == f"search:{saved.pk}"


def test_whoever_is_not_signed_in_is_led_back_to_the_results_afterwards() -> None:
    answer = Client().post("/search/saved/add/", {"q": "quorum", "frequency": "weekly"})

    assert answer["Location"] == "/accounts/login/?next=/search/%3Fq%3Dquorum"
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"q": "", "frequency": "weekly"}, "Type what to search for"),
        ({"q": "!", "frequency": "weekly"}, "Type what to search for"),
        ({"q": "a\0b", "frequency": "weekly"}, "We cannot save this search."),
        ({"q": "q" * 301, "frequency": "weekly"}, "at most 300 characters"),
        ({"q": "q" * 9999, "frequency": "weekly"}, "We cannot save this search."),
        ({"q": "quorum", "chosen": "k" * 9999, "frequency": "weekly"}, "Take away some filters"),
        ({"q": "quorum", "frequency": "daily"}, "Choose how often we write to you."),
        ({"q": "quorum"}, "Choose how often we write to you."),
    ],
)
def test_what_cannot_be_saved_is_said(posted: dict[str, str], said: str) -> None:
    browser = sign_in(make_user())

    browser.post("/search/saved/add/", posted)

    assert said in strip_tags(browser.get("/search/saved/").content.decode())
    assert not SavedSearch.objects.exists()


def _component(user: User | AnonymousUser, text: str, chosen: str) -> str:
    request = RequestFactory().get("/search/", {"q": text})
    request.user = user
    context = {"q": text, "chosen": chosen, "saved_search": saved_as(user, text, chosen), "user": user}
    return render_to_string("search/components/save_search.html", context, request)


def test_the_page_of_results_offers_to_save_or_says_that_it_is_saved() -> None:
    user = make_user()
    make_saved(user, "quorum", "kind=post")
    stopped = make_saved(user, "wounds", cadence=None)

    assert "csrfmiddlewaretoken" not in _component(AnonymousUser(), "quorum", "")
    assert "next=/search/%3Fq%3Dquorum" in _component(AnonymousUser(), "quorum", "")
    assert 'value="quorum &amp; pay"' in _component(user, "quorum & pay", "kind=post")
    assert 'action="/search/saved/add/"' in _component(user, "quorum", "")
    # As the page has it, with whatever else is in its address.
    saved = _component(user, " quorum ", "q=quorum&sort=newest&kind=post")
    assert "You have saved this search. We write to you as soon as something new fits it." in saved
    assert f'href="/search/saved/#search-{stopped.pk}"' in _component(user, "wounds", "")


def test_the_file_of_everything_about_a_person_has_their_searches() -> None:
    user = make_user()
    make_saved(user, "quorum", "kind=post", at=NOW)
    make_saved(user, "wounds", cadence=None, at=NOW)
    make_saved(make_user(), "of somebody else")

    assert [
        (one["Search"], one["How often we write to you"]) for one in saved_searches(person_of(user, NOW))
    ] == [
        ("“quorum” (Forum post)", "As soon as it happens"),
        ("“wounds”", "Never"),
    ]


def test_preview_shows_searches_with_what_is_new() -> None:
    subject, text, html = preview("search_new")

    assert subject == "New for your saved searches"
    assert ("“wounds” (Forum post)" in text, "And 12 more." in text) == (True, True)
    assert "3.2 Quorum" in html


# --- What it costs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entries", [1, 60])
@pytest.mark.parametrize("searches", [1, 3])
def test_telling_a_person_takes_as_many_queries_however_much_there_is(
    entries: int, searches: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = make_user()
    for number in range(searches):
        make_saved(user, f"quorum -x{number}")
    make_entry(at=NOW - HOUR)
    tell_waiting(NOW)  # what is asked once a minute
    for number in range(entries):
        make_entry(f"Quorum {number}", at=NOW)

    # PostgreSQL also waits for what is being indexed.
    with django_assert_num_queries(21 + searches + (connection.vendor == "postgresql")):
        assert tell_waiting(NOW + HOUR) == 1


def test_a_run_without_anything_new_asks_two_questions_whoever_waits(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        make_saved(make_user())
    make_entry(at=NOW - HOUR)
    tell_waiting(NOW)

    with django_assert_num_queries(2):
        assert tell_waiting(NOW + HOUR) == 0


@pytest.mark.parametrize("searches", [1, 20])
def test_the_page_takes_as_many_queries_for_twenty_searches_as_for_one(
    searches: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = make_user()
    for number in range(searches):
        make_saved(user, f"quorum {number}")
    browser = sign_in(user)
    browser.get("/search/saved/")

    with django_assert_num_queries(3):
        browser.get("/search/saved/")
