"""Fills the portal with a demonstration: people, a handbook with three editions, pages, events, advice, a forum, and searches."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from portal.demo.accounts import ACCOUNTS, PASSWORD, load_accounts
from portal.demo.load_advice import load_advice
from portal.demo.load_board import load_board
from portal.demo.load_checklists import load_checklists
from portal.demo.load_documents import load_documents
from portal.demo.load_events import load_events
from portal.demo.load_figures import load_figures
from portal.demo.load_forum import load_forum
from portal.demo.load_handbook import load_handbook
from portal.demo.load_library import load_library
from portal.demo.load_mine import load_mine
from portal.demo.load_pages import load_pages
from portal.demo.load_searches import load_searches
from search.actions.extracting import extract_missing
from search.actions.indexing import catch_up
from search.actions.rebuilding import mend
from search.actions.words import count_words


class Command(BaseCommand):
    help = "Loads the demonstration. What is there already stays as it is, so running it again does no harm."

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        # All or nothing: a load that was interrupted begins again next time.
        with tqdm(total=5, desc="Loading the demonstration", disable=None) as bar, transaction.atomic():
            people = load_accounts()
            bar.update()
            load_handbook(by=people["Publisher"], now=now)
            bar.update()
            load_pages(by=people["Publisher"], now=now)
            load_library(by=people["Publisher"], now=now)
            load_documents()
            load_figures(by=people["Publisher"], now=now)
            bar.update()
            load_events(by=people["Publisher"], now=now, people=people)
            load_advice(by=people["Publisher"], people=people, now=now)
            bar.update()
            load_forum(people=people, now=now)
            load_checklists(now=now)
            load_board(people=people, now=now)
            load_mine(director=people["Clinical director"], now=now)
            bar.update()
        # So that the first reader finds everything, whether or not background work has begun.
        catch_up(now)
        mend(now)
        extract_missing(now)
        count_words()
        load_searches(now=now)
        for account in ACCOUNTS:
            self.stdout.write(f"{account.role:18} {account.email:28} {PASSWORD}")
