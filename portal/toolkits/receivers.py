"""Has the lists of documents to fill in read again when something in them has changed."""

from typing import Any

from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.models import Page

from portal.page_cache import bump
from portal.toolkits.listing import forget_offered
from portal.toolkits.models import FillableDocument


def connect() -> None:
    post_save.connect(_forget, sender=FillableDocument, dispatch_uid="toolkits.documents.saved")
    post_delete.connect(_forget, sender=FillableDocument, dispatch_uid="toolkits.documents.deleted")
    post_delete.connect(_forget, sender=Page, dispatch_uid="toolkits.pages.deleted")
    m2m_changed.connect(
        _offered_elsewhere,
        sender=FillableDocument.toolkits.through,
        dispatch_uid="toolkits.documents.offered",
    )


def _forget(**_: Any) -> None:
    forget_offered()
    transaction.on_commit(forget_offered)  # a reader may have filled the cache from before the commit


def _offered_elsewhere(action: str, **_: Any) -> None:
    """Which toolkits offer a document is no column of its row, so saving that says nothing of it."""
    if action.startswith("post_"):
        bump()
        _forget()
