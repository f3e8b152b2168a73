"""Word documents for tests, and what is in them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as WordDocument

from portal.toolkits.models import FillableDocument

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def made(make: Callable[[WordDocument], Any]) -> bytes:
    """A document that `make` has added something to."""
    document = Document()
    make(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def paragraph(*runs: str) -> bytes:
    """A document of one paragraph, in pieces as Word leaves them."""

    def add(document: WordDocument) -> None:
        one = document.add_paragraph()
        for words in runs:
            one.add_run(words)

    return made(add)


def lines(content: bytes) -> list[str]:
    """The texts of the paragraphs, in the body, in tables and in the header."""
    document = Document(BytesIO(content))
    found = [one.text for one in document.paragraphs]
    for table in document.tables:
        found += [one.text for row in table.rows for cell in row.cells for one in cell.paragraphs]
    return found + [one.text for one in document.sections[0].header.paragraphs if one.text]


def field(name: str, **value: Any) -> dict[str, Any]:
    usual = {"label": name.title(), "hint": "", "kind": "text", "choices": "", "required": True, "known": ""}
    return {"type": "field", "value": {"name": name, **usual, **value}}


def make_document(content: bytes | None = None, **values: Any) -> FillableDocument:
    """A document that asks for a name and, if somebody likes, for points."""

    def add(document: WordDocument) -> None:
        document.add_paragraph("Dear {{ name }},")
        document.add_paragraph("{{ points }}", style="List Bullet")
        document.add_paragraph("Yours")

    fields = [field("name"), field("points", kind="list", required=False)]
    usual = {"title": "A letter", "slug": "letter", "summary": "To write to somebody.", "fields": fields}
    return FillableDocument.objects.create(**{**usual, "content": content or made(add), **values})
