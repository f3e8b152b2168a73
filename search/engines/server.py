"""The Elasticsearch server: how it is reached, how long it is waited for, and what it is told of an entry."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import cache
from elastic_transport import TransportError, Urllib3HttpNode
from elasticsearch import ApiError, Elasticsearch
from urllib3 import Timeout

from search.models import Entry
from search.rules.queries import folded, words_of

CONNECT_SECONDS = 1
ANSWER_SECONDS = 2
FILL_SECONDS = 60  # for the many entries of a rebuild, which nobody waits for
# A server that did not answer is left alone for so long, or every search would wait for it.
REST_SECONDS = 30
AWAY_KEY = "search.elasticsearch.away"
REFUSED = {400, 404, 413}  # the server is well, and does not want this
NEVER = 0
FOR_EVER = 2**53 - 1  # the greatest number that every program reads exactly
WORDS = {"type": "text", "analyzer": "portal_words"}
KEYWORD = {"type": "keyword"}
SETTINGS = {
    # With one shard, counts are exact and scores are the same on each copy.
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "analysis": {
        "analyzer": {
            # Words come as `words_of` reads them, as those of a query do; the server only finds their stems.
            "portal_words": {"type": "custom", "tokenizer": "whitespace", "filter": ["porter_stem"]},
            "portal_plain": {"type": "custom", "tokenizer": "whitespace", "filter": []},
        }
    },
}
MAPPINGS = {
    "dynamic": "strict",
    "properties": {
        "title": WORDS,
        "summary": WORDS,
        "author": WORDS,
        "body": WORDS,
        "beginnings": {"type": "text", "analyzer": "portal_plain"},
        "source": KEYWORD,
        "number": {"type": "long"},
        "access": KEYWORD,
        "kind": KEYWORD,
        "label": KEYWORD,
        "labels": KEYWORD,
        "edition": KEYWORD,
        "trail": KEYWORD,
        "writer": KEYWORD,
        "day": {"type": "integer"},
        "weight": {"type": "double"},
        "grows_old": {"type": "boolean"},
        "effective_on": {"type": "integer"},
        "superseded_on": {"type": "integer"},
        "shown_from": {"type": "long"},
        "shown_until": {"type": "long"},
        "digest": KEYWORD,
    },
}


class Away(Exception):
    """The server cannot be asked; the reason is for staff."""


class Node(Urllib3HttpNode):
    """A connection that gives up sooner when nobody is there than when an answer takes long."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.pool.timeout = Timeout(connect=CONNECT_SECONDS, read=config.request_timeout)

    def perform_request(self, *args: Any, **kwargs: Any) -> Any:
        if isinstance(seconds := kwargs.get("request_timeout"), int | float):
            kwargs["request_timeout"] = Timeout(connect=CONNECT_SECONDS, read=seconds)
        return super().perform_request(*args, **kwargs)


NODE_CLASS: type[Node] = Node


def client(seconds: float = ANSWER_SECONDS) -> Elasticsearch:
    """The server at ELASTICSEARCH_URL, which is waited for so many seconds."""
    return _client(
        settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_API_KEY, seconds, NODE_CLASS, os.getpid()
    )


@lru_cache(maxsize=8)
def _client(url: str, api_key: str, seconds: float, node_class: type[Node], process: int) -> Elasticsearch:
    # Connections are not shared with a process that was forked off, hence its number.
    return Elasticsearch(
        url, api_key=api_key or None, node_class=node_class, request_timeout=seconds, max_retries=0
    )


@contextmanager
def asking() -> Iterator[None]:
    """Around whatever asks the server: raises `Away` when it does not answer, and at once if it did not a moment ago."""
    if reason := cache.get(AWAY_KEY):
        raise Away(reason)
    try:
        yield
    except ApiError as error:
        if error.meta.status not in REFUSED:
            _rest(str(error))
        raise Away(str(error)) from error
    except TransportError as error:
        _rest(str(error))
        raise Away(str(error)) from error


def problem() -> str:
    """Why the server cannot be asked at this moment; empty if it can."""
    try:
        with asking():
            client().info()
    except Away as away:
        return str(away)
    return ""


def _rest(reason: str) -> None:
    cache.set(AWAY_KEY, reason, REST_SECONDS)


def document(entry: Entry) -> dict[str, Any]:
    """An entry as the server stores it: its words to find it by, and what it is trimmed, narrowed and ranked by."""
    words = {
        name: " ".join(words_of(getattr(entry, name))) for name in ("title", "summary", "author", "body")
    }
    made = {
        **words,
        "beginnings": words["title"],
        "source": entry.source,
        "number": entry.pk,
        "access": entry.access,
        "kind": entry.kind,
        "label": [label for label in entry.labels.split("|") if label],
        "labels": entry.labels,
        "edition": entry.edition,
        "trail": folded(entry.trail),
        "writer": folded(entry.author),
        "day": entry.day or 0,
        "weight": entry.weight,
        "grows_old": entry.grows_old and entry.day is not None,
        "effective_on": entry.effective_on.toordinal() if entry.effective_on else NEVER,
        "superseded_on": entry.superseded_on.toordinal() if entry.superseded_on else 10_000_000,
        "shown_from": moment(entry.shown_from) if entry.shown_from else NEVER,
        "shown_until": moment(entry.shown_until) if entry.shown_until else FOR_EVER,
    }
    return {**made, "digest": hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:32]}


def gone(source: str) -> dict[str, Any]:
    """What is left of an entry that went. Nobody holds its rule. It stays until the next rebuild, and keeps the version, so
    that an older state which arrives late cannot bring it back."""
    return {"source": source, "access": "", "digest": ""}


def moment(at: datetime) -> int:
    """A moment as a number: the microseconds since 1970."""
    return round(at.timestamp() * 1_000_000)
