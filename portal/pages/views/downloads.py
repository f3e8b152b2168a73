"""A download with its versions, and what whoever holds one of them has to know."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from portal.pages.models import DownloadPage
from portal.pages.views.lists import read_only


@read_only
def download(page: DownloadPage, request: HttpRequest) -> HttpResponse:
    """The version that holds, and those before."""
    return _page(page, request, None)


@read_only
def version(page: DownloadPage, request: HttpRequest, number: str) -> HttpResponse:
    """Whether a version still holds, and what has taken its place."""
    return _page(page, request, number)


def _page(page: DownloadPage, request: HttpRequest, number: str | None) -> HttpResponse:
    """Raises `Http404` if there is no version `number`."""
    context = page.get_context(request)
    held = next((one for one in context["history"] if one.number == number), None)
    if number is not None and held is None:
        raise Http404("There is no such version.")
    return TemplateResponse(
        request, page.template, {**context, "current": context["history"][0], "held": held}
    )
