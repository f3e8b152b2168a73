"""Has the menu read again when something that it shows has changed."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from portal.pages.links import forget_addresses
from portal.pages.models import Banner, Organisation
from portal.pages.navigation import forget_frame


def connect() -> None:
    """Listen to every change of a page, a site, the organisation's names or a banner."""
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(_forget, dispatch_uid="pages.frame")
    for model in (Banner, Organisation, Site):
        post_save.connect(_forget, sender=model, dispatch_uid=f"pages.frame.{model.__name__}")
    for model in (Banner, Page):
        post_delete.connect(_forget, sender=model, dispatch_uid=f"pages.frame.{model.__name__}.deleted")


def _forget(**kwargs: Any) -> None:
    for forget in (forget_frame, forget_addresses):
        forget()
        transaction.on_commit(forget)  # a reader may have filled the cache from before the commit
