"""What the page cache keeps, for whom, and when it forgets."""

import os
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date, parse_http_date
from pytest_django import DjangoAssertNumQueries

from portal import page_cache
from portal.models import PageGeneration
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
    PageGeneration.objects.update_or_create(pk=1, defaults={"changed_at": timezone.now()})
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
    ("changed_at", "expected"),
    [
        (datetime(2026, 3, 9, 23, 59, tzinfo=UTC), datetime(2026, 3, 10, 0, 0, tzinfo=UTC)),
        (datetime(2026, 3, 10, 8, 15, 30, tzinfo=UTC), datetime(2026, 3, 10, 8, 15, 30, tzinfo=UTC)),
    ],
    ids=["changed yesterday, so by midnight alone", "changed today"],
)
def test_page_says_when_it_may_last_have_changed(
    client: Client, monkeypatch: pytest.MonkeyPatch, changed_at: datetime, expected: datetime
) -> None:
    PageGeneration.objects.update_or_create(pk=1, defaults={"changed_at": changed_at})
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


def bump_in_another_process() -> None:
    """Runs `bump` in a process of its own on the database of this test."""
    stored = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{stored['NAME']}"
    else:
        login = f"{stored['USER']}:{stored['PASSWORD']}".rstrip(":")
        url = f"postgres://{login}@{stored['HOST']}:{stored['PORT']}/{stored['NAME']}"
    code = "import django; django.setup(); from portal.page_cache import bump; bump()"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)


@pytest.mark.django_db(transaction=True)
def test_bump_waits_for_the_commit_and_does_nothing_when_it_is_rolled_back() -> None:
    with transaction.atomic():
        bump()
        inside = list(PageGeneration.objects.values_list("number", flat=True))
    with transaction.atomic():
        bump()
        transaction.set_rollback(True)

    assert (inside, list(PageGeneration.objects.values_list("number", flat=True))) == ([], [1])


@pytest.mark.django_db(transaction=True)
def test_bumps_of_many_threads_are_all_counted() -> None:
    def run() -> None:
        for _ in range(5):
            bump()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert PageGeneration.objects.get().number == 20


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
        def first(self) -> None:
            raise DatabaseError("away")

    read = Generation()
    monkeypatch.setattr(PageGeneration, "objects", Away())

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
