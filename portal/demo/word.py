"""Sets a text in a little Markdown as a Word document: headings, paragraphs, bullets, tables, a header and page numbers."""

import re
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

BLUE, GREY = RGBColor(0x00, 0x5E, 0xB8), RGBColor(0x4C, 0x62, 0x72)
SHADE = "E8EDEE"
BOLD = re.compile(r"\*\*(.+?)\*\*")


def word_document(title: str, text: str, *, header: str) -> bytes:
    """The document. `#` begins a heading, `-` a bullet, `|` a row of a table, of which the first is its head; `**` makes bold."""
    document = Document()
    _set_styles(document)
    _set_page(document, header)
    document.add_paragraph(title, style="Title")
    rows: list[list[str]] = []
    for line in [*text.strip().splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip()[1:-1].split("|")])
            continue
        if rows:
            _add_table(document, rows)
            rows = []
        _add_line(document, line)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _add_line(document: WordDocument, line: str) -> None:
    hashes = len(line) - len(line.lstrip("#"))
    if hashes:
        document.add_heading(line.lstrip("# "), level=hashes)
    elif line.startswith("- "):
        _add_words(document.add_paragraph(style="List Bullet"), line[2:])
    elif line.strip():
        _add_words(document.add_paragraph(), line)


def _add_words(paragraph: Any, words: str) -> None:
    for number, piece in enumerate(BOLD.split(words)):
        if piece:
            paragraph.add_run(piece).bold = bool(number % 2) or None


def _add_table(document: WordDocument, rows: list[list[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row_number, row in enumerate(rows):
        cells = table.add_row().cells
        for cell, words in zip(cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            _add_words(paragraph, words)
            if row_number == 0:
                _shade(cell)
                for run in paragraph.runs:
                    run.bold = True
    head = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(head)
    for row in table.rows:
        keep = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(keep)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _set_styles(document: WordDocument) -> None:
    for name, size, colour in (
        ("Normal", 11, None),
        ("Title", 22, BLUE),
        ("Heading 1", 15, BLUE),
        ("Heading 2", 12, BLUE),
    ):
        style = document.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        fonts.set(qn("w:hAnsi"), "Arial")
        if colour is not None:
            style.font.color.rgb = colour
    normal = document.styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing = Pt(6), 1.15
    document.styles["List Bullet"].paragraph_format.space_after = Pt(3)


def _set_page(document: WordDocument, header: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.25)
    section.top_margin = section.bottom_margin = Cm(2)
    top = section.header.paragraphs[0]
    run = top.add_run(header)
    run.font.size, run.font.color.rgb = Pt(9), GREY
    bottom = section.footer.paragraphs[0]
    bottom.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        _add_field_part(bottom.add_run(), kind, words)


def _add_field_part(run: Any, kind: str, words: str) -> None:
    run.font.size = Pt(9)
    if kind:
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
    else:
        mark = OxmlElement("w:instrText")
        mark.text = words
    run._r.append(mark)
