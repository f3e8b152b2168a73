"""Certificates and name badges as PDF files."""

from events.pdf.certificates import certificate_pdf
from events.pdf.press import PdfUnavailable

__all__ = ["PdfUnavailable", "certificate_pdf"]
