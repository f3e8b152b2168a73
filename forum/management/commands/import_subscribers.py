"""`manage.py import_subscribers`: the people of an existing list are invited onto one of the portal, from a CSV file."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from forum.actions.inviting import invite_subscribers
from forum.import_plan import MOST_ROWS, Kind, Preview, Subscribers, preview, read_subscribers
from forum.models import MailingList
from portal.members.actions import RefusedError
from portal.members.models import Role
from portal.members.tables import TableRefused

HELP = f"""Invites the people of an existing list onto a list of the portal, by mail.

LIST is the last part of the list's address, such as setting-up. FILE is a CSV file in UTF-8 with commas or semicolons. It needs
the column email, and can have the columns name and role; others are left out. A role is one of: {", ".join(Role.values)}.
{MOST_ROWS:,} rows at most.

You see what would happen before it does. Nobody is on the list who has not accepted its terms: each person gets a mail with a
link, reads them, and accepts or declines. Whoever is on the list, has applied, has left or has been invited is left alone, so the
same file brought in again writes to nobody twice. Rows that cannot be used are named with their line, and the others go on. If
the command is killed, run it again."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> ArgumentParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", metavar="LIST", help="the last part of the list's address")
        parser.add_argument("file", metavar="FILE", type=Path, help="the subscribers as a CSV file")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and write to nobody"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, file: Path, dry_run: bool, yes: bool, **options: Any) -> None:
        mailing_list = MailingList.objects.filter(slug=options["list"]).first()
        if mailing_list is None:
            known = ", ".join(MailingList.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no list “{options['list']}”. There are: {known}.")
        subscribers, now = self._read(file), timezone.now()
        with self._bar(len(subscribers.rows), "Looking") as bar:
            found = preview(mailing_list, subscribers, now, progress=bar.update)
        self._show(found)
        if dry_run:
            self.stdout.write("This was a dry run. Nobody was invited.")
            return
        if not found.invited:
            self.stdout.write("There is nobody to invite.")
            return
        if not yes:
            self._ask()
        try:
            with self._bar(len(found.invited), "Inviting") as bar:
                invite_subscribers(
                    mailing_list=mailing_list, subscribers=subscribers, by=None, now=now, progress=bar.update
                )
        except RefusedError as refused:
            raise CommandError(f"{refused} Nobody was invited.") from refused
        self.stdout.write(f"{len(found.invited):,} people were invited.")

    def _read(self, file: Path) -> Subscribers:
        try:
            return read_subscribers(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}. Nobody was invited.") from error
        except TableRefused as refused:
            raise CommandError(f"{refused}\nNobody was invited.") from refused

    def _bar(self, total: int, what: str) -> tqdm:
        return tqdm(total=total, unit="row", desc=what, file=sys.stderr, disable=None)

    def _show(self, found: Preview) -> None:
        for bad in found.bad:
            self.stderr.write(self.style.WARNING(f"Line {bad.row.line}: {bad.reason}"))
        for kind, count in found.counts.items():
            self.stdout.write(f"  {Kind(kind):<24}{count:>9,}")

    def _ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is there to confirm this. Add --yes. Nobody was invited.")
        if input("Invite these people? Type yes: ").strip().lower() != "yes":
            raise CommandError("Nobody was invited.")
