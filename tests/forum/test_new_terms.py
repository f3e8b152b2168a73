"""Who is told of a new version of terms that a list needs, once each, and until when they can go on without it."""

from datetime import timedelta

import pytest

from forum.actions import terms as telling
from forum.actions.terms import tell_of_new_terms
from forum.models import MailingList, State
from portal.members.models import Mail, Terms, User
from tests.factories import NOW, make_user
from tests.forum.factories import accept, make_list, make_terms, subscribe

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def terms() -> Terms:
    """Two versions; the second was published a day ago, with 14 days of grace."""
    return make_terms("Code of conduct", NOW - 100 * DAY, NOW - DAY)


@pytest.fixture
def the_list(terms: Terms) -> MailingList:
    made = make_list()
    made.terms.add(terms)
    return made


def on_it(the_list: MailingList, terms: Terms, *numbers: int, state: State = State.ACTIVE) -> User:
    """Somebody who has accepted those versions and has been on the list in that state."""
    user = make_user()
    for number in numbers:
        accept(user, terms, number, NOW - DAY)
    subscribe(the_list, user, state=state, since=NOW - 50 * DAY)
    return user


def test_those_on_a_list_are_told_once_with_the_day_of_grace(the_list: MailingList, terms: Terms) -> None:
    told = on_it(the_list, terms, 1)
    on_it(the_list, terms, 1, 2)
    on_it(the_list, terms)
    on_it(the_list, terms, 1, state=State.LEFT)
    on_it(the_list, terms, 1, state=State.SUSPENDED)
    accept(make_user(), terms, 1, NOW - DAY)

    assert (tell_of_new_terms(NOW), tell_of_new_terms(NOW)) == (1, 0)

    letter = Mail.objects.get()
    assert letter.to == told.email
    assert "Accept it before 9:30am on 23 March 2026." in letter.text
    assert "to go on with: Setting up." in letter.text


def test_who_missed_a_version_before_has_the_end_of_that_one(the_list: MailingList, terms: Terms) -> None:
    terms.versions.create(number=3, text="Version 3.", published_at=NOW, grace_days=60)
    on_it(the_list, terms, 1)

    tell_of_new_terms(NOW)

    assert "version 3" in Mail.objects.get().subject
    assert "before 9:30am on 23 March 2026." in Mail.objects.get().text


def test_a_version_that_holds_at_once_says_so(the_list: MailingList, terms: Terms) -> None:
    terms.versions.create(number=3, text="Version 3.", published_at=NOW, grace_days=0)
    on_it(the_list, terms, 1, 2)

    tell_of_new_terms(NOW)

    assert "The lists are closed to you until you have accepted it." in Mail.objects.get().text


@pytest.mark.parametrize(
    ("published", "closes", "told"),
    [
        (timedelta(0), None, 1),
        (-30 * DAY + timedelta(seconds=1), None, 1),
        (-30 * DAY, None, 0),
        (timedelta(seconds=1), None, 0),
        (-DAY, timedelta(0), 0),
        (-DAY, timedelta(seconds=1), 1),
    ],
)
def test_old_news_and_lists_that_have_closed_are_left_alone(
    published: timedelta, closes: timedelta | None, told: int
) -> None:
    terms = make_terms("Guidelines", NOW - 100 * DAY, NOW + published)
    the_list = make_list(closes_at=None if closes is None else NOW + closes)
    the_list.terms.add(terms)
    on_it(the_list, terms, 1)

    assert tell_of_new_terms(NOW) == told


def test_what_was_killed_goes_on_in_the_order_of_people(
    the_list: MailingList, terms: Terms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "BATCH", 1)
    people = [on_it(the_list, terms, 1) for _ in range(3)]
    whole = telling._tell_batch

    def die_after_the_first(*arguments: object) -> None:
        if Mail.objects.exists():
            raise KeyboardInterrupt
        whole(*arguments)

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(telling, "_tell_batch", die_after_the_first)
        tell_of_new_terms(NOW)
    assert [mail.to for mail in Mail.objects.all()] == [people[0].email]

    assert tell_of_new_terms(NOW) == 2
    assert sorted(mail.to for mail in Mail.objects.all()) == sorted(person.email for person in people)
