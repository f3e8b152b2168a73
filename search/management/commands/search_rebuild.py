"""Makes the whole search index anew."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from search import fulltext, watching
from search.actions.extracting import extract_missing
from search.actions.indexing import catch_up
from search.actions.rebuilding import count_sources, rebuild
from search.actions.words import count_words
from search.models import Entry


class Command(BaseCommand):
    help = "Makes the whole search index anew. Searching and writing go on meanwhile, and nothing that is written is lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say how much there is to do, and do nothing"
        )

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        total = count_sources()
        if dry_run:
            self.stdout.write(
                f"{total:,} things would be looked at. The index has {Entry.objects.count():,} entries now."
            )
            return
        watching.install(connection)
        fulltext.install(connection)
        with tqdm(total=total, desc="Rebuilding the search index", disable=None) as bar:
            rebuild(now=timezone.now(), progress=bar.update)
        catch_up()
        extract_missing()
        words = count_words()
        self._tell_server()
        self.stdout.write(
            f"The index has {Entry.objects.count():,} entries, and {words:,} words that anybody may know."
        )

    def _tell_server(self) -> None:
        """Makes the index of Elasticsearch anew, if there is one."""
        if not settings.ELASTICSEARCH_URL:
            return
        from search.actions.elastic import RebuildGoesOn, rebuild_index
        from search.engines.server import Away

        with tqdm(total=Entry.objects.count(), desc="Filling Elasticsearch", disable=None) as bar:
            try:
                done = rebuild_index(lambda done, _: bar.update(done - bar.n))
            except (Away, RebuildGoesOn) as reason:
                raise CommandError(
                    f"Elasticsearch has no new index: {reason} The database answers."
                ) from reason
        self.stdout.write(f"Elasticsearch has {done:,} entries.")
