"""Changes that may show on a public page: after each, the kept pages are out of date."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_slug_changed, post_page_move
from wagtail.snippets.models import get_snippet_models

from portal.page_cache import bump

SHOWN = (
    AbstractDocument,
    AbstractImage,
    BaseGenericSetting,
    BaseSiteSetting,
    Page,
    PageViewRestriction,
    Redirect,
    Site,
)
# A draft touches only these columns of its page, and readers see none of them.
DRAFT_COLUMNS = frozenset(
    {
        "draft_title",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
        "locked",
        "locked_by",
        "locked_at",
    }
)


def connect() -> None:
    """Listens for the changes; called once, when the apps are ready."""
    post_save.connect(forget_pages_after_save, dispatch_uid="portal.forget_pages_after_save")
    post_delete.connect(forget_pages_after_delete, dispatch_uid="portal.forget_pages_after_delete")
    for signal in (post_page_move, page_slug_changed):
        signal.connect(forget_pages, dispatch_uid="portal.forget_pages")


def forget_pages(**_: Any) -> None:
    bump()


def forget_pages_after_save(
    sender: type[Model], update_fields: frozenset[str] | None = None, **_: Any
) -> None:
    if is_shown(sender) and (update_fields is None or not DRAFT_COLUMNS.issuperset(update_fields)):
        bump()


def forget_pages_after_delete(sender: type[Model], **_: Any) -> None:
    if is_shown(sender):
        bump()


def is_shown(model: type[Model]) -> bool:
    """Whether rows of this model can be seen on public pages."""
    return issubclass(model, SHOWN) or model in get_snippet_models()
