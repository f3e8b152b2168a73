"""`manage.py mailserver`: takes the mail for lists from a mail server, by LMTP."""

import asyncio
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from forum.lmtp import serve

HELP = """Takes the mail for lists, by LMTP, from a mail server such as Postfix that stands in front of it.

Every message is stored before the mail server is told yes, so that none is lost. Posting is the background worker's work.
Let it listen where only the mail server can reach it: whoever can speak to it can write to lists. docs/operations.md shows how.
It goes on until it is told to end (Ctrl-C, or SIGTERM)."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> ArgumentParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8024, help="the port to listen on (8024; 0: any)")
        parser.add_argument("--socket", type=Path, help="a Unix socket to listen on instead")

    def handle(self, *args: Any, host: str, port: int, socket: Path | None, **options: Any) -> None:
        def ready(where: str) -> None:
            self.stdout.write(f"Takes mail for {settings.LIST_DOMAIN} on {where}.")
            self.stdout.flush()

        try:
            asyncio.run(serve(host=host, port=port, socket=socket, ready=ready))
        except OSError as failure:
            raise CommandError(f"Cannot listen there: {failure.strerror}.") from failure
