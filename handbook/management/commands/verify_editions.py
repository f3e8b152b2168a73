"""Shows that published editions are what they were on the day they were published."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from handbook import triggers
from handbook.manifest import faults
from handbook.models import HandbookPage


class Command(BaseCommand):
    help = (
        "Walks the chain of hashes of every handbook's editions, their words and their files, "
        "and names whatever is not as it was published. Ends with 1 if there is anything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", nargs="?", help="only the handbook with this address")

    def handle(self, *, slug: str | None, **options: Any) -> None:
        handbooks = HandbookPage.objects.order_by("path")
        if slug is not None:
            handbooks = handbooks.filter(slug=slug)
            if not handbooks:
                raise CommandError(f"There is no handbook with the address “{slug}”.")
        found = [
            f"The database has lost the trigger {name}. Run `manage.py migrate`."
            for name in triggers.missing(connection)
        ]
        for handbook in handbooks:
            found += [f"{handbook.title}: {fault}" for fault in faults(handbook)]
            count = handbook.editions.published().count()
            self.stdout.write(f"{handbook.title}: {count} edition{'' if count == 1 else 's'} checked.")
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(self.style.SUCCESS("Every edition is as it was published."))
