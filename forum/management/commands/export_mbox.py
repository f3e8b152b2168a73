"""`manage.py export_mbox`: the posts of a list as a mailbox."""

import os
import sys
import tempfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from forum.actions.exporting import Archive, export_archive
from forum.models import MailingList
from portal.members.actions import RefusedError, person_with

HELP = """Writes the posts of a list that its readers see into a file that mail programs open: a mailbox (mbox, quoted as mboxrd).

LIST is the last part of the list's address, such as setting-up. Each post is a mail with its files, in its thread. Nobody's address is
in it. The audit log says that it was taken: by nobody that the portal knows, or by whom --by names, who has to manage the list.

FILE must not be there, unless you add --force. It is there whole or not at all, whatever happens on the way; it can be read by you alone."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> ArgumentParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", metavar="LIST", help="the last part of the list's address")
        parser.add_argument("file", metavar="FILE", type=Path, help="the mailbox to write")
        parser.add_argument("--by", metavar="EMAIL", help="the manager of the list who takes it")
        parser.add_argument("--force", action="store_true", help="take the place of FILE if it is there")

    def handle(self, *args: Any, file: Path, by: str | None, force: bool, **options: Any) -> None:
        mailing_list = MailingList.objects.filter(slug=options["list"]).first()
        if mailing_list is None:
            known = ", ".join(MailingList.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no list “{options['list']}”. There are: {known}.")
        person = person_with(by) if by else None
        if by and person is None:
            raise CommandError(f"Nobody has an account with the address {by}. Nothing was written.")
        if file.exists() and not force:
            raise CommandError(f"{file} is there already. Add --force to have it replaced.")
        try:
            archive = export_archive(mailing_list=mailing_list, by=person, now=timezone.now())
            self._write(archive, file)
        except RefusedError as refused:
            raise CommandError(f"{refused} Nothing was written.") from refused
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{len(archive.posts):,} posts of {mailing_list} are in {file}.")

    def _write(self, archive: Archive, file: Path) -> None:
        """Writes beside the file, and gives that its name once it is whole."""
        descriptor, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        bar = tqdm(total=len(archive.posts), unit="post", desc="Writing", file=sys.stderr, disable=None)
        try:
            with os.fdopen(descriptor, "wb") as out, bar:
                for message in archive.messages():
                    out.writelines(message)
                    bar.update()
                out.flush()
                os.fsync(out.fileno())
            Path(beside).replace(file)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
