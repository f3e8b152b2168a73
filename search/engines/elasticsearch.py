"""Finding with Elasticsearch: the same search, as the server reads it.

The server knows the rule of each entry, and is told which rules the reader holds, so that hits, counts and facets are trimmed in
the one request. What it has not been told of yet is left out. What it found is read from the table again, on the same conditions.
"""

from typing import Any

from django.db.models import F, IntegerField, QuerySet, Value
from elasticsearch.dsl import Q
from elasticsearch.dsl import Search as Request
from elasticsearch.dsl.query import Query as Clause

from search.engines import database
from search.engines.base import (
    ALL_WORDS_WEIGHT,
    HALF_LIFE,
    LEAST_OF_OLD,
    NOTHING,
    OF_SUPERSEDED,
    PHRASE_WEIGHT,
    Editions,
    Found,
    Search,
)
from search.engines.server import Away, asking, client, moment
from search.models import Pending, ServerIndex, Unsent
from search.rules.queries import Query, Term

# How much the fields count beside one another. Nearer together than in the database: each is measured by itself here, and so
# short fields count for more already. All words together stay below ALL_WORDS_WEIGHT.
FIELDS = {"title": 1.0, "summary": 0.7, "author": 0.5, "body": 0.35}
MOST_LEFT_OUT = 500  # entries that are named in a request; if more have changed, the database answers
MOST_GROUPS = 10_000  # combinations of labels
DEEPEST = 10_000  # the server refuses to count further
# As `database._age`, and the weight.
RANK = """
double all = _score >= params.all_words ? params.all_words : 0.0;
double age = 1.0;
if (doc['superseded_on'].value <= params.today) { age = params.of_superseded; }
else if (doc['grows_old'].value) {
  double days = Math.max(0, params.today - doc['day'].value);
  age = params.least + (1 - params.least) * params.half_life / (params.half_life + days);
}
return all + (_score - all) * doc['weight'].value * age;
"""


def find(search: Search) -> Found:
    """What a reader with these keys finds. Raises `Away` when the server cannot say, or not exactly."""
    if not search.keys:
        return NOTHING
    if search.since or search.until:
        raise Away("Only the table says what is new.")
    index, left_out = _standing()
    if search.first + search.most > DEEPEST:
        raise Away("Too deep.")
    with asking():
        response = _request(search, index, left_out).execute()
    found = response.aggregations.labels
    if response.timed_out or response._shards.failed:
        raise Away("Only a part of the index answered.")
    if found.sum_other_doc_count or found.doc_count_error_upper_bound:
        raise Away("More combinations of labels than are counted.")
    groups = [(database.labels_of(bucket.key), bucket.doc_count) for bucket in found.buckets]
    return Found(database.read(search, [hit.meta.id for hit in response]), groups)


def _standing() -> tuple[str, list[str]]:
    """The index to be asked, and the entries of which it may not know the present state: of one moment, in one statement."""
    index = _part(ServerIndex.objects.filter(is_complete=True), 0, "name")
    changed = [_part(rows.objects.all(), 1, "source") for rows in (Pending, Unsent)]
    rows = list(index.union(*changed).order_by("part")[: MOST_LEFT_OUT + 2])
    if not rows or rows[0][0] != 0:
        raise Away("There is no index yet.")
    if len(rows) > MOST_LEFT_OUT + 1:
        raise Away("Too many changes wait.")
    return rows[0][1], [source for _, source in rows[1:]]


def _part(rows: QuerySet[Any], number: int, column: str) -> QuerySet[Any]:
    return rows.annotate(part=Value(number, IntegerField()), text=F(column)).values_list("part", "text")


def _request(search: Search, index: str, left_out: list[str]) -> Request:
    request = Request(using=client(), index=index).source(False)[search.first : search.first + search.most]  # noqa: FBT003  the library's way
    # One copy answers all pages of a reader's search: another may count words differently.
    request = request.params(preference=index, allow_partial_search_results=False)
    request.aggs.bucket("labels", "terms", field="labels", size=MOST_GROUPS)
    for name, values in sorted(search.chosen.items()):
        if values:
            request = request.post_filter("terms", label=[f"{name}:{value}" for value in values])
    conditions = Q(
        "bool",
        must=[_term(term) for term in search.query.wanted],
        should=_better(search.query),
        must_not=[*(_term(term) for term in search.query.unwanted), Q("terms", source=left_out)],
        filter=_conditions(search),
    )
    if not search.query.wanted:
        return request.query(Q("bool", filter=[conditions])).sort({"day": "desc"}, {"number": "desc"})
    request = request.query(_ranked(search, conditions))
    if search.newest:
        return request.sort({"day": "desc"}, {"_score": "desc"}, {"number": "desc"})
    return request.sort({"_score": "desc"}, {"number": "asc"})


def _better(query: Query) -> list[Clause]:
    """What a hit need not have, and counts for more with."""
    found = _phrases(query.phrase, PHRASE_WEIGHT) if query.phrase else []
    if query.first:
        with_all = Q("bool", filter=[_term(term) for term in query.first])
        found.append(Q("constant_score", filter=with_all, boost=ALL_WORDS_WEIGHT))
    return found


def _ranked(search: Search, conditions: Clause) -> Clause:
    parameters = {
        "today": search.today.toordinal(),
        "of_superseded": OF_SUPERSEDED,
        "least": LEAST_OF_OLD,
        "half_life": float(HALF_LIFE),
        "all_words": ALL_WORDS_WEIGHT,
    }
    return Q("script_score", query=conditions, script={"source": RANK, "params": parameters})


def _term(term: Term) -> Clause:
    """One wish: any way to say it, in any of the fields."""
    ways = [clause for way in term.alternatives for clause in _phrases(way)]
    if term.is_prefix:
        ways += _beginnings(term.alternatives[0])
    return Q("bool", should=ways, minimum_should_match=1)


def _phrases(words: tuple[str, ...], weight: float = 1.0) -> list[Clause]:
    """Words side by side in one of the fields."""
    text = " ".join(words)
    return [
        Q("match_phrase", **{name: {"query": text, "boost": of_field * weight}})
        for name, of_field in FIELDS.items()
    ]


def _beginnings(words: tuple[str, ...]) -> list[Clause]:
    """The same, while the last word may go on."""
    if len(words) == 1:
        names = {**FIELDS, "beginnings": FIELDS["title"]}
        return [Q("prefix", **{name: {"value": words[0], "boost": boost}}) for name, boost in names.items()]
    return [
        Q("match_phrase_prefix", **{name: {"query": " ".join(words), "boost": boost}})
        for name, boost in FIELDS.items()
    ]


def _conditions(search: Search) -> list[Clause]:
    """What a hit has to be, whatever its words are: as `database._conditions`."""
    now = moment(search.now)
    return [
        Q("terms", access=sorted(search.keys)),
        Q("range", shown_from={"lte": now}),
        Q("range", shown_until={"gt": now}),
        *_editions(search.editions),
        *_typed(search.query),
    ]


def _editions(editions: Editions) -> list[Clause]:
    if editions.number:
        return [Q("terms", edition=[editions.number, ""])]
    if editions.on is None:
        return []
    day = editions.on.toordinal()
    return [Q("range", effective_on={"lte": day}), Q("range", superseded_on={"gt": day})]


def _typed(query: Query) -> list[Clause]:
    """What was typed besides words: `kind:`, `in:`, `from:`, `after:` and `before:`."""
    found: list[Clause] = []
    if query.kinds:
        found.append(Q("terms", kind=database.kinds_of(query)))
    if query.places:
        places = [
            clause
            for place in query.places
            for clause in (Q("term", label=f"in:{place}"), Q("wildcard", trail={"value": _anywhere(place)}))
        ]
        found.append(Q("bool", should=places, minimum_should_match=1))
    found += [Q("wildcard", writer={"value": _anywhere(word)}) for name in query.authors for word in name]
    if query.after:
        found.append(Q("range", day={"gte": query.after.toordinal()}))
    if query.before:
        # What has no date is not before anything.
        found.append(Q("range", day={"gt": 0, "lt": query.before.toordinal()}))
    return found


def _anywhere(text: str) -> str:
    """A pattern for a text that has this in it; no sign in it means anything."""
    plain = "".join(f"\\{char}" if char in "*?\\" else char for char in text)
    return f"*{plain}*"
