"""`manage.py close_list`: a list closes, and its people are moved on to the list that follows it."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from tqdm import tqdm

from forum.actions.closing import close_list, move_people
from forum.models import MailingList
from forum.moving import closing_of, destination, foreseen, people_of
from forum.rules.moving import TOLD
from forum.rules.sentences import moment
from portal.members.actions import RefusedError

HELP = """Closes a list and moves its people on.

LIST is the last part of the list's address, such as setting-up. From the moment on nobody can post. Whoever the next list lets in
is moved on to it, and everybody is told once, by mail, what becomes of them.

With --at the moment is only set: the list closes then by itself. You see what becomes of people before anything is done. If the
command is killed, run it again, or leave it to the background worker: it goes on where it was, and nobody is told twice."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> ArgumentParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", metavar="LIST", help="the last part of the list's address")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--at",
            type=_moment,
            help="close at this moment, in London's time: 2026-06-30 for its start, or 2026-06-30T17:00",
        )

    def handle(self, *args: Any, dry_run: bool, yes: bool, at: datetime | None, **options: Any) -> None:
        found = MailingList.objects.filter(slug=options["list"]).first()
        if found is None:
            known = ", ".join(MailingList.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no list “{options['list']}”. There are: {known}.")
        now = timezone.now()
        closing = closing_of(found)
        if closing.is_done:
            self.stdout.write("This list has closed, and its people have been moved on and told.")
            return
        if not closing.is_begun:
            self._show(found, at or now, now)
            if dry_run:
                self.stdout.write("This was a dry run. Nothing was changed.")
                return
            if not yes:
                self._ask()
            try:
                found = close_list(mailing_list=found, by=None, now=now, at=at)
            except RefusedError as refused:
                raise CommandError(f"{refused} Nothing was changed.") from refused
        elif dry_run:
            self.stdout.write(
                "The closing of this list has begun. Without --dry-run this command goes on with it."
            )
            return
        if found.moving_since is None or (at is not None and at > now):
            self.stdout.write(f"The list closes at {moment(found.closes_at)}.")
            return
        with tqdm(total=people_of(found, now).count(), unit="person", file=sys.stderr, disable=None) as bar:
            move_people(found.pk, progress=bar.update)
        self.stdout.write("The list has closed, and its people have been moved on and told.")

    def _show(self, found: MailingList, at: datetime, now: datetime) -> None:
        there = destination(found, at)
        self.stdout.write(f"At {moment(at)}. People go on in: {there or 'no list'}.")
        counts = Counter()
        for one in foreseen(found, at, now):
            counts[one.fate] += 1
            self.stdout.write(f"  {one.subscription.user} <{one.subscription.user.email}>: {one.fate.value}")
        for fate, count in counts.items():
            self.stdout.write(f"{count:,} {fate.value}: they are told {TOLD[fate]}.")

    def _ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is there to confirm this. Add --yes. Nothing was changed.")
        if input("Do this? Type yes: ").strip().lower() != "yes":
            raise CommandError("Nothing was changed.")


def _moment(text: str) -> datetime:
    if day := parse_date(text):
        return timezone.make_aware(datetime.combine(day, time.min))
    found = parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return found if timezone.is_aware(found) else timezone.make_aware(found)
