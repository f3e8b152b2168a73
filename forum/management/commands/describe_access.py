"""`manage.py describe_access`: the page on access and expiry, written out of the rules' own code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from forum.describing import page

FILE = settings.BASE_DIR / "docs" / "access-and-expiry.md"


class Command(BaseCommand):
    help = "Prints docs/access-and-expiry.md, writes it (--write), or says whether it is what the rules do (--check)."

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--write", action="store_true", help="write the page")
        choice.add_argument("--check", action="store_true", help="fail if the page is not what the rules do")

    def handle(self, *args: Any, **options: Any) -> None:
        text = page()
        if options["write"]:
            FILE.write_text(text, encoding="utf-8")
        elif options["check"]:
            if not FILE.is_file() or FILE.read_text(encoding="utf-8") != text:
                raise CommandError(
                    "docs/access-and-expiry.md is not what the rules do. `manage.py describe_access --write` mends it."
                )
        else:
            self.stdout.write(text, ending="")
