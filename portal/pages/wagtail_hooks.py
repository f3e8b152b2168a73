"""What editors find in the admin: where to begin, the words by which pages are found, and who writes them; which version of a download is given."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.widgets import Button
from wagtail.documents.models import AbstractDocument
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from portal.members.models import User
from portal.pages import actions, admin
from portal.pages.advising import advice_for
from portal.pages.checking import PlainChecks
from portal.pages.fields import is_fit_for_readers
from portal.pages.links import PageLink
from portal.pages.models import Audience, Author, Banner, StaffRole, Term, Theme, superseded_version_of
from portal.pages.rules import standing_of_banner

# How deep the home page and the pages directly below it stand in Wagtail's tree.
HOME_AND_BELOW = (2, 3)


class LabelViewSet(SnippetViewSet):
    """A list of labels, sorted by name."""

    list_display = ["name", "slug"]
    search_fields = ["name"]
    ordering = ["name"]


class ThemeViewSet(LabelViewSet):
    model = Theme
    icon = "tag"


class StaffRoleViewSet(LabelViewSet):
    model = StaffRole
    icon = "group"


class AudienceViewSet(LabelViewSet):
    model = Audience
    icon = "view"


class TermViewSet(SnippetViewSet):
    """Abbreviations that pages have to explain."""

    model = Term
    icon = "help"
    list_display = ["short", "words"]
    search_fields = ["short", "words"]
    ordering = ["short"]
    menu_label = "Terms to explain"


class LabelsGroup(SnippetViewSetGroup):
    """All kinds of label, and the terms that pages explain, in one place in the menu."""

    items = (ThemeViewSet, StaffRoleViewSet, AudienceViewSet, TermViewSet)
    menu_label = "Labels"
    menu_icon = "tag"
    menu_order = 300


class AuthorViewSet(SnippetViewSet):
    """Who writes for the blog."""

    model = Author
    icon = "user"
    list_display = ["name", "role"]
    search_fields = ["name", "role"]
    ordering = ["name"]
    add_to_admin_menu = True
    menu_label = "Authors"
    menu_order = 310


class BannerViewSet(SnippetViewSet):
    """What is announced on every page."""

    model = Banner
    icon = "info-circle"
    list_display = [
        "title",
        "kind",
        Column("standing", label="Now", accessor=lambda banner: standing_of_banner(banner, timezone.now())),
        "starts_at",
        "ends_at",
    ]
    list_filter = ["kind", "readers"]
    search_fields = ["title", "text"]
    add_to_admin_menu = True
    menu_label = "Banners"
    menu_order = 320


register_snippet(BannerViewSet)
register_snippet(LabelsGroup)
register_snippet(AuthorViewSet)


class WhereToBegin(Component):
    """Links to what editors come for, those that this person may use."""

    name = "where_to_begin"
    template_name = "wagtailadmin/where_to_begin.html"
    order = 50

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        pages = Page.objects.filter(depth__in=HOME_AND_BELOW).order_by("path")
        links = [
            {"title": page.title, "url": reverse("wagtailadmin_explore", args=[page.pk])}
            for page in pages
            if page.permissions_for_user(user).can_edit()
        ]
        return {"links": links}


@hooks.register("construct_homepage_panels")
def add_where_to_begin(request: HttpRequest, panels: list[Component]) -> None:
    """Put the panel at the head of the admin's first page."""
    panels.insert(0, WhereToBegin())


@hooks.register("register_rich_text_features", order=100)
def look_links_up_once(features: FeatureRegistry) -> None:
    """In place of Wagtail's own handler, which registers itself earlier."""
    features.register_link_type(PageLink)


@hooks.register("register_admin_urls")
def reading_again_urls() -> list[URLPattern]:
    return admin.urls()


@hooks.register("register_page_header_buttons")
def read_again_button(
    page: Page, user: User, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """On each published page in the explorer and in its editor."""
    if not page.is_root() and not actions.refusal_to_review(page, user):
        address = reverse("page_mark_reviewed", args=[page.pk])
        yield Button("Mark as read again", address, icon_name="calendar-check", priority=67)


@hooks.register("register_log_actions")
def review_log_action(registry: LogActionRegistry) -> None:
    registry.register_action(actions.REVIEWED, "Read again", "Read the page again: it still holds")


MOST_ADVICE = 5


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_what_readers_may_stumble_over(request: HttpRequest, page: Page) -> None:
    """After a page has been saved or published: advice, which nobody has to take."""
    advice = advice_for(page)
    for line in advice[:MOST_ADVICE]:
        messages.warning(request, line)
    if (more := len(advice) - MOST_ADVICE) > 0:
        messages.warning(request, f"And {more} more of the kind.")


@hooks.register("construct_wagtail_userbar")
def check_in_plain_english(request: HttpRequest, items: list[Component], page: Page | None) -> None:
    """In place of Wagtail's own checks."""
    items[:] = [PlainChecks() if isinstance(item, ContentCheckerItem) else item for item in items]


@hooks.register("before_bulk_action")
def publish_nothing_unfit(
    request: HttpRequest, action_type: str, objects: list[Page], action: BulkAction
) -> HttpResponse | None:
    """Publishing several pages from the explorer asks what publishing one from its editor asks."""
    if action_type != "publish":
        return None
    drafts = [page.get_latest_revision_as_object() for page in objects]
    if action.cleaned_form.cleaned_data["include_descendants"]:
        drafts += [
            below.get_latest_revision_as_object()
            for page in objects
            for below in page.get_descendants().not_live()
        ]
    unfit = [draft.title for draft in drafts if not is_fit_for_readers(draft)]
    if not unfit:
        return None
    names = ", ".join(f"“{title}”" for title in unfit[:MOST_ADVICE])
    messages.error(
        request, f"Nothing was published. Open these pages and publish each to see what it needs: {names}."
    )
    return redirect(action.next_url)


# After the rules of Wagtail and of events, who may have a document at all.
@hooks.register("before_serve_document", order=100)
def lead_to_the_version_that_holds(document: AbstractDocument, request: HttpRequest) -> HttpResponse | None:
    """The file of a superseded version is given to whoever asks for it as such. Others are led to its page first."""
    version = None if request.GET.get("superseded") else superseded_version_of(document)
    if version is None or not all(
        restriction.accept_request(request) for restriction in version.page.get_view_restrictions()
    ):
        return None
    return redirect(f"{version.page.get_url(request)}versions/{version.number}/")
