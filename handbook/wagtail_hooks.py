"""The handbook in the admin: the editions' menu entry and pages, and what must not be deleted."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.views import View
from wagtail import hooks
from wagtail.admin.admin_url_finder import register_admin_url_finder
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from handbook.models import Edition, EditionAsset, HandbookPage, SectionPage
from handbook.views import approval, editors, errata, feedback, importing, reports, restoring
from portal.members.models import User

edition_urls = [
    path("", editors.index, name="index"),
    path("prepare/<int:handbook_id>/", editors.prepare, name="prepare"),
    path("<int:edition_id>/", editors.edition, name="edition"),
    path("<int:edition_id>/preview/<slug:anchor>/", approval.preview, name="preview"),
    path("<int:edition_id>/discard/", editors.discard, name="discard"),
    path("<int:edition_id>/submit/", approval.submit, name="submit"),
    path("<int:edition_id>/review/", approval.review, name="review"),
    path("<int:edition_id>/whole/", approval.whole, name="whole"),
    path("<int:edition_id>/decide/", approval.decide, name="decide"),
    path("<int:edition_id>/withdraw/", approval.withdraw, name="withdraw"),
    path("<int:edition_id>/pdf/<int:errata>/", approval.pdf, name="pdf"),
    path("<int:edition_id>/make-pdf/", approval.make_pdf, name="make_pdf"),
    path("<int:edition_id>/erratum/", errata.erratum, name="erratum"),
    path("<int:edition_id>/restore/", restoring.choose_section, name="restore_sections"),
    path("<int:edition_id>/restore/<uuid:key>/", restoring.restore, name="restore"),
    path("sections/<int:page_id>/restore/", restoring.choose_edition, name="restore_editions"),
    path("sections-to-review/", reports.sections_to_review, name="sections_to_review"),
    path("section-feedback/", feedback.report, name="section_feedback"),
    path("import/<int:handbook_id>/", importing.upload, name="import"),
    path("import/<int:handbook_id>/<str:token>/", importing.preview, name="import_preview"),
    path("import/<int:handbook_id>/<str:token>/cancel/", importing.cancel, name="import_cancel"),
]


@hooks.register("register_admin_urls")
def edition_admin_urls() -> list[URLPattern | URLResolver]:
    return [path("handbook-editions/", include((edition_urls, "handbook_editions")))]


class ToOurOwnPage(View):
    """In place of Wagtail's pages about an edition: ours show its amendments, redlines and files."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "pk" in kwargs:
            return redirect("handbook_editions:review", kwargs["pk"])
        return redirect("handbook_editions:index")


class EditionViewSet(SnippetViewSet):
    """Makes editions known to Wagtail's workflows: its lists of what awaits review, its mails, reports and history."""

    model = Edition
    url_prefix = "handbook-editions/wagtail"
    add_to_admin_menu = False
    list_display = ["__str__", "state"]
    panels = []

    def get_menu_item_is_registered(self) -> bool:
        """True, so that Wagtail does not list editions under a menu entry “Snippets”: ours is *Handbook editions*."""
        return True

    def get_urlpatterns(self) -> list[URLPattern]:
        """Those that the workflow needs; the others lead to our own pages, since nothing is edited in Wagtail's."""
        ours = ToOurOwnPage.as_view()
        patterns = super().get_urlpatterns()
        needed = {
            "history",
            "history_results",
            "workflow_action",
            "collect_workflow_action_data",
            "confirm_workflow_cancellation",
            "workflow_history",
            "workflow_history_detail",
        }
        for pattern in patterns:
            if pattern.name not in needed:
                pattern.callback = ours
        return patterns


register_snippet(EditionViewSet)


class EditionAssetFinder:
    """So that a picture's or document's page of uses names the editions that show it: by these it cannot be deleted."""

    def __init__(self, user: User) -> None:
        self.user = user

    def get_edit_url(self, use: EditionAsset) -> str | None:
        if not self.user.has_perm("handbook.prepare_edition"):
            return None
        return reverse("handbook_editions:review", args=[use.edition_id])


register_admin_url_finder(EditionAsset, EditionAssetFinder)


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


@hooks.register("register_reports_menu_item")
def review_menu_item() -> MenuItem:
    address = reverse("handbook_editions:sections_to_review")
    return EditionsMenuItem("Sections to review", address, icon_name="calendar-check", order=890)


@hooks.register("register_reports_menu_item")
def feedback_menu_item() -> MenuItem:
    address = reverse("handbook_editions:section_feedback")
    return EditionsMenuItem("Section feedback", address, icon_name="comment", order=891)


@hooks.register("register_page_header_buttons")
def restore_button(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """On each section's own page in the explorer and in its editor."""
    if page.specific_class is SectionPage and page.permissions_for_user(user).can_edit():
        address = reverse("handbook_editions:restore_editions", args=[page.pk])
        yield Button("Restore from an edition", address, icon_name="history", priority=66)


@hooks.register("register_log_actions")
def edition_log_actions(actions: LogActionRegistry) -> None:
    for action, label in (
        ("prepare", "Prepare edition"),
        ("publish", "Publish edition"),
        ("withdraw", "Withdraw edition"),
        ("erratum", "Publish erratum"),
        ("discard", "Discard edition"),
        ("restore", "Restore section from an edition"),
        ("remind", "Remind of review"),
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
