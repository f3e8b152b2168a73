"""Search within an edition: what a query means, what it finds, how that is shown, and that nothing makes it fail."""

import os
from datetime import date, timedelta
from random import Random

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook.actions.editions import prepare_edition
from handbook.models import HandbookPage, SectionPage
from handbook.searching import Document, Index, Query, Term, folded, marked, matching, parse, stem
from tests.effort import effort
from tests.factories import NOW
from tests.handbook.working_copy import add_section, add_sections, edit, make_handbook, publish

EXAMPLES = settings(max_examples=1000 if os.environ.get("SOAK") else 80, deadline=None)
WORDS = st.sampled_from(
    ["practice", "practices", "Vote", "votes", "quorum", "two-thirds", "3.2", "Café", "не", "don’t"]
)
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
DOCUMENTS = st.lists(st.builds(Document, title=TEXTS, text=TEXTS), max_size=6)


def found(query: str, *documents: tuple[str, str]) -> list[int]:
    return matching(Index.of([Document(*document) for document in documents]), parse(query))


# --- What a query means -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", Query()),
        ("  ?!  ", Query()),
        ("Quorum", Query((Term(("quorum",)),))),
        ("quorum QUORUM quorum", Query((Term(("quorum",)),))),
        ("half votes", Query((Term(("half",)), Term(("votes",))))),
        ('"half of" votes', Query((Term(("half", "of"), exact=True), Term(("votes",))))),
        ("“half of”", Query((Term(("half", "of"), exact=True),))),
        ('"half of', Query((Term(("half", "of"), exact=True),))),
        ("two-thirds", Query((Term(("two", "thirds"), exact=True),))),
        ("votes -fees", Query((Term(("votes",)),), (Term(("fees",)),))),
        ('-"half of" votes', Query((Term(("votes",)),), (Term(("half", "of"), exact=True),))),
        ("- votes", Query((Term(("votes",)),))),
        ("3.2", Query((Term(("3.2",)),))),
        ("CAFÉ", Query((Term(("cafe",)),))),
        ("don’t", Query((Term(("don't",)),))),
    ],
)
def test_a_query_is_read_as_people_mean_it(typed: str, query: Query) -> None:
    assert parse(typed) == query


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("practice", "practices"),
        ("vote", "voting"),
        ("party", "parties"),
        ("employ", "employed"),
        ("payment", "payments"),
        ("meeting", "meet"),
    ],
)
def test_words_that_differ_in_their_ending_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["as", "is", "gas", "fees", "pcn", "boss", "loss"])
def test_a_short_word_keeps_three_letters(word: str) -> None:
    assert len(stem(word)) >= min(3, len(word))


# --- What it finds ------------------------------------------------------------------------------------------------------


def test_a_word_is_found_in_its_other_forms_and_as_a_beginning() -> None:
    documents = [("A", "Both practices agree."), ("B", "Practically nothing."), ("C", "A contractor.")]

    assert found("practice", *documents) == [0]
    assert found("practices", *documents) == [0]
    assert found("pract", *documents) == [0, 1]
    assert found("contract", *documents) == [2]
    assert found("ract", *documents) == []


def test_all_words_must_stand_in_a_section_be_it_in_its_title() -> None:
    documents = [
        ("Quorum", "Half of the practices."),
        ("Votes", "One for each practice."),
        ("Quorum", "Nothing."),
    ]

    assert found("quorum practices", *documents) == [0]


def test_a_phrase_stands_as_it_is_side_by_side() -> None:
    documents = [("A", "Half of the votes."), ("B", "The votes of half."), ("C", "Half, of the vote.")]

    assert found('"half of the votes"', *documents) == [0]
    assert found('"half of the"', *documents) == [0, 2]
    assert found('"votes"', *documents) == [0, 1]


def test_a_minus_leaves_sections_out() -> None:
    documents = [("A", "Half of the votes."), ("B", "All votes and fees."), ("Fees", "No votes.")]

    assert found("votes -fee", *documents) == [0]
    assert found('votes -"half of"', *documents) == [1, 2]
    assert found("-fees", *documents) == []


def test_titles_come_before_texts_and_more_before_less() -> None:
    documents = [("A", "One vote."), ("B", "Vote, vote and vote."), ("Votes", "Nothing."), ("D", "One vote.")]

    assert found("vote", *documents) == [2, 1, 0, 3]


def test_a_section_is_found_by_its_number() -> None:
    assert found("3.2", ("3.2 Quorum", ""), ("3.21 Votes", ""), ("3 Chapter", "See 3.2.")) == [0, 1, 2]


def test_case_accents_and_ways_of_writing_count_for_nothing() -> None:
    for typed in ("cafe", "CAFÉ", "cafe\u0301", "ｃａｆｅ"):
        assert found(typed, ("A", "A café.")) == [0]


@EXAMPLES
@given(DOCUMENTS, TEXTS)
def test_what_is_found_has_every_word(documents: list[Document], text: str) -> None:
    query = parse(text)

    numbers = matching(Index.of(documents), query)

    for number, document in enumerate(documents):
        pieces = [*marked(document.title, query), *marked(document.text, query)]
        seen = {folded(piece.text) for piece in pieces if piece.found}
        has_all = bool(query.wanted) and all(
            Index.of([document]).hits(term, Index.of([document]).titles)
            or Index.of([document]).hits(term, Index.of([document]).texts)
            for term in query.wanted
        )
        assert (number in numbers) == has_all
        assert bool(seen) or not has_all
    assert sorted(numbers) == sorted(set(numbers))


@EXAMPLES
@given(DOCUMENTS, st.lists(WORDS, min_size=1, max_size=4), WORDS)
def test_one_more_word_never_finds_more(documents: list[Document], asked: list[str], more: str) -> None:
    index = Index.of(documents)

    before, after = (set(matching(index, parse(" ".join(words)))) for words in (asked, [*asked, more]))
    without = set(matching(index, parse(f"{' '.join(asked)} -{more}")))

    assert after <= before
    assert (after | without, after & without) == (before, set())


@EXAMPLES
@given(st.text(max_size=300), DOCUMENTS, st.text(max_size=200))
def test_no_query_and_no_text_fails_and_pieces_are_the_text(
    typed: str, documents: list[Document], text: str
) -> None:
    query = parse(typed)

    matching(Index.of([*documents, Document(typed, text)]), query)

    assert "".join(piece.text for piece in marked(text, query)) == text
    shown = "".join(piece.text for piece in marked(text, query, 3))
    assert shown.removeprefix("… ").removesuffix(" …").strip() in text


def test_a_snippet_shows_most_of_what_was_asked_for() -> None:
    text = "vote " + "filler " * 50 + "the quorum of a vote is here " + "filler " * 50

    pieces = marked(text, parse("quorum vote"), 12)

    assert "".join(piece.text for piece in pieces) == (
        "… filler filler the quorum of a vote is here filler filler filler …"
    )
    assert [piece.text for piece in pieces if piece.found] == ["quorum", "vote"]


def test_180_sections_of_51_000_words_are_searched_in_less_than_50_ms() -> None:
    random = Random(1)  # noqa: S311  it makes up words
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = ["".join(random.choices(letters, k=random.randint(2, 11))) for _ in range(6_000)]
    documents = [
        Document(f"{number} Section", " ".join(random.choices(vocabulary, k=284))) for number in range(180)
    ]
    index = Index.of(documents)
    typed = 'section a b c -nothing "not a phrase"'
    matching(index, parse(typed))

    def search() -> None:
        query = parse("section")
        numbers = matching(index, query)
        assert len(numbers) == 180
        for number in numbers[:20]:
            marked(documents[number].text, query, 32)
        matching(index, parse(typed))

    assert min(effort(search) for _ in range(5)) < 0.05


# --- The page -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """1.0 and 2.0, which says it in other words; 2.1 is in force in a hundred years."""
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<h2>How many</h2><p>Half of the practices &lt;vote&gt;.</p>")
    add_section(handbook, "Disputes", "<p>Ask a practice to settle it.</p>")
    publish(handbook, "1.0")
    edit(quorum, html="<p>Two-thirds of the practices &lt;vote&gt; &amp; sign.</p>")
    publish(handbook, "2.0", now=NOW + timedelta(days=30))
    edit(quorum, html="<p>Everybody decides.</p>")
    publish(handbook, "2.1", now=NOW + timedelta(days=60), effective_on=date(2126, 7, 1))
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def search(client: Client, **parameters: object) -> BeautifulSoup:
    response = client.get("/handbook/search/", parameters)
    assert response.status_code == 200, parameters
    return BeautifulSoup(response.content, "html.parser")


def text(tag: BeautifulSoup) -> str:
    return " ".join(tag.get_text(" ").split())


def hits(soup: BeautifulSoup) -> list[tuple[str, str]]:
    return [(link["href"], text(link)) for link in soup.select(".search-hits h3 a")]


def test_the_edition_in_force_is_searched(handbook: HandbookPage, client: Client) -> None:
    soup = search(client, q="practice")

    assert text(soup.select_one("main h2")) == "2 sections found in edition 2.0"
    assert hits(soup) == [("/handbook/quorum/", "1 Quorum"), ("/handbook/disputes/", "2 Disputes")]
    assert [str(mark) for mark in soup.select(".search-hits mark")] == [
        "<mark>practices</mark>",
        "<mark>practice</mark>",
    ]
    assert "&lt;vote&gt; &amp; sign." in str(soup.select_one(".search-hits p"))


def test_another_edition_can_be_searched_whether_superseded_or_to_come(
    handbook: HandbookPage, client: Client
) -> None:
    assert hits(search(client, q="half", edition="1.0")) == [("/handbook/1.0/quorum/", "1 Quorum")]
    assert hits(search(client, q="half")) == []
    assert hits(search(client, q="everybody", edition="2.1")) == [("/handbook/2.1/quorum/", "1 Quorum")]


def test_before_the_first_edition_is_in_force_the_one_to_come_is_searched(db: None, client: Client) -> None:
    handbook = make_handbook()
    add_section(handbook, "Quorum", "<p>Half.</p>")
    publish(handbook, "1.0", effective_on=date(2126, 7, 1))

    assert hits(search(client, q="half")) == [("/handbook/1.0/quorum/", "1 Quorum")]


def test_an_edition_that_is_being_prepared_is_not_searched(handbook: HandbookPage, client: Client) -> None:
    edit(SectionPage.objects.get(title="Quorum"), html="<p>Secret words.</p>")
    prepare_edition(handbook=handbook, by=None, now=NOW + timedelta(days=90))

    assert hits(search(client, q="secret")) == []
    assert search(client, q="secret", edition="2.2").select(".search-hits") == []


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"q": ""}, "Enter a word to search for."),
        ({"q": " ?! "}, "Enter a word to search for."),
        ({"q": "-fees"}, "Enter at least one word that the section should have, without a minus."),
        ({"q": "x" * 201}, "Your search has more than 200 characters. Search for fewer words."),
        ({"q": "x" * 10_000}, "Your search has more than 200 characters. Search for fewer words."),
        ({"q": "vote", "edition": "9.9"}, "There is no such edition. Choose one from the list."),
        ({"q": "vote", "edition": "<b>"}, "There is no such edition. Choose one from the list."),
    ],
)
def test_what_cannot_be_searched_for_is_said_in_words(
    handbook: HandbookPage, client: Client, parameters: dict[str, str], error: str
) -> None:
    soup = search(client, **parameters)

    assert text(soup.select_one(".nhsuk-error-message")) == f"Error: {error}"
    assert soup.select(".search-hits") == []


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "'",
        '"""',
        "-",
        "--",
        '-"',
        "\\",
        "%",
        "(",
        "[a-z]+",
        ".*",
        "<script>",
        "🏥",
        "ﷺ" * 200,
        "\ud7ff",
        "a\u0301" * 100,
        "\u202e",
        "'; --",
    ],
)
def test_odd_words_find_nothing_and_fail_nowhere(handbook: HandbookPage, client: Client, typed: str) -> None:
    assert search(client, q=typed).select(".search-hits") == []


def test_a_search_that_finds_nothing_says_what_to_try(handbook: HandbookPage, client: Client) -> None:
    soup = search(client, q="zebra")

    assert text(soup.select_one("main h2")) == "0 sections found in edition 2.0"
    assert text(soup.select_one("main h2 + p")) == (
        "No section of edition 2.0 has all of these words. You can try:"
    )


def test_the_form_says_again_what_was_asked_for(handbook: HandbookPage, client: Client) -> None:
    soup = search(client, q='"half of" <b>', edition="1.0")

    assert soup.select_one("#q")["value"] == '"half of" <b>'
    assert soup.select_one("#edition [selected]")["value"] == "1.0"
    assert soup.select_one('meta[name="robots"]')["content"] == "noindex"
    assert search(client).select(".nhsuk-error-message") == []


def test_hits_are_shown_twenty_to_a_page(db: None, client: Client) -> None:
    handbook = make_handbook()
    add_sections(handbook, 21, "<p>Practices.</p>")
    publish(handbook, "1.0")

    first, second = search(client, q="practice"), search(client, q="practice", page=2)

    assert [len(hits(soup)) for soup in (first, second)] == [20, 1]
    assert first.select_one('[rel="next"], .nhsuk-pagination__link--next')["href"] == "?q=practice&page=2"
    for number in ("3", "0", "x"):
        assert client.get("/handbook/search/", {"q": "practice", "page": number}).status_code == 404


def test_a_search_costs_no_query_for_the_texts_once_they_are_known(
    handbook: HandbookPage, client: Client
) -> None:
    search(client, q="practice")
    with CaptureQueriesContext(connection) as captured:
        search(client, q="vote")

    assert [query["sql"] for query in captured if "handbook_body" in query["sql"]] == []


def test_a_handbook_without_editions_says_that_there_is_nothing_to_search(db: None, client: Client) -> None:
    make_handbook()

    assert text(search(client, q="x").select_one(".nhsuk-error-message")) == (
        "Error: No edition of this handbook has been published yet. Come back soon."
    )
