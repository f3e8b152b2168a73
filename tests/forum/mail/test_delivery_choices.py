"""What a subscriber chooses to get by mail; the one click that stops it; and mail that stops since it comes back."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forum import addresses
from forum.actions.delivering import record_bounce
from forum.actions.posting import start_topic
from forum.addresses import Purpose
from forum.models import Bounce, Delivery, DeliveryMode, DeliveryState, MailFormat, MailingList, Subscription
from portal.members.models import User
from tests.factories import make_user, sign_in
from tests.forum.factories import give, make_list, subscribe

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def ada(the_list: MailingList) -> User:
    person = make_user("ada@one.example")
    subscribe(the_list, person, since=timezone.now() - DAY, delivery=DeliveryMode.EACH)
    return person


def chosen() -> tuple[str, str, bool, date | None]:
    found = Subscription.objects.get()
    pause = found.paused_until
    return found.delivery, found.mail_format, found.own_posts, pause and timezone.localdate(pause)


def test_a_new_subscriber_gets_every_post_with_formatting(ada: User) -> None:
    assert chosen() == (DeliveryMode.EACH, MailFormat.HTML, True, None)


def test_a_subscriber_chooses_what_comes_how_it_is_written_and_until_when_there_is_none(ada: User) -> None:
    back = timezone.localdate() + 14 * DAY
    form = {"delivery": "daily", "mail_format": "plain", "paused_until": back.isoformat()}

    answer = sign_in(ada).post("/forum/setting-up/mail/", form, follow=True)

    assert chosen() == (DeliveryMode.DAILY, MailFormat.PLAIN, False, back)
    page = answer.content.decode()
    assert "You get one mail a day about Setting up." in page
    assert f"You get no mail of this list until {back.day} " in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"delivery": "sometimes", "mail_format": "plain"}, "Choose one."),
        ({"delivery": "each"}, "Choose one."),
        ({"delivery": "each", "mail_format": "html", "paused_until": "2020-01-01"}, "still to come"),
        ({"delivery": "each", "mail_format": "html", "paused_until": "2999-01-01"}, "within a year"),
        ({"delivery": "each", "mail_format": "html", "paused_until": "soon"}, "Enter a date"),
    ],
)
def test_what_makes_no_sense_is_not_saved_and_says_why(ada: User, form: dict[str, str], said: str) -> None:
    page = sign_in(ada).post("/forum/setting-up/mail/", form).content.decode()

    assert said in page
    assert chosen() == (DeliveryMode.EACH, MailFormat.HTML, True, None)


def test_somebody_to_whom_access_was_given_gets_no_mail_and_is_told_so(the_list: MailingList) -> None:
    guest = make_user("guest@one.example")
    give(the_list, guest, since=timezone.now() - DAY, until=timezone.now() + DAY)

    assert "get no mail of it" in sign_in(guest).get("/forum/setting-up/mail/").content.decode()


def stop_address(subscription: Subscription) -> str:
    return f"/forum/mail/stop/{addresses.key_of(Purpose.STOP, 0, subscription.pk)}/"


def test_opening_the_link_stops_nothing_and_one_press_stops_mail_without_signing_in(ada: User) -> None:
    address = stop_address(Subscription.objects.get())
    stranger = Client(enforce_csrf_checks=True)

    page = stranger.get(address).content.decode()
    assert ("Stop mail of Setting up?" in page, chosen()[0]) == (True, DeliveryMode.EACH)

    # As RFC 8058 has mail programs ask.
    done = stranger.post(address, {"List-Unsubscribe": "One-Click"})
    assert (done.status_code, chosen()[0]) == (200, DeliveryMode.NONE)
    assert not stranger.cookies
    assert "You get no mail of Setting up" in stranger.get(address).content.decode()
    assert stranger.post(address).status_code == 200


@pytest.mark.parametrize("key", ["x", "a" * 36, "%00", "A" * 500])
def test_a_key_that_was_not_made_here_stops_nothing(ada: User, key: str) -> None:
    assert Client().post(f"/forum/mail/stop/{key}/").status_code in {400, 404}
    assert chosen()[0] == DeliveryMode.EACH


def test_a_key_for_answering_stops_nothing(ada: User) -> None:
    key = addresses.key_of(Purpose.REPLY, 0, Subscription.objects.get().pk)

    assert Client().post(f"/forum/mail/stop/{key}/").status_code == 404


def deliveries(the_list: MailingList, number: int) -> list[Delivery]:
    """Mails that went out to the one subscriber, a day apart."""
    author, subscription = make_user("author@one.example"), Subscription.objects.get()
    subscribe(the_list, author, since=timezone.now() - DAY)
    made = []
    for turn in range(number):
        post = start_topic(
            mailing_list=the_list, user=author, subject=f"Topic {turn}", content="Words", now=timezone.now()
        )
        made.append(
            Delivery.objects.update_or_create(
                post=post,
                subscription=subscription,
                defaults={
                    "state": DeliveryState.SENT,
                    "queued_at": timezone.now(),
                    "due_at": timezone.now(),
                    "settled_at": timezone.now(),
                },
            )[0]
        )
    return made


def test_mail_that_comes_back_on_five_days_stops_and_one_press_brings_it_back(
    the_list: MailingList, ada: User
) -> None:
    now = timezone.now() - 5 * DAY
    stopped = []
    for turn, one in enumerate(deliveries(the_list, 5)):
        subscription, stops = record_bounce(
            delivery_id=one.pk, now=now + turn * DAY, is_hard=True, said="550 5.1.1 No such user"
        )
        stopped.append(stops)
    assert stopped == [False, False, False, False, True]
    assert set(Delivery.objects.filter(subscription=subscription).values_list("state", flat=True)) == {
        "bounced"
    }

    browser = sign_in(ada)
    page = browser.get("/forum/setting-up/mail/").content.decode()
    assert "We have stopped sending you mail of this list" in page
    page = browser.post("/forum/setting-up/mail/resume/", follow=True).content.decode()

    assert "Mail of Setting up comes to you again." in page
    found = Subscription.objects.get(user=ada)
    assert (found.stopped_at, found.bounce_score, found.bounced_at) == (None, 0, None)


def test_a_delivery_comes_back_once_and_one_that_is_gone_counts_for_nobody(
    the_list: MailingList, ada: User
) -> None:
    (one,) = deliveries(the_list, 1)
    now = timezone.now()

    for turn in range(3):
        record_bounce(delivery_id=one.pk, now=now + turn * DAY, is_hard=False, said="452 4.2.2 Full")

    assert Bounce.objects.count() == 1
    assert Subscription.objects.get(user=ada).bounce_score == 0.5
    assert record_bounce(delivery_id=999_999, now=now, is_hard=True, said="") == (None, False)
