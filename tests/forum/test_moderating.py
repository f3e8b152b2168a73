"""Reports, holds, decisions, and what managers do with topics."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.core import mail as outbox
from machina.apps.forum.models import Forum

from forum.actions import arranging, moderating
from forum.actions.posting import edit, reply, start_topic
from forum.counting import recount
from forum.models import Hold, HoldReason, Level, MailingList, Outcome, Post, Topic
from forum.reading import read_up_to, unread
from portal.members.actions import RefusedError
from portal.members.models import AuditEntry, Mail, User
from tests.factories import NOW, make_user
from tests.forum.factories import give, make_list, subscribe

pytestmark = pytest.mark.django_db

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
PATIENT = "The patient's NHS number is 943 476 5919."


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def author(the_list: MailingList) -> User:
    author = make_user("ada@example.org")
    subscribe(the_list, author, since=NOW - DAY)
    return author


@pytest.fixture
def reader(the_list: MailingList) -> User:
    reader = make_user("bo@example.org", first_name="Bo")
    subscribe(the_list, reader, since=NOW - DAY)
    return reader


@pytest.fixture
def manager(the_list: MailingList) -> User:
    manager = make_user("mary@example.org", first_name="Mary")
    give(the_list, manager, level=Level.MANAGE, since=NOW - DAY, until=NOW + 300 * DAY)
    return manager


def start(the_list: MailingList, user: User, subject: str = "Quorum", **fields: Any) -> Post:
    values = {"content": "How many practices?", "now": NOW, **fields}
    return start_topic(mailing_list=the_list, user=user, subject=subject, **values)


def counted(the_list: MailingList) -> tuple[int, int]:
    forum = Forum.objects.get(pk=the_list.forum_id)
    return forum.direct_topics_count, forum.direct_posts_count


def mails() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("template", "to"))


def test_a_post_that_names_a_patient_is_held_its_author_told_why_and_managers_told_without_its_words(
    the_list: MailingList, author: User, manager: User
) -> None:
    post = start(the_list, author, content=PATIENT)

    held = post.holds.get()
    assert (post.approved, held.because) == (False, HoldReason.PATIENT)
    assert held.note == "The number that ends in 19 looks like an NHS number."
    assert counted(the_list) == (0, 0)
    assert mails() == [("post_held", "mary@example.org")]
    assert "943" not in "".join(Mail.objects.values_list("text", flat=True))


def test_an_edit_that_brings_a_patient_in_takes_the_post_out_of_sight(
    the_list: MailingList, author: User, manager: User
) -> None:
    post = start(the_list, author)

    edit(post=post, user=author, content=PATIENT, now=NOW + MINUTE)

    assert (Post.objects.get().approved, counted(the_list)) == (False, (0, 0))
    moderating.approve(held=post.holds.get(), by=manager, now=NOW + DAY)
    post.refresh_from_db()
    assert (post.approved, post.created, counted(the_list)) == (True, NOW, (1, 1))


def test_a_post_that_readers_never_saw_counts_as_written_when_it_is_approved(
    the_list: MailingList, author: User, reader: User, manager: User
) -> None:
    the_list.hold_first_posts = 1
    the_list.save()
    held = start(the_list, author)
    start(the_list, manager, "Later", now=NOW + MINUTE)

    moderating.approve(held=held.holds.get(), by=manager, now=NOW + 2 * MINUTE)

    held.refresh_from_db()
    assert (held.created, Topic.objects.get(pk=held.topic_id).last_post_on) == (NOW + 2 * MINUTE,) * 2
    floor = read_up_to([the_list], reader)[the_list.pk]
    assert set(unread(the_list, reader, max(floor, NOW + MINUTE))) == {held.topic}
    assert ("post_approved", "ada@example.org") in mails()


def test_refusing_deletes_nothing_tells_the_author_why_and_a_change_is_looked_at_again(
    the_list: MailingList, author: User, manager: User
) -> None:
    post = start(the_list, author, content=PATIENT)
    moderating.refuse(held=post.holds.get(), by=manager, now=NOW + MINUTE, reason="It names a patient.")

    assert (Post.objects.get().approved, Hold.objects.get().outcome) == (False, Outcome.REFUSED)
    told = Mail.objects.get(template="post_refused")
    assert (told.to, "It names a patient." in told.text) == ("ada@example.org", True)
    edit(post=post, user=author, content="A patient of ours.", now=NOW + 2 * MINUTE)
    again = Hold.objects.latest("held_at")
    assert (again.because, again.note, again.decided_at) == (
        HoldReason.PATIENT,
        "Changed after it was refused.",
        None,
    )


def test_two_managers_do_not_decide_the_same_twice(
    the_list: MailingList, author: User, manager: User
) -> None:
    held = start(the_list, author, content=PATIENT).holds.get()
    moderating.approve(held=held, by=manager, now=NOW + MINUTE)

    with pytest.raises(RefusedError, match="Another manager has decided"):
        moderating.refuse(held=held, by=manager, now=NOW + 2 * MINUTE, reason="No.")


def test_a_report_reaches_the_managers_once_and_holds_only_what_may_name_a_patient(
    the_list: MailingList, author: User, reader: User, manager: User
) -> None:
    post, other = start(the_list, author), start(the_list, author, "Other")

    moderating.report(post=post, by=reader, reason="Unkind.", now=NOW + MINUTE)
    moderating.report(post=other, by=reader, reason="A name.", now=NOW + MINUTE, names_a_patient=True)

    assert [Post.objects.get(pk=one.pk).approved for one in (post, other)] == [True, False]
    with pytest.raises(RefusedError, match="You have reported this post already"):
        moderating.report(post=post, by=reader, reason="Again.", now=NOW + 2 * MINUTE)
    with pytest.raises(RefusedError, match="This is your own post"):
        moderating.report(post=post, by=author, reason="Mine.", now=NOW + 2 * MINUTE)
    with pytest.raises(RefusedError, match="You cannot see this post"):
        moderating.report(post=other, by=make_user(), reason="What?", now=NOW + 2 * MINUTE)
    moderating.dismiss_reports(post=post, by=manager, now=NOW + 3 * MINUTE)
    assert not post.reports.filter(settled_at=None).exists()
    assert sorted(mails()) == [
        ("post_held", "mary@example.org"),
        ("post_reported", "mary@example.org"),
        ("post_reported", "mary@example.org"),
    ]
    assert outbox.outbox == []  # none leaves before the commit


def test_nobody_but_a_manager_of_the_list_moderates(
    the_list: MailingList, author: User, reader: User
) -> None:
    root = make_user(is_superuser=True)
    post = start(the_list, author)
    held = start(the_list, author, "Held", content=PATIENT).holds.get()

    for by in (author, reader, root):
        for step in (
            lambda by=by: moderating.hold(post=post, by=by, now=NOW, reason="No."),
            lambda by=by: moderating.approve(held=held, by=by, now=NOW),
            lambda by=by: moderating.refuse(held=held, by=by, now=NOW, reason="No."),
            lambda by=by: arranging.lock(topic=post.topic, by=by, now=NOW, locked=True),
            lambda by=by: arranging.pin(topic=post.topic, by=by, now=NOW, pinned=True),
        ):
            with pytest.raises(RefusedError, match="You do not manage this list"):
                step()


def test_a_topic_moves_only_to_a_list_that_the_manager_manages_too(
    the_list: MailingList, author: User, manager: User
) -> None:
    other = make_list("Other", hold_first_posts=0)
    topic = start(the_list, author).topic
    reply(topic=topic, user=manager, content="Half.", now=NOW + MINUTE)

    with pytest.raises(RefusedError, match="You do not manage this list"):
        arranging.move(topic=topic, to=other, by=manager, now=NOW + MINUTE)
    give(other, manager, level=Level.MANAGE, since=NOW - DAY, until=NOW + DAY)
    arranging.move(topic=topic, to=other, by=manager, now=NOW + MINUTE)

    assert (counted(the_list), counted(other)) == ((0, 0), (1, 2))
    assert AuditEntry.objects.get(action="topic.moved").details == {"topic": topic.pk, "to": "Other"}


def test_a_merged_topic_s_posts_stand_in_the_other_by_their_moments(
    the_list: MailingList, author: User, manager: User
) -> None:
    one, two = start(the_list, author, "One"), start(the_list, author, "Two", now=NOW + MINUTE)
    last = reply(topic=one.topic, user=author, content="Last", now=NOW + 2 * MINUTE)

    arranging.merge(topic=two.topic, into=one.topic, by=manager, now=NOW + DAY)

    target = Topic.objects.get(pk=one.topic_id)
    assert list(target.posts.order_by("created")) == [one, two, last]
    assert (target.posts_count, Topic.objects.get(pk=two.topic_id).merged_into) == (3, target)
    assert counted(the_list) == (1, 3)
    with pytest.raises(RefusedError, match="has become part of another one"):
        reply(topic=two.topic, user=author, content="Where?", now=NOW + DAY)


def test_posts_are_split_off_into_a_topic_of_their_own(
    the_list: MailingList, author: User, manager: User
) -> None:
    first = start(the_list, author)
    picked = reply(topic=first.topic, user=manager, content="Another matter", now=NOW + MINUTE)

    for posts, says in (([], "Choose the posts"), ([first.pk], "The first post stays")):
        with pytest.raises(RefusedError, match=says):
            arranging.split(topic=first.topic, posts=posts, subject="New", by=manager, now=NOW + DAY)
    new = arranging.split(topic=first.topic, posts=[picked.pk], subject="New", by=manager, now=NOW + DAY)

    assert (new.subject, new.poster, new.posts_count, new.last_post_on) == ("New", manager, 1, NOW + MINUTE)
    assert counted(the_list) == (2, 2)


def test_counters_are_right_whatever_happens_in_whatever_order(
    the_list: MailingList, author: User, manager: User
) -> None:
    moment = count(1)

    def later() -> Any:
        return NOW + next(moment) * MINUTE

    topics = [start(the_list, author, str(number), now=later()).topic for number in range(3)]
    held = reply(topic=topics[0], user=author, content=PATIENT, now=later())
    seen = reply(topic=topics[1], user=author, content="Seen", now=later())
    moderating.hold(post=seen, by=manager, reason="Look.", now=later())
    arranging.merge(topic=topics[1], into=topics[0], by=manager, now=later())
    moderating.approve(held=held.holds.get(), by=manager, now=later())
    moderating.refuse(held=seen.holds.get(), by=manager, reason="No.", now=later())
    moderating.hold(post=topics[2].first_post, by=manager, reason="All of it.", now=later())

    settled = counted(the_list)
    recount(the_list.forum_id)
    assert settled == counted(the_list) == (1, 3)
