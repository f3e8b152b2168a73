"""The same form sent twice at the same moment. On PostgreSQL, where only a lock keeps the two apart."""

import contextlib
import threading
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections
from django.db.models import QuerySet

from forum.actions import posting
from forum.actions.posting import reply, start_topic
from forum.models import Post, Topic
from portal.members.models import User
from tests.factories import NOW, make_user
from tests.forum.factories import make_list, subscribe

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="SQLite lets one writer in at a time, which hides a missing lock",
    ),
]


def send_twice(monkeypatch: pytest.MonkeyPatch, key: uuid.UUID | None) -> list[Any]:
    """What two simultaneous answers out of one form became: each has asked for the other before either goes on, if it can."""
    the_list = make_list(hold_first_posts=0)
    ada = make_user()
    subscribe(the_list, ada, since=NOW)
    topic = start_topic(mailing_list=the_list, user=ada, subject="Votes", content="Half", now=NOW).topic
    barrier, asked, outcomes = threading.Barrier(2), posting._posted_before, []

    def asked_together(*arguments: Any) -> Post | None:
        found = asked(*arguments)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=2)
        return found

    def run() -> None:
        try:
            outcomes.append(
                reply(
                    topic=Topic.objects.get(pk=topic.pk),
                    user=User.objects.get(pk=ada.pk),
                    content="Once",
                    now=NOW,
                    submission=key,
                ).pk
            )
        except IntegrityError as error:
            outcomes.append(type(error))
        finally:
            connections.close_all()

    monkeypatch.setattr(posting, "_posted_before", asked_together)
    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_one_form_sent_twice_posts_once_and_both_lead_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = send_twice(monkeypatch, uuid.uuid4())

    post = Post.objects.get(content="Once")
    assert outcomes == [post.pk, post.pk]


def test_without_the_lock_the_database_refuses_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_, **__: self)

    outcomes = send_twice(monkeypatch, uuid.uuid4())

    assert IntegrityError in outcomes
    assert Post.objects.filter(content="Once").count() == 1


def test_without_a_key_both_are_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    send_twice(monkeypatch, None)

    assert Post.objects.filter(content="Once").count() == 2
