"""Which engine answers: Elasticsearch where there is one that can be asked, and the database otherwise."""

from django.conf import settings

from search.engines import database
from search.engines.base import Found, Search


def find(search: Search) -> Found:
    """What a reader finds."""
    # What is new since a moment is asked for by jobs, of the table alone: it says when each thing could first be found.
    if settings.ELASTICSEARCH_URL and not (search.since or search.until):
        # Where there is no server, its library is not loaded.
        from search.engines import elasticsearch
        from search.engines.server import Away

        try:
            return elasticsearch.find(search)
        except Away:  # staff are told in the admin
            pass
    return database.find(search)
