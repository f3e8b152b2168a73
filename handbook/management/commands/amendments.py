"""Lists the amendments of an edition, for people or for scripts."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from handbook.amendments import amendments_of
from handbook.models import Edition


class Command(BaseCommand):
    help = "Lists what an edition changed against the edition before it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the handbook's address, such as “handbook”")
        parser.add_argument("--edition", required=True, help="the edition's number, such as 2.0")
        parser.add_argument("--json", action="store_true", help="print one JSON object: {“amendments”: […]}")

    def handle(self, *, slug: str, edition: str, **options: Any) -> None:
        found = Edition.objects.filter(handbook__slug=slug, number=edition).select_related("handbook").first()
        if found is None:
            raise CommandError(f"There is no edition {edition} of a handbook with the address “{slug}”.")
        lines = amendments_of(found.handbook.url or "", [found])[found.pk]
        if options["json"]:
            self.stdout.write(
                json.dumps({"amendments": [line.as_json() for line in lines]}, ensure_ascii=False)
            )
            return
        for line in lines:
            old = f" (was “{line.old_title}”)" if line.old_title else ""
            self.stdout.write(
                f"{line.row.change:8} {line.row.significance:5} {line.row.number} {line.row.title}{old}"
            )
        self.stdout.write(f"{len(lines)} amendments in edition {edition}.")
