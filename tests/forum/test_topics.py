"""The pages of the forum: what a reader of a list is shown, and what others are not."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from forum.actions.arranging import lock, merge, move, pin
from forum.actions.joining import leave
from forum.actions.moderating import refuse
from forum.actions.posting import edit, reply, start_topic
from forum.counting import recount, settle
from forum.forum_tracking.models import ForumReadTrack, TopicReadTrack
from forum.models import (
    AccessRule,
    AfterClosing,
    Hold,
    HoldReason,
    Level,
    MailingList,
    Post,
    State,
    Topic,
)
from portal.members.models import Role, User
from tests.factories import make_user, sign_in
from tests.forum.factories import accept, appoint, give, make_list, make_terms, subscribe

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LIST = "/forum/setting-up/"


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def writer(the_list: MailingList) -> User:
    writer = make_user(first_name="Bo", last_name="Writer")
    subscribe(the_list, writer, since=NOW - 90 * DAY)
    return writer


@pytest.fixture
def reader(the_list: MailingList) -> User:
    reader = make_user()
    subscribe(the_list, reader, since=NOW - 60 * DAY)
    return reader


@pytest.fixture
def manager(the_list: MailingList) -> User:
    manager = make_user(first_name="Mary", last_name="Manager")
    give(the_list, manager, level=Level.MANAGE, since=NOW - 90 * DAY, until=NOW + 300 * DAY)
    return manager


def start(the_list: MailingList, user: User, subject: str = "Quorum", *, ago: timedelta = MINUTE) -> Topic:
    words = {"subject": subject, "content": f"Words about {subject}."}
    return start_topic(mailing_list=the_list, user=user, now=NOW - ago, **words).topic


def answer(topic: Topic, user: User, content: str = "An answer", *, ago: timedelta = timedelta()) -> Post:
    return reply(topic=topic, user=user, content=content, now=NOW - ago)


def hold(post: Post, because: HoldReason = HoldReason.MANAGER) -> Hold:
    """Holds a post without asking any rule."""
    Post.objects.filter(pk=post.pk).update(approved=False)
    settle(post.topic)
    return Hold.objects.create(post=post, because=because, held_at=NOW, note="A note.")


def text_of(client: Client, address: str, status: int = 200) -> str:
    """The main part of a page as text, its white space made one."""
    response = client.get(address)
    assert response.status_code == status
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split())


def subjects(client: Client, address: str = LIST) -> list[str]:
    page = client.get(address).content.decode()
    return re.findall(r'<a href="/forum/[\w-]+/topics/\d+/">([^<]+)</a>', page)


# --- The index ------------------------------------------------------------------------------------------------------------


def test_the_index_says_what_is_new_in_one_s_lists_and_only_name_and_purpose_of_others(
    the_list: MailingList, writer: User, reader: User
) -> None:
    other = make_list("Directors", summary="For directors.", hold_first_posts=0)
    subscribe(other, writer, since=NOW - DAY)
    start(the_list, writer)
    start(other, writer, "A secret")

    seen = text_of(sign_in(reader), "/forum/")
    assert "1 unread" in seen
    assert "1 topic, 1 post. The last by Bo Writer in Quorum" in seen
    assert "Directors For directors." in seen
    assert "A secret" not in seen
    assert "A secret" in text_of(sign_in(writer), "/forum/")

    anonymous = text_of(Client(), "/forum/")
    assert "Setting up A list." in anonymous
    assert not any(word in anonymous for word in ("Quorum", "Bo", "topic", "post"))


def test_the_index_counts_to_a_hundred(the_list: MailingList, writer: User, reader: User) -> None:
    topic = start(the_list, writer)
    copies = [
        Topic(
            forum_id=topic.forum_id,
            subject="More",
            slug="more",
            type=0,
            status=0,
            approved=True,
            posts_count=1,
            last_post_on=NOW,
        )
        for _ in range(100)
    ]
    Topic.objects.bulk_create(copies[:99])
    assert "100 unread" in text_of(sign_in(reader), "/forum/")

    Topic.objects.bulk_create(copies[99:])
    assert "more than 100 unread" in text_of(sign_in(reader), "/forum/")


def test_the_index_without_lists_says_so() -> None:
    assert "There are no lists yet." in text_of(Client(), "/forum/")


def test_an_application_that_waits_is_on_the_index(the_list: MailingList) -> None:
    applicant = make_user()
    subscribe(the_list, applicant, state=State.APPLIED)

    assert "Your applications Setting up A list. You have applied." in text_of(sign_in(applicant), "/forum/")


@pytest.mark.parametrize(("days", "said"), [(59, True), (61, False)])
def test_an_end_of_access_is_said_60_days_before(
    days: int, said: bool, reader: User, the_list: MailingList
) -> None:
    AccessRule.objects.filter(list=the_list).update(until_at=timezone.now() + days * DAY)

    pages = [text_of(sign_in(reader), address) for address in ("/forum/", LIST)]

    assert [("After that you can neither read nor post." in page) for page in pages] == [said, said]


def test_the_closing_of_a_list_is_said(reader: User, the_list: MailingList) -> None:
    MailingList.objects.update(closes_at=NOW + 10 * DAY, after_closing=AfterClosing.READ)

    seen = text_of(sign_in(reader), LIST)

    assert "The list closes at" in seen
    assert "After that you can read, but no longer post." in seen


def test_terms_to_be_accepted_within_the_grace_are_said_with_the_way_there(
    reader: User, the_list: MailingList
) -> None:
    terms = make_terms("Code of conduct", NOW - 50 * DAY, NOW - DAY, grace_days=14)
    the_list.terms.add(terms)
    accept(reader, terms, 1, NOW - 40 * DAY)

    page = sign_in(reader).get(LIST).content.decode()

    assert "Read these terms and accept them before then: “Code of conduct”." in page
    assert f'href="{LIST}terms/?next={LIST}"' in page


# --- A list ---------------------------------------------------------------------------------------------------------------


def test_topics_are_listed_pinned_first_then_by_their_newest_post(
    the_list: MailingList, writer: User, reader: User, manager: User
) -> None:
    old = start(the_list, writer, "Old", ago=3 * DAY)
    start(the_list, writer, "New", ago=DAY)
    pinned = start(the_list, writer, "Pinned", ago=9 * DAY)
    pin(topic=pinned, by=manager, now=NOW, pinned=True)
    assert subjects(sign_in(reader)) == ["Pinned", "New", "Old"]

    answer(old, writer)
    assert subjects(sign_in(reader)) == ["Pinned", "Old", "New"]


def test_a_topic_says_how_many_posts_are_new_and_leads_to_the_first(
    the_list: MailingList, writer: User, reader: User
) -> None:
    topic = start(the_list, writer, ago=30 * DAY)
    browser = sign_in(reader)
    browser.post(f"{LIST}read/", {"topic": topic.pk, "up_to": topic.last_post_on.isoformat()})
    first, *_ = [answer(topic, writer, ago=ago * MINUTE) for ago in (3, 2, 1)]

    assert "3 new" in text_of(browser, LIST)
    led = browser.get(f"{LIST}topics/{topic.pk}/?unread=1")
    assert led.url == f"{LIST}topics/{topic.pk}/#post-{first.pk}"
    page = browser.get(led.url).content.decode()
    assert page.index("New since you last read") < page.index(f'id="post-{first.pk}"')
    assert page.index(f'id="post-{topic.first_post_id}"') < page.index("New since you last read")


def test_the_first_unread_post_is_found_on_a_later_page_and_where_all_is_read_the_last(
    the_list: MailingList, writer: User, reader: User
) -> None:
    topic = start(the_list, writer, ago=9 * DAY)
    read = [answer(topic, make_writer(the_list), ago=8 * DAY - n * MINUTE) for n in range(19)]
    browser = sign_in(reader)
    browser.post(f"{LIST}read/", {"topic": topic.pk, "up_to": read[-1].created.isoformat()})
    address = f"{LIST}topics/{topic.pk}/"
    assert browser.get(f"{address}?unread=1").url == f"{address}#post-{read[-1].pk}"

    new = answer(topic, writer)
    assert "Go to the first post that you have not read" in text_of(browser, address)
    assert browser.get(f"{address}?unread=1").url == f"{address}?page=2#post-{new.pk}"
    assert "New since you last read" in text_of(browser, f"{address}?page=2")


def make_writer(the_list: MailingList) -> User:
    one = make_user()
    subscribe(the_list, one, since=NOW - 90 * DAY)
    return one


def test_topics_are_narrowed(the_list: MailingList, writer: User, reader: User) -> None:
    start(the_list, reader, "Mine", ago=4 * MINUTE)
    theirs = start(the_list, writer, "Theirs", ago=3 * MINUTE)
    start(the_list, writer, "Followed", ago=2 * MINUTE)
    answer(theirs, reader)
    browser = sign_in(reader)
    followed = Topic.objects.get(subject="Followed")
    browser.post("/follow/", {"key": f"topic:{followed.pk}", "cadence": "weekly", "next": LIST})

    found = {
        which: subjects(browser, f"{LIST}?which={which}")
        for which in ("unread", "started", "taken-part", "followed")
    }

    assert found == {
        "unread": ["Followed"],
        "started": ["Mine"],
        "taken-part": ["Theirs", "Mine"],
        "followed": ["Followed"],
    }
    assert subjects(browser, f"{LIST}?which=nonsense") == ["Theirs", "Followed", "Mine"]


def test_30_topics_stand_on_a_page(the_list: MailingList, writer: User, reader: User) -> None:
    topic = start(the_list, writer)
    Topic.objects.bulk_create(
        Topic(
            forum_id=topic.forum_id, subject="T", slug="t", type=0, status=0, approved=True, last_post_on=NOW
        )
        for _ in range(30)
    )
    recount(topic.forum_id)

    assert [len(subjects(sign_in(reader), f"{LIST}?page={page}")) for page in (1, 2)] == [30, 1]


def test_an_empty_list_says_so(the_list: MailingList, reader: User) -> None:
    assert "Nobody has started a topic yet. You can be the first." in text_of(sign_in(reader), LIST)


def test_marking_all_as_read_does_so(the_list: MailingList, writer: User, reader: User) -> None:
    start(the_list, writer)
    browser = sign_in(reader)

    assert browser.post(f"{LIST}read/").url == LIST

    seen = text_of(browser, LIST)
    assert ("1 new" in seen, "Quorum" in seen) == (False, True)


# --- A topic --------------------------------------------------------------------------------------------------------------


def test_a_topic_shows_who_wrote_what_when_and_in_which_role(
    the_list: MailingList, writer: User, reader: User
) -> None:
    appoint(writer, Role.CLINICAL_DIRECTOR, (NOW - 30 * DAY).date())
    appoint(writer, Role.OTHER, (NOW - 30 * DAY).date(), confirmed_at=None)
    topic = start(the_list, writer)

    page = sign_in(reader).get(f"{LIST}topics/{topic.pk}/").content.decode()

    assert "<p>Words about Quorum.</p>" in page
    assert f'<a href="/forum/people/{writer.pk}/">Bo Writer</a>' in page
    assert re.findall(r'post__role">([^<]+)<', page) == ["Clinical director, Sample network"]
    assert f'datetime="{timezone.localtime(topic.created).isoformat()}"' in page
    assert writer.email not in page


def test_a_post_outlives_its_author_s_account(the_list: MailingList, writer: User, reader: User) -> None:
    topic = start(the_list, writer)
    writer.delete()

    seen = text_of(sign_in(reader), f"{LIST}topics/{topic.pk}/")

    assert "A former member" in seen
    assert "Words about Quorum." in seen


def test_a_name_is_never_an_address(the_list: MailingList, writer: User, reader: User) -> None:
    User.objects.filter(pk=writer.pk).update(first_name="", last_name="")
    topic = start(the_list, writer)
    browser = sign_in(reader)

    places = ("/forum/", LIST, f"{LIST}feed/", f"{LIST}topics/{topic.pk}/", f"/forum/people/{writer.pk}/")
    for address in places:
        page = browser.get(address).content.decode()
        assert ("Somebody without a name" in page, writer.email in page) == (True, False)


def test_a_changed_post_says_so_and_an_answer_says_to_what(
    the_list: MailingList, writer: User, reader: User, manager: User
) -> None:
    topic = start(the_list, writer)
    said = reply(topic=topic, user=reader, content="No", now=NOW, answers=topic.first_post)
    edit(post=said, user=manager, content="Yes", now=NOW, reason="A slip.")

    seen = text_of(sign_in(writer), f"{LIST}topics/{topic.pk}/")

    assert "by a manager: A slip." in seen
    assert "An answer to Bo Writer" in seen


def test_twenty_posts_stand_on_a_page(the_list: MailingList, writer: User, reader: User) -> None:
    topic = start(the_list, writer, ago=DAY)
    for number in range(20):
        answer(topic, make_writer(the_list), ago=(30 - number) * MINUTE)
    browser = sign_in(reader)
    address = f"{LIST}topics/{topic.pk}/"

    assert [browser.get(f"{address}?page={page}").content.count(b"<article") for page in (1, 2)] == [20, 1]
    last = Post.objects.latest("pk")
    assert browser.get(f"{LIST}posts/{last.pk}/").url == f"{address}?page=2#post-{last.pk}"


def test_a_locked_topic_says_so_and_cannot_be_answered(
    the_list: MailingList, writer: User, reader: User, manager: User
) -> None:
    topic = start(the_list, writer)
    lock(topic=topic, by=manager, now=NOW, locked=True)

    seen = text_of(sign_in(reader), f"{LIST}topics/{topic.pk}/")

    assert "This topic is locked." in seen
    assert "Quote" not in seen


# --- What is held ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Topic.TOPIC_POST, Topic.TOPIC_STICKY, Topic.TOPIC_ANNOUNCE])
def test_a_held_topic_of_whatever_kind_is_shown_to_its_author_and_managers_alone(
    the_list: MailingList, writer: User, reader: User, manager: User, kind: int
) -> None:
    topic = start(the_list, writer, "A held thing")
    Topic.objects.filter(pk=topic.pk).update(type=kind)
    hold(topic.first_post)
    place = f"{LIST}topics/{topic.pk}/"

    author = sign_in(writer)
    assert "A held thing : waits for a manager. A note." in text_of(author, LIST)
    assert "Held: A manager holds it." in text_of(author, place)
    assert "Held: A manager holds it." in text_of(sign_in(manager), place)
    others = sign_in(reader)
    for address in ("/forum/", LIST, f"{LIST}?which=unread", f"/forum/people/{writer.pk}/"):
        assert "A held thing" not in others.get(address).content.decode()
    gone = {
        others.get(address).status_code
        for address in (place, f"{place}?unread=1", f"{LIST}posts/{topic.first_post_id}/")
    }
    assert gone == {404}


def test_a_held_answer_counts_for_nobody_and_is_shown_to_its_author(
    the_list: MailingList, writer: User, reader: User
) -> None:
    topic = start(the_list, writer)
    held = answer(topic, writer, "Under a hold")
    hold(held, HoldReason.PATIENT)
    place = f"{LIST}topics/{topic.pk}/"

    assert "Under a hold" in text_of(sign_in(writer), place)
    seen = text_of(sign_in(reader), place)
    assert "Under a hold" not in seen
    assert "0 answers" in text_of(sign_in(reader), LIST)
    assert "1 topic, 1 post." in text_of(sign_in(reader), "/forum/")


def test_a_refused_post_tells_its_author_why(the_list: MailingList, writer: User, manager: User) -> None:
    topic = start(the_list, writer)
    refuse(held=hold(topic.first_post), by=manager, reason="It names a colleague.", now=NOW)

    assert "refused. It names a colleague." in text_of(sign_in(writer), LIST)
    assert "Refused. It names a colleague." in text_of(sign_in(writer), f"{LIST}topics/{topic.pk}/")


def test_managers_see_how_much_waits(
    the_list: MailingList, writer: User, reader: User, manager: User
) -> None:
    hold(start(the_list, writer).first_post)

    assert "1 post waits for a manager." in text_of(sign_in(manager), LIST)
    assert "waits for a manager." not in text_of(sign_in(reader), LIST)


# --- Where it went --------------------------------------------------------------------------------------------------------


def test_a_topic_that_moved_or_became_part_of_another_is_found_by_those_who_may_read_where_it_is(
    the_list: MailingList, writer: User, reader: User, manager: User
) -> None:
    other = make_list("Directors", hold_first_posts=0)
    give(other, manager, level=Level.MANAGE, since=NOW - DAY, until=NOW + DAY)
    subscribe(other, writer, since=NOW - DAY)
    moved, into = start(the_list, writer, "Moved"), start(other, writer, "Into")
    move(topic=moved, to=other, by=manager, now=NOW)
    old, new = f"{LIST}topics/{moved.pk}/", f"/forum/directors/topics/{moved.pk}/"
    post = f"{LIST}posts/{moved.first_post_id}/"

    assert sign_in(writer).get(old).url == new
    assert sign_in(writer).get(post).url == f"{new}#post-{moved.first_post_id}"
    assert [sign_in(reader).get(address).status_code for address in (old, post)] == [404, 404]

    merge(topic=Topic.objects.get(pk=moved.pk), into=into, by=manager, now=NOW)
    assert sign_in(writer).get(new).url == f"/forum/directors/topics/{into.pk}/"


def test_a_topic_of_another_list_is_not_there(the_list: MailingList, writer: User) -> None:
    other = make_list("Directors", hold_first_posts=0)
    subscribe(other, writer, since=NOW - DAY)
    topic = start(other, writer)

    assert sign_in(writer).get(f"{LIST}topics/{topic.pk}/").status_code == 404
    assert sign_in(writer).get(f"{LIST}posts/{topic.first_post_id}/").status_code == 404


# --- What was read --------------------------------------------------------------------------------------------------------


def test_looking_marks_nothing_as_read_and_the_button_does(
    the_list: MailingList, writer: User, reader: User
) -> None:
    topic = start(the_list, writer)
    start(the_list, writer, "Other")
    browser = sign_in(reader)
    place = f"{LIST}topics/{topic.pk}/"

    for address in ("/forum/", LIST, place):
        browser.get(address)
    assert [model.objects.filter(user=reader).count() for model in (TopicReadTrack, ForumReadTrack)] == [0, 0]

    fields = re.findall(r'name="(topic|up_to)" value="([^"]+)"', browser.get(place).content.decode())
    assert browser.post(f"{LIST}read/", {**dict(fields), "quietly": "1"}).status_code == 204
    assert TopicReadTrack.objects.get(user=reader).mark_time == topic.last_post_on
    assert "Mark as read" not in text_of(browser, place)


@pytest.mark.parametrize(
    "sent",
    [{"topic": "1x"}, {"topic": "99999999"}, {"up_to": "soon"}, {"up_to": "2026-01-01T00:00"}, {"up_to": ""}],
)
def test_odd_marks_are_refused(
    the_list: MailingList, writer: User, reader: User, sent: dict[str, str]
) -> None:
    topic = start(the_list, writer)
    fields = {"topic": str(topic.pk), "up_to": NOW.isoformat(), **sent}

    assert sign_in(reader).post(f"{LIST}read/", fields).status_code == 404
    assert TopicReadTrack.objects.filter(user=reader).count() == 0


# --- People ---------------------------------------------------------------------------------------------------------------


def test_a_profile_is_for_those_who_share_a_list_and_shows_what_they_may_read_now(
    the_list: MailingList, writer: User, reader: User
) -> None:
    other = make_list("Directors", hold_first_posts=0)
    subscribe(other, writer, since=NOW - DAY)
    start(the_list, writer)
    start(other, writer, "A secret")
    profile = f"/forum/people/{writer.pk}/"

    seen = text_of(sign_in(reader), profile)
    assert "Bo Writer" in seen
    assert "Quorum" in seen
    assert not any(word in seen for word in ("A secret", "Directors", writer.email))
    assert "A secret" in text_of(sign_in(writer), profile)
    strangers = [make_user(), make_user(is_superuser=True, is_staff=True)]
    assert [sign_in(one).get(profile).status_code for one in strangers] == [404, 404]
    assert Client().get(profile).url == f"/accounts/login/?next={profile}"


@pytest.mark.parametrize(("wrote", "status"), [(False, 404), (True, 200)])
def test_somebody_who_is_off_the_list_has_a_profile_there_if_they_wrote(
    the_list: MailingList, writer: User, reader: User, wrote: bool, status: int
) -> None:
    if wrote:
        start(the_list, writer)
    leave(mailing_list=the_list, user=writer, now=NOW)

    assert sign_in(reader).get(f"/forum/people/{writer.pk}/").status_code == status


# --- Nobody else ----------------------------------------------------------------------------------------------------------


def test_a_superuser_without_a_grant_reads_nothing_whether_it_exists_or_not(
    the_list: MailingList, writer: User
) -> None:
    topic = start(the_list, writer)
    root = sign_in(make_user(is_superuser=True, is_staff=True))
    addresses = [
        LIST,
        *(f"{LIST}topics/{pk}/" for pk in (topic.pk, 999)),
        f"{LIST}posts/{topic.first_post_id}/",
    ]

    answers = [root.get(address) for address in addresses]

    assert [one.status_code for one in answers] == [403, 403, 403, 403]
    assert not any(b"Quorum" in one.content for one in answers)
    assert "Quorum" not in text_of(root, "/forum/")


def test_an_anonymous_visit_writes_no_session_and_sets_no_cookie(the_list: MailingList, writer: User) -> None:
    topic = start(the_list, writer)
    before = Session.objects.count()

    for address in (
        "/forum/",
        f"{LIST}about/",
        LIST,
        f"{LIST}topics/{topic.pk}/",
        f"/forum/people/{writer.pk}/",
    ):
        browser = Client()
        browser.get(address)
        assert list(browser.cookies) == []
    assert Session.objects.count() == before


def test_pages_of_the_forum_ask_not_to_be_found(the_list: MailingList, writer: User) -> None:
    topic = start(the_list, writer)
    browser = sign_in(writer)

    for address in ("/forum/", LIST, f"{LIST}topics/{topic.pk}/", f"/forum/people/{writer.pk}/"):
        assert '<meta name="robots" content="noindex">' in browser.get(address).content.decode()
    assert "/forum/" not in Client().get("/sitemap-pages.xml").content.decode()


# --- Following ------------------------------------------------------------------------------------------------------------


def test_only_what_one_may_read_can_be_followed_and_nothing_else_is_named(
    the_list: MailingList, writer: User, reader: User
) -> None:
    other = make_list("Directors", hold_first_posts=0)
    subscribe(other, writer, since=NOW - DAY)
    secret = f"topic:{start(other, writer).pk}"
    browser = sign_in(reader)

    said = {}
    for key in (secret, "topic:999", f"list:{other.pk}"):
        for cadence in ("weekly", "never"):
            page = browser.post("/follow/", {"key": key, "cadence": cadence, "next": "/forum/"}, follow=True)
            said[key, cadence] = [str(message) for message in page.context["messages"]]

    assert {cadence: texts for (_, cadence), texts in said.items()} == {
        "weekly": ["This cannot be followed, because it is no longer there."],
        "never": ["You no longer follow this."],
    }
    assert len({(cadence, *texts) for (_, cadence), texts in said.items()}) == 2
    assert reader.follows.count() == 0
    own = f"list:{the_list.pk}"
    page = browser.post("/follow/", {"key": own, "cadence": "weekly", "next": "/forum/"}, follow=True)
    assert [str(message) for message in page.context["messages"]] == [
        "You follow “Setting up”: once a week, in one mail."
    ]


# --- The way there --------------------------------------------------------------------------------------------------------


def test_the_menu_leads_to_the_forum_from_every_page(the_list: MailingList) -> None:
    menus = [Client().get(address).context["navigation"][-1] for address in ("/accounts/login/", "/forum/")]

    assert menus == [
        {"title": "Forum", "url": "/forum/", "current": False},
        {"title": "Forum", "url": "/forum/", "current": True},
    ]
