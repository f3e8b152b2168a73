"""The text of documents: what is read, what is refused and why, and that nothing in a document reaches further."""

import json
import os
import select
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.extracting import LIMITS, Limits, Problem, Text, UnreadableError, asking, text_of
from search.extracting.cleaning import clean
from search.extracting.hyphens import joined
from tests.forum import files
from tests.search import documents
from tests.search.documents import MEGABYTE, paragraph, text_box

EXAMPLES = settings(
    max_examples=150 if os.environ.get("SOAK") else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
WHOLE = {
    "a.pdf": documents.pdf("<p>Some words</p>"),
    "a.docx": documents.word(paragraph("Some words")),
    "a.pptx": documents.slides("Some words"),
    "a.xlsx": documents.workbook(),
    "a.odt": documents.open_document("text", "<text:p>Some words</text:p>"),
    "a.html": b"<!DOCTYPE html><title>Some</title><p>words</p>",
    "a.txt": "Some w\N{LATIN SMALL LETTER O WITH DIAERESIS}rds".encode("cp1252"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def text(folder: Path, content: bytes, name: str = "a", limits: Limits = LIMITS) -> Text:
    path = folder / "kept"
    path.write_bytes(content)
    return text_of(path, name, limits)


def problem(folder: Path, content: bytes, name: str = "a", limits: Limits = LIMITS) -> Problem:
    with pytest.raises(UnreadableError) as refused:
        text(folder, content, name, limits)
    return refused.value.problem


# --- What is read --------------------------------------------------------------------------------------------------------


def test_a_pdf_is_read_page_by_page(folder: Path) -> None:
    content = documents.pdf(
        "<h1>Enhanced access</h1><table><tr><td>Cell one<td>Cell two</table><p style='break-before: page'>Grüße – £5"
    )

    assert text(folder, content) == Text("Enhanced access\nCell one Cell two\nGrüße – £5", 2, is_cut=False)


def test_words_that_are_divided_in_a_pdf_are_whole(folder: Path) -> None:
    content = documents.pdf(
        "<p style='width: 4em; hyphens: manual'>Network net&shy;work, network net&shy;work"
    )

    assert "-" not in text(folder, content).text
    assert text(folder, content).text.split() == ["Network", "network,", "network", "network"]


def test_a_pdf_without_text_has_pages(folder: Path) -> None:
    assert text(folder, documents.drawn_pdf([b""], pages=3)) == Text("", 3, is_cut=False)


def test_a_word_file_is_read_with_its_tables_headers_notes_and_boxes(folder: Path) -> None:
    body = (
        paragraph("Enhanced ", "access", "<w:r><w:tab/><w:t>from</w:t><w:br/><w:t>October</w:t></w:r>")
        + f"<w:tbl><w:tr><w:tc>{paragraph('Cell one')}</w:tc><w:tc>{paragraph('Cell two')}</w:tc></w:tr></w:tbl>"
        + paragraph("Before", text_box(paragraph("In a box")), " and after")
    )
    header = paragraph("Sample network")

    content = documents.word(
        body, header1=header, header2=header, footer1=paragraph("Confidential"), footnotes=paragraph("A note")
    )

    assert text(folder, content).text.split("\n") == [
        "Enhanced access from",
        "October",
        "Cell one",
        "Cell two",
        "Before and after",
        "In a box",
        "A note",
        "Sample network",
        "Confidential",
    ]


@pytest.mark.parametrize(
    "run",
    [
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>",
        "<w:moveFrom><w:r><w:t>moved away</w:t></w:r></w:moveFrom>",
        "<w:r><w:instrText>PAGE</w:instrText></w:r>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>",
        "<w:r><w:t><!-- a comment --></w:t></w:r>",
    ],
)
def test_what_a_reader_of_a_word_file_does_not_see_is_left_out(folder: Path, run: str) -> None:
    assert text(folder, documents.word(paragraph("Seen", run, " too"))).text == "Seen too"


def test_what_is_said_not_to_be_hidden_is_read(folder: Path) -> None:
    run = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>shown</w:t></w:r>'

    assert text(folder, documents.word(paragraph(run))).text == "shown"


def test_a_word_file_as_a_library_writes_it_is_read(folder: Path) -> None:
    assert text(folder, files.word_file()).text == "Minutes of the meeting."


def test_slides_are_read_in_their_order_and_notes_after_them(folder: Path) -> None:
    titles = [f"Slide {number}" for number in range(1, 12)]

    found = text(folder, documents.slides(*titles, notes="Speak slowly"))

    assert found.text.split("\n") == [*titles, "Speak slowly"]


def test_the_words_of_sheets_are_read_without_numbers_and_without_hidden_sheets(folder: Path) -> None:
    assert text(folder, documents.workbook()).text.split("\n") == [
        "Practices",
        "Practice List size Note",
        "Sample Surgery Joined in April",
        "Sample Surgery",
    ]


def test_an_open_document_is_read_with_its_notes_and_headers(folder: Path) -> None:
    body = (
        "<office:text><text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        "<text:h>Enhanced<text:s/>access</text:h>"
        "<text:p>A claim<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note</text:p>"
        "</text:note-body></text:note> goes<text:line-break/>on<office:annotation><text:p>Remark</text:p></office:annotation></text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>Cell <text:span>one</text:span></text:p></table:table-cell>"
        "</table:table-row></table:table></office:text>"
    )
    styles = "<style:header><text:p>Sample network</text:p></style:header>"

    found = text(folder, documents.open_document("text", body, styles))

    assert found.text.split("\n") == [
        "Enhanced access",
        "A claim goes",
        "on",
        "A note",
        "Cell one",
        "Sample network",
    ]


@pytest.mark.parametrize("kind", ["text-template", "spreadsheet", "presentation"])
def test_other_open_documents_are_read_too(folder: Path, kind: str) -> None:
    content = documents.open_document(kind, "<draw:page><text:p>Some words</text:p></draw:page>")

    assert text(folder, content).text == "Some words"


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"Plain words", "a.txt", "Plain words"),
        (b"# Heading\r\n\r\nWith *stars* and <br> tags", "a.md", "# Heading\nWith *stars* and <br> tags"),
        (b"<!-- a -->" * 300 + b"words", "a.md", "<!-- a -->" * 300 + "words"),
        (b"code;name\nU12345;Sample\n", "a.csv", "code;name\nU12345;Sample"),
        ("Grüße – £5".encode(), "a.txt", "Grüße – £5"),
        ("\N{LATIN SMALL LETTER E}\N{COMBINING ACUTE ACCENT}t\N{LATIN SMALL LETTER E}".encode(), "a", "éte"),
        ("Grüße – £5".encode("cp1252"), "a.txt", "Grüße – £5"),
        ("Grüße – £5".encode("utf-16"), "a.txt", "Grüße – £5"),
        ("Grüße – £5".encode("utf-8-sig"), "a.txt", "Grüße – £5"),
        ("Ein langer Satz über Größen, Maße und schöne Grüße aus Köln".encode("cp1252"), "a.pdf", None),
    ],
)
def test_plain_text_is_read_in_whichever_character_set(
    folder: Path, content: bytes, name: str, expected: str | None
) -> None:
    assert text(folder, content, name).text == (expected or content.decode("cp1252"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body><p>One<p>Two", "a"),
        (b"<!-- <html> --> <!-- > --><html><title>T</title><h1>One</h1>Two<script>bad()</script>", "a.txt"),
        (b"<title>T</title><div>One</div><!-- no --><div>Two</div><template>no</template>", "a.html"),
        (
            b'<?xml version="1.0"?><html xmlns="x"><title>T</title><li>One<li>Two<svg>no</svg></html>',
            "a.xhtml",
        ),
    ],
)
def test_html_is_read_without_tags_and_scripts(folder: Path, content: bytes, name: str) -> None:
    assert text(folder, content, name) == Text("T\nOne\nTwo", None, is_cut=False)


def test_a_page_says_which_character_set_it_has(folder: Path) -> None:
    content = '<html><meta charset="windows-1251"><p>Привет, мир</p>'.encode("cp1251")

    assert text(folder, content).text == "Привет, мир"


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("name", ["", ".pdf", "a.txt", "a.jpg"])
def test_the_content_says_of_what_kind_a_document_is(folder: Path, kind: str, name: str) -> None:
    if kind == "a.html":
        name = name.replace(".txt", ".htm")

    assert text(folder, WHOLE[kind], name) == text(folder, WHOLE[kind], kind)


@pytest.mark.parametrize(
    "name",
    [
        "-c", "--help", "a b.pdf", "; rm -rf ~.pdf", "$(id).pdf", "a\n.pdf", "a\0b.pdf", "\udc80.pdf", "\ud800", "Grüße.pdf",
        "../../etc/passwd", "\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "a.pdf\0", "a.%s.{0}", "x" * 100_000,
    ],
)  # fmt: skip
def test_names_are_never_more_than_a_hint(folder: Path, name: str) -> None:
    assert text(folder, WHOLE["a.pdf"], name).text == "Some words"


@pytest.mark.parametrize("name", ["-rf", "a b", "Grüße\n", "'$(id)", "%s{0}", "\udc80"])
def test_files_may_lie_under_any_name(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(WHOLE["a.docx"])

    assert (
        text_of(path, "a.docx")
        == text_of(os.fspath(path), "a.docx")
        == Text("Some words", None, is_cut=False)
    )


# --- How it is kept ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" a \t b \r\n\r\n \n c\r", "a b\nc"),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("a\xa0b\u3000c", "a b c"),
        ("a\x00b\x01c\x7fd\x9fe", "abcde"),
        ("a\u200bb\u00adc\ufeffd\u202ee\u2066f", "abcdef"),
        ("a\ud800b\ufffec\uffffd\ufdd0e", "abcde"),
        ("\uf0b7 point\ufffd", "point"),
        ("e\u0301 \u212b", "\u00e9 \u00c5"),
        ("ﬁrst aﬀair oﬃce", "first affair office"),
        ("नमस्ते \U0001f468\u200d\u2695\ufe0f", "नमस्ते \U0001f468\u200d\u2695\ufe0f"),
        ("", ""),
    ],
)
def test_text_is_made_plain(before: str, after: str) -> None:
    assert clean(before) == after


@EXAMPLES
@given(st.text(st.characters(), max_size=200))
def test_whatever_is_made_plain_can_be_kept_and_stays_as_it_is(anything: str) -> None:
    made = clean(anything)

    assert made.encode().decode() == made
    assert "\0" not in made
    assert clean(made) == made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("multi-\r\ndisciplinary", "multidisciplinary"),
        ("multi\x02disciplinary", "multidisciplinary"),
        ("multi\ufffedisciplinary", "multidisciplinary"),
        ("multi‐\ndisciplinary", "multidisciplinary"),
        ("To follow up: a follow-\nup visit", "To follow up: a follow-up visit"),
        ("follow up followup follow-\nup", "follow up followup followup"),
        ("a - \nb", "a - \nb"),
        ("2024-\n25 and 2024 or 25", "2024-25 and 2024 or 25"),
        ("one-\ntwo-\nthree", "onetwothree"),
        ("", ""),
    ],
)
def test_divided_words_are_joined_unless_the_hyphen_is_their_own(before: str, after: str) -> None:
    assert joined(before) == after


# --- What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"", "a.pdf", Problem.EMPTY),
        (documents.pdf_with_a_password(), "a.pdf", Problem.PASSWORD),
        (documents.ENCRYPTED_OFFICE, "a.docx", Problem.PASSWORD),
        (documents.locked(WHOLE["a.docx"]), "a.docx", Problem.PASSWORD),
        (
            documents.open_document("text", "", manifest="<manifest:encryption-data/>"),
            "a.odt",
            Problem.PASSWORD,
        ),
        (documents.OLD_OFFICE, "a.doc", Problem.OLD_OFFICE),
        (rb"{\rtf1 Some words}", "a.rtf", Problem.RTF),
        (files.picture("PNG"), "a.png", Problem.NO_TEXT),
        (files.picture("JPEG"), "a.pdf", Problem.NO_TEXT),
        (files.SVG, "a.svg", Problem.NO_TEXT),
        (files.EXE, "a.exe", Problem.NO_TEXT),
        (b"%!PS-Adobe-3.0\n(words) show", "a.ps", Problem.NO_TEXT),
        (files.archive({"a.txt": b"plain"}), "a.zip", Problem.NO_TEXT),
        (files.archive({"mimetype": b"application/epub+zip"}), "a.odt", Problem.NO_TEXT),
        (documents.office({"xl/workbook.bin": ("", "x")}), "a.xlsb", Problem.NO_TEXT),
        (b"%PDF-1.7\n nothing of the kind", "a.pdf", Problem.DAMAGED),
        (WHOLE["a.docx"][:-40], "a.docx", Problem.DAMAGED),
        (documents.word("</w:p>"), "a.docx", Problem.DAMAGED),
        (files.archive({"[Content_Types].xml": b""}), "a.docx", Problem.DAMAGED),
        (
            files.archive({"[Content_Types].xml": b"<x/>"}, zipfile.ZIP_LZMA),
            "a.docx",
            Problem.DAMAGED,
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_reason(
    folder: Path, content: bytes, name: str, expected: Problem
) -> None:
    assert problem(folder, content, name) is expected


def test_the_reason_is_worded_for_an_editor(folder: Path) -> None:
    with pytest.raises(UnreadableError, match=r"^The file is protected by a password\.$") as refused:
        text(folder, documents.pdf_with_a_password())

    assert refused.value.reason == "The file is protected by a password."


def test_what_is_no_file_is_refused_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    places = [folder / "nowhere", folder, folder / "pipe", "/dev/zero", "a\0b", "\ud800", folder / "a" / "b"]

    problems = set()
    for place in places:
        with pytest.raises(UnreadableError) as refused:
            text_of(place, "a.pdf")
        problems.add(refused.value.problem)

    assert problems == {Problem.MISSING}


# --- How far it goes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        documents.word(paragraph("word " * 90_000) * 2),
        documents.word(paragraph("word " * 1000) * 200),
        documents.word(paragraph("Before", text_box(paragraph("word " * 150_000)))),
        documents.open_document("text", f"<text:p>{'word ' * 150_000}</text:p>"),
        documents.drawn_pdf([b"BT /F 1 Tf 10 700 Td ", b"0 -1 Td (a line of words that is not short) Tj\n" * 700, b"ET"], 40),
        b"<html><p>" + b"word " * 150_000,
        b"word " * 150_000,
    ],
)  # fmt: skip
def test_no_more_than_half_a_million_characters_are_taken(folder: Path, content: bytes) -> None:
    found = text(folder, content)

    assert (450_000 < len(found.text) <= 500_000, found.is_cut) == (True, True)


def test_pages_are_counted_of_which_nothing_is_taken(folder: Path) -> None:
    content = documents.drawn_pdf([b"BT /F 12 Tf 10 700 Td (Word) Tj ET"], pages=2_001)

    assert text(folder, content) == Text("\n".join(["Word"] * 2_000), 2_001, is_cut=True)


def test_lines_that_hold_nothing_take_no_room(folder: Path) -> None:
    assert text(folder, documents.word("<w:p/>" * 600_000 + paragraph("Word"))) == Text(
        "Word", None, is_cut=False
    )


@pytest.mark.parametrize(
    ("piece", "pieces", "expected"),
    [
        (bytes(MEGABYTE), 1024, Problem.DAMAGED),
        (b" " * MEGABYTE, 100, Problem.TOO_LARGE),
        (b"<w:r>%s</w:r>" % (b" " * 50) * 20_000, 60, Problem.TOO_LARGE),
    ],
)
def test_a_bomb_is_refused_long_before_its_end(
    folder: Path, piece: bytes, pieces: int, expected: Problem
) -> None:
    start = documents.word_xml("document", "").removesuffix("</w:document>").encode()
    content = documents.long_word([start, *[piece] * pieces])

    tracemalloc.start()
    refused = problem(folder, content, limits=Limits(processor_seconds=10))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert refused is expected
    assert peak < MEGABYTE


def test_a_file_of_very_many_parts_is_refused(folder: Path) -> None:
    content = files.archive({f"word/{number}.xml": b"" for number in range(5_001)})

    assert problem(folder, content) is Problem.TOO_LARGE


def test_parts_that_are_all_the_same_bytes_are_counted_each_time(folder: Path) -> None:
    blanks = documents.word_xml("hdr", " " * MEGABYTE)
    parts = {f"word/header{number}.xml": ("wordprocessingml.header", blanks) for number in range(60)}
    document = ("wordprocessingml.document.main", documents.word_xml("document", ""))

    assert problem(folder, documents.office({"word/document.xml": document} | parts)) is Problem.TOO_LARGE


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">{}]>'.format(
    "".join(
        f'<!ENTITY {one} "{f"&{before};" * 10}">'
        for before, one in zip("abcdefghi", "bcdefghij", strict=True)
    )
)


@pytest.mark.parametrize("kind", ["word", "odt", "types", "html"])
@pytest.mark.parametrize(
    ("declared", "entity"),
    [
        (LAUGHS, "&j;"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>', "&a;"),
        ('<!DOCTYPE x [<!ENTITY % a SYSTEM "file://{secret}"> %a;]>', "words"),
        ('<!DOCTYPE x SYSTEM "file://{secret}">', "words"),
    ],
)
def test_entities_are_neither_unfolded_nor_fetched(
    folder: Path, kind: str, declared: str, entity: str
) -> None:
    secret = folder / "secret"
    secret.write_text("SECRET")
    before = declared.format(secret=secret) if "secret" in declared else declared
    content = {
        "word": documents.word(paragraph(entity), before),
        "odt": documents.open_document("text", f"<text:p>{entity}</text:p>", before=before),
        "types": files.archive({"[Content_Types].xml": f"{before}<x>{entity}</x>".encode()}),
        "html": f"{before.replace(' x ', ' html ')}<html><p>{entity}</p></html>".encode(),
    }[kind]

    if kind == "html":  # knows no entities of a document's own: what declares them is left as it is written
        found = text(folder, content).text
        assert ("SECRET" in found, "haha" in found) == (False, False)
    else:
        assert problem(folder, content) is Problem.DAMAGED


def test_xml_that_asks_for_other_files_gets_none(folder: Path) -> None:
    secret = folder / "secret"
    secret.write_text("SECRET")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{secret}" parse="text"/>'

    assert text(folder, documents.word(paragraph(f"<w:r><w:t>Word {include}</w:t></w:r>"))).text == "Word"


# Composing it takes time by the square of its length.
SLOW = ("a" + "\u0315" * 250_000 + "\u0300" * 240_000).encode()
# Very many words on very many pages, all beside the paper.
LONG_PDF = documents.drawn_pdf(
    [b"BT /F 12 Tf 10 -700 Td ", *[b"1 -3 Td (words) Tj\n" * 1000] * 10, b"ET"], 2_000
)


@pytest.mark.parametrize("content", [SLOW, LONG_PDF])
@pytest.mark.parametrize("limits", [Limits(seconds=0.5), Limits(processor_seconds=1)])
def test_what_takes_too_long_is_ended(folder: Path, content: bytes, limits: Limits) -> None:
    assert problem(folder, content, limits=limits) is Problem.TOO_LONG


def test_what_takes_too_much_memory_is_ended(folder: Path) -> None:
    text_of_100_megabytes = [b"BT /F 12 Tf 10 700 Td (", *[b"a" * MEGABYTE] * 100, b") Tj ET"]
    content = documents.drawn_pdf(text_of_100_megabytes)

    assert text(folder, content).pages == 1
    assert problem(folder, content, limits=Limits(memory=100 * MEGABYTE)) is Problem.UNEXPECTED


def test_a_pdf_that_unpacks_to_more_than_the_memory_cannot_be_read(folder: Path) -> None:
    assert problem(folder, documents.drawn_pdf([bytes(MEGABYTE)] * 600)) is Problem.UNEXPECTED


@pytest.mark.parametrize(
    "pages",
    [
        b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 5>>",
        b"<</Type/Pages/Kids[]/Count 2147483647>>",
        b"<</Type/Pages/Kids[]/Count -1>>",
        b"<</Type/Pages/Kids " + b"[" * 200_000 + b"]" * 200_000 + b"/Count 1>>",
    ],
)
def test_pdfs_that_lead_in_circles_have_no_text(folder: Path, pages: bytes) -> None:
    content = documents.raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", pages)

    try:
        found = text(folder, content).text
    except UnreadableError as refused:
        found = "" if refused.problem is Problem.DAMAGED else refused.reason

    assert found == ""


@pytest.mark.parametrize("kind", WHOLE)
@EXAMPLES
@given(data=st.data())
def test_damaged_documents_have_text_or_a_reason(folder: Path, kind: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[kind])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(1, len(content)))

    assert_text_or_reason(folder, bytes(content[:end]), kind)


@pytest.mark.parametrize(
    "head", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"{\\rtf", b"<html>", b"\xff\xfe", b"\xd0\xcf\x11\xe0"]
)
@EXAMPLES
@given(rest=st.binary(max_size=2_000))
def test_random_bytes_have_text_or_a_reason(folder: Path, head: bytes, rest: bytes) -> None:
    assert_text_or_reason(folder, head + rest, "a.pdf")


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml"])
@EXAMPLES
@given(data=st.data())
def test_damaged_xml_has_text_or_a_reason(folder: Path, part: str, data: st.DataObject) -> None:
    (folder / "whole").write_bytes(WHOLE["a.docx"])
    with zipfile.ZipFile(folder / "whole") as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    content = parts[part]
    start, length = data.draw(st.integers(0, len(content))), data.draw(st.integers(0, 20))
    parts[part] = content[:start] + data.draw(st.binary(max_size=20)) + content[start + length :]

    assert_text_or_reason(folder, files.archive(parts), "a.docx")


def assert_text_or_reason(folder: Path, content: bytes, name: str) -> None:
    """That there is an answer, and that it is one that somebody thought of."""
    try:
        found = text(folder, content, name)
    except UnreadableError as refused:
        assert refused.problem is not Problem.UNEXPECTED
    else:
        assert clean(found.text) == found.text


# --- What the child may ---------------------------------------------------------------------------------------------------


def answering(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Puts another program in the place of the child: one that a document has taken over, say."""
    monkeypatch.setattr(asking, "COMMAND", [sys.executable, "-I", "-c", program])


WELL = {"text": "Words", "pages": None, "is_cut": False}


@pytest.mark.parametrize(
    "answer",
    [
        "", "words", "[]", "{}", "null", "1e999", "[" * 100_000, '"', "\\ud800",
        json.dumps(WELL | {"text": None}), json.dumps(WELL | {"text": ["a"]}), json.dumps(WELL | {"text": "a\0b"}),
        json.dumps(WELL | {"text": "\ud800"}), json.dumps(WELL | {"text": "a" * 500_001}), json.dumps(WELL | {"pages": -1}),
        json.dumps(WELL | {"pages": 2**31}), json.dumps(WELL | {"pages": True}), json.dumps(WELL | {"pages": "1"}),
        json.dumps(WELL | {"is_cut": 0}), json.dumps({"problem": "<script>"}), json.dumps({"problem": ["PASSWORD"]}),
        json.dumps({"failure": "ImportError: no such thing"}),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_not_believed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    (folder / "answer").write_text(answer)
    answering(monkeypatch, f"import pathlib; print(pathlib.Path({str(folder / 'answer')!r}).read_text())")

    assert problem(folder, b"words") is Problem.UNEXPECTED


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("raise SystemExit(1)", Problem.UNEXPECTED),
        ("import os; os.abort()", Problem.UNEXPECTED),
        ("import sys; print('a secret', file=sys.stderr); raise KeyError('a secret')", Problem.UNEXPECTED),
        ("while True: print('a' * 1000)", Problem.UNEXPECTED),
        ("import time; time.sleep(100)", Problem.TOO_LONG),
        ("import os, time; os.fork() or time.sleep(100)", Problem.TOO_LONG),
    ],
)
def test_a_child_that_goes_wrong_says_nothing_to_anybody(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    program: str,
    expected: Problem,
) -> None:
    answering(monkeypatch, program)

    assert problem(folder, b"words", limits=Limits(seconds=2)) is expected
    assert capfd.readouterr() == ("", "")


def test_what_a_child_has_started_ends_with_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe")
    heard = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    answering(
        monkeypatch,
        "import os, time\n"
        "if os.fork():\n"
        "    os._exit(0)\n"
        f"kept = open({str(folder / 'pipe')!r}, 'w')\n"
        "print('here', file=kept, flush=True)\n"
        "time.sleep(100)\n",
    )

    assert problem(folder, b"words", limits=Limits(seconds=2)) is Problem.TOO_LONG
    assert os.read(heard, 100) == b"here\n"
    # The pipe ends when nobody holds its other end any more.
    assert (select.select([heard], [], [], 30)[0], os.read(heard, 100)) == ([heard], b"")
    os.close(heard)


def test_the_child_knows_no_secrets_and_stands_nowhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret")
    answering(
        monkeypatch,
        "import json, os\n"
        "open_files = sorted(os.listdir('/proc/self/fd'))[:-1] if os.path.exists('/proc') else ['0', '1', '2']\n"
        "told = [sorted(set(os.environ) - {'LC_CTYPE'}), os.getcwd(), open_files]\n"
        "print(json.dumps({'text': json.dumps(told), 'pages': None, 'is_cut': False}))\n",
    )

    assert json.loads(text(folder, b"words").text) == [[], "/", ["0", "1", "2"]]


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        ("pathlib.Path(sys.argv[1]).write_text('words')", "OSError: [Errno 27] File too large"),
        ("[os.open('/', os.O_RDONLY) for _ in range(20)]", "OSError: [Errno 24] Too many open files: '/'"),
        ("bytearray(600 * 1024 * 1024)", "MemoryError"),
        (
            # Root may raise limits again.
            "os.geteuid() or os.setuid(65534); resource.setrlimit(resource.RLIMIT_CPU, (100, 100))",
            "ValueError: not allowed to raise maximum limit",
        ),
        (
            "sys.exit(str([resource.getrlimit(one) for one in (resource.RLIMIT_CORE, resource.RLIMIT_NPROC)]))",
            "[(0, 0), (0, 0)]",
        ),
    ],
)
def test_the_child_gives_up_what_it_does_not_need(folder: Path, deed: str, expected: str) -> None:
    program = (
        f"import os, pathlib, resource, sys; sys.path.insert(0, {str(asking.ROOT)!r})\n"
        "from search.extracting.child import confine\n"
        "from search.extracting.results import LIMITS\n"
        "confine(LIMITS)\n"
        f"{deed}\n"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", program, folder / "new"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr.strip().split("\n")[-1] == expected


def test_the_child_knows_nothing_of_django() -> None:
    """It starts for every document: what it brings in is what it takes."""
    program = (
        f"import sys; sys.path.insert(0, {str(asking.ROOT)!r})\n"
        "import search.extracting.child, search.extracting.reading, search.extracting.parts, search.extracting.pdf\n"
        "import search.extracting.plain\n"
        "print(sorted({'django', 'wagtail', 'PIL', 'numpy', 'bs4'} & set(sys.modules)))\n"
    )

    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("[]\n", "")
