"""`manage.py retention`: lets go of what the portal has kept long enough, or says what that would be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.retention import RETENTION, let_go_of_what_is_past, table


class Command(BaseCommand):
    help = "Lets go of what has been kept long enough, as every night. --dry-run says only what would go."

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--dry-run", action="store_true", help="change nothing, and say how much would go"
        )
        choice.add_argument(
            "--table", action="store_true", help="print the periods as docs/personal-data.md has them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["table"]:
            self.stdout.write(table(), ending="")
            return
        now = timezone.now()
        counts = (
            {one.what: one.due(now).count() for one in RETENTION}
            if options["dry_run"]
            else let_go_of_what_is_past(now)
        )
        for one in RETENTION:
            self.stdout.write(
                f"{counts[one.what]:>8}  {one.what} ({one.period} after {one.since}): {one.becomes}"
            )
        if options["dry_run"]:
            self.stdout.write("Nothing was changed.")
