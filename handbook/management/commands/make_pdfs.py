"""Makes the PDFs of editions that are not there yet. The background worker does so by itself; this is for the impatient."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from handbook.actions.pdfs import make_pdf
from handbook.errata import errata_of
from handbook.models import Edition, State


class Command(BaseCommand):
    help = "Makes every PDF that is missing, of editions that are published or wait for approval. Those that are there stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say which PDFs are missing, and make none"
        )

    def handle(self, **options: Any) -> None:
        missing = [
            edition
            for edition in Edition.objects.exclude(state=State.PREPARED).order_by("handbook", "sequence")
            if {0, len(errata_of(edition))} - set(edition.pdfs.made().values_list("errata", flat=True))
        ]
        if options["dry_run"]:
            for edition in missing:
                self.stdout.write(f"Missing: {edition}")
            self.stdout.write(f"{len(missing)} editions lack a PDF.")
            return
        problems = []
        for edition in tqdm(missing, unit="edition", disable=options["verbosity"] == 0):
            edition.pdfs.filter(file="").delete()
            row = make_pdf(edition.pk)
            if row is not None and row.problem:
                problems.append(f"{edition}: {row.problem}")
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(f"Made the PDFs of {len(missing)} editions.")
