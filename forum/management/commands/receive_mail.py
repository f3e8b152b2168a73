"""`manage.py receive_mail`: takes one message from standard input, as a mail server pipes it."""

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error
from django.utils import timezone

from forum.actions.receiving import LARGEST, is_ours, take

HELP = """Takes one message to lists from standard input, for mail servers that pipe instead of speaking LMTP.

It is stored before the command ends with 0; posting is the background worker's work. It ends as sysexits.h says: 67 if there is
no such list, 65 if the message is too large, 75 if it cannot be stored now and has to be brought again."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> ArgumentParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("recipient", nargs="+", help="an address of a list")
        parser.add_argument("--sender", default="", help="the envelope sender; empty for bounces")

    def handle(self, *args: Any, recipient: list[str], sender: str, **options: Any) -> None:
        raw = sys.stdin.buffer.read(LARGEST + 1)
        if len(raw) > LARGEST:
            self._end(os.EX_DATAERR, "The message is larger than 10 MB.")
        try:
            unknown = [one for one in recipient if not is_ours(one)]
            if unknown:
                self._end(os.EX_NOUSER, f"There is no list with this address: {', '.join(unknown)}")
            take(raw=raw, sender=sender, recipients=recipient, now=timezone.now())
        except Error as failure:
            self._end(os.EX_TEMPFAIL, f"The message cannot be stored now: {failure}")

    def _end(self, code: int, why: str) -> None:
        self.stderr.write(why)
        sys.exit(code)
