"""Compares the search index with what it is made of."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from search import fulltext, watching
from search.actions import rebuilding

MOST_LISTED = 20


class Command(BaseCommand):
    help = "Compares the search index with the database, and says what differs. Ends with 1 if anything does, unless it is repaired."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="put right what differs")

    def handle(self, *, repair: bool, **options: Any) -> None:
        faults = [
            *(f"trigger missing: {name}" for name in watching.missing(connection)),
            *(f"index damaged: {name}" for name in fulltext.damaged(connection)),
        ]
        if faults and repair:
            watching.install(connection)
            fulltext.rebuild(connection)
        with tqdm(total=rebuilding.count_sources(), desc="Comparing the search index", disable=None) as bar:
            wrong = sorted(set(rebuilding.compare(progress=bar.update)))
        if wrong and repair:
            rebuilding.repair(wrong, now=timezone.now())
        wrong = [*wrong, *_on_server(repaired=repair)]
        for line in [*faults, *(f"entry differs: {source}" for source in wrong[:MOST_LISTED])]:
            self.stdout.write(line)
        if len(wrong) > MOST_LISTED:
            self.stdout.write(f"and {len(wrong) - MOST_LISTED:,} more")
        found = len(faults) + len(wrong)
        self.stdout.write(_verdict(found, repaired=repair))
        if found and not repair:
            sys.exit(1)


def _on_server(*, repaired: bool) -> list[str]:
    """What Elasticsearch has otherwise than the table, if there is one."""
    if not settings.ELASTICSEARCH_URL:
        return []
    from search.actions.elastic import compare_index, repair
    from search.engines.server import Away

    try:
        differing = compare_index()
        if repaired:
            repair(differing)
    except Away as away:
        raise CommandError(f"Elasticsearch cannot be compared: {away} The database answers.") from away
    return [f"{source} (Elasticsearch)" for source in differing]


def _verdict(found: int, *, repaired: bool) -> str:
    if not found:
        return "The search index agrees with the database."
    return f"{found:,} differences{', repaired' if repaired else '. Run it with --repair to put them right'}."
