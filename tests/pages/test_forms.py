"""What may be uploaded as a document."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.pages.forms import refusal_to_take
from tests.factories import make_staff, sign_in


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("a.pdf", b"%PDF-1.7 ...", None),
        ("a.PDF", b"%PDF-1.7 ...", None),
        ("a.docx", archive("word/document.xml"), None),
        ("a.zip", archive("anything"), None),
        ("a.csv", b"a,b\n1,2\n", None),
        ("a.webm", b"\x1a\x45\xdf\xa3 ...", None),
        ("a.mp4", b"\0\0\0\x18ftypmp42", None),
        (
            "a.webm",
            b" " * (21 * 1024 * 1024),
            "“a.webm” is not a WEBM file, although its name says so. Save it again as one.",
        ),
        ("a.vtt", b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n", None),
        ("a.vtt", b"\xef\xbb\xbfWEBVTT\n", None),
        (
            "a.vtt",
            b"1\n00:00:00,000 --> 00:00:02,000\n",
            "“a.vtt” is not a VTT file, although its name says so. Save it again as one.",
        ),
        ("a.mp4", b"<html>", "“a.mp4” is not an MP4 file, although its name says so. Save it again as one."),
        ("a.pdf", b"", "“a.pdf” is empty. Choose a file with something in it."),
        (
            "a.pdf",
            b"<html>",
            "“a.pdf” is not a PDF file, although its name says so. Save it again as one.",
        ),
        (
            "a.docx",
            archive("xl/workbook.xml"),
            "“a.docx” is not a DOCX file, although its name says so. Save it again as one.",
        ),
        (
            "a.zip",
            b"PK\x03\x04 but no archive",
            "“a.zip” is not a ZIP file, although its name says so. Save it again as one.",
        ),
        ("a.txt", b"a\0b", "“a.txt” is not a TXT file, although its name says so. Save it again as one."),
        (
            "a.pdf",
            b"%PDF-1.7" + b" " * (21 * 1024 * 1024),
            "“a.pdf” is 21.0\xa0MB. It must be 20.0\xa0MB or smaller.",
        ),
    ],
)
def test_document_is_refused_by_name_for_what_is_wrong_with_it(
    name: str, content: bytes, refusal: str | None
) -> None:
    assert refusal_to_take(SimpleUploadedFile(name, content)) == refusal


def test_refused_document_is_refused_in_one_sentence_that_names_it(db: None) -> None:
    editor = sign_in(make_staff("Editor"), second_factor=True)

    response = editor.post(
        "/admin/documents/add/", {"title": "Form", "file": SimpleUploadedFile("fake.pdf", b"not a pdf")}
    )

    assert response.context["form"].errors["file"] == [
        "“fake.pdf” is not a PDF file, although its name says so. Save it again as one."
    ]
