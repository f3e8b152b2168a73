"""Drafts: saved as one writes, told apart between windows, shown again, and gone once posted, thrown away or old."""

from datetime import timedelta

import pytest
from django.test import Client

from forum.actions.drafting import DraftChangedError, save_draft
from forum.actions.posting import start_topic
from forum.models import Draft, MailingList, Topic
from forum.rules.drafts import MOST_DRAFTS, refusal_of_draft
from portal.members.actions import RefusedError
from portal.members.models import User
from tests.factories import NOW, make_user, sign_in
from tests.forum.factories import make_list, subscribe

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
DRAFTS = "/forum/setting-up/drafts/"


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def ada(the_list: MailingList) -> User:
    person = make_user()
    subscribe(the_list, person, since=NOW - DAY)
    return person


@pytest.fixture
def browser(ada: User) -> Client:
    return sign_in(ada)


@pytest.fixture
def topic(the_list: MailingList, ada: User) -> Topic:
    return start_topic(mailing_list=the_list, user=ada, subject="Quorum", content="How many?", now=NOW).topic


def save(browser: Client, place: str, text: str, based_on: str = "") -> dict[str, str]:
    answer = browser.post(DRAFTS, {"place": place, "text": text, "subject": "S", "based_on": based_on})
    return {"status": answer.status_code, **answer.json()}


def test_a_draft_is_in_the_form_again_and_in_the_list_until_it_is_posted(
    browser: Client, topic: Topic
) -> None:
    place, address = f"topic:{topic.pk}", f"/forum/setting-up/topics/{topic.pk}/reply/"
    first = save(browser, place, "Half")
    second = save(browser, place, "Half of <them>", first["saved_at"])
    assert (first["status"], second["status"], Draft.objects.count()) == (200, 200, 1)

    page = browser.get(address).content.decode()
    assert "Half of &lt;them&gt;</textarea>" in page
    assert "is in the form." in page
    assert "Half of &lt;them&gt;</textarea>" in browser.get(topic_page(topic)).content.decode()
    listed = browser.get("/forum/setting-up/").content.decode()
    assert ("You have 1 draft" in listed, address in listed) == (True, True)
    browser.post(address, {"text": "Half of them."})
    assert not Draft.objects.exists()


def topic_page(topic: Topic) -> str:
    return f"/forum/setting-up/topics/{topic.pk}/"


def test_a_quote_goes_behind_the_draft(browser: Client, topic: Topic) -> None:
    save(browser, f"topic:{topic.pk}", "My words")

    page = browser.get(f"{topic_page(topic)}reply/?quote={topic.first_post_id}").content.decode()

    assert ">\nMy words\n\n&gt; *Ada Example wrote on" in page


def test_a_draft_is_thrown_away_by_a_button(browser: Client, topic: Topic) -> None:
    save(browser, "new", "Half")

    browser.post("/forum/setting-up/new/", {"text": "Half", "step": "discard"})

    assert not Draft.objects.exists()


def test_another_window_is_told_what_is_there_now(browser: Client, topic: Topic) -> None:
    first = save(browser, "new", "Here")

    told = save(browser, "new", "There")
    assert told == {"status": 409, "saved_at": first["saved_at"], "subject": "S", "text": "Here"}
    assert save(browser, "new", "Here")["status"] == 200
    assert save(browser, "new", "There", first["saved_at"])["status"] == 200
    Draft.objects.all().delete()
    assert save(browser, "new", "Too late", first["saved_at"]) == {
        "status": 409,
        "saved_at": "",
        "subject": "",
        "text": "",
    }


@pytest.mark.parametrize(
    "place", ["", "old", "topic:", "topic:999", "post:999", "topic:-1", "post:" + "9" * 40]
)
def test_a_draft_for_nothing_is_not_kept(browser: Client, topic: Topic, place: str) -> None:
    assert save(browser, place, "Words")["status"] == 422
    assert not Draft.objects.exists()


def test_somebody_else_s_post_has_no_draft_of_a_reader(browser: Client, topic: Topic) -> None:
    post = topic.posts.get()
    assert save(browser, f"post:{post.pk}", "Mine")["status"] == 200
    other = make_user()
    subscribe(MailingList.objects.get(), other, since=NOW - DAY)

    assert save(sign_in(other), f"post:{post.pk}", "Not mine")["status"] == 422
    assert Draft.objects.get().text == "Mine"


@pytest.mark.parametrize(
    ("text", "others", "says"),
    [
        ("a" * 40_000, 0, None),
        ("a" * 40_001, 0, "This is too long to be kept as a draft."),
        ("a\0", 0, "There is a character in it that cannot be kept."),
        ("\udc00", 0, "There is a character in it that cannot be kept."),
        ("a", MOST_DRAFTS - 1, None),
        ("a", MOST_DRAFTS, "You have 50 drafts. Post or throw away some of them."),
    ],
)
def test_what_is_kept_has_limits(text: str, others: int, says: str | None) -> None:
    assert refusal_of_draft("", text, others=others) == says


def test_whoever_may_not_post_keeps_no_drafts(the_list: MailingList, ada: User) -> None:
    values = {
        "mailing_list": the_list,
        "place": "new",
        "subject": "",
        "text": "x",
        "based_on": None,
        "now": NOW,
    }
    save_draft(user=ada, **values)

    with pytest.raises(RefusedError, match="cannot post"):
        save_draft(user=make_user(), **values)
    with pytest.raises(DraftChangedError):
        save_draft(user=ada, **{**values, "text": "y"})


def test_a_script_can_ask_whether_a_form_was_posted(browser: Client, topic: Topic, ada: User) -> None:
    key = "6a1c1a3e-6a53-4d52-9c43-111111111111"
    ask = [browser.get(f"{DRAFTS}?key={key}").json()]
    browser.post(f"{topic_page(topic)}reply/", {"text": "Half.", "key": key})
    ask += [browser.get(f"{DRAFTS}?key={one}").json() for one in (key, "nonsense")]

    assert ask == [{"posted": False}, {"posted": True}, {"posted": False}]
