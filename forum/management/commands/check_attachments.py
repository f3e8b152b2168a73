"""Shows that the files of posts are there, and as they were kept."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from forum.actions.attaching import forget_orphans
from forum.files.keeping import faults, orphans
from forum.models import Attachment


class Command(BaseCommand):
    help = (
        "Reads every file that was added to a post and names those that are missing or altered, and files that belong to nothing. "
        "Ends with 1 if there is anything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="delete the files that belong to nothing")

    def handle(self, *, repair: bool, **options: Any) -> None:
        found = list(faults())
        self.stdout.write(f"Files checked: {Attachment.objects.count()}.")
        if repair:
            self.stdout.write(f"Files that belonged to nothing, now deleted: {forget_orphans()}.")
        else:
            found += [f"{name} belongs to nothing. --repair deletes it." for name in orphans(timezone.now())]
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(self.style.SUCCESS("Every file is as it was kept."))
