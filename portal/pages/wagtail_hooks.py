"""What editors find in the admin: where to begin, the words by which pages are found, and who writes them."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from portal.members.models import User
from portal.pages import actions, admin
from portal.pages.links import PageLink
from portal.pages.models import Audience, Author, StaffRole, Theme

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


class LabelsGroup(SnippetViewSetGroup):
    """All kinds of label in one place in the menu."""

    items = (ThemeViewSet, StaffRoleViewSet, AudienceViewSet)
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
