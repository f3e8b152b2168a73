"""What a search costs: 100,000 entries of about 150 words, 200 queries of one to three words, as the results page asks.

Each query is a search with ten hits, their snippets, the count and four facets, trimmed to what the reader may see. It is asked of
the portal, and in the same run of

- the bare statement: the same work, written by hand for this database and nothing else (`bare`)
- tantivy, a search library in this process without a database, as the limit of what can be had (`tantivy`)
- Elasticsearch, if `--elasticsearch` names a server

The words are those of the demonstration's handbook and made-up ones, as frequent as words are (Zipf). Makes a database of its own
(SQLite, or the empty PostgreSQL database at `--postgres`). Prints p50 and p95 of each in milliseconds (CPU on SQLite, which runs in
the process; by the clock otherwise; of each query the median of `--rounds`), and

- `p95_to_bare` (goal 1.5) and `p95_to_tantivy`
- `save_ms`: what it costs to index one thing that changed, through the trigger and `index_pending` (median)
- `fulltext_s`: making the full-text index of all entries again; `entries_a_second`: making entries anew from what they are of
- `index_mb` and `table_mb`: the full-text index, and the table with it
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ground import arguments, run

BATCH = 5_000
FACETS = ("kind", "in", "region", "year")
HELD = 10  # lists that the reader is on
THINGS = 2_000  # for measuring what it costs to make entries


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--entries", type=int, default=100_000, help="how many entries (100,000)")
    parser.add_argument("--queries", type=int, default=200, help="how many queries (200)")
    parser.add_argument("--rounds", type=int, default=3, help="times that each is asked (3)")
    parser.add_argument(
        "--elasticsearch", default=os.environ.get("TEST_ELASTICSEARCH_URL", ""), help="address of a server"
    )
    options = parser.parse_args()
    return run(options, lambda folder: measure(options, folder), ELASTICSEARCH_URL="")


def measure(options: argparse.Namespace, folder: str) -> dict[str, Any]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from bench.entries import make_entries, make_queries, vocabulary

    call_command("migrate", verbosity=0)
    words = vocabulary()
    make_entries(options.entries, words)
    analyse()
    queries = make_queries(options.queries, words)
    ways = {"portal": portal, "bare": bare(), "tantivy": tantivy_index(folder)}
    found = sizes() | asked(ways, queries, options.rounds)
    found["p95_to_bare"] = round(found["portal p95 ms"] / found["bare p95 ms"], 2)
    found["p95_to_tantivy"] = round(found["portal p95 ms"] / found["tantivy p95 ms"], 1)
    found |= writing()
    if options.elasticsearch:
        settings.ELASTICSEARCH_URL = options.elasticsearch
        found |= elasticsearch(queries, options.rounds)
    return found


# --- The ways to ask ------------------------------------------------------------------------------------------------


def keys() -> frozenset[str]:
    return frozenset({"public", "signed-in", *(f"list:{number}" for number in range(HELD))})


def portal(query: str) -> int:
    """As the results page does."""
    from django.utils import timezone

    from search.searching import asked, find
    from search.snippets import snippet, title

    answer = find(asked(query, keys(), timezone.now()))
    for facet in FACETS:
        answer.found.counts(facet, {})
    for hit in answer.found.hits:
        title(hit, answer.search.query)
        snippet(hit, answer.search.query)
    return answer.found.count({})


def bare() -> Callable[[str], int]:
    """The statements that do the same in this database, and nothing more."""
    from django.db import connection

    return {"sqlite": bare_sqlite, "postgresql": bare_postgresql}[connection.vendor]


def bare_sqlite(query: str) -> int:
    words = " AND ".join(f'"{word}"' for word in query.split())
    held = sorted(keys())
    found = (
        "WITH found AS MATERIALIZED (SELECT entry.id, entry.labels, bm25(search_entry_fulltext, 10.0, 4.0, 2.0, 1.0) AS rank "
        "FROM search_entry_fulltext CROSS JOIN search_entry entry ON entry.id = search_entry_fulltext.rowid "
        f"WHERE search_entry_fulltext MATCH %s AND entry.access IN ({', '.join(['%s'] * len(held))})) "
        "SELECT 0, labels, COUNT(*) FROM found GROUP BY labels UNION ALL "
        "SELECT * FROM (SELECT 1, id, rank FROM found ORDER BY rank LIMIT 10)"
    )
    shown = (
        "SELECT rowid, title, snippet(search_entry_fulltext, 3, '<mark>', '</mark>', '…', 36) FROM search_entry_fulltext "
        "WHERE search_entry_fulltext MATCH %s AND rowid IN (%s)"
    )
    return bare_answer(found, [words, *held], shown, [words])


def bare_postgresql(query: str) -> int:
    held = sorted(keys())
    asked = "websearch_to_tsquery('portal_words_1', %s)"
    found = (
        f"WITH asked AS MATERIALIZED (SELECT {asked} AS words), "
        "found AS MATERIALIZED (SELECT entry.id, entry.labels, ts_rank(entry.fulltext, asked.words) AS rank "
        "FROM asked, search_entry entry WHERE entry.fulltext @@ asked.words AND entry.access = ANY(%s)) "
        "SELECT 0, labels, COUNT(*)::float FROM found GROUP BY labels UNION ALL "
        "(SELECT 1, id::text, rank FROM found ORDER BY rank DESC LIMIT 10)"
    )
    shown = (
        f"SELECT id, title, ts_headline('portal_words_1', body, {asked}) FROM search_entry WHERE id IN (%s)"
    )
    return bare_answer(found, [query, held], shown, [query])


def bare_answer(found: str, parameters: list[Any], shown: str, first: list[str]) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(found, parameters)
        rows = cursor.fetchall()
        counts: dict[str, int] = {}
        for kind, labels, number in rows:
            if kind == 0:
                for label in labels.strip("|").split("|"):
                    counts[label] = counts.get(label, 0) + int(number)
        hits = [int(row[1]) for row in rows if row[0] == 1]
        if hits:
            head, _, tail = shown.rpartition("(%s)")
            cursor.execute(f"{head}({', '.join(['%s'] * len(hits))}){tail}", [*first, *hits])
            cursor.fetchall()
    return int(sum(row[2] for row in rows if row[0] == 0))


def tantivy_index(folder: str) -> Callable[[str], int]:
    """The same entries in an index of tantivy, and what asks it."""
    import tantivy

    from search.models import Entry

    builder = tantivy.SchemaBuilder()
    for name in ("title", "summary", "body"):
        builder.add_text_field(name, stored=True, tokenizer_name="en_stem")
    builder.add_text_field("access", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("labels", tokenizer_name="raw", index_option="basic", fast=True)
    schema = builder.build()
    (path := Path(folder) / "tantivy").mkdir()
    index = tantivy.Index(schema, path=str(path))
    writer = index.writer(200_000_000, 1)
    for entry in Entry.objects.order_by("pk").iterator(BATCH):
        writer.add_document(tantivy.Document(title=entry.title, summary=entry.summary, body=entry.body,
                                             access=entry.access, labels=entry.labels))  # fmt: skip
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return tantivy_asked(index, schema)


def tantivy_asked(index: Any, schema: Any) -> Callable[[str], int]:
    import tantivy

    searcher = index.searcher()
    held = tantivy.Query.const_score_query(
        tantivy.Query.term_set_query(schema, "access", sorted(keys())), 0.0
    )
    weights = {"title": 10.0, "summary": 4.0, "body": 1.0}
    groups = {"labels": {"terms": {"field": "labels", "size": 10_000}}}

    def ask(query: str) -> int:
        words = index.parse_query(query, list(weights), field_boosts=weights, conjunction_by_default=True)
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, words), (tantivy.Occur.Must, held)])
        result = searcher.search(both, 10)
        counts: dict[str, int] = {}
        for bucket in searcher.aggregate(both, groups)["labels"]["buckets"]:
            for label in bucket["key"].strip("|").split("|"):
                counts[label] = counts.get(label, 0) + bucket["doc_count"]
        generator = tantivy.SnippetGenerator.create(searcher, words, schema, "body")
        for _, address in result.hits:
            generator.snippet_from_doc(searcher.doc(address)).to_html()
        return result.count

    return ask


def elasticsearch(queries: list[str], rounds: int) -> dict[str, Any]:
    from search.actions.elastic import rebuild_index
    from search.engines import choosing

    taken = seconds(rebuild_index)
    choosing.database.find = None  # type: ignore[assignment]  # nothing of this is the database's
    found = asked({"elasticsearch": portal}, queries, rounds, clock=time.perf_counter)
    return found | {"elasticsearch rebuild s": round(taken, 1)}


# --- Measuring ------------------------------------------------------------------------------------------------------


def asked(
    ways: dict[str, Callable[[str], int]],
    queries: list[str],
    rounds: int,
    clock: Callable[[], float] | None = None,
) -> dict[str, Any]:
    """Each query in each way in turn, so that whatever else the machine does meets them all."""
    from django.db import connection

    clock = clock or (time.process_time if connection.vendor == "sqlite" else time.perf_counter)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for query in queries:
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(rounds + 1):
            for name, way in ways.items():
                began = clock()
                way(query)
                if turn:  # the first one fills caches
                    taken[name].append((clock() - began) * 1000)
        for name in ways:
            times[name].append(statistics.median(taken[name]))
    found = {}
    for name, values in times.items():
        found[f"{name} p50 ms"] = round(statistics.median(values), 2)
        found[f"{name} p95 ms"] = round(statistics.quantiles(values, n=20)[18], 2)
    return found


def writing() -> dict[str, Any]:
    """What it costs to index one change; to make the full-text index again; and to make entries."""
    from django.db import connection
    from django.utils import timezone

    from portal.members.models import Network
    from search import fulltext
    from search.actions.indexing import catch_up, index_pending

    Network.objects.bulk_create(
        Network(code=f"U{number:05}", name=f"Network {number}", region="london") for number in range(THINGS)
    )
    making = seconds(catch_up)
    costs = []
    for network in Network.objects.order_by("pk")[:51]:
        Network.objects.filter(pk=network.pk).update(name=f"{network.name} and more")
        costs.append(seconds(lambda: index_pending(now=timezone.now(), most=100)) * 1000)
    if connection.vendor == "sqlite":
        again = seconds(lambda: fulltext.rebuild(connection))
    else:
        with connection.cursor() as cursor:
            again = seconds(lambda: cursor.execute(f"REINDEX INDEX {fulltext.FULLTEXT}"))
    return {
        "save_ms": round(statistics.median(costs[1:]), 2),
        "fulltext_s": round(again, 1),
        "entries_a_second": round(THINGS / making),
    }


def sizes() -> dict[str, float]:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_relation_size('search_entry_fulltext'), pg_total_relation_size('search_entry')"
            )
            index, table = cursor.fetchone()
        else:
            cursor.execute("SELECT SUM(LENGTH(block)) FROM search_entry_fulltext_data")
            index = cursor.fetchone()[0]
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            table = cursor.fetchone()[0]
    return {"index_mb": round(index / 1e6, 1), "table_mb": round(table / 1e6, 1)}


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def analyse() -> None:
    """The database looks at what it holds, as it does by itself in time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    sys.exit(main())
