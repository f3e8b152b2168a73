"""Noting what Elasticsearch has to be told of. Without a server nothing of its library is loaded."""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction

from search.models import ServerIndex, Unsent


def note(sources: Collection[str]) -> None:
    """Notes that entries changed, came or went. Called in the transaction of the change, under its lock."""
    if not sources:
        return
    if not settings.ELASTICSEARCH_URL:
        # An index that was not told of a change must never be asked again.
        ServerIndex.objects.all().delete()
        return
    if ServerIndex.objects.exists():
        Unsent.objects.bulk_create([Unsent(source=source) for source in sources], batch_size=500)
        transaction.on_commit(_send_soon)


def _send_soon() -> None:
    from search.actions.elastic import send_soon

    send_soon()
