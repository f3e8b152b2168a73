"""What readers see. The functions whose first argument is a handbook are bound to its page and served below it."""

from typing import Any

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from handbook import reading
from handbook.models import Asset, HandbookPage, State
from handbook.reading import Reading
from handbook.rules import Standing
from portal.pages.navigation import Link

# What may be shown in the page; everything else is a download.
PICTURES = {
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


def contents(handbook: HandbookPage, request: HttpRequest, number: str | None = None) -> HttpResponse:
    """The edition's title page: what it is, its contents, and the way to its amendments."""
    opened = _open(handbook, number)
    if opened is None:
        return _no_edition(handbook, request)
    count = opened.edition.sections.amendments().count()
    return _page(request, "handbook/contents.html", handbook, reading=opened, amendment_count=count)


def section(
    handbook: HandbookPage, request: HttpRequest, anchor: str, number: str | None = None
) -> HttpResponse:
    """One section of an edition; or where it has gone to, when it once had this address."""
    opened = _open(handbook, number)
    found = opened and opened.find(anchor)
    if not found:
        return _gone(handbook, request, anchor, opened)
    entry, before, after = opened.place(found)
    return _page(
        request,
        "handbook/section.html",
        handbook,
        reading=opened,
        section=found,
        html=opened.html(found),
        children=entry.children,
        before=before,
        after=after,
        later=reading.later_state(opened, found) if opened.standing == Standing.SUPERSEDED else None,
    )


def whole(handbook: HandbookPage, request: HttpRequest, number: str | None = None) -> HttpResponse:
    """The whole edition on one page, to read, search or print."""
    opened = _open(handbook, number)
    if opened is None:
        return _no_edition(handbook, request)
    rows = opened.edition.sections.present().select_related("body")
    sections = [(row, opened.html_on_one_page(row)) for row in rows]
    return _page(request, "handbook/whole.html", handbook, reading=opened, sections=sections)


def amendments(handbook: HandbookPage, request: HttpRequest) -> HttpResponse:
    """Every amendment of every published edition, newest first."""
    published = reading.editions(handbook, timezone.localdate())
    lines = reading.amendments(handbook.url, [item.edition for item in published])
    groups = [
        {"edition": item.edition, "standing": item.standing, "amendments": lines[item.edition.pk]}
        for item in published
    ]
    return _page(request, "handbook/amendments.html", handbook, groups=groups)


def editions(handbook: HandbookPage, request: HttpRequest) -> HttpResponse:
    """Every published edition, newest first, with what it is today."""
    published = reading.editions(handbook, timezone.localdate())
    return _page(request, "handbook/editions.html", handbook, editions=published)


@require_safe
def asset(request: HttpRequest, sha256: str, name: str) -> HttpResponseBase:
    """A picture or document of a published edition; of one being prepared, only for those who may prepare it."""
    uses = Asset.objects.filter(pk=sha256)
    if not request.user.has_perm("handbook.prepare_edition"):
        uses = uses.filter(uses__edition__state=State.PUBLISHED)
    found = get_object_or_404(uses.distinct())
    suffix = "." + found.file.name.rpartition(".")[2].lower()
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=suffix not in PICTURES,
        filename=name,
        content_type=PICTURES.get(suffix, "application/octet-stream"),
    )
    response["Cache-Control"] = (
        "public, max-age=31536000, immutable" if request.user.is_anonymous else "private"
    )
    response["ETag"] = f'"{sha256}"'
    return response


def _open(handbook: HandbookPage, number: str | None) -> Reading | None:
    """Raises Http404 for an edition that there is not; None when no edition is in force yet."""
    opened = reading.open_edition(handbook, number, timezone.localdate())
    if opened is None and number is not None:
        raise Http404(f"{handbook.title} has no edition {number}.")
    return opened


def _gone(handbook: HandbookPage, request: HttpRequest, anchor: str, opened: Reading | None) -> HttpResponse:
    last = reading.last_known(handbook, anchor, timezone.localdate()) if opened else None
    if last is None:
        raise Http404("This handbook has no such section.")
    now = opened.edition.sections.present().filter(key=last.key).first()
    if now is not None:
        return HttpResponseRedirect(opened.address(now))
    response = _page(request, "handbook/gone.html", handbook, reading=opened, section=last)
    response.status_code = 404
    return response


def _no_edition(handbook: HandbookPage, request: HttpRequest) -> HttpResponse:
    coming = handbook.editions.published().order_by("sequence").first()
    return _page(request, "handbook/no_edition.html", handbook, coming=coming)


def _page(request: HttpRequest, template: str, handbook: HandbookPage, **context: Any) -> TemplateResponse:
    # The handbook stands below the home page, so the way up is known without asking the database.
    above = [Link("Home", handbook.url.rstrip("/").rpartition("/")[0] + "/")]
    if request.path != handbook.url:
        above.append(Link(handbook.title, handbook.url))
    return TemplateResponse(
        request, template, {"page": handbook, "handbook": handbook, "breadcrumbs": above, **context}
    )
