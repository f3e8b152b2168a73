"""Word documents with placeholders: found wherever they stand, filled with words that stay words."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.toolkits.word import LARGEST, Found, NotUsableError, Value, filled, placeholders_of
from tests.toolkits.documents import lines, made, paragraph


def everywhere(document: WordDocument) -> None:
    document.sections[0].header.paragraphs[0].text = "{{ network }}"
    document.sections[0].footer.paragraphs[0].text = "{{footer}}"
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "{{ in_table }}"
    table.cell(0, 1).add_table(rows=1, cols=1).cell(0, 0).text = "{{ nested }}"
    document.add_paragraph("{{ network }} and {{\u00a0last\u00a0}}")


def test_placeholders_are_found_everywhere_and_named_once() -> None:
    found = placeholders_of(made(everywhere))

    assert (sorted(found.names), found.broken) == (
        ["footer", "in_table", "last", "nested", "network"],
        (),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ Name }}", Found((), ("{{ Name }}",))),
        ("{{ name", Found((), ("{{ name",))),
        ("name }} x", Found((), ("name }}",))),
        ("{% for x in y %}", Found((), ("{% for x in y %}",))),
        ("{{ name|safe }}", Found((), ("{{ name|safe }}",))),
        ("{{ ''.__class__ }}", Found((), ("{{ ''.__class__ }}",))),
        ("{{ 1name }}{{ a }}", Found(("a",), ("{{ 1name }}",))),
        ("{ name } 100 %", Found((), ())),
    ],
)
def test_what_looks_like_a_placeholder_and_is_none_is_said(text: str, found: Found) -> None:
    assert placeholders_of(paragraph(text)) == found


@pytest.mark.parametrize(
    ("runs", "values", "text"),
    [
        (("Dear {{ name }}!",), {"name": "Ada"}, ["Dear Ada!"]),
        (("Dear {", "{ na", "me }", "}!"), {"name": "Ada"}, ["Dear Ada!"]),
        (("{{ a }}{{ b }}{{ a }}",), {"a": "1", "b": "2"}, ["121"]),
        (("x{{ a }}", "{{ b }}y"), {"a": "1", "b": "2"}, ["x12y"]),
        (("{{ a }}",), {"a": "one\ntwo\r\nthree"}, ["one\ntwo\nthree"]),
        (("{{ a }}",), {"a": "<b>&amp; ]]> \"'"}, ["<b>&amp; ]]> \"'"]),
        (("{{ a }}{{ b }}",), {"a": "{{ b }}", "b": "2"}, ["{{ b }}2"]),
        (("{{ a }}.",), {"a": "\x00\x0bodd\ufffe\ud800"}, ["odd."]),
        (("{{ a }}.",), {"a": "  wide  \t"}, ["  wide   ."]),
        (("{{ a }}.",), {}, ["."]),
        (("{{ a }}.",), {"a": "中文 🏥 é"}, ["中文 🏥 é."]),
        (("{{ a }}",), {"a": ["one", "two"]}, ["one", "two"]),
        (("All: {{ a }}",), {"a": ["one", "two"]}, ["All: one\ntwo"]),
    ],
)
def test_words_take_the_place_of_placeholders(
    runs: tuple[str, ...], values: dict[str, Value], text: list[str]
) -> None:
    assert lines(filled(paragraph(*runs), values, title="A")) == text


@settings(max_examples=40)
@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=4))
def test_whatever_is_typed_gives_a_document_that_opens(words: str, points: list[str]) -> None:
    def add(document: WordDocument) -> None:
        document.add_paragraph("{{ words }}.")
        document.add_paragraph("{{ points }}")
        document.add_paragraph("End")

    result = lines(filled(made(add), {"words": words, "points": points}, title=words))

    assert result[-1] == "End"
    assert len(result) == 2 + len(points)


def test_points_have_bullets_of_their_own_and_none_leave_nothing() -> None:
    def add(document: WordDocument) -> None:
        document.add_paragraph("{{ points }}", style="List Bullet")
        document.add_paragraph("{{ none }}", style="List Bullet")
        document.add_table(rows=1, cols=1).cell(0, 0).text = "{{ none }}"
        document.add_paragraph("End")

    document = Document(BytesIO(filled(made(add), {"points": ["{{ none }}", "b"]}, title="A")))

    assert [(one.text, one.style.name) for one in document.paragraphs] == [
        ("{{ none }}", "List Bullet"),
        ("b", "List Bullet"),
        ("End", "Normal"),
    ]
    assert document.tables[0].cell(0, 0).text == ""


def test_bold_words_stay_bold_and_nobody_is_named_as_the_author() -> None:
    def add(document: WordDocument) -> None:
        document.add_paragraph().add_run("{{ a }}").bold = True
        document.core_properties.author = "Edie Example"

    document = Document(BytesIO(filled(made(add), {"a": "x\ny"}, title="A letter")))

    assert [(run.text, run.bold) for run in document.paragraphs[0].runs] == [("x\ny", True)]
    assert (document.core_properties.title, document.core_properties.author) == ("A letter", "")


def zipped(**files: str) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(name, text)
    return file.getvalue()


def with_part(name: str, text: str) -> bytes:
    file = BytesIO(paragraph("x"))
    with ZipFile(file, "a", ZIP_DEFLATED) as package:
        package.writestr(name, text)
    return file.getvalue()


def linked(document: WordDocument) -> None:
    document.part.rels.get_or_add_ext_rel(RELATIONSHIP_TYPE.IMAGE, "https://example.org/spy.png")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "This is no Word document"),
        (b"%PDF-1.7", "This is no Word document"),
        (zipped(a="b"), "This is no Word document"),
        (zipped(**{"[Content_Types].xml": "<x/>"}), "This is no Word document"),
        (b"x" * (LARGEST + 1), "The document must be 2 MB or smaller."),
        (with_part("word/big.bin", "0" * 21 * 1024 * 1024), "There is too much in the document."),
        (with_part("word/vbaProject.bin", "x"), "The document has macros."),
        (made(linked), "The document loads something from elsewhere"),
    ],
)
def test_file_that_cannot_be_filled_in_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(NotUsableError, match=said):
        placeholders_of(content)


def test_link_in_a_document_is_no_reason_to_refuse_it() -> None:
    def add(document: WordDocument) -> None:
        document.part.rels.get_or_add_ext_rel(RELATIONSHIP_TYPE.HYPERLINK, "https://example.org/")
        document.add_paragraph("{{ a }}")

    assert placeholders_of(made(add)).names == ("a",)
