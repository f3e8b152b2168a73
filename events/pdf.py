"""The PDF of an invoice, a receipt or a credit note, made of what was stored: the same bytes every time."""

import warnings
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from PIL import ImageFile

from events.models import Document, DocumentKind

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

FONTS = frozenset({"SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf"})
OPTIONS = {"pdf_variant": "pdf/ua-1"}


class PdfUnavailable(Exception):
    """The machine lacks what PDFs are made with."""


def pdf_of(document: Document) -> bytes:
    """The file. Nothing is fetched from outside. Raises `PdfUnavailable`."""
    try:
        with warnings.catch_warnings():
            # It warns where the system has no fonts: ours come with the portal.
            warnings.filterwarnings("ignore", message=".*Expect ugly output")
            from weasyprint import CSS, HTML
            from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        raise PdfUnavailable(str(error)) from error
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it for the whole process
    fetcher, fonts = _fetcher(), FontConfiguration()
    style = CSS(string=render_to_string("events/pdf/document.css"), url_fetcher=fetcher, font_config=fonts)
    html = render_to_string("events/pdf/document.html", context_of(document))
    page = HTML(string=html, base_url=settings.BASE_URL, url_fetcher=fetcher)
    return page.write_pdf(
        stylesheets=[style], font_config=fonts, pdf_identifier=document.name.encode(), **OPTIONS
    )


def context_of(document: Document) -> dict[str, Any]:
    """What the template is given: the stored data, with days as days."""
    data = document.data
    due = data.get("due_on")
    return {
        **data,
        "document": document,
        "title": f"{document.get_kind_display()} {document.name}",
        "day": date.fromisoformat(data["day"]),
        "due_on": date.fromisoformat(due) if due else None,
        "to_pay": max(0, data["total"] - data.get("paid", 0)),
        "is_invoice": document.kind == DocumentKind.INVOICE,
        "is_receipt": document.kind == DocumentKind.RECEIPT,
        "is_credit": document.kind == DocumentKind.CREDIT,
    }


def _fetcher() -> "URLFetcher":
    """Hands out our fonts, and refuses every address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> "URLFetcherResponse":
            scheme, _, name = url.partition(":")
            if scheme == "font" and name in FONTS:
                return URLFetcherResponse(url, (files("font_source_sans_pro") / "files" / name).read_bytes())
            raise ValueError("Nothing is fetched from elsewhere.")

    return Fetcher()
