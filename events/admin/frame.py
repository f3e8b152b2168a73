"""What every page about one event in the admin needs: the event, whether the reader may see it, and the pages beside it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from events.admin.tabs import TABS
from events.models import EventPage, Right
from events.rights import may_do, rights_of


def event_for(request: HttpRequest, pk: int, right: Right) -> EventPage:
    """The event, for a reader who may do `right` there. Raises `Http404`, or `PermissionDenied` if they may not."""
    event = get_object_or_404(EventPage.objects.defer_streamfields(), pk=pk)
    if not may_do(request.user, event, right):
        raise PermissionDenied
    return event


def page(
    request: HttpRequest, name: str, event: EventPage, title: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of `templates/events/admin/` about an event, with the pages beside it that its reader may open."""
    rights = rights_of(request.user, event)
    tabs = [tab for tab in TABS if tab.right in rights]
    frame = {"event": event, "page_title": title, "tabs": tabs, "rights": {one.name for one in rights}}
    return render(request, f"events/admin/{name}.html", frame | context, status=status)
