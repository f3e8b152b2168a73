"""Puts the report of links into the admin."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from portal.links import admin
from portal.links.actions.leaving import LEFT


@hooks.register("register_admin_urls")
def link_admin_urls() -> list[URLPattern | URLResolver]:
    return [path("links/", include((admin.urls(), "links")))]


class LinksMenuItem(MenuItem):
    """Shown to those who may see and settle broken links."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(admin.SEE)


@hooks.register("register_reports_menu_item")
def links_menu_item() -> MenuItem:
    return LinksMenuItem("Links", reverse("links:report"), icon_name="link", order=881)


@hooks.register("register_log_actions")
def link_log_action(registry: LogActionRegistry) -> None:
    registry.register_action(LEFT, "Leave link", "Leave a link as it is")
