"""What staff are told on the admin's first page: that search has to do without its server."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from search.models import ServerIndex, Unsent

MANY = 500  # what waits on an ordinary day is less


class ServerAway(Component):
    """Says that Elasticsearch is not used, and why."""

    name = "search_server_away"
    template_name = "wagtailadmin/search_server_away.html"
    order = 60

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"reason": self.reason, "waiting": Unsent.objects.count()}


def tell_of_the_server(request: HttpRequest, panels: list[Component]) -> None:
    """Puts the panel on the admin's first page, if there is something to tell."""
    if settings.ELASTICSEARCH_URL and (reason := _why_not()):
        panels.insert(0, ServerAway(reason))


def _why_not() -> str:
    from search.engines import server

    if away := server.problem():
        return f"It does not answer: {away}"
    if not ServerIndex.objects.filter(is_complete=True).exists():
        return "Its index is being made."
    if Unsent.objects.count() > MANY:
        return "Too much has changed that it does not know of yet."
    return ""
