"""The closing day: the forum is open to members and non-members until 30 June; on that day it shuts; members move to another
forum and are told; non-members have to join the association to go on.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from forum import actions
from forum.access import access_of
from forum.actions.closing import carry_over, close_what_is_due
from forum.actions.reminding import tell_of_ends
from forum.models import AccessRule, Level, MailingList, State, Whom
from portal.members.actions.terms import accept_version
from portal.members.models import Mail, Role, User
from tests.factories import make_user
from tests.forum.factories import accept, appoint, give, make_list, make_member, make_terms

pytestmark = pytest.mark.django_db

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
APRIL_1 = datetime(2026, 4, 1, 9, tzinfo=LONDON)
JUNE_30 = datetime(2026, 6, 30, tzinfo=LONDON)


def sweep(now: datetime) -> None:
    """What the schedule does, in whatever order."""
    tell_of_ends(now)
    close_what_is_due(now)
    carry_over(now=now)


def mails(user: User) -> list[str]:
    """The templates of what this part has written to a person, the oldest first."""
    found = Mail.objects.filter(to=user.email, template__startswith="list_").order_by("pk")
    return list(found.values_list("template", flat=True))


def text_to(user: User) -> str:
    return " ".join(Mail.objects.filter(to=user.email).order_by("pk").last().text.split())


def test_on_30_june_the_forum_shuts_members_move_on_and_non_members_join_to_go_on(
    django_capture_on_commit_callbacks: object,
) -> None:
    # Two lists: one for everybody until 30 June, one for clinical directors who are members of the association.
    terms = make_terms("Confidentiality policy", APRIL_1 - DAY)
    directors = make_list("Directors", open_to=None)
    AccessRule.objects.create(list=directors, whom=Whom.MEMBERS, roles=[Role.CLINICAL_DIRECTOR])
    directors.terms.add(terms)
    setting_up = make_list("Setting up", open_to=None, closes_at=JUNE_30, successor=directors)
    AccessRule.objects.create(list=setting_up, whom=Whom.MEMBERS)
    AccessRule.objects.create(list=setting_up, whom=Whom.NON_MEMBERS, until_at=JUNE_30)
    manager = make_user("mary@example.org", first_name="Mary")
    give(setting_up, manager, level=Level.MANAGE, since=APRIL_1 - DAY, until=JUNE_30 + 90 * DAY)

    # Four clinical directors apply and are let in: a member, one who has not accepted the policy, a non-member, and one who
    # is suspended later.
    ada, cy, bo, sue = people = [
        make_user(f"{name.lower()}@example.org", first_name=name) for name in ("Ada", "Cy", "Bo", "Sue")
    ]
    for user in people:
        appoint(user, Role.CLINICAL_DIRECTOR, date(2026, 1, 1), confirmed_at=APRIL_1)
        actions.apply(mailing_list=setting_up, user=user, now=APRIL_1)
        actions.approve(subscription=user.subscriptions.get(), by=manager, now=APRIL_1)
    for user in (ada, cy, sue):
        make_member(user, date(2026, 1, 1))
    for user in (ada, bo, sue):
        accept(user, terms, at=APRIL_1)
    actions.suspend(
        subscription=sue.subscriptions.get(),
        by=manager,
        now=JUNE_30 - 2 * DAY,
        reason="Unkind.",
        until=JUNE_30 + 5 * DAY,
    )

    # Everybody but the suspended one is reminded the day before, each in their own words.
    sweep(JUNE_30 - DAY)
    assert {user.first_name: mails(user) for user in people} == {
        "Ada": ["list_ends_soon"],
        "Cy": ["list_ends_soon"],
        "Bo": ["list_ends_soon"],
        "Sue": [],
    }
    assert "You are moved on by yourself, so you need do nothing." in text_to(ada)
    assert "it has terms that you have to accept first. Confidentiality policy: http" in text_to(cy)
    assert "To go on there, join the association." in text_to(bo)

    # At the second, whatever the schedule does, nobody can post; members can still read.
    at_the_end = {user.first_name: levels(setting_up, user, JUNE_30) for user in (ada, cy, bo)}
    assert at_the_end == {
        "Ada": [Level.POST, Level.READ],
        "Cy": [Level.POST, Level.READ],
        "Bo": [Level.POST, Level.NOTHING],
    }

    # On the day everybody is told once what becomes of them, however often the schedule runs.
    for step in (0, 1, 120):
        sweep(JUNE_30 + step * SECOND)
    assert {user.first_name: mails(user)[-1:] for user in people} == {
        "Ada": ["list_moved_on"],
        "Cy": ["list_closed_terms"],
        "Bo": ["list_closed"],
        "Sue": ["list_moved_on"],
    }
    assert [len(mails(user)) for user in people] == [2, 2, 2, 1]
    assert {user.first_name: access_of(directors, user, JUNE_30).level for user in people} == {
        "Ada": Level.POST,
        "Cy": Level.NOTHING,
        "Bo": Level.NOTHING,
        "Sue": Level.NOTHING,
    }
    assert levels(directors, sue, JUNE_30 + 5 * DAY) == [Level.NOTHING, Level.POST]

    # Cy accepts the policy, and is on the other list at once.
    with django_capture_on_commit_callbacks(execute=True):
        accept_version(user=cy, version=terms.versions.get(), now=JUNE_30 + DAY)
    assert access_of(directors, cy, JUNE_30 + DAY).level == Level.POST

    # Bo joins the association in July, and is carried over and told once.
    make_member(bo, date(2026, 7, 13))
    for day in (12, 13, 14):
        sweep(datetime(2026, 7, day, 12, tzinfo=LONDON))
    assert access_of(directors, bo, datetime(2026, 7, 13, 12, tzinfo=LONDON)).level == Level.POST
    assert mails(bo) == ["list_ends_soon", "list_closed", "list_moved_on"]
    assert [row.state for row in bo.subscriptions.get(list=directors).periods.all()] == [State.ACTIVE]


def levels(the_list: MailingList, user: User, at: datetime) -> list[Level]:
    """What a person may do the second before a moment, and at it."""
    return [access_of(the_list, user, moment).level for moment in (at - SECOND, at)]
