"""Keeping Elasticsearch as the table is: sent after the commit, left out until then, made anew, and done without when away."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone
from urllib3 import HTTPConnectionPool, Timeout
from wagtail.models import Page

from search.actions import elastic, unsent
from search.engines import Editions, Search, choosing, database, server
from search.engines import elasticsearch as engine
from search.engines.server import Away
from search.models import Entry, Pending, ServerIndex, Unsent
from search.rules.queries import parse
from tests.factories import NOW, make_user
from tests.search.engines import TODAY, make_entry, sources

pytestmark = pytest.mark.django_db
KEYS = frozenset({"public"})


def asked(keys: frozenset[str] = KEYS) -> Search:
    return Search(parse("quorum"), keys, NOW, TODAY, Editions(on=TODAY))


def store(*names: str, **fields: Any) -> None:
    Entry.objects.bulk_create([make_entry(name, "Quorum", **fields) for name in names])


def change(source: str, **fields: Any) -> None:
    """Changes an entry, and notes it, as `index` does."""
    Entry.objects.filter(source=source).update(**fields)
    unsent.note([source])


def found_by_server(source: str) -> bool:
    """Whether the server itself, trimming aside, has an entry that public readers could find."""
    answer = server.client().search(
        index=ServerIndex.objects.get(is_complete=True).name,
        query={"bool": {"filter": [{"term": {"source": source}}, {"term": {"access": "public"}}]}},
    )
    return bool(answer["hits"]["hits"])


@pytest.fixture
def two(elasticsearch: None) -> None:
    store("a", "b")
    elastic.rebuild_index()


@pytest.fixture
def nobody_answers(settings: Any) -> Iterator[None]:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"
        yield


# --- Changes --------------------------------------------------------------------------------------------------------


def test_a_change_that_was_not_sent_leaves_its_entry_out_of_hits_counts_and_facets(two: None) -> None:
    change("b", access="list:7")

    found = engine.find(asked())

    assert found_by_server("b")
    assert sources(found) == ["a"]
    assert found.groups == [(frozenset({"kind:article"}), 1)]


@pytest.mark.parametrize("access, expected", [("list:7", ["a"]), ("public", ["a", "b"])])
def test_a_change_that_was_sent_counts(two: None, access: str, expected: list[str]) -> None:
    change("b", access=access, title="Quorum and more")

    elastic.catch_up()
    found = engine.find(asked())

    assert sources(found) == expected
    assert found.count({}) == len(expected)
    assert not Unsent.objects.exists()


def test_what_came_and_what_went_are_sent(two: None) -> None:
    store("c")
    Entry.objects.filter(source="a").delete()
    unsent.note(["c", "a"])

    elastic.catch_up()

    assert sorted(sources(engine.find(asked()))) == ["b", "c"]
    assert engine.find(asked()).count({}) == 2


def test_a_change_is_sent_right_after_its_commit(two: None, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        change("b", access="list:7")

    assert not Unsent.objects.exists()
    assert not found_by_server("b")


def test_a_change_that_was_taken_back_leaves_nothing_to_send(two: None) -> None:
    with transaction.atomic():
        change("b", access="list:7")
        transaction.set_rollback(True)

    assert not Unsent.objects.exists()
    assert engine.find(asked()).count({}) == 2


def test_an_older_state_that_arrives_late_does_not_replace_a_newer_one(two: None) -> None:
    name = ServerIndex.objects.get().name
    older = server.document(Entry.objects.get(source="b"))
    earlier = Unsent.objects.create(source="b").pk
    change("b", access="list:7")
    elastic.catch_up()

    assert elastic._put(name, [older], earlier, seconds=2, refresh=True)

    assert not found_by_server("b")


def test_an_older_state_does_not_bring_back_what_went(two: None) -> None:
    name = ServerIndex.objects.get().name
    older = server.document(Entry.objects.get(source="b"))
    earlier = Unsent.objects.create(source="b").pk
    Entry.objects.filter(source="b").delete()
    unsent.note(["b"])
    elastic.catch_up()

    assert elastic._put(name, [older], earlier, seconds=2, refresh=True)

    assert not found_by_server("b")


def test_hits_are_read_from_the_table_on_the_same_conditions(two: None) -> None:
    # Past every note: this is never done, and still shows nothing.
    Entry.objects.filter(source="b").update(access="list:7")

    assert sources(engine.find(asked())) == ["a"]


@pytest.mark.parametrize("waiting, by_server", [(500, True), (501, False)])
def test_with_too_many_changes_the_database_answers(two: None, waiting: int, by_server: bool) -> None:
    Pending.objects.bulk_create(Pending(source=f"post:{number}") for number in range(300))
    Unsent.objects.bulk_create(Unsent(source=f"post:{number}") for number in range(waiting - 1))
    Unsent.objects.create(source="b")
    # Only of what waits twice is there less to be named.
    distinct = {
        *Pending.objects.values_list("source", flat=True),
        *Unsent.objects.values_list("source", flat=True),
    }
    assert len(distinct) == waiting

    if by_server:
        assert sources(engine.find(asked())) == ["a"]
    else:
        with pytest.raises(Away, match="Too many changes wait"):
            engine.find(asked())
        assert sorted(sources(choosing.find(asked()))) == ["a", "b"]


def test_with_more_combinations_of_labels_than_are_counted_the_database_answers(
    two: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store("c", kind="post")
    elastic.rebuild_index()
    monkeypatch.setattr(engine, "MOST_GROUPS", 1)

    with pytest.raises(Away, match="combinations"):
        engine.find(asked())
    assert choosing.find(asked()).count({}) == 3


def test_deeper_than_the_server_counts_the_database_answers(two: None) -> None:
    deep = Search(parse("quorum"), KEYS, NOW, TODAY, Editions(), first=9_995, most=10)

    with pytest.raises(Away, match="deep"):
        engine.find(deep)
    assert choosing.find(deep).count({}) == 2


@pytest.mark.parametrize("limit", ["since", "until"])
def test_the_server_is_not_asked_what_is_new(two: None, limit: str) -> None:
    with pytest.raises(Away, match="new"):
        engine.find(replace(asked(), **{limit: NOW}))


def test_a_search_takes_two_queries(two: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        engine.find(asked())


# --- The index ------------------------------------------------------------------------------------------------------


def test_without_an_index_the_database_answers(elasticsearch: None) -> None:
    store("a")

    assert sources(choosing.find(asked())) == ["a"]
    with pytest.raises(Away, match="no index"):
        engine.find(asked())


def test_the_job_makes_an_index_if_there_is_none(elasticsearch: None) -> None:
    store("a")

    elastic.catch_up()

    assert sources(engine.find(asked())) == ["a"]


def test_a_rebuild_says_how_far_it_is(elasticsearch: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elastic, "BATCH", 2)
    store("a", "b", "c")
    said: list[tuple[int, int]] = []

    done = elastic.rebuild_index(lambda done, of: said.append((done, of)))

    assert done == 3
    assert said == [(2, 3), (3, 3)]


def test_what_changes_while_an_index_is_made_anew_is_in_it(
    two: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic, "BATCH", 1)
    store("c")

    def meanwhile(done: int, of: int) -> None:
        if done == 1:  # “a” has been read, the others have not
            change("a", access="list:7")
            change("c", access="list:7")
            elastic.send(most=10, seconds=2)
            assert sources(engine.find(asked())) == ["b"]
        if done == 2:
            Entry.objects.filter(source="b").delete()
            unsent.note(["b"])

    elastic.rebuild_index(meanwhile)

    assert engine.find(asked()).groups == []
    assert engine.find(asked(frozenset({"list:7"}))).count({}) == 2
    assert elastic.compare_index() == []


def test_the_old_index_goes_and_the_alias_leads_to_the_new_one(two: None, settings: Any) -> None:
    old = ServerIndex.objects.get().name

    elastic.rebuild_index()

    new = ServerIndex.objects.get().name
    assert old != new
    assert list(server.client().indices.get_alias(index=f"{settings.ELASTICSEARCH_INDEX}-*")) == [new]
    assert list(server.client().indices.get_alias(name=settings.ELASTICSEARCH_INDEX)) == [new]


def test_two_rebuilds_do_not_run_at_once_unless_one_has_died(two: None) -> None:
    ServerIndex.objects.create(name="other", touched_at=timezone.now())
    with pytest.raises(elastic.RebuildGoesOn):
        elastic.rebuild_index()

    ServerIndex.objects.filter(name="other").update(touched_at=timezone.now() - timedelta(minutes=6))
    elastic.rebuild_index()

    assert [index.name == "other" for index in ServerIndex.objects.all()] == [False]


def test_a_server_that_lost_its_index_gets_a_new_one(two: None) -> None:
    server.client().indices.delete(index=ServerIndex.objects.get().name)
    assert sorted(sources(choosing.find(asked()))) == ["a", "b"]

    change("b", access="list:7")
    elastic.catch_up()

    assert sources(engine.find(asked())) == ["a"]


def test_changes_made_without_the_setting_leave_no_index_to_be_asked(two: None, settings: Any) -> None:
    address, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, ""
    change("b", access="list:7")
    settings.ELASTICSEARCH_URL = address

    with pytest.raises(Away, match="no index"):
        engine.find(asked())
    elastic.catch_up()
    assert sources(engine.find(asked())) == ["a"]


def test_with_very_many_changes_the_index_is_made_anew(two: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elastic, "MOST_UNSENT", 1)
    old = ServerIndex.objects.get().name
    change("a", title="Quorum 1")
    change("b", title="Quorum 2")

    elastic.catch_up()

    assert ServerIndex.objects.get().name != old
    assert not Unsent.objects.exists()


def test_comparing_names_what_differs_is_missing_or_left_over_and_repairing_mends_it(two: None) -> None:
    store("missing", "waiting")
    Entry.objects.filter(source="a").update(title="Quorum, otherwise")
    Entry.objects.filter(source="b").delete()
    unsent.note(["waiting"])

    differing = elastic.compare_index()
    elastic.repair(differing)

    assert differing == ["a", "b", "missing"]
    assert elastic.compare_index() == []
    assert sorted(sources(engine.find(asked()))) == ["a", "missing", "waiting"]


# --- A server that is away ------------------------------------------------------------------------------------------


def test_the_database_answers_when_the_server_does_not(two: None, nobody_answers: None) -> None:
    change("b", access="list:7")

    assert sources(choosing.find(asked())) == ["a"]
    assert database.find(asked()) == choosing.find(asked())


def test_a_server_that_did_not_answer_is_left_alone_for_a_while(
    two: None, nobody_answers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    plain = server.NODE_CLASS.perform_request

    def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
        tries.append(1)
        return plain(self, *args, **kwargs)

    monkeypatch.setattr(server.NODE_CLASS, "perform_request", counted)

    for _ in range(3):
        choosing.find(asked())

    assert len(tries) == 1


def test_what_changed_while_the_server_was_away_reaches_it_afterwards(
    two: None, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    address = settings.ELASTICSEARCH_URL
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    with django_capture_on_commit_callbacks(execute=True):
        change("b", access="list:7")
    elastic.catch_up()
    assert Unsent.objects.count() == 1

    settings.ELASTICSEARCH_URL = address
    cache.clear()  # half a minute later
    assert sources(engine.find(asked())) == ["a"]
    elastic.catch_up()

    assert not Unsent.objects.exists()
    assert not found_by_server("b")


def test_only_a_part_of_an_answer_is_none(two: None, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = server.NODE_CLASS.perform_request

    def cut(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = plain(self, *args, **kwargs)
        return type(answer)(answer.meta, answer.body.replace(b'"timed_out":false', b'"timed_out":true'))

    monkeypatch.setattr(server.NODE_CLASS, "perform_request", cut)

    with pytest.raises(Away, match="part"):
        engine.find(asked())


def test_nobody_waits_long_for_a_server_that_says_nothing(
    elasticsearch: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[tuple[float, float]] = []
    plain = HTTPConnectionPool.urlopen

    def noted(self: Any, *args: Any, timeout: Any, **kwargs: Any) -> Any:
        waited.append((timeout.connect_timeout, timeout.read_timeout))
        return plain(self, *args, timeout=Timeout(0.1), **kwargs)

    monkeypatch.setattr(HTTPConnectionPool, "urlopen", noted)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"

        assert "timed out" in server.problem()

    assert waited == [(1, 2)]


# --- What staff are told --------------------------------------------------------------------------------------------


@pytest.fixture
def admin(client: Client, settings: Any, home: Page) -> Client:
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def test_staff_are_told_on_the_first_page_of_the_admin(
    two: None, nobody_answers: None, admin: Client
) -> None:
    change("b", access="list:7")

    page = admin.get("/admin/").content.decode()

    assert "Search does not use Elasticsearch at the moment" in page
    assert "1 change waits to be sent." in page


def test_staff_are_told_nothing_when_all_is_well(two: None, admin: Client) -> None:
    assert "Elasticsearch" not in admin.get("/admin/").content.decode()
