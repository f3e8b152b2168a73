"""Which files can be added to a post, as tables."""

import pytest

from forum.rules.files import (
    ALLOWED,
    Kind,
    Sent,
    ending_of,
    refusal_of_file,
    refusal_of_number,
    refusal_of_pixels,
    refusal_of_size,
    refusal_to_send,
    safe_name,
)

TEN_MB = 10 * 1024 * 1024
TOO_LARGE = "This file is larger than 10 MB, which is the most. Make it smaller, or split it."
TOO_MANY_PIXELS = "This picture has too many pixels. It can have 25 million at most, and 16,000 on a side. Make it smaller, then add it."
TOO_MUCH_TODAY = "You can add 100 MB of files within 24 hours. Try again later, or add a smaller file."
TOO_MANY_WAITING = "You have added 20 files that are not posted yet. Post some, or remove some, first."


@pytest.mark.parametrize(
    ("size", "refusal"),
    [
        (0, "This file is empty. Choose another one."),
        (1, None),
        (TEN_MB, None),
        (TEN_MB + 1, TOO_LARGE),
    ],
)
def test_a_file_has_between_one_byte_and_ten_megabytes(size: int, refusal: str | None) -> None:
    assert refusal_of_size(size) == refusal


@pytest.mark.parametrize(
    ("width", "height", "refusal"),
    [
        (5_000, 5_000, None),
        (5_001, 5_000, TOO_MANY_PIXELS),
        (16_000, 1, None),
        (16_001, 1, TOO_MANY_PIXELS),
        (0, 5, TOO_MANY_PIXELS),
    ],
)
def test_a_picture_has_so_many_pixels_at_most(width: int, height: int, refusal: str | None) -> None:
    assert refusal_of_pixels(width, height) == refusal


@pytest.mark.parametrize(
    ("sent", "size", "refusal"),
    [
        (Sent(waiting=0, bytes_today=0), TEN_MB, None),
        (Sent(waiting=19, bytes_today=0), 1, None),
        (Sent(waiting=20, bytes_today=0), 1, TOO_MANY_WAITING),
        (Sent(waiting=0, bytes_today=9 * TEN_MB), TEN_MB, None),
        (Sent(waiting=0, bytes_today=9 * TEN_MB + 1), TEN_MB, TOO_MUCH_TODAY),
    ],
)
def test_a_person_sends_so_much_at_most(sent: Sent, size: int, refusal: str | None) -> None:
    assert refusal_to_send(sent, size) == refusal


@pytest.mark.parametrize(
    ("files", "refusal"),
    [
        (5, None),
        (6, "A post can have 5 files at most. Remove some, or write a second post."),
    ],
)
def test_a_post_has_five_files_at_most(files: int, refusal: str | None) -> None:
    assert refusal_of_number(files) == refusal


@pytest.mark.parametrize(
    ("name", "kind", "refusal"),
    [
        ("minutes.pdf", Kind.PDF, None),
        ("MINUTES.PDF", Kind.PDF, None),
        ("minutes", Kind.PDF, None),
        ("photo.jpeg", Kind.JPEG, None),
        ("photo.png", Kind.JPEG, None),
        ("list.csv", Kind.CSV, None),
        (
            "minutes.docx",
            Kind.PDF,
            "The name of this file ends in “.docx”, but it holds something else: PDF. Give it the ending .pdf.",
        ),
        (
            "minutes.pdf",
            Kind.TEXT,
            "The name of this file ends in “.pdf”, but it holds something else: plain text. Give it the ending .txt.",
        ),
        (
            "minutes.pdf",
            Kind.PNG,
            "The name of this file ends in “.pdf”, but it holds something else: PNG picture. Give it the ending .png.",
        ),
        ("tool.js", Kind.TEXT, f"Files that end in “.js” cannot be added. These can: {ALLOWED}."),
        ("minutes.exe", Kind.PDF, f"Files that end in “.exe” cannot be added. These can: {ALLOWED}."),
        ("tool.exe", None, f"Files of this kind cannot be added. These can: {ALLOWED}."),
        (
            "minutes.pdf",
            None,
            "This is not a file of the kind PDF, or it is damaged. Save it again as .pdf, then add that file.",
        ),
    ],
)
def test_content_decides_and_a_name_that_says_something_else_is_refused(
    name: str, kind: Kind | None, refusal: str | None
) -> None:
    assert refusal_of_file(name, kind) == refusal


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("Minutes of May.pdf", Kind.PDF, "Minutes of May.pdf"),
        ("MINUTES.PDF", Kind.PDF, "MINUTES.pdf"),
        ("photo.jpeg", Kind.JPEG, "photo.jpeg"),
        ("photo.gif", Kind.PNG, "photo.png"),
        ("photo.png", Kind.JPEG, "photo.jpg"),
        ("../../etc/passwd", Kind.TEXT, "passwd.txt"),
        (r"C:\Users\ada\minutes.pdf", Kind.PDF, "minutes.pdf"),
        ("..", Kind.PDF, "file.pdf"),
        (".pdf", Kind.PDF, "pdf.pdf"),
        ("", Kind.PNG, "picture.png"),
        ("a\x00b\r\nc.pdf", Kind.PDF, "a b c.pdf"),
        ("fdp\u202egpj.pdf", Kind.PDF, "fdp gpj.pdf"),
        ("invisible\u200b.pdf", Kind.PDF, "invisible.pdf"),
        ("half\ud800.pdf", Kind.PDF, "half.pdf"),
        ('a<b>"c":d|e?f*.pdf', Kind.PDF, "a-b--c--d-e-f-.pdf"),
        ("con.pdf", Kind.PDF, "_con.pdf"),
        ("LPT1.x.pdf", Kind.PDF, "_LPT1.x.pdf"),
        ("Überweisung – Möhre.pdf", Kind.PDF, "Überweisung – Möhre.pdf"),
        ("E\u0301tude.pdf", Kind.PDF, "Étude.pdf"),
        ("x" * 300 + ".pdf", Kind.PDF, "x" * 100 + ".pdf"),
        ("v1.2 draft", Kind.DOCX, "v1.2 draft.docx"),
    ],
)
def test_a_name_says_nothing_but_a_name(name: str, kind: Kind, kept: str) -> None:
    assert safe_name(name, kind) == kept


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.PDF", ".pdf"), ("a", ""), (".pdf", ""), ("a.", ""), ("a.tar.gz", ".gz"), ("b.c/a", "")],
)
def test_the_ending_of_a_name(name: str, ending: str) -> None:
    assert ending_of(name) == ending
