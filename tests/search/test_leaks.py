"""The leak matrix: every kind of thing, every kind of reader, the second before an end, the moment and the second after.

Whatever a reader is shown of search is looked at: the page with its counts and facets, what programs are given, what is proposed
while somebody types, and what is proposed for a misspelt word.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from portal.members.models import Cadence, Mail, User
from search.actions.elastic import rebuild_index
from search.actions.saving import save_search
from search.actions.telling import tell_waiting
from search.actions.words import count_words
from search.engines import choosing
from search.models import SavedSearch
from search.searching import asked, find
from tests.factories import sign_in
from tests.search.world import BEGAN, DAY, END, MOMENTS, WORD, World, make_world

pytestmark = pytest.mark.django_db

EVERYBODY = frozenset(
    {
        "visitor",
        "signed in",
        "in the group",
        "had a place",
        "on the list",
        "suspended",
        "on another list",
        "superuser",
    }
)
MEMBERS = EVERYBODY - {"visitor"}
NOBODY: frozenset[str] = frozenset()
# What each thing is called, and who finds it before the end, and from the end on.
FOUND: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "handbook": (EVERYBODY, EVERYBODY),
    "section": (EVERYBODY, EVERYBODY),
    "listing": (EVERYBODY, EVERYBODY),
    "article": (EVERYBODY, EVERYBODY),
    "tips": (EVERYBODY, EVERYBODY),
    "toolkit": (EVERYBODY, EVERYBODY),
    "hub": (EVERYBODY, EVERYBODY),
    "cases": (EVERYBODY, EVERYBODY),
    "casestudy": (EVERYBODY, EVERYBODY),
    "event": (EVERYBODY, EVERYBODY),
    "product": (EVERYBODY, EVERYBODY),
    "fillin": (EVERYBODY, EVERYBODY),
    "network": (EVERYBODY, EVERYBODY),
    "list": (EVERYBODY, EVERYBODY),
    "login": (MEMBERS, MEMBERS),
    "group": (frozenset({"in the group", "superuser"}), frozenset({"in the group", "superuser"})),
    "password": (NOBODY, NOBODY),
    "draft": (NOBODY, NOBODY),
    "recording": (NOBODY, frozenset({"had a place", "superuser"})),
    "transcript": (NOBODY, frozenset({"had a place", "superuser"})),
    "topic": (frozenset({"on the list"}), NOBODY),
    "post": (frozenset({"on the list"}), NOBODY),
    "attachment": (frozenset({"on the list"}), NOBODY),
    "author": (frozenset({"on the list"}), NOBODY),
    "person": (EVERYBODY, NOBODY),
}
# What visitors find is public: only this may be proposed, but for the names of one's own lists.
PUBLIC = frozenset(name for name, (before, after) in FOUND.items() if "visitor" in before & after) | {
    "person"
}
IN_A_LIST = frozenset({"topic", "post", "attachment"})


@pytest.fixture(scope="module")
def shared() -> World:
    made = make_world()
    count_words()
    return made


def marked(text: str) -> set[str]:
    """The things of which a text shows something."""
    return {name for name in FOUND if re.search(rf"Marked{name}\b", text, re.IGNORECASE)}


def browser_of(reader: User | AnonymousUser) -> Client:
    return sign_in(reader) if reader.is_authenticated else Client()


def pages(browser: Client) -> Iterator[str]:
    """All pages of results."""
    for number in (1, 2, 3):
        yield browser.get(f"/search/?q={WORD}&page={number}&edition=all").content.decode()


def everything_from_the_api(browser: Client) -> tuple[set[str], int, dict]:
    found, total, facets = "", 0, {}
    for number in (1, 2, 3):
        answer = browser.get(f"/api/search?q={WORD}&page={number}").json()
        found += json.dumps(answer["hits"])
        total, facets = answer["total"], answer["facets"]
    return marked(found), total, facets


@pytest.fixture(params=["database", "elasticsearch"])
def engine(request: pytest.FixtureRequest, shared: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which engine finds: the database at hand, or Elasticsearch, told of everything and without anything to give way to."""
    if request.param == "elasticsearch":
        request.getfixturevalue("elasticsearch")
        rebuild_index()
        monkeypatch.setattr(choosing, "database", None)
    return request.param


@pytest.mark.parametrize("when", MOMENTS, ids=lambda when: when[0])
@pytest.mark.parametrize("reader", sorted(EVERYBODY))
@pytest.mark.usefixtures("engine")
def test_a_reader_is_shown_what_they_may_read_at_that_moment_and_no_trace_of_anything_else(
    shared: World, monkeypatch: pytest.MonkeyPatch, reader: str, when: tuple[str, datetime]
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: when[1])
    browser = browser_of(shared.readers[reader])
    expected = {name for name, readers in FOUND.items() if reader in readers[when[1] >= END]}

    on_pages = marked(" ".join(pages(browser)))
    by_api, total, facets = everything_from_the_api(browser)
    kinds = {one["value"]: one["count"] for one in facets.get("kind", [])}
    places = {one["value"] for one in facets.get("in", [])}

    assert on_pages == expected
    assert by_api == expected
    # The author stands in three of them, and transcripts are documents.
    assert total == sum(kinds.values()) == len(expected - {"author"})
    assert {kinds.get(kind, 0) for kind in IN_A_LIST} == ({1} if "topic" in expected else {0})
    assert ("the-list" in places) == ("topic" in expected)


@pytest.mark.parametrize("when", MOMENTS, ids=lambda when: when[0])
@pytest.mark.parametrize("reader", sorted(EVERYBODY))
def test_while_somebody_types_they_are_proposed_public_titles_and_their_own_lists_alone(
    shared: World, monkeypatch: pytest.MonkeyPatch, reader: str, when: tuple[str, datetime]
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: when[1])
    browser = browser_of(shared.readers[reader])
    expected = {name for name in PUBLIC if "visitor" in FOUND[name][when[1] >= END]}

    proposed = set()
    for name in FOUND:
        proposed |= marked(browser.get(f"/search/suggest?q=marked{name}").content.decode())
    suggestions = browser.get("/search/suggest?q=markedlist").json()["suggestions"]
    own = [one["kind"] for one in suggestions if one["title"] == shared.list_name]

    assert proposed == expected
    assert own == (["Your list"] if reader == "on the list" and when[1] < END else ["Forum list"])


@pytest.mark.parametrize("reader", ["visitor", "on the list"])
def test_a_misspelt_word_is_put_right_by_public_words_alone(
    shared: World, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: END)
    browser = browser_of(shared.readers[reader])

    proposed = {
        name for name in FOUND if "Did you mean" in browser.get(f"/search/?q=markedx{name}").content.decode()
    }

    assert (
        proposed
        & {"topic", "post", "attachment", "author", "login", "group", "password", "draft", "transcript"}
        == set()
    )
    assert {"toolkit", "casestudy", "network"} <= proposed


@pytest.mark.parametrize("when", MOMENTS, ids=lambda when: when[0])
def test_mails_about_saved_searches_name_what_their_person_may_read_when_they_are_written_and_nothing_else(
    shared: World, when: tuple[str, datetime]
) -> None:
    members = {name: user for name, user in shared.readers.items() if user.is_authenticated}
    for user in members.values():
        saved = save_search(user=user, text=WORD, query_string="", cadence=Cadence.AT_ONCE, now=BEGAN - DAY)
        SavedSearch.objects.filter(pk=saved.pk).update(told_until=BEGAN - DAY)

    tell_waiting(when[1])

    for name, user in members.items():
        told = " ".join(f"{mail.text} {mail.html}" for mail in Mail.objects.filter(to=user.email))
        # What begins at the end has not been there for long enough to be told of; the author stands beside no title.
        allowed = {
            one for one, (before, after) in FOUND.items() if name in (after if when[1] >= END else before)
        }
        assert marked(told) <= allowed, name
        assert "section" in marked(told) or "more" in told, name


def test_nobody_finds_anything_without_a_key(shared: World) -> None:
    search = asked(WORD, frozenset({"public"}), END)

    assert find(search).found.hits
    assert not find(replace(search, keys=frozenset())).found.hits
    assert not find(replace(search, keys=frozenset())).found.groups
