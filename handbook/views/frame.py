"""What every page about a handbook has around it."""

from collections.abc import Sequence
from typing import Any

from django.core.files import File
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from handbook.models import HandbookPage
from portal.pages.navigation import Link

# For views that are bound to a handbook's page, as `require_safe` is for others: whatever is no reading gets 405.
read_only = method_decorator(require_safe)


def page(
    request: HttpRequest,
    template: str,
    handbook: HandbookPage,
    *,
    below: Sequence[Link] = (),
    status: int = 200,
    **context: Any,
) -> TemplateResponse:
    """A page about the handbook. `below` are the breadcrumbs between the handbook's own and the page."""
    # The handbook stands below the home page, so the way up is known without asking the database.
    above = [Link("Home", handbook.url.rstrip("/").rpartition("/")[0] + "/")]
    if request.path != handbook.url:
        above.append(Link(handbook.title, handbook.url))
    return TemplateResponse(
        request,
        template,
        {"page": handbook, "handbook": handbook, "breadcrumbs": [*above, *below], **context},
        status=status,
    )


def open_file(stored: FieldFile) -> File:
    """A stored file to hand out. Raises Http404 when it is missing from the store."""
    try:
        return stored.open("rb")
    except OSError as missing:
        raise Http404("This file is missing. Tell the people who run the portal.") from missing


def part(items: Sequence[Any], request: HttpRequest, size: int) -> Page:
    """The page of a list that the address asks for. Raises Http404 for one that there is not."""
    try:
        return Paginator(items, size).page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise Http404("This list has no such page.") from error
