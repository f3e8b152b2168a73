"""The leak matrix: every address of the forum, and what else could show something of a list, for every kind of reader.

A word stands in the subject, the text, the author's name, the name and content of a file, a report and a private answer. Whoever
may read sees it a second before their access ends; from the moment on at which it has ended it is nowhere, whatever they ask for.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from forum.actions.posting import reply, start_topic
from forum.addresses import Purpose, key_of
from forum.forum_tracking.models import ForumReadTrack, TopicReadTrack
from forum.models import (
    AccessRule,
    AfterClosing,
    Attachment,
    Delivery,
    GrantKind,
    Hold,
    HoldReason,
    IncomingMail,
    Level,
    ListInvitation,
    MailingList,
    MailOutcome,
    Post,
    PrivateMessage,
    Report,
    State,
    Then,
    Topic,
    Whom,
)
from forum.rules.facts import midnight
from forum.urls import urlpatterns
from portal.members.models import AuditEntry, Follow, Role, User
from tests.factories import make_staff, make_user, sign_in
from tests.forum.factories import (
    accept,
    appoint,
    give,
    make_list,
    make_member,
    make_terms,
    subscribe,
)

pytestmark = pytest.mark.django_db

SECRET = "Zanzibar"
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
# A midnight in summer time: days end an hour before those of UTC.
END = midnight(date(2026, 6, 30))
BEGAN = END - 90 * DAY
OTHER_CHANNELS = [
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/robots.txt",
    "/",
    "/networks/?q=Zanzi",
    "/accounts/profile/",
    "/accounts/following/",
    "/admin/",
    "/admin/lists/",
    "/admin/reports/",
    "/admin/pages/search/?q=Zanzi",
]


@dataclass
class Clock:
    """What time it is for the portal."""

    now: datetime


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(BEGAN)
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@dataclass
class World:
    """A list with something of everything in it."""

    the_list: MailingList
    topic: Topic
    post: Post
    held: Hold
    author: User
    attachment: Attachment
    message: PrivateMessage
    subscription: int
    invitation: int
    delivery: int
    came: int

    def address(self, route: str) -> str:
        """An address of this list for a pattern of the forum. Raises KeyError for a pattern that nobody has thought of here."""
        found = route.replace("<slug:slug>", self.the_list.slug)
        places = {
            "moderation/mail/<int:pk>": self.delivery,
            "mail/confirm/<str:key>": key_of(Purpose.CONFIRM, self.came),
            "topics/<int:pk>": self.topic.pk,
            "posts/<int:pk>": self.post.pk,
            "people/<int:pk>": self.author.pk,
            "moderation/<int:pk>": self.held.pk,
            "applications/<int:pk>": self.subscription,
            "invitations/<int:pk>": self.invitation,
            "messages/<int:pk>": self.message.pk,
            "attachments/<uuid:key>": self.attachment.key,
            "invitation/<str:token>": "x",
            "mail/stop/<str:key>": key_of(Purpose.STOP, 0, self.subscription),
        }
        for place, value in places.items():
            found = found.replace(place, re.sub("<.*>", str(value), place))
        found = found.replace("<str:name>", "file")  # what stands there makes no difference
        if "<" in found:
            raise KeyError(route)
        return f"/forum/{found}"

    def addresses(self) -> list[str]:
        return [self.address(str(pattern.pattern)) for pattern in urlpatterns]


def make_world(**fields: Any) -> World:
    """A list that is open to anyone unless its rules are made by the caller, with an author who may post."""
    the_list = make_list("Confidential", hold_first_posts=0, created_at=BEGAN - DAY, **fields)
    author = make_user("author@example.org", first_name=SECRET, last_name="Author")
    give(the_list, author, level=Level.POST, since=BEGAN - DAY, until=END + 300 * DAY)
    moment = END - DAY
    post = start_topic(
        mailing_list=the_list, user=author, subject=f"About {SECRET}", content=f"{SECRET} it is.", now=moment
    )
    reply(topic=post.topic, user=author, content=f"More of {SECRET}.", now=moment + SECOND)
    held = reply(topic=post.topic, user=author, content=f"Held: {SECRET}", now=moment + 2 * SECOND)
    Post.objects.filter(pk=held.pk).update(approved=False)
    hold = Hold.objects.create(post=held, because=HoldReason.MANAGER, note=SECRET, held_at=moment)
    Report.objects.create(post=post, by=author, reason=SECRET, reported_at=moment)
    attachment = Attachment(
        list=the_list, post=post, uploader=author, name=f"{SECRET}.txt", type="text/plain", size=8, sha256="0" * 64,
        created_at=moment,
    )  # fmt: skip
    attachment.file.save("x", ContentFile(SECRET.encode()), save=True)
    message = PrivateMessage.objects.create(
        post=post, sender=author, recipient=author, text=SECRET, sent_at=moment
    )
    waiting = subscribe(the_list, make_user(), state=State.APPLIED, since=BEGAN)
    invited = ListInvitation.objects.create(
        list=the_list, email="invited@example.org", name=f"{SECRET} Invited", token_hash="0" * 64, invited_at=moment,
        expires_at=END + 300 * DAY,
    )  # fmt: skip
    delivery = Delivery.objects.create(
        post=post, subscription=waiting, queued_at=moment, due_at=moment, said=SECRET
    )
    came = IncomingMail.objects.create(
        received_at=moment, sender="x@example.org", recipient="x", raw=f"Subject: {SECRET}\n\n{SECRET}".encode(),
        outcome=MailOutcome.POSTED, explained=SECRET, removed=SECRET, settled_at=moment, list=the_list, person=author,
        post=post,
    )  # fmt: skip
    return World(
        the_list,
        post.topic,
        post,
        hold,
        author,
        attachment,
        message,
        waiting.pk,
        invited.pk,
        delivery.pk,
        came.pk,
    )


# --- Who --------------------------------------------------------------------------------------------------------------------


def on_it(world: World, user: User, **period: Any) -> None:
    subscribe(world.the_list, user, since=BEGAN, **period)


def a_rule_ends(world: World, user: User) -> None:
    world.the_list.rules.update(until_at=END)
    on_it(world, user)


def days_after_joining_end(world: World, user: User) -> None:
    world.the_list.rules.update(until_days=90)
    on_it(world, user)


def the_list_closes(world: World, user: User) -> None:
    MailingList.objects.filter(pk=world.the_list.pk).update(closes_at=END, after_closing=AfterClosing.NOTHING)
    on_it(world, user)


def a_membership_ends(world: World, user: User) -> None:
    world.the_list.rules.update(whom=Whom.MEMBERS)
    make_member(user, BEGAN.date(), END.astimezone(timezone.get_default_timezone()).date())
    on_it(world, user)


def the_grace_after_a_membership_ends(world: World, user: User) -> None:
    MailingList.objects.filter(pk=world.the_list.pk).update(grace_days=14)
    world.the_list.rules.update(whom=Whom.MEMBERS)
    last = END.astimezone(timezone.get_default_timezone()).date() - timedelta(days=14)
    make_member(user, BEGAN.date(), last)
    on_it(world, user)


def the_time_of_non_members_ends(world: World, user: User) -> None:
    world.the_list.rules.update(whom=Whom.MEMBERS)
    AccessRule.objects.create(list=world.the_list, whom=Whom.NON_MEMBERS, until_at=END, then=Then.NOTHING)
    on_it(world, user)


def a_role_ends(world: World, user: User) -> None:
    world.the_list.rules.update(roles=[Role.CLINICAL_DIRECTOR])
    last = END.astimezone(timezone.get_default_timezone()).date()
    appoint(user, Role.CLINICAL_DIRECTOR, BEGAN.date(), last, confirmed_at=BEGAN)
    on_it(world, user)


def a_suspension_begins(world: World, user: User) -> None:
    on_it(world, user, until=END)
    subscribe(world.the_list, user, state=State.SUSPENDED, since=END)


def the_person_leaves(world: World, user: User) -> None:
    on_it(world, user, until=END)
    subscribe(world.the_list, user, state=State.LEFT, since=END)


def an_extension_ends(world: World, user: User) -> None:
    world.the_list.rules.update(until_at=BEGAN + DAY)
    on_it(world, user)
    give(world.the_list, user, kind=GrantKind.EXTENSION, level=Level.POST, since=BEGAN, until=END)


def access_of_staff_to_read_ends(world: World, user: User) -> None:
    give(world.the_list, user, level=Level.READ, since=BEGAN, until=END)


def access_of_a_manager_ends(world: World, user: User) -> None:
    user.groups.add(Group.objects.get(name="Forum manager"))
    give(world.the_list, user, level=Level.MANAGE, since=BEGAN, until=END)


def access_of_a_superuser_ends(world: World, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    give(world.the_list, user, level=Level.READ, since=BEGAN, until=END)


def the_grace_for_new_terms_ends(world: World, user: User) -> None:
    terms = make_terms("Code", BEGAN - DAY, END - 14 * DAY)
    world.the_list.terms.add(terms)
    accept(user, terms, 1, BEGAN)
    on_it(world, user)


ENDS: list[Callable[[World, User], None]] = [
    a_rule_ends,
    days_after_joining_end,
    the_list_closes,
    a_membership_ends,
    the_grace_after_a_membership_ends,
    the_time_of_non_members_ends,
    a_role_ends,
    a_suspension_begins,
    the_person_leaves,
    an_extension_ends,
    access_of_staff_to_read_ends,
    access_of_a_manager_ends,
    access_of_a_superuser_ends,
    the_grace_for_new_terms_ends,
]


@pytest.mark.parametrize("makes_end", ENDS, ids=lambda makes_end: makes_end.__name__.replace("_", " "))
def test_nothing_of_a_list_is_seen_from_the_second_on_at_which_access_ends(
    clock: Clock, makes_end: Callable[[World, User], None], *, soak: bool
) -> None:
    world, user = make_world(), make_user("reader@example.org")
    makes_end(world, user)
    for key in (f"list:{world.the_list.pk}", f"topic:{world.topic.pk}"):
        Follow.objects.create(user=user, key=key, cadence="weekly", created_at=BEGAN)
    clock.now = END - SECOND  # sessions do not outlive weeks
    client = sign_in(user, second_factor=True)

    readable = {
        "/forum/",
        f"/forum/{world.the_list.slug}/",
        world.address("<slug:slug>/topics/<int:pk>/"),
        world.address("people/<int:pk>/"),
        world.address("attachments/<uuid:key>/<str:name>"),
    }
    before = {address for address in (everywhere(world) if soak else readable) if shows(client.get(address))}
    clock.now = END
    after = seen(client, world), posted(client, world)

    assert after == (set(), set())
    assert before >= readable


def applied(world: World) -> Client:
    user = make_user()
    subscribe(world.the_list, user, state=State.APPLIED, since=BEGAN)
    return sign_in(user)


def refused(world: World) -> Client:
    user = make_user()
    subscribe(world.the_list, user, state=State.REFUSED, since=BEGAN)
    return sign_in(user)


NEVER: dict[str, Callable[[World], Client]] = {
    "anonymous": lambda _world: Client(),
    "somebody with an account": lambda _world: sign_in(make_user()),
    "applied": applied,
    "refused": refused,
    "superuser": lambda _world: sign_in(make_user(is_superuser=True), second_factor=True),
    "administrator": lambda _world: sign_in(make_staff("Administrator"), second_factor=True),
    "forum manager without access": lambda _world: sign_in(make_staff("Forum manager"), second_factor=True),
    "editor": lambda _world: sign_in(make_staff("Editor"), second_factor=True),
}


@pytest.mark.parametrize("who", NEVER)
def test_who_was_never_let_in_sees_nothing(clock: Clock, who: str) -> None:
    world = make_world()
    clock.now = END - SECOND
    client = NEVER[who](world)

    assert seen(client, world) == set()
    assert posted(client, world) == set()


def test_a_reader_sees_no_held_post_no_report_and_nobody_s_private_answer(clock: Clock) -> None:
    world, user = make_world(), make_user()
    on_it(world, user)
    clock.now = END - SECOND
    client = sign_in(user)

    page = client.get(world.address("<slug:slug>/topics/<int:pk>/")).content.decode()

    assert (f"{SECRET} it is." in page, "Held:" in page) == (True, False)
    for route in ("<slug:slug>/moderation/", "<slug:slug>/moderation/<int:pk>/"):
        assert SECRET not in client.get(world.address(route)).content.decode()


def seen(client: Client, world: World) -> set[str]:
    """The addresses whose answer holds the word, or leads to an address that does."""
    return {address for address in everywhere(world) if shows(client.get(address))}


def everywhere(world: World) -> list[str]:
    return [*world.addresses(), *OTHER_CHANNELS]


# Whoever may not read can still join, leave and come back: that is theirs to do.
OF_ONESELF = {"list_application", "list_come_back", "list_join", "list_leave", "list_terms"}


def posted(client: Client, world: World) -> set[str]:
    """The same for empty POSTs, which must not change anything either."""
    before = everything()
    routes = [str(pattern.pattern) for pattern in urlpatterns if pattern.name not in OF_ONESELF]
    found = {address for address in map(world.address, routes) if shows(client.post(address))}
    assert everything() == before
    return found


def everything() -> list[int]:
    """How much there is of whatever somebody could add or take away."""
    models = (Post, Topic, Hold, Report, Attachment, PrivateMessage, TopicReadTrack, ForumReadTrack)
    done = AuditEntry.objects.exclude(action="door.refused").count()
    return [*(model.objects.count() for model in models), done]


def shows(response: Any) -> bool:
    body = b"".join(response) if response.streaming else response.content
    headers = " ".join(f"{name}: {value}" for name, value in response.headers.items() if name != "Location")
    return SECRET.encode() in body or SECRET in headers
