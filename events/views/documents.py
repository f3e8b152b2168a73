"""Invoices, receipts and credit notes as files, opened by the secret key of their order."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.models import Document
from events.pdf import PdfUnavailable, pdf_of


@never_cache
@require_safe
def document(request: HttpRequest, key: UUID, pk: int) -> HttpResponse:
    """The PDF of one document of an order."""
    found = get_object_or_404(Document, order__key=key, pk=pk)
    try:
        content = pdf_of(found)
    except PdfUnavailable:
        words = "This file cannot be made just now. Write to us, and we send it to you."
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
    headers = {"Content-Disposition": f'inline; filename="{found.name}.pdf"', "X-Robots-Tag": "noindex"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
