"""`manage.py import_mbox`: an archive of mails moves into a list, from a mailbox."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from forum.actions.importing import Imported, import_archive
from forum.archive import Survey, survey
from forum.incoming.mbox import MOST_BYTES, NotAMailbox
from forum.models import MailingList
from forum.rules.sentences import moment
from portal.members.actions import RefusedError, person_with

HELP = f"""Brings the mails of a mailbox (mbox) into a list as posts: with threads, authors, files and dates.

LIST is the last part of the list's address, such as setting-up. FILE is a mailbox as list servers and mail programs export it.

You see what would happen before it does. Who wrote from a confirmed address of somebody with an account is that person; of others the
name is kept, and no address. Quotes, signatures and footers are taken off, as off mail that comes in, and are not kept: keep FILE. Files
are taken by the rules for files of posts; which are not is said here and in the post. Readers see the posts at once. Nobody is written
to, and nobody has anything unread from it. Nobody looks whether a mail names a patient: do that before.

What is there already is left alone, so the same file brought in again adds nothing. Mails larger than {MOST_BYTES // 1_000_000} MB and
what is no mail are named by their numbers in the file, and the others go on. If the command is killed, run it again: it goes on."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> ArgumentParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", metavar="LIST", help="the last part of the list's address")
        parser.add_argument("file", metavar="FILE", type=Path, help="the mailbox")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--by", metavar="EMAIL", help="the manager of the list who brings it in")

    def handle(
        self, *args: Any, file: Path, dry_run: bool, yes: bool, by: str | None, **options: Any
    ) -> None:
        mailing_list = MailingList.objects.filter(slug=options["list"]).first()
        if mailing_list is None:
            known = ", ".join(MailingList.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no list “{options['list']}”. There are: {known}.")
        person = person_with(by) if by else None
        if by and person is None:
            raise CommandError(f"Nobody has an account with the address {by}. Nothing was brought in.")
        now = timezone.now()
        try:
            with file.open("rb") as opened:
                found = self._look(mailing_list, opened, file.stat().st_size)
                self._show(found)
                if dry_run:
                    self.stdout.write("This was a dry run. Nothing was brought in.")
                    return
                if not found.new:
                    self.stdout.write("There is nothing to bring in.")
                    return
                if not yes:
                    self._ask()
                with tqdm(
                    total=len(found.new), unit="mail", desc="Bringing in", file=sys.stderr, disable=None
                ) as bar:
                    done = import_archive(
                        mailing_list=mailing_list,
                        file=opened,
                        found=found,
                        name=file.name,
                        by=person,
                        now=now,
                        progress=bar.update,
                    )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except NotAMailbox as refused:
            raise CommandError(f"{refused} Nothing was brought in.") from refused
        except RefusedError as refused:
            raise CommandError(str(refused)) from refused
        self._report(done)

    def _look(self, mailing_list: MailingList, file: BinaryIO, size: int) -> Survey:
        bar = tqdm(total=size, unit="B", unit_scale=True, desc="Looking", file=sys.stderr, disable=None)
        with bar:
            return survey(mailing_list, file, timezone.now(), bar.update)

    def _show(self, found: Survey) -> None:
        for number, reason in found.left_out:
            self.stderr.write(self.style.WARNING(f"Mail {number} is left out. {reason}"))
        people, names = found.people, found.names
        lines = [
            ("mails in the file", found.total),
            ("left out", len(found.left_out)),
            ("twice in the file", found.twice),
            ("there already", found.already_there),
            ("new", len(found.new)),
            ("topics that begin", found.topics),
            ("topics that go on", found.topics_that_go_on),
            ("by people with an account", people.total()),
            ("these people", len(people)),
            ("by others, kept by name", names.total()),
            ("these names", len(names)),
            ("files in the mails", found.files),
            ("without a date to use", found.undated),
        ]
        for words, number in lines:
            self.stdout.write(f"  {words:<28}{number:>9,}")
        if found.new:
            self.stdout.write(f"  from {moment(found.new[0].at)} to {moment(found.new[-1].at)}")

    def _ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is there to confirm this. Add --yes. Nothing was brought in.")
        if input("Bring these mails in? Type yes: ").strip().lower() != "yes":
            raise CommandError("Nothing was brought in.")

    def _report(self, done: Imported) -> None:
        for number, name, reason in done.refused:
            self.stderr.write(self.style.WARNING(f"Mail {number}: “{name}” was not brought in. {reason}"))
        self.stdout.write(
            f"{done.posts:,} mails were brought in, {done.topics:,} topics begun, {done.files:,} files taken, "
            f"{len(done.refused):,} not."
        )
