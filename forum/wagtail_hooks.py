"""Puts lists into the admin: the menu and the addresses."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from forum.admin import asking, closing, effects, granting, lists, people, proposing, subscribers
from forum.admin.frame import VIEW


@hooks.register("register_admin_urls")
def list_admin_urls() -> list[URLPattern | URLResolver]:
    parts = (lists, proposing, effects, people, granting, asking, subscribers, closing)
    return [path("lists/", include(([url for part in parts for url in part.urls()], "lists")))]


class ListsMenuItem(MenuItem):
    """Shown to those who may look after lists."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def lists_menu_item() -> MenuItem:
    return ListsMenuItem("Lists", reverse("lists:index"), name="lists", icon_name="comment", order=510)
