"""What the page cache keeps, for whom, and when it forgets."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date, parse_http_date
from pytest_django import DjangoAssertNumQueries

from portal import page_cache
from portal.models import PageChange
from portal.page_cache import Generation, KeptPage, KeptPages, bump, generation, kept_pages, matches
from tests.factories import NOW, make_user

PUBLIC = "public, max-age=0, must-revalidate"
PRIVATE = "private, no-store"


@pytest.fixture(autouse=True)
def _cache_on(settings: LazySettings) -> None:
    settings.PAGE_CACHE_SECONDS = 300
    settings.ROOT_URLCONF = "tests.portal.cache_urls"


@pytest.fixture
def signed_in(db: None) -> Client:
    client = Client()
    client.force_login(make_user("ada@example.org"))
    return client


def text(response: HttpResponse) -> str:
    return b"".join(response).decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/plain/", True),
        ("/feed/", True),
        ("/person/", True),
        ("/plain/?page=2", True),
        ("/plain/?q=" + "a" * 500, False),
        ("/json/", False),
        ("/form/", False),
        ("/cookie/", False),
        ("/session/", False),
        ("/missing/", False),
        ("/private/", False),
        ("/varied/", False),
        ("/nonce/", False),
        ("/streamed/", False),
        ("/download/", False),
        ("/dev/plain/", False),
        ("/accounts/plain/", False),
    ],
)
def test_answer_is_kept_only_if_it_is_the_same_for_everybody(address: str, kept: bool) -> None:
    first, second = Client().get(address), Client().get(address)

    assert (text(first) == text(second), len(kept_pages.pages)) == (kept, int(kept))


@pytest.mark.django_db
def test_kept_answer_is_the_first_answer_with_its_headers(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get("/plain/")

    with django_assert_num_queries(0):
        second = client.get("/plain/")

    assert (second.content, dict(second.items())) == (first.content, dict(first.items()))
    assert (second["Cache-Control"], second["Vary"], second["Content-Length"]) == (
        PUBLIC,
        "Cookie",
        str(len(first.content)),
    )
    assert "default-src 'self'" in second["Content-Security-Policy"].split("; ")
    assert second["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
def test_each_address_query_host_and_scheme_is_kept_apart(client: Client) -> None:
    answers = [
        client.get("/plain/"),
        client.get("/plain/?page=2"),
        client.get("/plain/", headers={"host": "localhost"}),
        client.get("/plain/", secure=True),
    ]

    assert len({text(answer) for answer in answers}) == 4


@pytest.mark.django_db
def test_signed_in_person_is_never_answered_from_the_cache_and_never_kept(signed_in: Client) -> None:
    anonymous = Client().get("/person/")

    personal = signed_in.get("/person/")

    assert text(anonymous).startswith("AnonymousUser ")
    assert text(personal).startswith("Ada Example ")
    assert personal["Cache-Control"] == PRIVATE
    assert text(Client().get("/person/")) == text(anonymous)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "answered_from_cache"),
    [
        ({"cookie": "csrftoken=abc"}, True),
        ({"cookie": "sessionid=expired"}, False),
        ({"cookie": "messages=abc"}, False),
        ({"cookie": "csrftoken=abc; something=else"}, False),
        ({"authorization": "Basic abc"}, False),
        ({"accept-language": "cy"}, True),
    ],
)
def test_reader_is_answered_from_the_cache_only_when_nothing_of_theirs_came_along(
    client: Client, headers: dict[str, str], answered_from_cache: bool
) -> None:
    kept = client.get("/plain/")

    answer = Client().get("/plain/", headers=headers)

    assert (text(answer) == text(kept)) is answered_from_cache


@pytest.mark.django_db
def test_message_to_one_reader_does_not_reach_another(client: Client) -> None:
    client.get("/message/")

    client.get("/plain/")

    assert len(kept_pages.pages) == 0


@pytest.mark.django_db
def test_post_is_answered_anew(client: Client) -> None:
    kept = client.get("/plain/")

    assert text(client.post("/plain/")) != text(kept)
    assert text(client.get("/plain/")) == text(kept)


@pytest.mark.django_db
def test_head_is_answered_from_the_page_kept_for_get_and_keeps_nothing(client: Client) -> None:
    client.head("/plain/")
    assert len(kept_pages.pages) == 0
    kept = client.get("/plain/")

    answer = client.head("/plain/")

    assert (answer.content, dict(answer.items())) == (b"", dict(kept.items()))


@pytest.mark.django_db
def test_reader_who_has_the_page_gets_304(client: Client) -> None:
    kept = client.get("/plain/")

    answer = client.get("/plain/", headers={"if-none-match": kept["ETag"]})

    assert (answer.status_code, answer.content, answer["ETag"], answer["Cache-Control"]) == (
        304,
        b"",
        kept["ETag"],
        PUBLIC,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seconds", "status"), [(-1, 200), (0, 304), (1, 304)], ids=["second before", "moment", "second after"]
)
def test_reader_whose_page_is_as_old_as_the_last_change_gets_304(
    client: Client, seconds: int, status: int
) -> None:
    PageChange.objects.create(counted_at=timezone.now())
    kept = client.get("/plain/")
    since = parse_http_date(kept["Last-Modified"]) + seconds

    answers = [
        client.get("/plain/", headers={"if-modified-since": http_date(since)}),
        client.get("/plain/", headers={"if-modified-since": http_date(since), "if-none-match": '"another"'}),
        client.get("/plain/", headers={"if-modified-since": "yesterday"}),
    ]

    assert [answer.status_code for answer in answers] == [status, 200, 200]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("counted_at", "expected"),
    [
        (datetime(2026, 3, 9, 23, 59, tzinfo=UTC), datetime(2026, 3, 10, 0, 0, tzinfo=UTC)),
        (datetime(2026, 3, 10, 8, 15, 30, tzinfo=UTC), datetime(2026, 3, 10, 8, 15, 30, tzinfo=UTC)),
        (None, NOW),
    ],
    ids=["changed yesterday, so by midnight alone", "changed today", "changed, nobody knows how long ago"],
)
def test_page_says_when_it_may_last_have_changed(
    client: Client, monkeypatch: pytest.MonkeyPatch, counted_at: datetime | None, expected: datetime
) -> None:
    PageChange.objects.create(counted_at=counted_at)
    monkeypatch.setattr(timezone, "now", lambda: NOW)

    assert client.get("/plain/")["Last-Modified"] == http_date(expected.timestamp())


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ("*", True),
        ('"abcd"', False),
        ("abc", False),
        ("", False),
    ],
)
def test_matches_compares_etags_weakly(header: str, expected: bool) -> None:
    assert matches('"abc"', header) is expected


@pytest.mark.django_db(transaction=True)
def test_bump_shows_at_once_in_this_process(client: Client) -> None:
    before = client.get("/plain/")

    bump()

    assert text(client.get("/plain/")) != text(before)


@pytest.mark.django_db(transaction=True)
def test_bump_of_another_process_shows_at_the_next_reading(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "SECONDS_BETWEEN_READS", 3600.0)
    before = client.get("/plain/")

    bump_in_another_process()

    assert text(client.get("/plain/")) == text(before)
    monkeypatch.setattr(page_cache, "SECONDS_BETWEEN_READS", 0.0)
    assert text(client.get("/plain/")) != text(before)


def bump_in_another_process(*, kill_on_commit: bool = False) -> None:
    """Runs `bump` in a process of its own on the database of this test; it may end itself before anything that follows the commit."""
    stored = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{stored['NAME']}"
    else:
        login = f"{stored['USER']}:{stored['PASSWORD']}".rstrip(":")
        url = f"postgres://{login}@{stored['HOST']}:{stored['PORT']}/{stored['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    code = (
        KILLED
        if kill_on_commit
        else "import django; django.setup(); from portal.page_cache import bump; bump()"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False, timeout=60)
    assert done.returncode == (-signal.SIGKILL if kill_on_commit else 0)


# Callbacks run in the order in which they were given, so this one comes before that of the bump.
KILLED = """
import django, os, signal
django.setup()
from django.db import transaction
from portal.page_cache import bump
with transaction.atomic():
    transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
    bump()
"""


@pytest.fixture
def read_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reader reads the generation anew, as if a second had gone by."""
    monkeypatch.setattr(page_cache, "SECONDS_BETWEEN_READS", 0.0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("read_always")
def test_bump_of_a_process_that_is_killed_when_it_has_committed_is_seen(client: Client) -> None:
    before = client.get("/plain/")

    bump_in_another_process(kill_on_commit=True)

    assert list(PageChange.objects.values_list("changes", "counted_at")) == [(1, None)]
    assert text(client.get("/plain/")) != text(before)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("read_always")
def test_bump_that_is_rolled_back_is_not_seen(client: Client) -> None:
    before = client.get("/plain/")

    with transaction.atomic():
        bump()
        transaction.set_rollback(True)

    assert (text(client.get("/plain/")), PageChange.objects.count()) == (text(before), 0)


@pytest.mark.django_db(transaction=True)
def test_bump_is_seen_by_others_with_its_commit_and_not_before() -> None:
    with transaction.atomic():
        bump()
        inside = generation_of_another_connection()

    assert (inside, generation_of_another_connection()) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_process_has_not_counted_is_counted_with_the_next_change() -> None:
    PageChange.objects.create(changes=40, counted_at=NOW)
    PageChange.objects.create()
    PageChange.objects.create()
    before = timezone.now()

    bump()

    row = PageChange.objects.get()
    assert (row.changes, before <= row.counted_at <= timezone.now()) == (43, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
def test_transactions_that_bump_do_not_wait_for_each_other() -> None:
    def bump_beside() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        bump()

    PageChange.objects.create(changes=40, counted_at=NOW)
    with transaction.atomic():
        bump()
        assert in_a_thread(bump_beside) is None
        # Even while another process counts, and holds every row that is there.
        list(PageChange.objects.select_for_update())
        assert in_a_thread(bump_beside) is None
        inside = generation_of_another_connection()

    assert (inside, generation_of_another_connection()) == (42, 43)


@pytest.mark.django_db(transaction=True)
def test_bumps_of_many_threads_are_all_counted() -> None:
    def bump_often() -> None:
        for _ in range(5):
            bump()

    assert [problem for problem in in_threads([bump_often] * 4) if problem] == []
    bump()

    assert PageChange.objects.aggregate(Sum("changes")) == {"changes__sum": 21}
    assert not PageChange.objects.filter(counted_at=None).exists()


def generation_of_another_connection() -> int | None:
    """The generation as another process reads it."""
    read: list[int | None] = []
    in_a_thread(lambda: read.append(Generation().current()))
    return read[0]


def in_a_thread(work: Callable[[], None]) -> Exception | None:
    """What work on a connection of its own has raised."""
    return in_threads([work])[0]


def in_threads(works: list[Callable[[], None]]) -> list[Exception | None]:
    problems: list[Exception | None] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
            problems.append(None)
        except Exception as problem:  # noqa: BLE001  whatever happens is the outcome
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


@pytest.mark.django_db
def test_generation_is_read_once_a_second_and_not_for_every_reader(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 0.0, 0.5, 0.99, 1.0, 1.0])  # two looks at it for each reading
    monkeypatch.setattr(page_cache, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    read = Generation()

    with django_assert_num_queries(1):
        assert [read.current() for _ in range(3)] == [0, 0, 0]
    with django_assert_num_queries(1):
        assert read.current() == 0


def test_generation_goes_on_with_the_last_number_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Away:
        def aggregate(self, **_: object) -> None:
            raise DatabaseError("away")

    read = Generation()
    monkeypatch.setattr(PageChange, "objects", Away())

    assert read.current() is None
    read._number = 7
    read.forget()
    assert read.current() == 7


@pytest.mark.django_db
def test_page_is_forgotten_at_midnight_in_london(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache.timezone, "localdate", lambda: date(2026, 3, 31))
    before = client.get("/plain/")
    monkeypatch.setattr(page_cache.timezone, "localdate", lambda: date(2026, 4, 1))

    assert text(client.get("/plain/")) != text(before)


@pytest.mark.django_db
def test_nothing_is_kept_when_the_cache_is_off(client: Client, settings: LazySettings) -> None:
    settings.PAGE_CACHE_SECONDS = 0

    first, second = client.get("/plain/"), client.get("/plain/")

    assert (text(first) == text(second), first.has_header("Cache-Control")) == (False, False)


@pytest.mark.django_db
def test_unknown_host_fills_nothing(client: Client) -> None:
    client.get("/plain/", headers={"host": "elsewhere.example"})

    assert len(kept_pages.pages) == 0


def kept(body: bytes = b"", until: float = 10.0) -> KeptPage:
    return KeptPage(body=body, headers={}, etag='"x"', until=until)


def key(path: str) -> page_cache.Key:
    return "http", "testserver", path, "", "2026-03-10", 1


@pytest.mark.parametrize(("now", "found"), [(9.99, True), (10.0, False), (10.01, False)])
def test_page_is_kept_until_its_time(now: float, found: bool) -> None:
    pages = KeptPages()
    pages.put(key("/"), kept(b"abc"))

    assert ((pages.get(key("/"), now) is not None), pages.size) == (found, 3 if found else 0)


def test_longest_unread_page_is_forgotten_when_there_is_no_more_room() -> None:
    pages = KeptPages(most_bytes=30)
    for path in ("/a", "/b", "/c"):
        pages.put(key(path), kept(b"0123456789"))
    pages.get(key("/a"), 0.0)

    pages.put(key("/d"), kept(b"0123456789"))
    pages.put(key("/d"), kept(b"01234"))

    assert ([place[2] for place in pages.pages], pages.size) == (["/c", "/a", "/d"], 25)


def test_generation_and_pages_of_this_process_are_shared_by_its_threads() -> None:
    assert (page_cache.generation, page_cache.kept_pages) == (generation, kept_pages)
