"""What readers see. The functions whose first argument is a handbook are bound to its page and served below it."""

from collections.abc import Iterable
from datetime import date
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
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from handbook import reading
from handbook.errata import errata_of, errata_of_section
from handbook.history import history_of
from handbook.models import Asset, Edition, EditionSection, HandbookPage
from handbook.printed import find_pdf, on_one_page, printed, printed_section, section_on_page
from handbook.reading import Reading
from handbook.rules import Standing
from handbook.views import personal
from handbook.views.frame import open_file, read_only
from handbook.views.frame import page as _page  # a page of the PDF has the name here

IMMUTABLE = "public, max-age=31536000, immutable"
# What may be shown in the page; everything else is a download.
PICTURES = {
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


@read_only
def contents(
    handbook: HandbookPage,
    request: HttpRequest,
    number: str | None = None,
    *,
    at: date | None = None,
    template: str = "handbook/contents.html",
) -> HttpResponse:
    """The edition's title page: what it is, its contents, and the way to its amendments."""
    opened = _open(handbook, number, at)
    if opened is None:
        return _no_edition(handbook, request)
    return _page(
        request,
        template,
        handbook,
        reading=opened,
        amendment_count=opened.edition.sections.amendments().count(),
        errata=[(erratum, opened.entries[erratum.key]) for erratum in errata_of(opened.edition)],
        pdf=printed(opened),
        **personal.about_edition(request.user, opened),
    )


@read_only
def section(
    handbook: HandbookPage,
    request: HttpRequest,
    anchor: str,
    number: str | None = None,
    *,
    at: date | None = None,
    template: str = "handbook/section.html",
) -> HttpResponse:
    """One section of an edition; or where it has gone to, when it once had this address."""
    opened = _open(handbook, number, at)
    found = opened and opened.find(anchor)
    if not found:
        return _gone(handbook, request, anchor, opened)
    return _page(
        request,
        template,
        handbook,
        **shown_section(opened, found),
        later=reading.later_state(opened, found) if opened.standing == Standing.SUPERSEDED else None,
        pdf=printed_section(opened, found),
        **personal.about_section(request.user, opened, found),
    )


def shown_section(opened: Reading, found: EditionSection) -> dict[str, Any]:
    """What the page of a section shows to everybody, whether or not the edition is published."""
    entry, before, after = opened.place(found)
    return {
        "reading": opened,
        "section": found,
        "html": opened.html_with_places(found),
        "children": entry.children,
        "before": before,
        "after": after,
        "history": history_of(opened, found),
        "errata": errata_of_section(found),
    }


@read_only
def whole(
    handbook: HandbookPage,
    request: HttpRequest,
    number: str | None = None,
    *,
    at: date | None = None,
    template: str = "handbook/whole.html",
) -> HttpResponse:
    """The whole edition on one page, to read, search or print."""
    opened = _open(handbook, number, at)
    if opened is None:
        return _no_edition(handbook, request)
    pdf = printed(opened)
    return _page(request, template, handbook, reading=opened, sections=on_one_page(opened, pdf), pdf=pdf)


@read_only
def pdf(
    handbook: HandbookPage, request: HttpRequest, number: str, errata: int | None = None
) -> HttpResponseBase:
    """The PDF of a published edition: the newest, or the one with so many errata on its sheet, which stays as it is."""
    opened = _open(handbook, number, None)
    found = find_pdf(opened.edition, errata)
    if found is None:
        raise Http404(f"The PDF of edition {number} has not been made yet. Try again in a few minutes.")
    etag, modified = f'"{found.sha256}"', int(found.made_at.timestamp())
    response = get_conditional_response(request, etag=etag, last_modified=modified)
    if response is None:
        name = f"{handbook.slug}-{number}.pdf"
        response = FileResponse(open_file(found.file), filename=name, content_type="application/pdf")
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    # The newest is another file after the next erratum; each of the others is the same for ever.
    response["Cache-Control"] = "public, no-cache" if errata is None else IMMUTABLE
    return response


@read_only
def pdf_page(handbook: HandbookPage, request: HttpRequest, number: str, page: int) -> HttpResponse:
    """Leads from a page of the PDF, as somebody cites it, to the section that stands there."""
    opened = _open(handbook, number, None)
    found = section_on_page(opened.edition, page)
    if found is None:
        return _page(request, "handbook/no_page.html", handbook, status=404, reading=opened, number=page)
    return HttpResponseRedirect(opened.address(found))


@require_safe
def asset(request: HttpRequest, sha256: str, name: str) -> HttpResponseBase:
    """A picture or document of a published edition; of one in the making, only for those who prepare or approve it."""
    found = get_object_or_404(Asset, pk=sha256)
    editions = Edition.objects.filter(assets__asset=found)
    if not editions.published().exists() and not _may_review_any(editions.distinct(), request.user):
        raise Http404("No published edition shows this file.")
    suffix = "." + found.file.name.rpartition(".")[2].lower()
    response = FileResponse(
        open_file(found.file),
        as_attachment=suffix not in PICTURES,
        filename=name,
        content_type=PICTURES.get(suffix, "application/octet-stream"),
    )
    response["Cache-Control"] = IMMUTABLE if request.user.is_anonymous else "private"
    response["ETag"] = f'"{sha256}"'
    return response


def _may_review_any(editions: Iterable[Edition], user: Any) -> bool:
    return user.is_authenticated and any(edition.may_be_reviewed_by(user) for edition in editions)


def _open(handbook: HandbookPage, number: str | None, at: date | None) -> Reading | None:
    """Raises Http404 for an edition that there is not; None when no edition is in force yet, or was `at` that day."""
    today = timezone.localdate()
    if at is not None:
        return reading.open_at(handbook, at, today)
    opened = reading.open_edition(handbook, number, today)
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
