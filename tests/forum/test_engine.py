"""machina as it is extended here: its permissions say what access says, also to superusers, and it marks and deletes as we do."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from machina.apps.forum.models import Forum
from machina.core.loading import get_class

from forum.actions.posting import reply, start_topic
from forum.forum_permission.checker import PERMISSIONS
from forum.models import Level, MailingList, Post, Topic
from portal.members.models import User
from tests.factories import NOW, make_user
from tests.forum.factories import give, make_list, subscribe

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LONG_AGO = NOW - 300 * DAY
FAR_OFF = NOW + 3000 * DAY  # machina asks for this moment, which is later than that of the tests


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


def allowed(user: User | AnonymousUser, the_list: MailingList) -> set[str]:
    return get_class("forum_permission.checker", "ForumPermissionChecker")(user).get_perms(the_list.forum)


def test_machina_allows_what_access_allows_and_superusers_nothing_more(the_list: MailingList) -> None:
    member, manager = make_user(), make_user()
    root, outsider = make_user(is_superuser=True), make_user()
    subscribe(the_list, member, since=LONG_AGO)
    give(the_list, manager, level=Level.MANAGE, since=LONG_AGO, until=FAR_OFF)
    handler = get_class("forum_permission.handler", "PermissionHandler")()

    posting = PERMISSIONS[Level.READ] | PERMISSIONS[Level.POST]
    assert allowed(member, the_list) == posting
    assert allowed(manager, the_list) == posting | PERMISSIONS[Level.MANAGE]
    for nobody in (root, outsider, AnonymousUser()):
        assert allowed(nobody, the_list) == set()
        assert not handler.can_read_forum(the_list.forum, nobody)
        assert list(handler.forum_list_filter(Forum.objects.all(), nobody)) == []
        assert handler.get_target_forums_for_moved_topics(nobody) == []
    assert list(handler.forum_list_filter(Forum.objects.all(), member)) == [the_list.forum]


def test_machina_s_own_edit_and_delete_know_no_superuser(the_list: MailingList) -> None:
    member, root = make_user(), make_user(is_superuser=True)
    subscribe(the_list, member, since=LONG_AGO)
    post = start_topic(mailing_list=the_list, user=member, subject="One", content="Words", now=NOW)
    handler = get_class("forum_permission.handler", "PermissionHandler")()

    assert (handler.can_edit_post(post, member), handler.can_edit_post(post, root)) == (True, False)
    assert (handler.can_delete_post(post, member), handler.can_delete_post(post, root)) == (False, False)


def test_a_person_s_topics_outlive_the_account_with_everybody_s_answers(the_list: MailingList) -> None:
    gone, stays = make_user(), make_user()
    for one in (gone, stays):
        subscribe(the_list, one, since=LONG_AGO)
    topic = start_topic(mailing_list=the_list, user=gone, subject="One", content="Words", now=NOW).topic
    reply(topic=topic, user=stays, content="An answer", now=NOW + DAY)

    gone.delete()

    assert list(Topic.objects.values_list("subject", "poster")) == [("One", None)]
    assert list(Post.objects.values_list("poster", flat=True)) == [None, stays.pk]


def test_machina_s_handler_marks_as_read_as_the_forum_does(the_list: MailingList) -> None:
    member = make_user()
    subscribe(the_list, member, since=LONG_AGO)
    topic = start_topic(mailing_list=the_list, user=member, subject="One", content="Words", now=NOW).topic
    tracking = get_class("forum_tracking.handler", "TrackingHandler")()

    tracking.mark_topic_read(topic, member)

    assert tracking.get_unread_topics([topic], member) == []
