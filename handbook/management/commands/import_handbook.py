"""`manage.py import_handbook`: a folder of Markdown files or a Word file becomes the working copy of a handbook."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from tqdm import tqdm
from wagtail.models import Site

from handbook.actions.importing import import_sections
from handbook.import_plan import ImportSummary
from handbook.models import HandbookPage
from handbook.sources import Source, SourceError, read_folder
from handbook.word import read_word

HELP = """Brings a handbook in, or brings in what has changed since the last time.

PATH is a folder of Markdown files (.md, .markdown) or a Word file (.docx).

  Folder  Each file is a section, titled by its first heading. Each folder is a chapter. The order is that of the
          numbers in front of the names, then README, then the alphabet.
  Word    Each heading 1 is a chapter and each heading 2 is a section in it.

What comes in is the working copy, which readers do not see. Publish an edition of it when it is ready.

The same files brought in again change nothing. A file with another name, but at least half alike, stays the same
section. A section whose file has gone is removed; sections written in the portal stay. If a file is broken, the
command names it, with the line, and changes nothing."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> ArgumentParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="PATH", help="a folder of Markdown files, or a .docx file")
        parser.add_argument("--title", required=True, help="the handbook's title, if it is to be made")
        parser.add_argument("--slug", help="the last part of its address; made from the title if left out")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )

    def handle(
        self, *args: Any, path: str, title: str, slug: str | None, dry_run: bool, **options: Any
    ) -> None:
        slug = slug or slugify(title)
        if not title.strip() or not slug or slug != slugify(slug):
            raise CommandError(
                "The title and the slug need at least one letter or figure; a slug has no spaces."
            )
        try:
            sources = read_word(path) if Path(path).suffix.lower() == ".docx" else read_folder(path)
        except SourceError as error:
            raise CommandError(f"{error}\nNothing was changed.") from error
        with transaction.atomic():
            handbook = self._handbook(title, slug)
            summary = self._import(handbook, sources, dry_run=dry_run)
            if dry_run:
                transaction.set_rollback(True)
        self._report(summary, title=handbook.title, dry_run=dry_run)

    def _handbook(self, title: str, slug: str) -> HandbookPage:
        site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
        if site is None:
            raise CommandError("There is no default site yet. Run “manage.py migrate” first.")
        root = site.root_page
        found = root.get_children().filter(slug=slug).first()
        if found is None:
            return root.add_child(instance=HandbookPage(title=title, slug=slug))
        if not isinstance(found.specific, HandbookPage):
            raise CommandError(
                f"The address “/{slug}/” is that of another page, “{found.title}”. Choose another --slug."
            )
        return found.specific

    def _import(self, handbook: HandbookPage, sources: list[Source], *, dry_run: bool) -> ImportSummary:
        with tqdm(
            total=len(sources), unit="section", file=sys.stderr, disable=True if dry_run else None
        ) as bar:
            return import_sections(
                handbook=handbook,
                sources=sources,
                by=None,
                now=timezone.now(),
                dry_run=dry_run,
                progress=lambda done: bar.update(done - bar.n),
            )

    def _report(self, summary: ImportSummary, *, title: str, dry_run: bool) -> None:
        for warning in summary.warnings:
            self.stderr.write(self.style.WARNING(f"Warning: {warning}"))
        for mark, paths in (("+", summary.added), ("~", summary.changed), ("-", summary.removed)):
            for path in paths:
                self.stdout.write(f"  {mark} {path}")
        for old_path, path in summary.renamed:
            self.stdout.write(f"  > {old_path} → {path}")
        self.stdout.write(f"“{title}”: what would change" if dry_run else f"“{title}”: what changed")
        for mark, name, count in (
            ("+", "added", len(summary.added)),
            ("~", "changed", len(summary.changed)),
            (">", "renamed", len(summary.renamed)),
            ("-", "removed", len(summary.removed)),
            (" ", "unchanged", len(summary.unchanged)),
            ("!", "warnings", len(summary.warnings)),
        ):
            self.stdout.write(f"  {mark} {name:<10}{count:>6,}")
        if dry_run:
            self.stdout.write("This was a dry run. Nothing was changed.")
