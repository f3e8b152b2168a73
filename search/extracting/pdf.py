"""The text of PDFs, page by page, as PDFium reads it."""

from typing import BinaryIO

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD

from search.extracting.hyphens import joined
from search.extracting.results import MOST_CHARACTERS, MOST_PAGES, Problem, Text, UnreadableError


def text_of_pdf(file: BinaryIO) -> Text:
    """The text of a PDF and the number of its pages. One that was scanned has pages, and no text."""
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        problem = Problem.PASSWORD if error.err_code == FPDF_ERR_PASSWORD else Problem.DAMAGED
        raise UnreadableError(problem) from error
    pages = max(0, len(document))
    texts: list[str] = []
    length = 0
    for number in range(min(pages, MOST_PAGES)):
        texts.append(_text_of_page(document, number))
        length += len(texts[-1])
        if length > MOST_CHARACTERS:
            return Text(joined("\n".join(texts)), pages, is_cut=True)
    return Text(joined("\n".join(texts)), pages, is_cut=pages > MOST_PAGES)


def _text_of_page(document: pypdfium2.PdfDocument, number: int) -> str:
    """What stands within the edges of a page. A page that is damaged takes nothing from the others."""
    try:
        page = document[number]
        text = page.get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError:
        return ""
    page.close()
    return text
