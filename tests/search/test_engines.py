"""What every engine has to do alike: the database at hand, and Elasticsearch."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from search.engines import Editions, Search, choosing
from search.models import Pending
from search.rules.queries import any_of, parse, synonyms_of
from search.searching import find
from tests.factories import NOW
from tests.search.engines import TODAY, Engine, count, make_entry, sources

SECOND = timedelta(seconds=1)
SYNONYMS = synonyms_of(
    [
        ("PCN", "primary care network"),
        ("MDT", "multidisciplinary team", "multi-disciplinary team"),
        ("chemist", "pharmacy"),
    ]
)
LIBRARY = (
    ("agreement", "Network agreement", "Who signs it, and the schedules."),
    ("rota", "Rotas on Saturday", "The rota of the primary care network is shared."),
    ("pcn", "What a PCN is", "Practices that work together."),
    ("pharmacist", "Employing a pharmacist", "Pharmacies and practices agree. The pharmacist's notice."),
    ("cafe", "Café in Zürich", "A naïve résumé."),
    ("follow-up", "Follow-up calls", "One-stop clinics; two thirds came."),
    ("accountant", "Accountants", "Care of accounts, primary or not."),
    ("team", "Multidisciplinary team meetings", "Every week."),
    ("mdt", "Minutes of the MDT", "Kept by nobody."),
    ("odd", "Rule 10.4 (b): C++ & 50% off_peak", "An a/b test with O'Brien."),
)

FINDING = [
    # words
    ("agreement", {"agreement"}),
    ("AGREEMENT", {"agreement"}),
    ("network agreement", {"agreement"}),
    ("agreement pharmacist", set()),
    ("nothing-of-the-kind", set()),
    ("", {name for name, _, _ in LIBRARY}),
    # stems
    ("agreements", {"agreement"}),
    ("rota", {"rota"}),
    ("rotas", {"rota"}),
    ("accountant", {"accountant"}),
    ("employ", {"pharmacist"}),
    ("employed", {"pharmacist"}),
    # words that say nothing
    ("the agreement of a network", {"agreement"}),
    ("who is who", set()),
    ("who signs", {"agreement"}),
    # phrases
    ('"primary care network"', {"rota"}),
    ('"care primary"', set()),
    ('"rota of the primary"', {"rota"}),
    ("“primary care”", {"rota"}),
    ('"care of accounts', {"accountant"}),
    # not
    ("care", {"rota", "accountant"}),
    ("care -rota", {"accountant"}),
    ('care -"primary care"', {"accountant"}),
    ("care -accounts -rota", set()),
    # accents
    ("cafe", {"cafe"}),
    ("café", {"cafe"}),
    ("ZÜRICH", {"cafe"}),
    ("zurich", {"cafe"}),
    ("resume", {"cafe"}),
    # hyphens
    ("follow-up", {"follow-up"}),
    ("follow up", {"follow-up"}),
    ("one stop", {"follow-up"}),
    ("two-thirds", {"follow-up"}),
    # signs
    ("10.4", {"odd"}),
    ("C++", {"odd"}),
    ("50%", {"odd"}),
    ("off_peak", {"odd"}),
    ("O'Brien", {"odd"}),
    ("O’Brien", {"odd"}),
    ("a/b", {"odd"}),
    ("pharmacist's", {"pharmacist"}),
]


def store_library(engine: Engine) -> None:
    engine.store(*(make_entry(source, title, body) for source, title, body in LIBRARY))


def test_words_phrases_and_what_is_not_wanted(engine: Engine) -> None:
    store_library(engine)

    assert {text: set(engine.sources(text)) for text, _ in FINDING} == dict(FINDING)


MEANING = [
    ("PCN", {"rota", "pcn"}),
    ("PCNs", {"rota", "pcn"}),
    ("primary care network", {"rota", "pcn"}),
    ("primary care networks", {"rota", "pcn"}),
    ("primary care", {"rota", "accountant"}),
    ("MDT", {"team", "mdt"}),
    ("MDTs", {"team", "mdt"}),
    ('"multidisciplinary team"', {"team", "mdt"}),
    ("chemist", {"pharmacist"}),
    ("chemists", {"pharmacist"}),
    ("chemist agree", {"pharmacist"}),
    ("chemist -notice", set()),
]


def test_synonyms_both_ways_with_plurals(engine: Engine) -> None:
    store_library(engine)

    assert {text: set(engine.sources(text, synonyms=SYNONYMS)) for text, _ in MEANING} == dict(MEANING)


BEGINNING = [
    ("agre", {"agreement", "pharmacist"}),
    ("network agr", {"agreement"}),
    ("agr network", set()),
    # one letter is no beginning
    ("a", {"cafe", "odd", "pcn", "pharmacist"}),
    ("x", set()),
    ("caf", {"cafe"}),
    ("follow-u", set()),
    ("pharmac", {"pharmacist"}),
]


def test_a_word_with_a_star_may_go_on(engine: Engine) -> None:
    store_library(engine)

    assert {text: set(engine.sources(f"{text}*")) for text, _ in BEGINNING} == dict(BEGINNING)


def test_any_word_is_enough_when_none_has_them_all(engine: Engine) -> None:
    store_library(engine)
    query = any_of(parse("agreement accountant"))

    found = engine.find(Search(query, frozenset({"public"}), NOW, TODAY, Editions()))

    assert set(sources(found)) == {"agreement", "accountant"}


NARROWED = [
    ("kind:post rota", {"post"}),
    ("kind:posts rota", {"post"}),
    ("kind:case-study rota", {"study"}),
    ("kind:unicorn rota", set()),
    ("kind:post kind:case-study rota", {"post", "study"}),
    ("in:directors rota", {"post"}),
    ("in:wales rota", {"study"}),
    ("in:% rota", set()),
    ("in:* rota", set()),
    ("from:sample rota", {"post"}),
    ('from:"Ada Sample"', {"post"}),
    ("from:ada -rota", set()),
    ("from:ada", {"post"}),
    ("from:* rota", {"post", "study", "page"}),
    ("after:2026 rota", {"post"}),
    ("after:2025-06-30 rota", {"post", "study"}),
    ("after:2025-07-01 rota", {"post"}),
    ("before:2025-06-30 rota", set()),
    ("before:2025-07-01 rota", {"study"}),
    ("before:2026 kind:post rota", set()),
]


@pytest.mark.parametrize("text, expected", NARROWED)
def test_what_is_typed_narrows(engine: Engine, text: str, expected: set[str]) -> None:
    engine.store(
        make_entry(
            "post",
            "Rota",
            kind="post",
            place="directors",
            on=date(2026, 1, 5),
            author="Ada Sample",
            trail="Forum › Directors",
        ),
        make_entry("study", "Rota", kind="case-study", on=date(2025, 6, 30), trail="Home › Wales"),
        make_entry("page", "Rota", trail="Home"),
    )

    assert set(engine.sources(text)) == expected


def test_title_counts_over_summary_and_summary_over_body(engine: Engine) -> None:
    filler = "Words that say nothing of it at all."
    engine.store(
        make_entry("body", "Something", f"{filler} A quorum. {filler}", summary=filler),
        make_entry("summary", "Something", f"{filler} {filler}", summary="A quorum."),
        make_entry("title", "Quorum", f"{filler} {filler}", summary=filler),
        *(make_entry(f"other:{number}", "Something", filler, summary=filler) for number in range(5)),
    )

    assert engine.sources("quorum") == ["title", "summary", "body"]


def test_words_side_by_side_count_over_words_apart(engine: Engine) -> None:
    engine.store(
        make_entry("apart", "One", "The plan of care for those in advance of their years; care and a plan."),
        make_entry("together", "Two", "An advance care plan for those who want one, of their years then."),
        *(make_entry(f"other:{number}", "Three", "Nothing of that is here.") for number in range(5)),
    )

    assert engine.sources("advance care plan") == ["together", "apart"]


def test_newer_counts_over_older_where_things_grow_old(engine: Engine) -> None:
    days = {"old": 2000, "newer": 300, "new": 3}
    engine.store(
        *(
            make_entry(source, "Quorum", grows_old=True, on=TODAY - timedelta(days=ago))
            for source, ago in days.items()
        ),
        make_entry("ageless", "Quorum", weight=2, on=TODAY - timedelta(days=2000)),
    )

    assert engine.sources("quorum") == ["ageless", "new", "newer", "old"]


def test_superseded_editions_count_less(engine: Engine) -> None:
    before = {"effective_on": date(2024, 1, 1), "superseded_on": date(2026, 1, 1), "edition": "1"}
    now = {"effective_on": date(2026, 1, 1), "edition": "2"}
    engine.store(make_entry("1", "Quorum", **before), make_entry("2", "Quorum", **now))

    assert engine.sources("quorum", editions=Editions()) == ["2", "1"]


def test_weight_counts(engine: Engine) -> None:
    engine.store(make_entry("a", "Quorum", weight=0.7), make_entry("b", "Quorum", weight=1.2))

    assert engine.sources("quorum") == ["b", "a"]


@pytest.mark.parametrize("text", ["quorum", ""])
def test_newest_first_when_asked(engine: Engine, text: str) -> None:
    engine.store(
        make_entry("undated", "Quorum quorum quorum"),
        make_entry("2024", "Quorum", on=date(2024, 5, 1)),
        make_entry("2026", "Quorum", on=date(2026, 1, 1)),
        make_entry("2025", "A quorum in many other words", on=date(2025, 1, 1)),
    )

    assert engine.sources(text, newest=True) == ["2026", "2025", "2024", "undated"]


def store_many(engine: Engine) -> None:
    """Forty entries, many of which are ranked alike, with labels."""
    kinds, regions = ("article", "post", "event", "section"), ("london", "north-west", "")
    engine.store(
        *(
            make_entry(
                f"{kind}:{number}",
                "Quorum",
                "of a meeting" if number % 2 else "",
                kind=kind,
                region=region,
                topics=("money",) if number % 3 else ("money", "people"),
                on=date(2023 + number, 5, 1) if number < 3 else None,
                access="public" if number else "list:7",
            )
            for number, (kind, region, _) in enumerate(product(kinds, regions, range(4)))
        )
    )


@pytest.mark.parametrize("size", [1, 7, 48, 100])
@pytest.mark.parametrize("newest", [False, True])
def test_pages_follow_one_another_and_leave_nothing_out(engine: Engine, size: int, newest: bool) -> None:
    store_many(engine)
    search = Search(parse("quorum"), frozenset({"public", "list:7"}), NOW, TODAY, Editions(), newest=newest)

    walked = engine.walk(search, size)

    assert len(walked) == len(set(walked)) == 48
    assert walked == engine.walk(search, 50)


CHOICES = [
    {},
    {"kind": ("post",)},
    {"kind": ("post", "event")},
    {"kind": ("post",), "region": ("london",)},
    {"topic": ("people",)},
    {"topic": ("people", "money"), "kind": ("section",)},
    {"year": ("2023", "2025")},
    {"kind": ("unicorn",)},
    {"kind": ()},
]


def test_counts_and_facets_are_those_of_the_hits_of_all_pages(engine: Engine) -> None:
    store_many(engine)
    facets = ("kind", "region", "topic", "year")
    for chosen in CHOICES:
        search = Search(
            parse("quorum"), frozenset({"public"}), NOW, TODAY, Editions(), chosen=chosen, most=10
        )
        found = engine.find(search)

        assert found.count(chosen) == len(engine.walk(search, 10))
        for facet in facets:
            others = {name: values for name, values in chosen.items() if name != facet}
            counted = found.counts(facet, chosen)
            for value, number in counted.items():
                one = replace(search, chosen={**others, facet: (value,)})
                assert number == len(engine.walk(one, 20))


def test_facets_of_a_narrowed_search_are_literal(engine: Engine) -> None:
    engine.store(
        make_entry("a", "Quorum", kind="post", region="london"),
        make_entry("b", "Quorum", kind="post", region="south-west"),
        make_entry("c", "Quorum", kind="event", region="london"),
    )
    chosen = {"kind": ("post",), "region": ("london",)}

    found = engine.ask("quorum", chosen=chosen)

    assert sources(found) == ["a"]
    assert found.count(chosen) == 1
    assert found.counts("kind", chosen) == {"post": 1, "event": 1}
    assert found.counts("region", chosen) == {"london": 1, "south-west": 1}


EDITIONS = [
    (Editions(on=date(2023, 12, 31)), {"page"}),
    (Editions(on=date(2024, 1, 1)), {"page", "1"}),
    (Editions(on=date(2025, 12, 31)), {"page", "1"}),
    (Editions(on=date(2026, 1, 1)), {"page", "2"}),
    (Editions(on=date(2030, 1, 1)), {"page", "3"}),
    (Editions(number="1"), {"page", "1"}),
    (Editions(number="2"), {"page", "2"}),
    (Editions(number="9"), {"page"}),
    (Editions(), {"page", "1", "2", "3"}),
]


@pytest.mark.parametrize("editions, expected", EDITIONS)
def test_editions_in_force_as_at_a_day_and_by_number(
    engine: Engine, editions: Editions, expected: set[str]
) -> None:
    first, second, third = date(2024, 1, 1), date(2026, 1, 1), date(2027, 1, 1)
    engine.store(
        make_entry("1", "Quorum", edition="1", effective_on=first, superseded_on=second),
        make_entry("2", "Quorum", edition="2", effective_on=second, superseded_on=third),
        make_entry("3", "Quorum", edition="3", effective_on=third),
        make_entry("page", "Quorum"),
    )

    assert set(engine.sources("quorum", editions=editions)) == expected


RULES = ("public", "signed-in", "list:7", "list:70", "place:3", "page-restriction:5", "page-restriction:5+6")
READERS = [
    set(),
    {"public"},
    {"public", "signed-in"},
    {"public", "signed-in", "list:7"},
    {"public", "place:3"},
    {"page-restriction:5"},
    {"page-restriction:5+6", "list:70"},
    {"list:8"},
    set(RULES),
]


@pytest.mark.parametrize("keys", READERS)
def test_nobody_is_shown_or_told_of_what_their_keys_do_not_open(engine: Engine, keys: set[str]) -> None:
    engine.store(*(make_entry(rule, "Quorum", access=rule, kind="post") for rule in RULES))

    for text in ("quorum", "", "kind:post", "quorum -minutes"):
        found = engine.ask(text, keys=keys)
        assert set(sources(found)) == keys & set(RULES)
        assert count(found) == len(keys & set(RULES))
        assert found.counts("kind", {}) == ({"post": len(keys & set(RULES))} if keys & set(RULES) else {})


MOMENTS = [
    (NOW - SECOND, {"always", "until"}),
    (NOW, {"always", "from"}),
    (NOW + SECOND, {"always", "from"}),
]


@pytest.mark.parametrize("at, expected", MOMENTS)
def test_shown_from_and_until_hold_to_the_second(engine: Engine, at: datetime, expected: set[str]) -> None:
    engine.store(
        make_entry("always", "Quorum"),
        make_entry("from", "Quorum", shown_from=NOW),
        make_entry("until", "Quorum", shown_until=NOW),
        make_entry("never", "Quorum", shown_from=NOW, shown_until=NOW),
    )

    found = engine.ask("quorum", now=at)

    assert set(sources(found)) == expected
    assert count(found) == len(expected)


def test_what_appeared_since_a_moment(engine: Engine) -> None:
    engine.store(
        make_entry("before", "Quorum", appeared_at=NOW - SECOND),
        make_entry("at", "Quorum", appeared_at=NOW),
        make_entry("after", "Quorum", appeared_at=NOW + timedelta(microseconds=1)),
    )

    # Of Elasticsearch nobody asks this: the table answers.
    found = choosing.find(Search(parse("quorum"), frozenset({"public"}), NOW, TODAY, Editions(), since=NOW))

    assert sources(found) == ["after"]
    assert count(found) == 1


def test_what_changed_and_was_not_looked_at_again_is_not_found(engine: Engine) -> None:
    engine.store(make_entry("post:1", "Quorum", kind="post"), make_entry("post:2", "Quorum", kind="post"))
    assert count(engine.ask("quorum")) == 2

    Pending.objects.bulk_create([Pending(source="post:2"), Pending(source="post:2")])
    found = engine.ask("quorum")

    assert sources(found) == ["post:1"]
    assert count(found) == 1
    assert found.counts("kind", {}) == {"post": 1}


ODD = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ['"', "'", "-", "*", "(", ")", ":", "AND", "OR", "NOT", "NEAR", "^", "\\", "%", "_", "\0", "{", "}", "kind:",
             "from:", "in:", "after:", "quorum", "ﬁ", "ß", "İ", "𝔘", "\u202e", "&", "|", "!", "<->", "~", "?", "/", "٣"]
        ),
        max_size=12,
    ).map(" ".join),
)  # fmt: skip


@given(text=ODD)
@example(text='5" tube')
@example(text="\0" + "*")
@example(text="x" * 10_000 + "*")
@example(text='"' * 10_000)
@example(text="a" + " b-c" * 2_500 + "*")
@example(text="\ud800")
@example(text=" ".join(f"w{number}" for number in range(200)) + "*")
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_nothing_that_can_be_typed_fails(engine: Engine, text: str) -> None:
    if engine.name == "elasticsearch":
        from search.models import ServerIndex

        if not ServerIndex.objects.exists():
            engine.refresh()

    found = engine.ask(text, synonyms=SYNONYMS)

    assert (found.hits, found.groups) == ([], [])


def test_what_has_all_the_words_comes_first_when_a_part_is_enough(engine: Engine) -> None:
    engine.store(
        make_entry("one", "Quorum quorum quorum", weight=3),
        make_entry(
            "both", "Something", "In a long text with many words a quorum was there, by video.", weight=0.5
        ),
        make_entry("other", "Video", on=TODAY),
        *(make_entry(f"none:{number}", "Nothing") for number in range(5)),
    )
    query = any_of(parse("quorum video"))

    found = engine.find(Search(query, frozenset({"public"}), NOW, TODAY, Editions()))

    assert sources(found)[0] == "both"
    assert sorted(sources(found)) == ["both", "one", "other"]


FEW_AND_MANY = [(1, {}, 6, 1), (4, {}, 9, 4), (5, {}, 5, 5), (0, {}, 5, 0), (1, {"newest": True}, 1, 1)]


@pytest.mark.parametrize("complete, others, shown, with_all", FEW_AND_MANY)
def test_when_few_have_all_the_words_what_has_some_follows(
    engine: Engine, complete: int, others: dict[str, Any], shown: int, with_all: int
) -> None:
    engine.store(
        *(make_entry(f"both:{number}", "Quorum by video") for number in range(complete)),
        *(make_entry(f"one:{number}", "Quorum quorum") for number in range(5)),
    )

    answer = find(Search(parse("quorum video"), frozenset({"public"}), NOW, TODAY, Editions(), **others))

    assert (answer.found.count({}), answer.with_all) == (shown, with_all)
    assert {hit.source.split(":")[0] for hit in answer.found.hits[:with_all]} <= {"both"}


def test_of_what_is_new_only_what_has_all_the_words_counts(engine: Engine) -> None:
    engine.store(make_entry("one", "Quorum", appeared_at=NOW + SECOND))

    answer = find(Search(parse("quorum video"), frozenset({"public"}), NOW, TODAY, Editions(), since=NOW))

    assert answer.found.hits == []
