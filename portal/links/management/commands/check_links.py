"""`manage.py check_links`: gathers the links that readers see and looks at those that are due."""

import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from portal.links.actions.checking import BATCH, check_due
from portal.links.actions.gathering import gather_all
from portal.links.models import Link
from portal.links.rules import Answer, Kind
from portal.members.actions import RefusedError

WORDS = {
    Kind.FINE: "are there",
    Kind.GONE: "are gone",
    Kind.AWAY: "do not answer",
    Kind.UNKNOWN: "could not be asked, because the network is away",
    Kind.REFUSES: "let no program look",
}


class Command(BaseCommand):
    help = "Gathers the links that readers see and looks at those that are due, one after the other."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=BATCH, help="look at so many links at most")
        parser.add_argument(
            "--dry-run", action="store_true", help="look, say what was found, and keep none of it"
        )

    def handle(self, *args: Any, limit: int, dry_run: bool, **options: Any) -> None:
        if limit < 1:
            raise CommandError("--limit has to be 1 or more.")
        gather_all()
        counts: Counter[Kind] = Counter()
        total = min(limit, Link.objects.due(timezone.now()).count())
        with tqdm(total=total, unit="link", desc="Looking", file=sys.stderr, disable=None) as bar:

            def seen(link: Link, answer: Answer) -> None:
                counts[answer.kind] += 1
                bar.update()
                if answer.kind != Kind.FINE:
                    self.stdout.write(f"{link.address}: {answer.words}")
                elif answer.moved_to:
                    self.stdout.write(f"{link.address}: moved to {answer.moved_to}")

            try:
                done = check_due(limit=limit, seen=seen, keep_nothing=dry_run)
            except RefusedError as refused:
                raise CommandError(str(refused)) from refused
        parts = [f"{counts[kind]} {words}" for kind, words in WORDS.items() if counts[kind]]
        self.stdout.write(f"Looked at {done}{': ' if parts else '.'}{', '.join(parts)}")
        if dry_run:
            self.stdout.write("This was a dry run: nothing that was found is kept.")
