"""What somebody typed, taken apart."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.rules.queries import MOST_TERMS, Query, Term, any_of, parse, synonyms_of

SYNONYMS = synonyms_of([["PCN", "primary care network"], ["MDT", "multi-disciplinary team"]])
PCN, NETWORK = ("pcn",), ("primary", "care", "network")
MDT, TEAM = ("mdt",), ("multi", "disciplinary", "team")


def terms(*ways: tuple[str, ...]) -> tuple[Term, ...]:
    return tuple(Term((way,)) for way in ways)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Query()),
        ("Quorum", Query(terms(("quorum",)))),
        ("Café  ÉTÉ", Query(terms(("cafe",), ("ete",)), phrase=("cafe", "ete"))),
        ("the quorum of a meeting", Query(terms(("quorum",), ("meeting",)), phrase=("the", "quorum", "of", "a", "meeting"))),
        ("to be or not to be", Query(terms(("to",), ("be",), ("or",), ("not",)), phrase=("to", "be", "or", "not", "to", "be"))),
        ("two-thirds", Query(terms(("two", "thirds")))),
        ('"the quorum"', Query(terms(("the", "quorum")))),
        ('“the quorum', Query(terms(("the", "quorum")))),
        ("quorum -video", Query(terms(("quorum",)), terms(("video",)))),
        ('quorum -"by video"', Query(terms(("quorum",)), terms(("by", "video")))),
        ("-", Query()),
        ("kind:toolkit quorum", Query(terms(("quorum",)), phrase=(), kinds=("toolkit",))),
        ("KIND:Toolkit", Query(kinds=("toolkit",))),
        ('in:"Setting up" from:"Dora Example"', Query(places=("setting up",), authors=(("dora", "example"),))),
        ("after:2026-03 before:2027", Query(after=date(2026, 3, 1), before=date(2027, 1, 1))),
        ("after:2026-02-30", Query(ignored=("after:2026-02-30",))),
        ("colour:red", Query(terms(("colour", "red")))),
    ],
)  # fmt: skip
def test_what_was_typed_is_read(typed: str, expected: Query) -> None:
    assert parse(typed) == expected
    assert parse(typed).ignored == expected.ignored


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("PCN", Term((PCN, NETWORK))),
        ("PCNs", Term((("pcns",), NETWORK))),
        ("primary care network", Term((NETWORK, PCN))),
        ("Primary care networks", Term((("primary", "care", "networks"), PCN))),
        ('"primary care network"', Term((NETWORK, PCN))),
        ("MDT", Term((MDT, TEAM))),
        ("multi-disciplinary team", Term((TEAM, MDT))),
        ("multi disciplinary teams", Term((("multi", "disciplinary", "teams"), MDT))),
    ],
)
def test_synonyms_are_found_both_ways_with_plurals_and_hyphens(typed: str, expected: Term) -> None:
    assert parse(typed, SYNONYMS).wanted == (expected,)


@pytest.mark.parametrize(
    ("typed", "prefixes"),
    [
        ("net*", [("net",)]),
        ("quorum net*", [("net",)]),
        ("net* quorum", [("net",)]),
        ("two-thi*", [("two", "thi")]),
        ("n*", []),
        ("net *", []),
        ("*net", []),
        ('"net*"', []),
        ("*", []),
        ("PCN*", [("pcn",)]),
    ],
)
def test_a_star_makes_a_word_a_beginning(typed: str, prefixes: list[tuple[str, ...]]) -> None:
    query = parse(typed, SYNONYMS)

    assert [term.alternatives for term in query.wanted if term.is_prefix] == [(words,) for words in prefixes]


def test_any_word_is_enough_and_what_has_all_comes_first() -> None:
    query = parse("quorum PCN", SYNONYMS)

    loose = any_of(query)

    assert loose.wanted == (Term((("quorum",), PCN, NETWORK)),)
    assert loose.first == query.wanted
    assert any_of(parse("quorum")) == parse("quorum")


@given(st.text(max_size=2000))
def test_any_text_is_a_query_of_so_many_terms_at_most(text: str) -> None:
    query = parse(text, SYNONYMS)

    assert len(query.wanted) <= MOST_TERMS
    assert all(word and word.isalnum() for term in query.wanted for way in term.alternatives for word in way)
