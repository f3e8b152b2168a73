"""Certificates, name badges, invoices, receipts and credit notes as PDF files, tagged for screen readers."""

from events.pdf.certificates import certificate_pdf
from events.pdf.documents import pdf_of
from events.pdf.press import PdfUnavailable

__all__ = ["PdfUnavailable", "certificate_pdf", "pdf_of"]
