"""A Word file becomes chapters and sections, recognised by number and title."""

import zipfile
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from PIL import Image

from handbook import word
from handbook.sources import SourceError
from handbook.word import read_word
from portal.pages.prose import Picture, ProseWriter


def png(colour: str = "red") -> bytes:
    data = BytesIO()
    Image.new("RGB", (4, 3), colour).save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def document() -> Document:
    return docx.Document()


def saved(document: Document, folder: Path) -> Path:
    path = folder / "book.docx"
    document.save(str(path))
    return path


def blocks(body: str) -> list[tuple[str, Any]]:
    writer = ProseWriter(image=lambda src, _: Picture(9, lambda: src), shift=-1)
    writer.feed(body)
    return [(block["type"], block["value"]) for block in writer.finish()]


def test_headings_make_chapters_and_sections(document: Document, tmp_path: Path) -> None:
    document.add_heading("The handbook", 0)
    document.add_paragraph("Before all.")
    for level, title in [
        (1, "Starting"),
        (2, "Who"),
        (2, "Why"),
        (1, "Going on"),
        (2, "Quorum/votes"),
        (3, "Detail"),
    ]:
        document.add_heading(title, level)
        document.add_paragraph(f"About {title}.")

    got = [(source.path, source.title, source.parent) for source in read_word(saved(document, tmp_path))]

    assert got == [
        ("0 The handbook", "The handbook", ""),
        ("1 Starting", "Starting", ""),
        ("1.1 Who", "Who", "1 Starting"),
        ("1.2 Why", "Why", "1 Starting"),
        ("2 Going on", "Going on", ""),
        ("2.1 Quorum-votes", "Quorum/votes", "2 Going on"),
    ]


def test_text_before_any_heading_is_an_introduction(document: Document, tmp_path: Path) -> None:
    document.add_paragraph("Only words.")

    [source] = read_word(saved(document, tmp_path))

    assert (source.path, source.title, blocks(source.body)) == (
        "0 Introduction",
        "Introduction",
        [("text", "<p>Only words.</p>")],
    )


def test_what_stands_in_a_section_is_kept(document: Document, tmp_path: Path) -> None:
    document.add_heading("Chapter", 1)
    document.add_heading("Part", 3)
    paragraph = document.add_paragraph("Plain ")
    paragraph.add_run("bold").bold = True
    paragraph.add_run(" and ")
    paragraph.add_run("italic").italic = True
    for words in ("one", "two"):
        document.add_paragraph(words, style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(
        [cell for row in table.rows for cell in row.cells], ["a", "1", "b", "2,000"], strict=True
    ):
        cell.text = words
    document.add_picture(BytesIO(png()))

    [source] = read_word(saved(document, tmp_path))

    assert blocks(source.body) == [
        ("text", "<h2>Part</h2><p>Plain <b>bold</b> and <i>italic</i></p><ul><li>one</li><li>two</li></ul>"),
        (
            "table",
            {
                "columns": [{"type": "text", "heading": ""}, {"type": "number", "heading": ""}],
                "rows": [{"values": ["<p>a</p>", "1"]}, {"values": ["<p>b</p>", "2,000"]}],
                "caption": "",
            },
        ),
        ("image", {"image": 9, "alt_text": "", "caption": ""}),
    ]
    assert source.images == {"image-1.png": png()}


def test_a_link_to_a_place_in_the_file_leads_to_its_section(document: Document, tmp_path: Path) -> None:
    document.add_heading("One", 1)
    paragraph = document.add_paragraph()
    link = docx.oxml.parse_xml(
        '<w:hyperlink xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:anchor="there">'
        "<w:r><w:t>go</w:t></w:r></w:hyperlink>"
    )
    paragraph._p.append(link)
    heading = document.add_heading("Two & three", 1)
    heading._p.append(
        docx.oxml.parse_xml(
            '<w:bookmarkStart xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:id="1" w:name="there"/>'
        )
    )

    one, _ = read_word(saved(document, tmp_path))

    assert blocks(one.body) == [("text", '<p><a href="2%20Two%20%26%20three">go</a></p>')]
    assert one.targets == {"2 Two & three"}


def test_what_word_has_and_the_portal_has_not_is_warned_of(document: Document, tmp_path: Path) -> None:
    document.add_paragraph("words", style="Quote")
    gif = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
    document.add_picture(BytesIO(gif))

    [source] = read_word(saved(document, tmp_path))

    assert [str(warning) for warning in source.warnings] == [
        "book.docx: Paragraphs in the style “Quote” are kept as plain paragraphs."
    ]
    assert list(source.images) == ["image-1.gif"]


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (None, "this is not a Word file (.docx), or it is damaged"),
        ({}, "this is not a Word file (.docx)"),
        ({"word/document.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}, "the file defines XML entities, which no Word file does"),
        ({"word/document.xml": "0" * 2001}, "the file unpacks to far more than a Word file should"),
        ({f"{number}.xml": "" for number in range(21)}, "the file unpacks to far more than a Word file should"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_sound_word_file_is_refused(
    entries: dict[str, str] | None, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word, "MOST_UNPACKED_BYTES", 2000)
    monkeypatch.setattr(word, "MOST_ENTRIES", 20)
    path = tmp_path / "bad.docx"
    path.write_bytes(b"not a zip")
    if entries is not None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in entries.items():
                package.writestr(name, content)

    with pytest.raises(SourceError) as error:
        read_word(path)

    assert str(error.value) == f"bad.docx: {reason}"


def test_damaged_xml_and_an_empty_document_are_refused(document: Document, tmp_path: Path) -> None:
    empty = saved(document, tmp_path)
    broken = tmp_path / "broken.docx"
    with zipfile.ZipFile(empty) as package, zipfile.ZipFile(broken, "w") as copy:
        for name in package.namelist():
            content = package.read(name)
            copy.writestr(name, content[: len(content) // 2] if name == "word/document.xml" else content)

    with pytest.raises(SourceError) as no_text:
        read_word(empty)
    with pytest.raises(SourceError) as damaged:
        read_word(broken)

    assert str(no_text.value) == "book.docx: there is no text in this file"
    assert str(damaged.value).startswith("broken.docx: the Word file cannot be read: ")
