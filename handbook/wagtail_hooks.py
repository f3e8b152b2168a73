"""The handbook in the admin: the editions' menu entry and pages, and what must not be deleted."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from handbook.models import Edition, HandbookPage
from handbook.views import editors

edition_urls = [
    path("", editors.index, name="index"),
    path("prepare/<int:handbook_id>/", editors.prepare, name="prepare"),
    path("<int:edition_id>/", editors.edition, name="edition"),
    path("<int:edition_id>/preview/<slug:anchor>/", editors.preview, name="preview"),
    path("<int:edition_id>/discard/", editors.discard, name="discard"),
    path("<int:edition_id>/publish/", editors.publish, name="publish"),
]


@hooks.register("register_admin_urls")
def edition_admin_urls() -> list[URLPattern | URLResolver]:
    return [path("handbook-editions/", include((edition_urls, "handbook_editions")))]


class EditionsMenuItem(MenuItem):
    """Shown to those who may prepare editions."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("handbook.prepare_edition")


@hooks.register("register_admin_menu_item")
def editions_menu_item() -> MenuItem:
    return EditionsMenuItem(
        "Handbook editions",
        reverse("handbook_editions:index"),
        name="handbook-editions",
        icon_name="history",
        order=150,
    )


@hooks.register("register_log_actions")
def edition_log_actions(actions: LogActionRegistry) -> None:
    for action, label in (
        ("prepare", "Prepare edition"),
        ("publish", "Publish edition"),
        ("discard", "Discard edition"),
    ):
        actions.register_action(f"handbook.{action}", label, label)


@hooks.register("before_delete_page")
def refuse_to_delete_editions(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A handbook with editions stays: people cite them."""
    if not _refused_for_its_editions(request, [page]):
        return None
    return redirect("wagtailadmin_explore", page.pk)


@hooks.register("before_bulk_action")
def refuse_to_delete_editions_in_bulk(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    pages = [found for found in objects if isinstance(found, Page)]
    if action_type != "delete" or not _refused_for_its_editions(request, pages):
        return None
    return redirect("wagtailadmin_explore_root")


def _refused_for_its_editions(request: HttpRequest, pages: Iterable[Page]) -> bool:
    """Whether editions stand in the way of deleting any of the pages; says so on the next page."""
    below = [
        handbook for page in pages for handbook in HandbookPage.objects.descendant_of(page, inclusive=True)
    ]
    edition = Edition.objects.filter(handbook__in=below).select_related("handbook").first()
    if edition is not None:
        messages.error(
            request,
            f"“{edition.handbook.title}” has editions, which readers cite, so it cannot be deleted. "
            "You can unpublish it instead.",
        )
    return edition is not None
