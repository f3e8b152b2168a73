"""An Elasticsearch server for tests: the one that TEST_ELASTICSEARCH_URL names, or one in memory that has the same API."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from elastic_transport import HttpHeaders
from osmem_server import OsmemServer

from search.engines import server

REAL = os.environ.get("TEST_ELASTICSEARCH_URL", "")


class PlainNode(server.Node):
    """Speaks plain JSON, which the server in memory asks for, and takes it for Elasticsearch, which it does not say it is."""

    def perform_request(
        self, method: str, target: str, body: Any = None, headers: Any = None, **kwargs: Any
    ) -> Any:
        plain = {**(headers or {}), "accept": "application/json"}
        if "content-type" in plain:
            lines = "ndjson" in plain["content-type"]
            plain["content-type"] = "application/x-ndjson" if lines else "application/json"
        answer = super().perform_request(method, target, body=body, headers=plain, **kwargs)
        named = HttpHeaders({**answer.meta.headers, "x-elastic-product": "Elasticsearch"})
        return type(answer)(replace(answer.meta, headers=named), answer.body)


NODE_CLASS = server.Node if REAL else PlainNode


@contextmanager
def running() -> Iterator[str]:
    """The address of a server, for as long as this lasts."""
    if REAL:
        yield REAL
        return
    with OsmemServer.start(japanese=False) as started:
        yield started.url
        started.close()
        if started.process.stdout:
            started.process.stdout.close()
