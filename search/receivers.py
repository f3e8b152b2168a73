"""Hears of changes: whatever is saved or deleted by the ORM is indexed right after the commit, and words and picks are read anew."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_delete, post_save
from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from search.actions.indexing import index_soon
from search.models import Synonym
from search.promotions import forget_promotions
from search.searching import forget_synonyms
from search.sources import WATCHES


def connect() -> None:
    """Listens to the models of all tables that are watched. What is written otherwise is indexed within a minute."""
    tables = {watch.table for watch in WATCHES}
    for model in apps.get_models():
        parents = {parent._meta.db_table for parent in model._meta.get_parent_list()}
        if tables & {model._meta.db_table, *parents}:
            for signal in (post_save, post_delete):
                signal.connect(_changed, sender=model, dispatch_uid="search.changed")
    for signal in (post_save, post_delete):
        signal.connect(_synonyms_changed, sender=Synonym, dispatch_uid="search.synonyms")
        for model in (Query, SearchPromotion):
            signal.connect(_promotions_changed, sender=model, dispatch_uid="search.promotions")


def _changed(**_: Any) -> None:
    index_soon()


def _synonyms_changed(**_: Any) -> None:
    forget_synonyms()
    forget_promotions()  # what was picked for a word was picked for its synonyms


def _promotions_changed(**_: Any) -> None:
    forget_promotions()
