"""Posts on their way out: to whom, once, marked as they go, and with the right to read asked as they go."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from forum import addresses
from forum.actions import moderating
from forum.actions.claiming import LEASE, ClaimLost, claim
from forum.actions.delivering import record_bounce, stop_mail
from forum.actions.posting import edit, reply, start_topic
from forum.actions.queueing import queue_digests, queue_post
from forum.actions.sending import AHEAD, _pace, send_waiting
from forum.addresses import Purpose, ToKey
from forum.following import topic_key
from forum.models import (
    AccessRule,
    Batch,
    Delivery,
    DeliveryMode,
    DeliveryState,
    Level,
    MailingList,
    Post,
    Subscription,
)
from forum.outgoing.relay import Letter, Relay
from portal.members.actions import follow
from portal.members.models import Cadence, Mail, User
from tests.factories import make_user
from tests.forum.factories import give, make_list, subscribe
from tests.forum.mail import server

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
def post_office(settings: Any) -> Iterator[server.Post]:
    """A mail server on this machine, to which the portal's mail goes."""
    office = server.Post()
    controller = server.started(office)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield office
    controller.stop()


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


def join(
    the_list: MailingList,
    name: str,
    delivery: DeliveryMode = DeliveryMode.EACH,
    *,
    since: datetime | None = None,
    **fields: Any,
) -> User:
    person = make_user(f"{name}@one.example", first_name=name.title())
    subscribe(the_list, person, since=since or timezone.now() - DAY, delivery=delivery)
    if fields:
        Subscription.objects.filter(user=person).update(**fields)
    return person


@pytest.fixture
def ada(the_list: MailingList) -> User:
    return join(the_list, "ada")


def write(the_list: MailingList, user: User, subject: str = "Rota", now: datetime | None = None) -> Post:
    return start_topic(
        mailing_list=the_list,
        user=user,
        subject=subject,
        content="Who covers Monday?",
        now=now or timezone.now(),
    )


def states() -> dict[str, str]:
    rows = Delivery.objects.order_by("subscription__user__email")
    return {
        email.partition("@")[0]: state
        for email, state in rows.values_list("subscription__user__email", "state")
    }


def test_a_post_goes_to_those_who_want_it_each_with_an_envelope_of_their_own(
    the_list: MailingList, ada: User, post_office: server.Post
) -> None:
    now = timezone.now()
    join(the_list, "grace")
    join(the_list, "daily", DeliveryMode.DAILY)
    join(the_list, "weekly", DeliveryMode.WEEKLY)
    join(the_list, "none", DeliveryMode.NONE)
    join(the_list, "follower", DeliveryMode.FOLLOWED)
    join(the_list, "on-holiday", paused_until=now + DAY)
    join(the_list, "back", paused_until=now - SECOND)
    join(the_list, "bouncing", stopped_at=now - DAY)
    join(the_list, "gone").subscriptions.get().periods.update(ends_at=now - SECOND)
    give(the_list, make_user("guest@one.example"), since=now - DAY, until=now + DAY)

    post = write(the_list, ada)
    assert send_waiting() == 3

    assert sorted(post_office.recipients) == ["ada@one.example", "back@one.example", "grace@one.example"]
    for sender, recipient, raw in post_office.came:
        delivery = Delivery.objects.get(subscription__user__email=recipient)
        assert addresses.read(sender) == ToKey(Purpose.BOUNCES, delivery.pk, 0)
        message = message_from_bytes(raw, policy=policy.default)
        reply_to = addresses.read(message["Reply-To"].addresses[0].addr_spec)
        assert reply_to == ToKey(Purpose.REPLY, post.pk, delivery.subscription_id)
        assert message["To"].addresses[0].addr_spec == recipient
    assert send_waiting() == 0


def test_only_the_topics_that_one_follows_come_if_one_wants_it_so(
    the_list: MailingList, ada: User, post_office: server.Post
) -> None:
    follower = join(the_list, "follower", DeliveryMode.FOLLOWED)
    followed, other = write(the_list, ada, "Followed"), write(the_list, ada, "Other")
    follow(user=follower, key=topic_key(followed.topic_id), cadence=Cadence.WEEKLY, now=timezone.now())
    for post in (followed, other):
        reply(topic=post.topic, user=ada, content="An answer", now=timezone.now())

    send_waiting()

    subjects = [
        str(message_from_bytes(raw, policy=policy.default)["Subject"])
        for _, recipient, raw in post_office.came
        if recipient == "follower@one.example"
    ]
    assert subjects == ["Re: [Setting up] Followed"]


def test_whoever_does_not_want_their_own_posts_gets_those_of_others(
    the_list: MailingList, ada: User, post_office: server.Post
) -> None:
    grace = join(the_list, "grace", own_posts=False)
    write(the_list, grace)
    write(the_list, ada)

    send_waiting()

    assert sorted(post_office.recipients) == ["ada@one.example"] * 2 + ["grace@one.example"]


def test_whoever_gets_a_post_by_mail_is_not_told_of_it_as_well(
    the_list: MailingList, ada: User, django_capture_on_commit_callbacks: Any, post_office: server.Post
) -> None:
    for name, mode in (("grace", DeliveryMode.EACH), ("reader", DeliveryMode.NONE)):
        person = join(the_list, name, mode)
        follow(user=person, key=f"list:{the_list.pk}", cadence=Cadence.AT_ONCE, now=timezone.now() - DAY)

    with django_capture_on_commit_callbacks(execute=True):
        write(the_list, ada)

    assert list(Mail.objects.filter(template="post_new").values_list("to", flat=True)) == [
        "reader@one.example"
    ]


# --- The right to read is asked as it goes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "sent"),
    [
        (-SECOND, False),
        (timedelta(), False),
        # Asked a little ahead, so that nothing goes out after the end however long a batch takes.
        (timedelta(seconds=AHEAD), False),
        (timedelta(seconds=AHEAD) + SECOND, True),
    ],
)
def test_access_that_ends_between_queueing_and_sending_ends_the_mail_too(
    ada: User,
    the_list: MailingList,
    post_office: server.Post,
    monkeypatch: pytest.MonkeyPatch,
    left: timedelta,
    *,
    sent: bool,
) -> None:
    end = timezone.now() + timedelta(hours=1)
    AccessRule.objects.filter(list=the_list).update(until_at=end)
    write(the_list, ada)
    assert states() == {"ada": "queued"}

    monkeypatch.setattr(timezone, "now", lambda: end - left)
    send_waiting()

    assert states() == {"ada": DeliveryState.SENT if sent else DeliveryState.LEFT_OUT}
    assert len(post_office.came) == sent


def test_whoever_is_suspended_or_wants_no_mail_any_more_is_left_out_with_the_reason(
    the_list: MailingList, ada: User, post_office: server.Post
) -> None:
    grace, other = join(the_list, "grace"), join(the_list, "other")
    write(the_list, ada)
    Subscription.objects.get(user=grace).periods.update(ends_at=timezone.now())
    stop_mail(subscription=Subscription.objects.get(user=other))

    send_waiting()

    assert post_office.recipients == ["ada@one.example"]
    said = dict(Delivery.objects.values_list("subscription__user__first_name", "said"))
    assert said == {
        "Ada": "",
        "Grace": "May not read the list any more.",
        "Other": "Wants no mail of this list any more, or another kind.",
    }


def test_a_post_that_is_held_meanwhile_waits_and_goes_out_once_it_is_approved(
    the_list: MailingList, ada: User, post_office: server.Post
) -> None:
    post = write(the_list, ada)
    manager = make_user("manager@one.example")
    give(the_list, manager, level=Level.MANAGE, since=timezone.now() - DAY, until=timezone.now() + DAY)
    held = moderating.hold(post=post, by=manager, reason="To be looked at", now=timezone.now())
    send_waiting()
    assert (states(), post_office.came) == ({"ada": "left-out"}, [])

    moderating.approve(held=held, by=manager, now=timezone.now())
    send_waiting()
    send_waiting()

    assert (states(), post_office.recipients) == ({"ada": "sent"}, ["ada@one.example"])


def test_a_post_that_is_changed_or_queued_again_goes_out_once(
    the_list: MailingList, ada: User, post_office: server.Post
) -> None:
    post = write(the_list, ada)
    send_waiting()
    join(the_list, "late")
    edit(post=post, user=ada, content="Who covers Tuesday?", now=timezone.now())

    assert queue_post(Post.objects.get(pk=post.pk), timezone.now()) == 1  # to the one who came since
    send_waiting()

    assert post_office.recipients == ["ada@one.example", "late@one.example"]


# --- What the mail server says -------------------------------------------------------------------------------------------


def test_what_is_refused_is_kept_with_the_server_s_words_and_tried_again_if_it_was_for_now(
    the_list: MailingList, ada: User, post_office: server.Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(the_list, "full")
    join(the_list, "unknown")
    post_office.refusals = {
        "full@one.example": "452 4.2.2 Mailbox full",
        "unknown@one.example": "550 5.1.1 No such user",
    }
    write(the_list, ada)
    send_waiting()

    assert states() == {"ada": "sent", "full": "deferred", "unknown": "refused"}
    said = {row.state: row.said for row in Delivery.objects.exclude(said="")}
    assert said == {"deferred": "452 4.2.2 Mailbox full", "refused": "550 5.1.1 No such user"}

    again = Delivery.objects.get(state=DeliveryState.DEFERRED).due_at
    post_office.refusals = {}
    for at, expected in ((again - SECOND, "deferred"), (again, "sent")):
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        send_waiting()
        assert states()["full"] == expected


def test_what_is_refused_for_now_for_days_is_given_up(
    the_list: MailingList, ada: User, post_office: server.Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_office.refusals = {"ada@one.example": "451 4.7.1 Come back later"}
    write(the_list, ada)
    attempts = 0
    while states()["ada"] in {"queued", "deferred"}:
        due = Delivery.objects.get().due_at
        monkeypatch.setattr(timezone, "now", lambda due=due: due)
        send_waiting()
        attempts += 1

    assert (attempts, states()["ada"], Delivery.objects.get().attempts) == (11, "refused", 11)


def test_a_mail_server_that_is_away_loses_nothing(the_list: MailingList, ada: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    write(the_list, ada)

    assert send_waiting() == 0
    assert [due.to for due in claim(timezone.now(), 9).mails] == ["ada@one.example"]


def test_what_a_worker_has_claimed_is_nobody_else_s_until_its_claim_ends(
    the_list: MailingList, ada: User
) -> None:
    now = timezone.now()
    write(the_list, ada)
    assert len(claim(now + SECOND, 9).mails) == 1

    assert claim(now + SECOND + LEASE - SECOND, 9) is None
    assert len(claim(now + SECOND + LEASE, 9).mails) == 1


def test_a_batch_that_its_worker_has_left_is_finished_by_another_up_to_where_it_came(
    the_list: MailingList, ada: User, post_office: server.Post
) -> None:
    for name in ("bea", "cleo", "dora"):
        join(the_list, name)
    now = timezone.now()
    write(the_list, ada, now=now - LEASE)
    left = claim(now - LEASE, 9)
    [first, second, refused, last] = left.mails
    for due in (first, second):
        left.mark_sent(due)
        left.confirm()
    left.settle(refused, DeliveryState.REFUSED, "550 no")

    assert send_waiting() == 1

    assert post_office.recipients == [last.to]
    assert list(Delivery.objects.order_by("pk").values_list("state", "attempts", "batch")) == [
        ("sent", 1, None),
        ("sent", 1, None),
        ("refused", 1, None),
        ("sent", 1, None),
    ]
    assert not Batch.objects.exists()


def test_whoever_has_lost_their_claim_finds_out_and_changes_nothing(the_list: MailingList, ada: User) -> None:
    now = timezone.now()
    write(the_list, ada, now=now - LEASE)
    slow = claim(now - LEASE, 9)
    other = claim(now, 9)

    slow.mark_sent(slow.mails[0])
    with pytest.raises(ClaimLost):
        slow.confirm()
    with pytest.raises(ClaimLost):
        slow.settle(slow.mails[0], DeliveryState.REFUSED, "550 no")
    with pytest.raises(ClaimLost):
        slow.finish()

    assert states() == {"ada": "queued"}
    other.mark_sent(other.mails[0])
    other.finish()
    assert states() == {"ada": "sent"}


def test_a_mail_that_comes_back_before_it_was_written_up_counts_as_come_back(
    the_list: MailingList, ada: User
) -> None:
    now = timezone.now()
    write(the_list, ada, now=now)
    claimed = claim(now + SECOND, 9)
    [due] = claimed.mails
    claimed.mark_sent(due)
    claimed.confirm()

    record_bounce(delivery_id=due.pk, now=now + SECOND, is_hard=True, said="550 no")
    claimed.finish()

    found = Delivery.objects.get()
    assert (found.state, found.settled_at, found.said) == ("bounced", now + SECOND, "550 no")


def test_access_that_ends_while_the_mail_server_takes_its_time_ends_the_mail_too(
    the_list: MailingList, ada: User, post_office: server.Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(the_list, "grace")
    monkeypatch.setattr("forum.actions.sending.AHEAD", 0.0)  # asked again for each
    write(the_list, ada)
    begin = Relay.begin

    def slowly(relay: Relay, letter: Letter) -> None:
        begin(relay, letter)
        Subscription.objects.get(user__email=letter.to).periods.update(ends_at=timezone.now())

    monkeypatch.setattr(Relay, "begin", slowly)
    assert send_waiting() == 0

    assert (post_office.came, states()) == ([], {"ada": "left-out", "grace": "left-out"})


@pytest.mark.parametrize("to", [f"{'a' * 65}@one.example", "grâce@one.example", '"\x01"@one.example'])
def test_an_address_that_no_mail_can_be_sent_to_keeps_nobody_else_waiting(
    the_list: MailingList, ada: User, post_office: server.Post, to: str
) -> None:
    grace = join(the_list, "grace")
    EmailAddress.objects.filter(user=grace).update(email=to)
    write(the_list, ada)

    assert send_waiting() == 1

    assert states() == {"ada": "sent", "grace": "left-out"}


@pytest.mark.parametrize(
    ("mails", "seconds", "most"),
    [(100, 0.0, 100), (100, 0.05, 1_000), (100, 0.5, 200), (200, 1.25, 160), (160, 60.0, 50)],
)
def test_a_worker_claims_what_takes_about_a_second(mails: int, seconds: float, most: int) -> None:
    assert _pace(mails, seconds) == most


# --- Digests -------------------------------------------------------------------------------------------------------------


def test_a_digest_goes_once_to_those_who_want_it_and_not_at_all_without_posts(
    the_list: MailingList, post_office: server.Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 15 June 2026 is a Monday; days end at 07:00 in London, 06:00 in UTC.
    monday = datetime(2026, 6, 15, 6, tzinfo=timezone.get_fixed_timezone(0))
    writer = join(the_list, "writer", DeliveryMode.NONE, since=monday - 30 * DAY)
    for name, mode in (("daily", DeliveryMode.DAILY), ("weekly", DeliveryMode.WEEKLY)):
        join(the_list, name, mode, since=monday - 30 * DAY)
    for subject, at in (("Early", monday - 3 * DAY), ("Late", monday - SECOND), ("Next", monday)):
        write(the_list, writer, subject, at)

    sent = {}
    for at in (monday - SECOND, monday, monday + timedelta(hours=5), monday + DAY, monday + 2 * DAY):
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        queue_digests()
        queue_digests()
        send_waiting()
        sent[at] = post_office.recipients[:]
        post_office.came.clear()

    assert sent == {
        monday - SECOND: [],
        monday: ["daily@one.example", "weekly@one.example"],
        monday + timedelta(hours=5): [],
        monday + DAY: ["daily@one.example"],
        monday + 2 * DAY: [],
    }
