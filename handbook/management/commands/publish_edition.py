"""Publishes what the working copy has accepted, without the admin: for scripts."""

from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from handbook.actions.editions import (
    Annotation,
    Refused,
    annotate_edition,
    prepare_edition,
)
from handbook.actions.release import publish_edition
from handbook.models import Edition, HandbookPage, Significance


class Command(BaseCommand):
    help = (
        "Freezes the published sections of a handbook's working copy and publishes them as an edition. "
        "The note becomes the edition's summary, and the note on every major amendment that has none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the handbook's address, such as “handbook”")
        parser.add_argument("--number", required=True, help="the edition's number, such as 2.1")
        parser.add_argument(
            "--effective-on", type=_day, help="in force from this day (YYYY-MM-DD); today if left out"
        )
        parser.add_argument("--note", default="", help="what this edition changes, in a sentence or two")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be published, and change nothing"
        )

    def handle(self, *, slug: str, number: str, effective_on: date | None, note: str, **options: Any) -> None:
        handbook = HandbookPage.objects.filter(slug=slug).first()
        if handbook is None:
            raise CommandError(f"There is no handbook with the address “{slug}”.")
        now = timezone.now()
        try:
            with transaction.atomic():
                edition, amendments = _prepare(
                    handbook, number, effective_on or timezone.localdate(now), note, now
                )
                sections = edition.sections.present().count()
                publish_edition(edition=edition, by=None, now=now)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except Refused as refused:
            raise CommandError("\n".join(refused.reasons)) from refused
        verb = "Would publish" if options["dry_run"] else "Published"
        self.stdout.write(
            f"{verb} edition {number} of {handbook.title}: {_counted(sections, 'section')}, "
            f"{_counted(amendments, 'amendment')}."
        )


def _prepare(
    handbook: HandbookPage, number: str, effective_on: date, note: str, now: datetime
) -> tuple[Edition, int]:
    """The edition with its facts and notes, and how many amendments it has."""
    edition = prepare_edition(handbook=handbook, by=None, now=now)
    amendments = list(edition.sections.amendments())
    annotate_edition(
        edition=edition,
        number=number,
        effective_on=effective_on,
        summary=note or edition.summary,
        annotations={
            row.key: Annotation(row.significance, row.note or note)
            for row in amendments
            if row.significance == Significance.MAJOR
        },
    )
    return edition, len(amendments)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _day(text: str) -> date:
    return date.fromisoformat(text)
