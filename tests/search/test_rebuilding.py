"""Making the index anew while people search and write, and comparing it with what it is made of."""

import threading
from io import StringIO
from typing import Self

import pytest
from django.core.management import call_command
from django.db import connection, connections

from portal.pages.models import ArticlePage
from search import watching
from search.actions.indexing import catch_up
from search.actions.rebuilding import compare, mend, rebuild
from search.keys import VISITOR
from search.models import Entry, Word
from search.searching import asked, find
from tests.factories import NOW, make_home
from tests.pages.factories import make_article, make_listing

pytestmark = pytest.mark.django_db


def found(word: str) -> int:
    return find(asked(word, VISITOR, NOW)).found.count({})


def run(name: str, *arguments: str) -> tuple[str, int]:
    """What a command says, and how it ends."""
    said = StringIO()
    try:
        call_command(name, *arguments, stdout=said)
    except SystemExit as end:
        return said.getvalue(), end.code
    return said.getvalue(), 0


@pytest.fixture
def articles() -> list[ArticlePage]:
    listing = make_listing(make_home())
    made = [make_article(listing, title=f"Narwhal {number}") for number in range(5)]
    catch_up(NOW)
    return made


def differences() -> list[str]:
    return sorted(set(compare(progress=lambda _: None)))


def test_an_index_that_was_lost_is_made_anew(articles: list[ArticlePage]) -> None:
    Entry.objects.all().delete()
    assert found("narwhal") == 0

    said, code = run("search_rebuild")

    assert (found("narwhal"), code) == (5, 0)
    assert said.startswith("The index has 6 entries, and ")
    assert Word.objects.filter(word="narwhal", entries=5).exists()


def test_entries_of_what_is_there_no_longer_go(articles: list[ArticlePage]) -> None:
    watching.remove(connection)
    ArticlePage.objects.filter(pk=articles[0].pk).first().delete()
    assert found("narwhal") == 5

    rebuild(now=NOW, progress=lambda _: None)

    assert found("narwhal") == 4


def test_a_dry_run_says_how_much_there_is_to_do_and_does_nothing(articles: list[ArticlePage]) -> None:
    Entry.objects.all().delete()

    said, code = run("search_rebuild", "--dry-run")

    assert said.endswith("The index has 0 entries now.\n")
    assert (Entry.objects.count(), code) == (0, 0)


DAMAGE = {
    "an entry is missing": lambda: Entry.objects.filter(title="Narwhal 1").delete(),
    "an entry says something else": lambda: Entry.objects.filter(title="Narwhal 1").update(title="Seal"),
    "an entry is open to others": lambda: Entry.objects.filter(title="Narwhal 1").update(access="signed-in"),
    "an entry is of nothing": lambda: Entry.objects.filter(title="Narwhal 1").update(source="page:999999"),
    "a trigger is missing": lambda: watching.remove(connection),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_told_and_can_be_repaired(articles: list[ArticlePage], damage: str) -> None:
    assert run("search_check") == ("The search index agrees with the database.\n", 0)

    DAMAGE[damage]()
    said, code = run("search_check")
    repaired, repaired_code = run("search_check", "--repair")

    assert (code, "to put them right" in said) == (1, True)
    assert (repaired_code, "repaired." in repaired) == (0, True)
    assert run("search_check") == ("The search index agrees with the database.\n", 0)
    assert found("narwhal") == 5


def test_the_daily_job_puts_right_what_differs(articles: list[ArticlePage]) -> None:
    Entry.objects.filter(title="Narwhal 1").delete()

    assert (mend(NOW), found("narwhal"), mend(NOW)) == (1, 5, 0)


class Writer:
    """Somebody who changes titles all the time, in a thread and with a connection of their own."""

    def __init__(self, articles: list[ArticlePage]) -> None:
        self.keys = [page.pk for page in articles]
        self.written = 0
        self.failure: Exception | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _write(self) -> None:
        try:
            while not self._stopped.is_set():
                page = ArticlePage.objects.get(pk=self.keys[self.written % len(self.keys)])
                page.title = f"Narwhal written {self.written}"
                page.save()
                self.written += 1
        except Exception as failure:  # noqa: BLE001  told in the test's own thread
            self.failure = failure
        finally:
            connections.close_all()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_while_it_is_made_anew_nothing_is_missing_and_no_write_is_lost(
    articles: list[ArticlePage], *, soak: bool
) -> None:
    counts: set[int] = set()

    with Writer(articles) as writer:
        while writer.written < (200 if soak else 15) and writer.failure is None:
            rebuild(
                now=NOW,
                progress=lambda _: counts.add(Entry.objects.filter(title__startswith="Narwhal").count()),
            )
    catch_up()

    assert writer.failure is None
    assert counts == {5}
    assert differences() == []
    assert set(Entry.objects.filter(kind="article").values_list("title", flat=True)) == set(
        ArticlePage.objects.values_list("title", flat=True)
    )
