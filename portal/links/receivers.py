"""Takes in the links of a page as soon as it is published, and lets go of them when it is no longer."""

from typing import Any

from django.db import transaction
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from portal.links.actions.gathering import forget_place, gather_page


def connect() -> None:
    page_published.connect(_published, dispatch_uid="links.published")
    page_unpublished.connect(_unpublished, dispatch_uid="links.unpublished")


def _published(instance: Page, **_: Any) -> None:
    # robust: a page goes out even if its links cannot be read; the hourly run says what is wrong.
    transaction.on_commit(lambda: gather_page(page_id=instance.pk), robust=True)


def _unpublished(instance: Page, **_: Any) -> None:
    transaction.on_commit(lambda: forget_place(key=f"page:{instance.pk}"), robust=True)
