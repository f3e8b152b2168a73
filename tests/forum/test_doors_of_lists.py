"""Who gets in where on one list: every address of the forum, by how the reader stands there, and the status of each answer.

`tests/test_doors.py` asks all addresses of the portal for kinds of people. This table asks the addresses of a list that has
something of everything, for those who have to do with it. A pattern without a row fails a test.
"""

import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from forum.models import AccessRule, AfterClosing, Level, MailingList, State, Then, Whom
from forum.urls import urlpatterns
from portal.members.models import User
from tests.factories import make_staff, make_user, sign_in
from tests.forum.admin import words
from tests.forum.factories import give, make_member, subscribe
from tests.forum.test_leaks import BEGAN, DAY, END, SECOND, World, make_world
from tests.test_doors import undone

JUNE_30 = date(2026, 6, 30)
# The headings of the page that says why, followed by the reason and the way on.
SAYS_WHY = re.compile(
    r"^(You cannot (read|post in) Confidential now \w.*\.|Only managers of Confidential can do this You can read .*\.)"
    r" About Confidential, and what you can do next"
)


@pytest.fixture(scope="module")
def shared() -> World:
    """A list for members, with 14 days of grace, and until 30 June for others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: BEGAN)
        world = make_world(grace_days=14)
    world.the_list.rules.update(whom=Whom.MEMBERS)
    subscribe(world.the_list, world.author, since=BEGAN)
    AccessRule.objects.create(list=world.the_list, whom=Whom.NON_MEMBERS, until_at=END, then=Then.NOTHING)
    return world


def person(
    world: World, state: State = State.ACTIVE, *, member: bool = True, until: date | None = None
) -> User:
    user = make_user()
    subscribe(world.the_list, user, state=state, since=BEGAN)
    if member:
        make_member(user, BEGAN.date(), until)
    return user


def manager(world: World) -> User:
    user = make_staff("Forum manager")
    give(world.the_list, user, level=Level.MANAGE, since=BEGAN, until=END + DAY)
    return user


def member_of_a_list_that_closes(world: World) -> User:
    MailingList.objects.filter(pk=world.the_list.pk).update(closes_at=END, after_closing=AfterClosing.NOTHING)
    return person(world)


READERS: dict[str, tuple[datetime, Callable[[World], User]]] = {
    "applied": (END, lambda world: person(world, State.APPLIED)),
    "member": (END, person),
    "member in grace": (END, lambda world: person(world, until=JUNE_30 - DAY)),
    "lapsed": (END, lambda world: person(world, until=JUNE_30 - 15 * DAY)),
    "non-member, a second before 30 June": (END - SECOND, lambda world: person(world, member=False)),
    "non-member, on 30 June": (END, lambda world: person(world, member=False)),
    "suspended": (END, lambda world: person(world, State.SUSPENDED)),
    "manager": (END, manager),
    "superuser without access": (END, lambda _world: make_user(is_superuser=True)),
    "member, a second before the list closes": (END - SECOND, member_of_a_list_that_closes),
    "member, when the list closes": (END, member_of_a_list_that_closes),
}

# fmt: off
# pattern: in the order of READERS, the status of a GET and of an empty POST
TABLE: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "": ((200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "attachments/<uuid:key>/remove/": ((405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405), (403, 422, 422, 403, 422, 403, 403, 204, 403, 422, 403)),
    "attachments/<uuid:key>/<str:name>": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "invitation/<str:token>/": ((404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404)),
    "mail/stop/<str:key>/": ((200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200), (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200)),
    "mail/confirm/<str:key>/": ((200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200), (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200)),
    "<slug:slug>/attachments/": ((403, 405, 405, 403, 405, 403, 403, 405, 403, 405, 403), (403, 400, 400, 403, 400, 403, 403, 400, 403, 400, 403)),
    "<slug:slug>/about/": ((200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/join/": ((302, 302, 302, 302, 302, 302, 302, 302, 200, 302, 302), (302, 302, 302, 302, 302, 302, 302, 302, 200, 302, 302)),
    "<slug:slug>/application/": ((200, 200, 200, 200, 200, 200, 200, 302, 302, 200, 200), (200, 200, 200, 200, 200, 200, 200, 302, 302, 200, 200)),
    "<slug:slug>/terms/": ((200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200), (302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302)),
    "<slug:slug>/leave/": ((200, 200, 200, 200, 200, 200, 200, 302, 302, 200, 200), (302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302)),
    "<slug:slug>/come-back/": ((302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302), (302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302)),
    "<slug:slug>/mail/": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403)),
    "<slug:slug>/mail/resume/": ((405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405), (403, 302, 302, 403, 302, 403, 403, 302, 403, 302, 403)),
    "<slug:slug>/applications/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/applications/<int:pk>/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403)),
    "<slug:slug>/invitations/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/invitations/export/": ((405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405), (403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403)),
    "<slug:slug>/invitations/<int:pk>/withdraw/": ((405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405), (403, 403, 403, 403, 403, 403, 403, 302, 403, 403, 403)),
    "people/<int:pk>/": ((404, 200, 200, 404, 200, 404, 404, 200, 404, 200, 404), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/read/": ((405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405), (403, 302, 302, 403, 302, 403, 403, 302, 403, 302, 403)),
    "<slug:slug>/feed/": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/topics/<int:pk>/": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/posts/<int:pk>/": ((403, 302, 302, 403, 302, 403, 403, 302, 403, 302, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/moderation/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/moderation/log/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/moderation/access/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/moderation/archive/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403)),
    "<slug:slug>/moderation/mail/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/moderation/mail/came/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/moderation/mail/back/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/moderation/mail/<int:pk>/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/posts/<int:pk>/mails/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/posts/<int:pk>/taken-off/": ((403, 404, 404, 403, 404, 403, 403, 200, 403, 404, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/moderation/<int:pk>/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403)),
    "<slug:slug>/people/<int:pk>/suspend/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403)),
    "<slug:slug>/posts/<int:pk>/report/": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403)),
    "<slug:slug>/posts/<int:pk>/hold/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403)),
    "<slug:slug>/posts/<int:pk>/dismiss/": ((405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405), (403, 403, 403, 403, 403, 403, 403, 302, 403, 403, 403)),
    "<slug:slug>/topics/<int:pk>/arrange/": ((403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403), (403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403)),
    "<slug:slug>/new/": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403)),
    "<slug:slug>/readers/": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/drafts/": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (403, 422, 422, 403, 422, 403, 403, 422, 403, 422, 403)),
    "<slug:slug>/topics/<int:pk>/reply/": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403)),
    "<slug:slug>/posts/<int:pk>/edit/": ((403, 404, 404, 403, 404, 403, 403, 200, 403, 404, 403), (403, 404, 404, 403, 404, 403, 403, 200, 403, 404, 403)),
    "<slug:slug>/posts/<int:pk>/history/": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405)),
    "<slug:slug>/posts/<int:pk>/private/": ((403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403), (403, 200, 200, 403, 200, 403, 403, 200, 403, 200, 403)),
    "messages/<int:pk>/": ((404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404), (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404)),
}
# fmt: on


@pytest.mark.django_db
@pytest.mark.parametrize("reader", READERS)
def test_reader_gets_the_statuses_of_the_table(
    shared: World, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (now, make), column = READERS[reader], list(READERS).index(reader)
    monkeypatch.setattr(timezone, "now", lambda: now)
    client = sign_in(make(shared), second_factor=True)

    answers = {
        route: tuple(answer(client, method, shared.address(route)) for method in ("get", "post"))
        for route in TABLE
    }

    assert answers == {route: (row[0][column], row[1][column]) for route, row in TABLE.items()}


def answer(client: Client, method: str, address: str) -> int | str:
    """The status of an answer, whatever it changed undone; for a refusal that does not say why, what it says instead."""
    with undone(client):
        response = getattr(client, method)(address)
    if response.streaming:
        list(response)  # or the file would stay open
    if response.status_code == 403 and not SAYS_WHY.search(words(response)):
        return f"403 without a reason: {response.content[:200]!r}"
    return response.status_code


def test_every_pattern_has_a_row() -> None:
    assert list(TABLE) == [str(pattern.pattern) for pattern in urlpatterns]
