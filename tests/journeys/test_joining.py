"""Onto a list and off it, over HTTP: applied, asked, answered, let in, told, left, come back; invited, with an account and without."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from forum.models import Level, MailingList, State
from portal.members.models import Acceptance, Appointment, Mail, Membership, MembershipClaim, User
from tests.factories import make_staff, make_user, sign_in
from tests.forum.factories import give, make_list, make_terms, subscribe
from tests.members.factories import make_membership, make_network

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LIST = "/forum/setting-up/"


@pytest.fixture
def the_list() -> MailingList:
    """A list with two documents, each with a version."""
    made = make_list(description="For people who **set up** a network.")
    yesterday = timezone.now() - DAY
    made.terms.set([make_terms("Code of conduct", yesterday), make_terms("E-mail guidelines", yesterday)])
    return made


@pytest.fixture
def manager(the_list: MailingList) -> User:
    manager = make_staff("Forum manager", first_name="Mary", last_name="Manager")
    give(the_list, manager, level=Level.MANAGE, since=timezone.now() - DAY, until=timezone.now() + 300 * DAY)
    return manager


def boxes(the_list: MailingList) -> dict[str, str]:
    """What a browser sends with all documents ticked."""
    ticked: dict[str, str] = {}
    for terms in the_list.terms.all():
        number = terms.versions.order_by("-number").values_list("number", flat=True)[0]
        ticked |= {f"terms_{terms.pk}": "on", f"version_{terms.pk}": str(number)}
    return ticked


def words_of(response: Any) -> str:
    """What a page says, in one line."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def letters() -> Iterator[tuple[str, str]]:
    """The mails that wait, the oldest first: template and to whom; each only once."""
    for mail in Mail.objects.order_by("pk"):
        yield mail.template, mail.to
    Mail.objects.all().delete()


def test_from_the_first_look_to_the_list_and_off_it(the_list: MailingList, manager: User) -> None:
    make_network(name="Harbour and Heath PCN")
    make_network(code="U54321", name="Harbour View PCN")
    make_membership("A1")
    ada = make_user("ada@example.org")
    page = Client().get(f"{LIST}about/")
    assert "Anyone can read and post." in words_of(page)
    assert "Sign in to apply" in words_of(page)
    browser = sign_in(ada)
    assert "You can apply to join." in words_of(browser.get(f"{LIST}about/"))

    # She looks for her network, chooses it, forgets a box, and ticks it.
    said = {"role": "clinical-director", "network_words": "harbour", "member": "yes", "number": "a 1"}
    found = browser.post(f"{LIST}join/", {**said, "find": ""})
    assert "Harbour View PCN (U54321)" in words_of(found)
    assert "There is a problem" not in words_of(found)
    said["network"] = str(
        re.findall(r'value="(\d+)"[^>]*>\s*<label[^>]*>Harbour and', found.content.decode())[0]
    )
    ticked = boxes(the_list)
    left_out = browser.post(f"{LIST}join/", {**said, **dict(list(ticked.items())[:2])})
    assert "Tick the box if you accept: E-mail guidelines." in words_of(left_out)
    assert 'value="a 1"' in left_out.content.decode()
    assert not Acceptance.objects.exists()
    assert browser.post(f"{LIST}join/", {**said, **ticked}).status_code == 302

    subscription = the_list.subscriptions.get()
    assert (subscription.role, subscription.network.code, subscription.number) == (
        "clinical-director",
        "U12345",
        "A1",
    )
    assert Acceptance.objects.filter(user=ada).count() == 2
    assert Membership.objects.get(user=ada).number == "A1"
    assert Appointment.objects.get(user=ada).confirmed_at is None
    assert list(letters()) == [("joining_applied", manager.email), ("joining_received", "ada@example.org")]
    assert "A manager looks at it." in words_of(browser.get(f"{LIST}application/"))

    # The manager asks, she answers, the manager lets her in.
    desk = sign_in(manager, second_factor=True)
    shown = f"{LIST}applications/{subscription.pk}/"
    assert "Ada Example" in words_of(desk.get(f"{LIST}applications/"))
    assert "not confirmed yet" in words_of(desk.get(shown))
    assert "The number A1 is confirmed" in words_of(desk.get(shown))
    desk.post(shown, {"decision": "ask", "words": "Since when?"})
    assert "Since when?" in words_of(browser.get(f"{LIST}application/"))
    browser.post(f"{LIST}application/", {"text": "Since May."})
    assert "Since May." in words_of(desk.get(shown))
    desk.post(shown, {"decision": "approve"})
    assert list(letters()) == [
        ("joining_asked", "ada@example.org"),
        ("joining_answered", manager.email),
        ("joining_let_in", "ada@example.org"),
    ]
    assert "You are on this list." in words_of(browser.get(f"{LIST}about/"))

    # She leaves with one press, and comes back with one.
    assert "Leave Setting up?" in words_of(browser.get(f"{LIST}leave/"))
    browser.post(f"{LIST}leave/")
    assert "You can come back." in words_of(browser.get(f"{LIST}about/"))
    browser.post(f"{LIST}come-back/")
    assert list(subscription.periods.values_list("state", flat=True)) == [
        State.APPLIED,
        State.ACTIVE,
        State.LEFT,
        State.ACTIVE,
    ]
    assert list(letters()) == []


def test_an_application_is_withdrawn_with_one_press(the_list: MailingList) -> None:
    browser = sign_in(make_user())
    browser.post(f"{LIST}join/", {"role": "other", "member": "no", **boxes(the_list)})

    assert "Withdraw your application" in words_of(browser.get(f"{LIST}leave/"))
    browser.post(f"{LIST}leave/")

    assert "You can apply to join." in words_of(browser.get(f"{LIST}about/"))
    assert [name for name, _ in letters()] == ["joining_received"]


def test_a_refusal_reaches_the_person_with_its_reason(the_list: MailingList, manager: User) -> None:
    browser = sign_in(make_user("ada@example.org"))
    browser.post(f"{LIST}join/", {"role": "other", "member": "no", **boxes(the_list)})
    shown = f"{LIST}applications/{the_list.subscriptions.get().pk}/"
    desk = sign_in(manager)

    silent = desk.post(shown, {"decision": "refuse"})
    assert "Say why. The person reads it." in words_of(silent)
    desk.post(shown, {"decision": "refuse", "words": "Not in a network."})

    assert "Not in a network." in words_of(browser.get(f"{LIST}application/"))
    assert list(letters())[-1] == ("joining_refused", "ada@example.org")


def test_a_number_that_does_not_fit_waits_and_the_application_goes_on(the_list: MailingList) -> None:
    make_membership("A1", last_name="Somebodyelse")
    browser = sign_in(make_user("ada@example.org"))

    browser.post(f"{LIST}join/", {"role": "other", "member": "yes", "number": "A1", **boxes(the_list)})

    assert MembershipClaim.objects.get().state == "open"
    assert the_list.subscriptions.get().number == "A1"


def test_terms_that_wait_are_accepted_on_one_page_that_leads_back(the_list: MailingList) -> None:
    browser = sign_in(make_user())
    page = browser.get(f"{LIST}terms/?next=/networks/")
    assert "Code of conduct, version 1" in words_of(page)

    answer = browser.post(f"{LIST}terms/", {"next": "/networks/", **boxes(the_list)})

    assert (answer.status_code, answer["Location"]) == (302, "/networks/")
    assert Acceptance.objects.count() == 2
    assert "There is nothing to do." in words_of(browser.get(f"{LIST}terms/"))


def test_who_is_kept_out_for_terms_alone_is_led_through_them_to_where_they_wanted_to_go(
    the_list: MailingList,
) -> None:
    ada = make_user()
    subscribe(the_list, ada, since=timezone.now() - DAY)
    browser = sign_in(ada)

    shut = browser.get(LIST)
    assert shut.status_code == 403
    [way] = re.findall(rf'href="({LIST}terms/[^"]+)"', shut.content.decode())
    assert "Terms of this list wait" in words_of(browser.get(f"{LIST}about/"))
    [back] = re.findall(r'name="next" value="([^"]+)"', browser.get(way).content.decode())
    answer = browser.post(f"{LIST}terms/", {"next": back, **boxes(the_list)})

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert browser.get(LIST).status_code == 200


def test_a_new_version_that_came_while_the_form_was_open_is_not_accepted_unseen(
    the_list: MailingList,
) -> None:
    browser, sent = sign_in(make_user()), {"role": "other", "member": "no", **boxes(the_list)}
    conduct = the_list.terms.get(title="Code of conduct")
    conduct.versions.create(number=2, text="Version 2.", published_at=timezone.now() - DAY / 2)

    answer = browser.post(f"{LIST}join/", sent)

    assert "Version 2 of this document is the one to accept now." in words_of(answer)
    assert not Acceptance.objects.exists()
    assert browser.post(f"{LIST}join/", {**sent, **boxes(the_list)}).status_code == 302
