"""`manage.py import_memberships`: memberships of the association from its register, a CSV file."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from portal.members.actions.memberships import import_memberships
from portal.members.actions.refused import RefusedError
from portal.members.import_plan import BAD, Preview, preview
from portal.members.register import Register, read_register
from portal.members.rules.memberships import Kind, refusal_to_lapse
from portal.members.tables import TableRefused

HELP = """Brings in the association's memberships, or what has changed in them since the last time.

FILE is a CSV file in UTF-8 with commas or semicolons. It needs the columns number, first name, last name, email, category,
from and until; others are left out. Dates are 2026-03-31 or 31/03/2026. Until is the last day; empty, it has no end.

You see what would change before it does. The same file brought in again changes nothing. A period is never overwritten: a
correction replaces it, and what was recorded before can still be seen. Rows that cannot be used are named with their line,
and the others go on. If the command is killed, run it again."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> ArgumentParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="the register as a CSV file")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask, also if more than half would end")
        parser.add_argument(
            "--complete",
            action="store_true",
            help="the file is the whole register: memberships that are not in it end today",
        )

    def handle(
        self, *args: Any, file: Path, dry_run: bool, yes: bool, complete: bool, **options: Any
    ) -> None:
        register = self._read(file)
        now = timezone.now()
        today = timezone.localdate(now)
        with self._bar(register, "Looking") as bar:
            found = preview(register, complete=complete, today=today, progress=bar.update)
        self._show(found)
        if complete and (refusal := self._refusal(register, found, yes=yes)):
            raise CommandError(f"{refusal}\nNothing was changed.")
        if dry_run:
            self.stdout.write("This was a dry run. Nothing was changed.")
            return
        if not found.changes:
            self.stdout.write("There is nothing to change.")
            return
        if not yes:
            self._ask()
        try:
            with self._bar(register, "Recording") as bar:
                import_memberships(
                    register=register,
                    complete=complete,
                    may_lapse_half=yes,
                    by=None,
                    now=now,
                    today=today,
                    progress=bar.update,
                )
        except RefusedError as refused:
            raise CommandError(f"{refused}\nNothing was changed.") from refused
        self.stdout.write(f"{found.changes:,} memberships were recorded.")

    def _read(self, file: Path) -> Register:
        try:
            return read_register(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}. Nothing was changed.") from error
        except TableRefused as refused:
            raise CommandError(f"{refused}\nNothing was changed.") from refused

    def _refusal(self, register: Register, found: Preview, *, yes: bool) -> str | None:
        refusal = register.refusal_to_be_whole()
        if refusal or yes:
            return refusal
        half = refusal_to_lapse(found.missing, found.current)
        return half and f"{half} If they are to end, add --yes."

    def _bar(self, register: Register, what: str) -> tqdm:
        return tqdm(total=len(register.rows), unit="row", desc=what, file=sys.stderr, disable=None)

    def _show(self, found: Preview) -> None:
        for problem in found.problems:
            self.stderr.write(
                self.style.WARNING(f"Line {problem.line}: {problem.number} {problem.kind}. {problem.reason}")
            )
        for kind in (Kind.JOINED, Kind.RENEWED, Kind.LAPSED, Kind.CHANGED):
            for sample in found.samples[kind]:
                self.stdout.write(f"  {kind:<10} {sample.number} {sample.name} {sample.reason}".rstrip())
            if more := found.counts[kind] - len(found.samples[kind]):
                self.stdout.write(f"  {kind:<10} and {more:,} more")
        for kind in (*Kind, BAD):
            self.stdout.write(f"  {kind:<12}{found.counts[kind]:>9,}")

    def _ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is there to confirm this. Add --yes. Nothing was changed.")
        if input("Record this? Type yes: ").strip().lower() != "yes":
            raise CommandError("Nothing was changed.")
