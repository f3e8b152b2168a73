"""People named in posts: offered to those who write, linked, and told once, like those who follow."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone

from forum import actions
from forum.actions.moderating import approve
from forum.actions.notifying import announce, tell, tell_waiting
from forum.actions.posting import edit, reply, start_topic
from forum.following import list_key, topic_key
from forum.mentions import linked, named_in, suggested
from forum.models import DeliveryMode, Hold, Level, MailingList, Post, PostNews, Subscription
from portal.members.actions.weekly import write_weekly
from portal.members.models import Cadence, Follow, Mail, User
from tests.factories import NOW, make_user, sign_in
from tests.forum.factories import give, make_list, subscribe

pytestmark = pytest.mark.django_db

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


def join(the_list: MailingList, email: str, first: str, last: str) -> User:
    person = make_user(email, first_name=first, last_name=last)
    subscribe(the_list, person, since=NOW - DAY)
    return person


@pytest.fixture
def ada(the_list: MailingList) -> User:
    return join(the_list, "ada@example.org", "Ada", "Example")


@pytest.fixture
def grace(the_list: MailingList) -> User:
    return join(the_list, "grace@example.org", "Grace", "O’Sample [x]")


def follow(user: User, key: str, cadence: Cadence = Cadence.AT_ONCE) -> None:
    Follow.objects.create(user=user, key=key, cadence=cadence, created_at=NOW - DAY)


def start(the_list: MailingList, user: User, content: str = "Words") -> Post:
    return start_topic(mailing_list=the_list, user=user, subject="Quorum", content=content, now=NOW)


def mails() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("template", "to"))


def test_only_people_who_read_the_list_now_are_offered_to_those_who_write(
    the_list: MailingList, ada: User, grace: User
) -> None:
    make_user("gone@example.org", first_name="Gracie", last_name="Elsewhere")

    assert suggested(the_list, "gra", NOW) == [grace]
    assert suggested(the_list, "example a", NOW) == [ada]
    assert suggested(the_list, " ", NOW) == []
    address = "/forum/setting-up/readers/?q=GRA"
    assert sign_in(ada).get(address).json() == {"people": [{"id": grace.pk, "name": "Grace O’Sample [x]"}]}
    actions.leave(mailing_list=the_list, user=grace, now=NOW)
    assert suggested(the_list, "gra", NOW) == []
    assert sign_in(grace).get(address).status_code == 403
    statuses = {
        sign_in(ada).get(f"/forum/setting-up/readers/?q={text}").status_code for text in ("%25", "%ED%A0%80")
    }
    assert statuses == {200}


def test_no_more_than_sixty_questions_a_minute_are_answered(the_list: MailingList, ada: User) -> None:
    browser = sign_in(ada)

    answers = [browser.get("/forum/setting-up/readers/?q=x").status_code for _ in range(130)]

    assert 429 in answers
    assert set(answers[:60]) == {200}


def test_a_plain_name_of_exactly_one_reader_becomes_a_link(
    the_list: MailingList, ada: User, grace: User
) -> None:
    link = f"[@Ada Example](person:{ada.pk})"
    for text, expected in [
        ("Ask @Ada Example.", f"Ask {link}."),
        ("@ada example", link),
        ("(@Ada Example)", f"({link})"),
        ("@Ada Examples", "@Ada Examples"),
        ("mail@Ada Example", "mail@Ada Example"),
        ("`@Ada Example`", "`@Ada Example`"),
        ("```\n@Ada Example\n```", "```\n@Ada Example\n```"),
        ("> @Ada Example", "> @Ada Example"),
        (link, link),
        ("@Ada", "@Ada"),
        ("@Grace O’Sample [x]", f"[@Grace O’Sample \\[x\\]](person:{grace.pk})"),
    ]:
        assert linked(text, the_list, NOW) == expected

    join(the_list, "other@example.org", "Ada", "Example")
    assert linked("Ask @Ada Example.", the_list, NOW) == "Ask @Ada Example."


@pytest.mark.parametrize("names", [1, 3])
def test_three_names_cost_as_much_as_one(
    the_list: MailingList,
    ada: User,
    grace: User,
    names: int,
    django_assert_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    with django_assert_num_queries(3):
        linked("@Ada Example " * names, the_list, NOW)
    with django_assert_num_queries(0):
        linked("No names", the_list, NOW)


def test_whoever_is_named_is_told_once_and_not_by_a_quote(
    the_list: MailingList, ada: User, grace: User
) -> None:
    follow(grace, list_key(the_list.pk))
    post = start(the_list, ada, "Ask @Grace O’Sample [x].\n\n> [@Ada Example](person:1)")
    assert named_in(post.content.raw) == [grace.pk]

    for _ in range(2):
        tell(post.pk, NOW)

    assert mails() == [("post_mention", "grace@example.org")]
    mail = Mail.objects.get()
    assert mail.subject == "Ada Example named you in “Quorum”"
    assert f"/forum/setting-up/posts/{post.pk}/" in mail.text
    assert "Ask" not in mail.text + mail.html


def test_a_name_that_a_change_adds_is_told_and_nobody_a_second_time(
    the_list: MailingList, ada: User, grace: User
) -> None:
    follow(grace, list_key(the_list.pk))
    post = start(the_list, ada)
    tell(post.pk, NOW)

    other = join(the_list, "other@example.org", "Other", "Person")
    edit(post=post, user=ada, content="Ask @Other Person, @Grace O’Sample [x]", now=NOW + MINUTE)
    tell(post.pk, NOW + MINUTE)

    assert mails() == [("post_new", "grace@example.org"), ("post_mention", other.email)]


def test_followers_of_list_and_topic_are_told_of_each_post_but_not_of_their_own(
    the_list: MailingList, ada: User, grace: User
) -> None:
    post = start(the_list, ada)
    follow(ada, topic_key(post.topic_id))
    follow(grace, list_key(the_list.pk))
    follow(grace, topic_key(post.topic_id))
    answer = reply(topic=post.topic, user=ada, content="More", now=NOW + MINUTE)

    assert tell_waiting(NOW + MINUTE) == 2

    assert mails() == [("post_new", "grace@example.org"), ("post_new", "grace@example.org")]
    last = Mail.objects.order_by("pk").last()
    assert last.subject == "Setting up: an answer in “Quorum”"
    assert set(last.headers) == {"List-Unsubscribe", "List-Unsubscribe-Post"}
    stop = last.headers["List-Unsubscribe"].strip("<>").split("/follow/", 1)[1]
    sign_in(make_user()).post(f"/follow/{stop}")
    assert not Follow.objects.filter(user=grace).exists()
    assert PostNews.objects.get(post=answer).told_at == NOW + MINUTE


def test_access_is_asked_when_the_mail_is_written(the_list: MailingList, ada: User, grace: User) -> None:
    follow(grace, list_key(the_list.pk))
    superuser = make_user("super@example.org", is_superuser=True)
    follow(superuser, list_key(the_list.pk))
    post = start(the_list, ada, f"[@x](person:{superuser.pk}) and [@y](person:{grace.pk})")
    actions.leave(mailing_list=the_list, user=grace, now=NOW + MINUTE)

    tell(post.pk, NOW + MINUTE)

    assert mails() == []


def test_of_a_held_post_is_told_once_it_is_released(the_list: MailingList, ada: User, grace: User) -> None:
    manager = make_user("mary@example.org")
    give(the_list, manager, level=Level.MANAGE, since=NOW - DAY, until=NOW + 300 * DAY)
    the_list.hold_first_posts = 1
    the_list.save()
    follow(grace, list_key(the_list.pk))
    post = start(the_list, ada)
    tell_waiting(NOW)
    assert ("post_new", "grace@example.org") not in mails()

    approve(held=Hold.objects.get(), by=manager, now=NOW + MINUTE)
    tell_waiting(NOW + MINUTE)

    assert mails().count(("post_new", "grace@example.org")) == 1
    assert PostNews.objects.get().post == post


def test_a_killed_run_goes_on_where_it_was_and_old_news_is_none(
    the_list: MailingList, ada: User, grace: User
) -> None:
    follow(grace, list_key(the_list.pk))
    post = start(the_list, ada)
    PostNews.objects.update(reached=grace.pk)
    assert tell(post.pk, NOW) == 0
    assert mails() == []

    announce(post, NOW)
    assert tell(post.pk, NOW + 7 * DAY) == 0
    assert mails() == []


def test_once_a_week_one_mail_says_what_is_new(the_list: MailingList, ada: User, grace: User) -> None:
    follow(grace, list_key(the_list.pk), Cadence.WEEKLY)
    follow(ada, list_key(the_list.pk), Cadence.WEEKLY)
    post = start(the_list, ada)  # a Tuesday
    reply(topic=post.topic, user=ada, content="More", now=NOW + MINUTE)
    monday = NOW.replace(day=16, hour=7, minute=5)

    assert write_weekly(monday - timedelta(seconds=1)) == 0
    assert [write_weekly(monday), write_weekly(monday + DAY)] == [1, 0]

    assert mails() == [("weekly", "grace@example.org")]
    assert "Setting up: 2 new posts" in Mail.objects.get().text
    assert write_weekly(monday + 7 * DAY) == 0


def weekly_lines() -> list[tuple[str, list[str]]]:
    """To whom weekly mails went, and the topics in each."""
    return [
        (row.to, re.findall(r"^\* (.+)\n  Setting up:", row.text, re.MULTILINE))
        for row in Mail.objects.filter(template="weekly").order_by("pk")
    ]


def test_the_weekly_mail_has_nothing_that_was_told_at_once_or_sent_or_written_before_the_follow(
    the_list: MailingList, ada: User, grace: User
) -> None:
    sent = make_user("sent@example.org")
    subscribe(the_list, sent, since=NOW - DAY, delivery=DeliveryMode.EACH)
    follow(sent, list_key(the_list.pk), Cadence.WEEKLY)
    follow(grace, list_key(the_list.pk))
    told_of = start_topic(mailing_list=the_list, user=ada, subject="Told at once", content="1", now=NOW)
    tell(told_of.pk, NOW)
    Follow.objects.filter(user=grace).update(cadence=Cadence.WEEKLY)
    late = join(the_list, "late@example.org", "Late", "Comer")
    Follow.objects.create(
        user=late, key=list_key(the_list.pk), cadence=Cadence.WEEKLY, created_at=NOW + MINUTE
    )
    start_topic(mailing_list=the_list, user=ada, subject="New", content="2", now=NOW + 2 * MINUTE)

    assert write_weekly(NOW.replace(day=16, hour=7, minute=5)) == 2

    assert weekly_lines() == [("grace@example.org", ["New"]), ("late@example.org", ["New"])]


def test_whoever_chose_at_once_after_all_were_told_finds_it_in_the_weekly_mail(
    the_list: MailingList, ada: User, grace: User
) -> None:
    follow(grace, list_key(the_list.pk), Cadence.WEEKLY)
    post = start(the_list, ada)
    untold = reply(topic=post.topic, user=ada, content="More", now=NOW + MINUTE)
    tell(post.pk, NOW)
    Follow.objects.filter(user=grace).update(cadence=Cadence.AT_ONCE)
    monday = NOW.replace(day=16, hour=7, minute=5)

    assert write_weekly(monday) == 1

    assert "Setting up: 1 new post\n" in Mail.objects.get(template="weekly").text
    assert tell(untold.pk, NOW + 6 * DAY) == 1
    assert mails() == [("weekly", "grace@example.org"), ("post_new", "grace@example.org")]


def test_for_the_weekly_mail_access_is_asked_when_it_is_written(
    the_list: MailingList, ada: User, grace: User
) -> None:
    follow(grace, list_key(the_list.pk), Cadence.WEEKLY)
    start(the_list, ada)
    actions.leave(mailing_list=the_list, user=grace, now=NOW + MINUTE)

    assert write_weekly(NOW.replace(day=16, hour=7, minute=5)) == 0
    assert mails() == []


def test_the_author_of_a_topic_is_told_of_answers_if_they_left_the_box_ticked(
    the_list: MailingList, ada: User
) -> None:
    browser = sign_in(ada)
    assert 'name="follow" id="composer-follow" checked' in " ".join(
        browser.get("/forum/setting-up/new/")
        .content.decode()
        .replace('class="nhsuk-checkboxes__input" ', "")
        .split()
    )
    browser.post("/forum/setting-up/new/", {"subject": "One", "text": "One", "follow": "on"})
    browser.post("/forum/setting-up/new/", {"subject": "Two", "text": "Two"})

    followed = Post.objects.get(subject="One").topic_id
    assert list(Follow.objects.values_list("user", "key", "cadence")) == [
        (ada.pk, topic_key(followed), "at-once")
    ]


def test_the_page_of_what_one_follows_says_what_comes_by_mail_of_each_list_and_leads_to_the_choice(
    the_list: MailingList,
) -> None:
    now = timezone.now()
    reader = make_user("reader@example.org")
    subscribe(the_list, reader, since=now - DAY, delivery=DeliveryMode.DAILY)
    other = make_list("Other")
    subscribe(other, reader, since=now - DAY)
    actions.leave(mailing_list=other, user=reader, now=now - MINUTE)

    def mailings() -> list[tuple[str, str, str]]:
        page = sign_in(reader).get("/accounts/following/")
        return [(one.title, one.often, one.url) for one in page.context["mailings"]]

    assert mailings() == [("Setting up", "One mail a day", "/forum/setting-up/mail/")]
    Subscription.objects.filter(user=reader).update(stopped_at=now)
    assert [often for _, often, _ in mailings()] == ["No mail, because mails to you came back"]
