"""An invoice, a receipt or a credit note, made of what was stored."""

from datetime import date
from typing import Any

from events.models import Document, DocumentKind
from events.pdf.press import printed


def pdf_of(document: Document) -> bytes:
    """The document as a PDF, the same bytes every time. Raises PdfUnavailable."""
    return printed(
        "events/pdf/document.html", "events/pdf/document.css", context_of(document), identifier=document.name
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
