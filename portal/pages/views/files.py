"""Addresses of the pages' app that are not pages: pictures, and what search engines ask for."""

import re
from datetime import timedelta
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve

from portal.pages.films import film_response, film_type
from portal.pages.navigation import frame_for

VALID_FOR = timedelta(days=180)
PUBLIC_FOLDERS = {"images"}
PICTURES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
FILE_NAME = re.compile(r"[\w.\-]+\Z")


@require_safe
def media(request: HttpRequest, path: str) -> FileResponse:
    """A rendition of a picture. Originals, documents and everything else are not here for anyone.

    Raises `Http404` for what is not a rendition or does not exist.
    """
    folder, _, name = path.partition("/")
    content_type = PICTURES.get(PurePosixPath(name).suffix.lower())
    if folder not in PUBLIC_FOLDERS or not FILE_NAME.match(name) or content_type is None:
        raise Http404("There is no such picture.")
    try:
        file = default_storage.open(path)
    except (OSError, SuspiciousFileOperation, ValueError) as error:
        raise Http404("There is no such picture.") from error
    # A rendition's name holds the picture's name and the way it was cut: its content never changes.
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
        "Last-Modified": http_date(default_storage.get_modified_time(path).timestamp()),
    }
    return FileResponse(file, content_type=content_type, headers=headers)


@require_safe
def document(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """A document, as Wagtail gives it to those who may have it; a film in the parts that are asked for, by the same rules.

    A hook of Wagtail's cannot give it: it takes no answer from one that streams.
    """
    found = get_document_model().objects.filter(pk=number).first()
    if not film_type(found) or found.filename != name:
        return serve(request, number, name)
    for may_have in hooks.get_hooks("before_serve_document"):
        if refusal := may_have(found, request):
            return refusal
    return film_response(found, request)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116). Raises `Http404` as long as nobody has said where.

    The day on which it runs out is that of the reader's half-year: whoever keeps a copy asks again by then.
    """
    contact = frame_for(request).security_contact
    if not contact:
        raise Http404("Nobody has said where to report weaknesses.")
    context = {
        "contact": contact,
        "expires": f"{timezone.now() + VALID_FOR:%Y-%m-%dT00:00:00Z}",
        "base": settings.BASE_URL,
    }
    return render(request, "security.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Where programs that keep passwords lead people who want another one (W3C, A Well-Known URL for Changing Passwords)."""
    return redirect("account_change_password")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tells search engines where not to go, and where the list of pages is."""
    context = {"sitemap": f"{settings.BASE_URL}/sitemap.xml"}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")
