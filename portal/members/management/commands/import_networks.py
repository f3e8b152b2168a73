"""`manage.py import_networks`: networks and practices from the NHS organisation data service's `ePCN.xlsx`."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from portal.members.actions.networks import NetworkImport, import_networks
from portal.members.epcn import WorkbookRefusedError, read

HELP = """Brings in primary care networks, their practices, and since when each practice belongs to its network.

FILE is ePCN.xlsx, which the NHS organisation data service publishes. It is read from the sheets “PCNDetails” and
“PCN Core Partner Details”.

The same file brought in again changes nothing. Nothing is deleted: a network that has closed and a practice that has
left get their end. Rows that cannot be understood are named with their sheet and row, and the others go on."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> ArgumentParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="the file ePCN.xlsx")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            with tqdm(unit="row", desc="Reading", file=sys.stderr, disable=None) as bar:
                workbook = read(file, progress=bar.update)
        except WorkbookRefusedError as error:
            raise CommandError(f"{error}\nNothing was changed.") from error
        done = import_networks(workbook=workbook, by=None, now=timezone.now(), dry_run=dry_run)
        self._report(done, dry_run=dry_run)

    def _report(self, done: NetworkImport, *, dry_run: bool) -> None:
        for fault in done.faults:
            self.stderr.write(self.style.WARNING(f"Left out: {fault}"))
        for warning in done.warnings:
            self.stderr.write(self.style.WARNING(f"Warning: {warning}"))
        self.stdout.write("What would change" if dry_run else "What changed")
        self.stdout.write(f"  {'':<24}{'added':>9}{'changed':>9}{'unchanged':>11}")
        for name, tally in (
            ("networks", done.networks),
            ("practices", done.practices),
            ("practices in networks", done.periods),
        ):
            self.stdout.write(f"  {name:<24}{tally.added:>9,}{tally.changed:>9,}{tally.unchanged:>11,}")
        self.stdout.write(f"  {'rows left out':<24}{len(done.faults):>9,}")
        if dry_run:
            self.stdout.write("This was a dry run. Nothing was changed.")
