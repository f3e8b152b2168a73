"""Puts the editors' board into the admin: the menu, its addresses, and a panel on the first page."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from portal.desk import views
from portal.desk.board import cards_for
from portal.desk.cards.pages import may_edit

desk_urls = [
    path("", views.board, name="board"),
    path("read-again/", views.StaleReport.as_view(), name="stale"),
    path("wording/", views.WordingReport.as_view(), name="wording"),
    path("wording/results/", views.WordingReport.as_view(results_only=True), name="wording_results"),
    path("read-again/results/", views.StaleReport.as_view(results_only=True), name="stale_results"),
]


@hooks.register("register_admin_urls")
def desk_admin_urls() -> list[URLPattern | URLResolver]:
    return [path("board/", include((desk_urls, "desk")))]


@hooks.register("register_admin_menu_item")
def board_menu_item() -> MenuItem:
    return MenuItem("Editors’ board", reverse("desk:board"), name="board", icon_name="list-ul", order=50)


class EditorsMenuItem(MenuItem):
    """Shown to those who may change pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_edit(request.user)


@hooks.register("register_reports_menu_item")
def stale_menu_item() -> MenuItem:
    return EditorsMenuItem(
        "Pages to read again", reverse("desk:stale"), icon_name="calendar-check", order=880
    )


@hooks.register("register_reports_menu_item")
def wording_menu_item() -> MenuItem:
    return EditorsMenuItem("Wording", reverse("desk:wording"), icon_name="edit", order=885)


class WhatNeedsDoing(Component):
    """The cards with something to do, by name and number."""

    name = "what_needs_doing"
    template_name = "desk/panel.html"
    order = 40

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        cards = cards_for(parent_context["request"].user, timezone.now())
        return {"has_cards": bool(cards), "cards": [card for card in cards if card.count]}


@hooks.register("construct_homepage_panels")
def add_what_needs_doing(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(WhatNeedsDoing())
