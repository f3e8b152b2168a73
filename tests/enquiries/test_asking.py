"""Somebody asks advisers: confirmed at their address, held if it looks like spam, and answered on a page behind a secret."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.enquiries.actions.answering import answer, ask_back, close
from portal.enquiries.actions.asking import ask, confirm, reply
from portal.enquiries.actions.holding import discard, release
from portal.enquiries.models import AdvicePage, Enquiry, Message, State
from portal.members.actions import RefusedError
from portal.members.models import AuditEntry, Mail
from tests.enquiries.factories import WORDS, asked, filled, make_adviser, make_topic, put
from tests.factories import NOW, make_home, make_user, sign_in

pytestmark = pytest.mark.django_db

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TOO_MUCH = "See https://a.example https://b.example https://c.example"


def mails() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("template", "to"))


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


# --- Confirming ----------------------------------------------------------------------------------------------------------


def test_without_an_account_advisers_hear_of_it_only_once_the_address_is_confirmed() -> None:
    make_adviser()
    enquiry = put(make_topic())
    assert (enquiry.state, enquiry.opened_at, enquiry.promised_on) == (State.UNCONFIRMED, None, None)
    assert mails() == [("enquiry_confirm", "ada@one.example")]
    asks = Mail.objects.get()
    typed = (WORDS, enquiry.subject, f"Hello {enquiry.name}")
    assert [one in asks.subject + asks.text + asks.html for one in typed] == [False] * 3

    confirmed = confirm(enquiry=enquiry, now=NOW + MINUTE)

    assert (confirmed.state, confirmed.opened_at) == (State.OPEN, NOW + MINUTE)
    assert confirmed.promised_on == date(2026, 3, 17)
    assert mails()[1:] == [("enquiry_received", "ada@one.example"), ("enquiry_new", "asha@one.example")]
    received, new = Mail.objects.order_by("pk")[1:]
    assert confirmed.reference in received.text
    assert "Tuesday 17 March 2026" in received.text
    assert str(confirmed.key) in received.text
    assert (WORDS in new.text, str(confirmed.key) in new.text) == (False, False)
    with pytest.raises(RefusedError, match="sent already"):
        confirm(enquiry=enquiry, now=NOW + MINUTE)


def test_an_address_is_asked_to_confirm_once_a_day_and_finds_all_of_its_questions_there() -> None:
    topic = make_topic()
    first = put(topic)
    second = put(topic, email="ADA@one.example", text="Something else?")
    put(topic, email="other@one.example", text="Not hers.")
    assert mails() == [("enquiry_confirm", "ada@one.example"), ("enquiry_confirm", "other@one.example")]
    assert "ada" not in Mail.objects.earliest("pk").key

    page = Client().get(f"/advice/{first.key}/").content.decode()
    assert str(second.key) in page
    assert "Not hers" not in page
    put(topic, text="Tomorrow?", now=NOW + DAY)
    assert mails()[2:] == [("enquiry_confirm", "ada@one.example")]


def test_whoever_is_signed_in_confirms_nothing_for_an_address_of_their_own_and_all_others() -> None:
    topic, ada = make_topic(), make_user("ada@one.example")

    own = put(topic, user=ada)
    strangers = put(topic, user=ada, email="stranger@one.example", text="Something else?")

    assert (own.state, own.user) == (State.OPEN, ada)
    assert (strangers.state, strangers.user) == (State.UNCONFIRMED, None)
    page = sign_in(ada).get("/advice/mine/").content.decode()
    assert (str(own.key) in page, str(strangers.key) in page) == (True, False)


def test_an_address_that_was_never_verified_is_nobody_s_own() -> None:
    ada = make_user("ada@one.example", verified=False)

    assert put(make_topic(), user=ada).state == State.UNCONFIRMED


def test_one_form_asks_once_and_an_address_five_times_a_day() -> None:
    topic, form_key = make_topic(), uuid4()
    assert put(topic, form_key=form_key) == put(topic, form_key=form_key)
    for number in range(4):
        put(topic, text=f"Number {number}?")

    with pytest.raises(RefusedError, match="5 questions came from this address"):
        put(topic, text="One more?", now=NOW + DAY - timedelta(seconds=1))
    assert put(topic, text="One more?", now=NOW + DAY).state == State.UNCONFIRMED
    topic.is_offered = False
    topic.save()
    with pytest.raises(RefusedError, match="Choose another one"):
        put(topic, email="b@one.example")


def test_references_and_keys_cannot_be_counted_up() -> None:
    topic = make_topic()
    found = [put(topic, email=f"a{number}@one.example", text=f"{number}?") for number in range(5)]

    assert len({one.reference for one in found}) == 5
    assert all(len(one.reference) == 13 and one.reference.startswith("ADV-") for one in found)


def test_the_database_refuses_states_without_their_moments() -> None:
    enquiry = put(make_topic())
    for wrong in (
        {"state": State.OPEN},
        {"state": "lost"},
        {"state": State.CLOSED, "opened_at": NOW},
        {"closed_at": NOW},
        {"topic": None},
        {"emptied_at": NOW, "closed_at": NOW},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Enquiry.objects.filter(pk=enquiry.pk).update(**wrong)


# --- What looks like spam ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "signs"),
    [
        ({"trapped": True}, ["A field was filled in that people do not see."]),
        ({"text": TOO_MUCH}, ["It has 3 links."]),
        ({"text": f"  {WORDS.upper()} ", "email": "b@one.example"}, ["The same words came before."]),
    ],
)
def test_what_looks_like_spam_is_held_and_nobody_is_written_to(
    fields: dict[str, Any], signs: list[str]
) -> None:
    topic = make_topic()
    put(topic, text=WORDS, email="first@one.example")
    Mail.objects.all().delete()

    held = put(topic, **{"text": "Something else?", **fields})

    assert (held.state, held.signs, mails()) == (State.HELD, signs, [])
    with pytest.raises(RefusedError, match="looks at this question first"):
        confirm(enquiry=held, now=NOW)


def test_what_is_released_goes_on_as_if_it_had_come_now_and_what_is_discarded_is_gone() -> None:
    topic, adviser = make_topic(), make_adviser()
    ada = make_user("ada@one.example")
    unknown = put(topic, trapped=True, email="b@one.example", text="One?")
    known = put(topic, trapped=True, user=ada, text="Two?")
    spam = put(topic, trapped=True, email="c@one.example", text="Three?")

    assert release(enquiry=unknown, by=adviser, now=NOW + DAY).state == State.UNCONFIRMED
    opened = release(enquiry=known, by=adviser, now=NOW + DAY)
    discard(enquiry=spam, by=adviser, now=NOW + DAY)

    assert (opened.state, opened.promised_on) == (State.OPEN, date(2026, 3, 18))
    assert not Enquiry.objects.filter(pk=spam.pk).exists()
    logged = list(AuditEntry.objects.order_by("pk").values_list("action", "subject_name"))
    assert logged == [
        ("advice.released", unknown.reference),
        ("advice.released", known.reference),
        ("advice.discarded", spam.reference),
    ]
    for action in (release, discard):
        with pytest.raises(RefusedError):
            action(enquiry=spam, by=adviser, now=NOW)
        with pytest.raises(RefusedError):
            action(enquiry=known, by=adviser, now=NOW)


# --- By browser ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("at_now")
def test_by_browser_somebody_asks_and_confirms_by_a_button_and_no_get_changes_anything() -> None:
    topic, client = make_topic(), Client()
    made_at = NOW - MINUTE

    answered = client.post("/advice/", filled(topic, made_at), follow=True)

    assert "Check your e-mail" in answered.content.decode()
    enquiry = Enquiry.objects.get()
    assert str(enquiry.key) not in answered.content.decode()
    address = f"/advice/{enquiry.key}/"
    shown = client.get(address)
    assert "This is my question: send it" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert client.get(f"{address}confirm/").status_code == 405
    assert Enquiry.objects.get().state == State.UNCONFIRMED
    done = client.post(f"{address}confirm/", follow=True).content.decode()
    assert "Your question is with our advisers now" in done
    assert "Tuesday 17 March 2026" in done


@pytest.mark.usefixtures("at_now")
def test_by_browser_a_signed_in_person_is_led_straight_to_the_question() -> None:
    topic, ada = make_topic(), make_user("ada@one.example", first_name="Ada", last_name="Lovell")
    client = sign_in(ada)
    page = client.get("/advice/").content.decode()
    assert 'value="Ada Lovell"' in page
    assert 'value="ada@one.example"' in page

    answered = client.post("/advice/", filled(topic, NOW - MINUTE))

    assert answered.url == f"/advice/{Enquiry.objects.get().key}/"


@pytest.mark.usefixtures("at_now")
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"agrees": ""}, "Say that you agree"),
        ({"topic": ""}, "Choose what it is about."),
        ({"topic": "x"}, "Choose one of the topics."),
        ({"email": "nobody"}, "in the right form"),
        ({"text": "x" * 5001}, "5000"),
        ({"token": "made-up"}, "open for too long"),
        ({"text": "She is 943 476 5919."}, "looks like an NHS number"),
    ],
)
def test_by_browser_what_is_wrong_is_said_and_the_words_stay(fields: dict[str, str], said: str) -> None:
    sent = filled(make_topic(), NOW - MINUTE) | fields
    page = Client().post("/advice/", sent).content.decode()

    assert said in page
    assert not Enquiry.objects.exists()
    assert "A shared post" in page


@pytest.mark.usefixtures("at_now")
def test_by_browser_a_form_that_came_too_fast_is_taken_the_second_time() -> None:
    topic, client = make_topic(), Client()
    fast = filled(topic, NOW)

    page = client.post("/advice/", fast).content.decode()

    assert "That was faster than we can take it" in page
    assert WORDS in page
    assert not Enquiry.objects.exists()


@pytest.mark.usefixtures("at_now")
def test_by_browser_somebody_who_says_that_it_is_about_nobody_is_believed() -> None:
    sent = filled(make_topic(), NOW - MINUTE, text="The form 943 476 5919 is signed.")
    assert "Nothing in it is about a patient" in Client().post("/advice/", sent).content.decode()

    Client().post("/advice/", {**sent, "about_nobody": "on"})

    assert Message.objects.get().text == "The form 943 476 5919 is signed."


@pytest.mark.usefixtures("at_now")
def test_by_browser_the_trap_holds_a_question_and_ten_an_hour_are_taken_from_one_network_address() -> None:
    topic, client = make_topic(), Client()
    trapped = client.post("/advice/", filled(topic, NOW - MINUTE, website="x"), follow=True)
    assert "Somebody here looks at" not in trapped.content.decode()
    assert "somebody here looks at them" in trapped.content.decode()
    for number in range(9):
        sent = filled(topic, NOW - MINUTE, email=f"a{number}@one.example", text=f"{number}?")
        assert client.post("/advice/", sent).status_code == 302

    answered = client.post("/advice/", filled(topic, NOW - MINUTE, email="z@one.example", text="Z?"))

    assert answered.status_code == 429
    assert "Try again in an hour" in answered.content.decode()
    assert Enquiry.objects.count() == 10


def test_by_browser_the_answer_is_read_and_more_is_written() -> None:
    adviser, enquiry, client = make_adviser(), asked(), Client()
    address = f"/advice/{enquiry.key}/"
    answer(enquiry=enquiry, text="A month <b>is usual</b>.", by=adviser, now=NOW + DAY)

    page = client.get(address).content.decode()
    assert "A month &lt;b&gt;is usual&lt;/b&gt;." in page
    assert "Asha" not in page
    assert "Enter what you want to say." in client.post(address, {"text": ""}).content.decode()
    assert "NHS number" in client.post(address, {"text": "It is 943 476 5919"}).content.decode()
    for _ in range(2):
        client.post(address, {"text": "And in writing?"})

    enquiry.refresh_from_db()
    assert enquiry.state == State.OPEN
    assert [one.text for one in enquiry.messages.all()] == [
        WORDS,
        "A month <b>is usual</b>.",
        "And in writing?",
    ]
    assert mails()[-1] == ("enquiry_reply", "asha@one.example")
    close(enquiry=enquiry, by=adviser, now=timezone.now())
    assert "This question is closed" in client.get(address).content.decode()
    client.post(address, {"text": "One more."})
    assert enquiry.messages.count() == 3


def test_a_reply_promises_an_answer_anew_but_only_if_none_was_owed() -> None:
    adviser, enquiry = make_adviser(), asked()
    reply(enquiry=enquiry, text="Also in Leeds.", now=NOW + DAY)
    enquiry.refresh_from_db()
    assert enquiry.promised_on == date(2026, 3, 17)

    ask_back(enquiry=enquiry, text="Which contract?", by=adviser, now=NOW + DAY)
    reply(enquiry=enquiry, text="The old one.", now=NOW + 20 * DAY)

    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.promised_on) == (State.OPEN, date(2026, 4, 8))
    with pytest.raises(RefusedError, match="Confirm your e-mail address first"):
        reply(enquiry=put(enquiry.topic, text="x", email="b@one.example"), text="y", now=NOW)


def test_without_topics_it_is_said_that_nobody_can_ask() -> None:
    make_topic(is_offered=False)

    assert "Nobody can ask at the moment" in Client().get("/advice/").content.decode()
    assert Client().get("/advice/sent/").url == "/advice/"


def test_the_page_of_the_service_says_what_is_free_and_leads_to_the_form(
    django_assert_num_queries: Any,
) -> None:
    home = make_home()
    page = AdvicePage(
        title="Ask an adviser",
        slug="ask-an-adviser",
        free="Two questions a year.",
        paid="An hour with an adviser.",
        paid_address="/booking/products/",
        privacy_page=home,
        show_in_menus=True,
    )
    home.add_child(instance=page)
    make_topic()
    client = Client()
    client.get("/")

    with django_assert_num_queries(4):
        shown = client.get("/ask-an-adviser/").content.decode()
    for words in ("Two questions a year.", 'href="/booking/products/"', 'href="/advice/"', "5 working days"):
        assert words in shown
    with django_assert_num_queries(3):
        form = client.get("/advice/").content.decode()
    assert f'<a href="{home.url}">' in form
    assert "365 days after it is closed" in form


def test_the_action_itself_lowers_the_address() -> None:
    made = ask(
        topic=make_topic(),
        name="Ada",
        email="Ada@One.Example",
        works_at="",
        subject="s",
        text="t",
        user=None,
        form_key=uuid4(),
        trapped=False,
        now=NOW,
    )

    assert made.email == "ada@one.example"
