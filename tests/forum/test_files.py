"""What becomes of a file that somebody sends: what it is, whether it is taken, and what of it is kept."""

import resource
import tracemalloc
import zipfile
from io import BytesIO

import pytest
from django.core.files.base import ContentFile, File
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from forum.files import FileRefused, packages, prepare, sniffing
from forum.rules.files import Kind
from tests.forum import files

WHOLE = {
    "a.pdf": files.PDF,
    "a.docx": files.office("docx", {"word/a.xlsx": files.office("xlsx")}),
    "a.odt": files.open_document("text"),
    "a.png": files.photo("PNG"),
    "a.jpg": files.photo("JPEG"),
    "a.webp": files.photo("WEBP"),
    "a.gif": files.picture("GIF"),
    "a.txt": b"A text.\n",
}
DAMAGED_PICTURE = (
    "This picture is damaged, or not a picture. Save it again as PNG or JPEG, then add that file."
)


def kept(content: bytes, name: str) -> tuple[str, Kind]:
    prepared = prepare(ContentFile(content, name))
    return prepared.name, prepared.kind


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(FileRefused) as refused:
        prepare(ContentFile(content, name))
    return str(refused.value)


# --- What is taken -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (files.PDF, "a.pdf", Kind.PDF),
        (files.word_file(), "a.docx", Kind.DOCX),
        (files.excel_file(), "a.xlsx", Kind.XLSX),
        (files.office("pptx"), "a.pptx", Kind.PPTX),
        (files.open_document("text"), "a.odt", Kind.ODT),
        (files.open_document("spreadsheet"), "a.ods", Kind.ODS),
        (files.open_document("presentation"), "a.odp", Kind.ODP),
        (b"code,name\r\nU12345,Sample\r\n", "a.csv", Kind.CSV),
        (b"Ada <ada@example.org> wrote: 3 < 4\n", "a.txt", Kind.TEXT),
        ("Grüße – 5 £".encode(), "a.txt", Kind.TEXT),
        ("Gr\u00fc\u00dfe \u2013 5 \u00a3".encode("cp1252"), "a.txt", Kind.TEXT),
        (files.picture("PNG"), "a.png", Kind.PNG),
        (files.picture("JPEG"), "a.jpg", Kind.JPEG),
        (files.picture("WEBP"), "a.webp", Kind.WEBP),
        (files.word_file(), "minutes", Kind.DOCX),
    ],
)
def test_every_kind_on_the_list_is_known_by_its_content(content: bytes, name: str, kind: Kind) -> None:
    assert kept(content, name)[1] is kind


def test_what_is_no_picture_is_kept_byte_for_byte() -> None:
    content = files.word_file()

    assert prepare(ContentFile(content, "a.docx")).content == content


def test_a_document_may_hold_another_document() -> None:
    inside = files.office("docx", {"word/embeddings/table.xlsx": files.excel_file()})

    assert kept(inside, "a.docx") == ("a.docx", Kind.DOCX)


# --- What is not ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["a.png", "a.pdf", "a.txt", "a.docx", "a.csv", "a.html", "a.svg", "a.exe", "a"]
)
@pytest.mark.parametrize(
    "content",
    [
        files.HTML,
        b"\xef\xbb\xbf  \n<HTML>",
        b"Dear all,\n<script src=x></script>",
        b"<p >hello",
        files.SVG,
        b"<svg/onload=alert(1)>",
        files.EXE,
        b"#!/bin/sh\necho\n",
        b"<?php echo 1;",
        "a text in UTF-16".encode("utf-16"),
        b"text with a NUL \x00 in it",
        b"\x1b[31mred",
        b"\x81 is no character",
        files.archive({"a.txt": b"plain"}),
        files.archive({"mimetype": b"application/epub+zip"}),
        b"II*\x00 a TIFF",
        b"%!PS-Adobe\x00",
        b" %PDF-1.4\x00",
    ],
)
def test_what_is_not_on_the_list_is_refused_under_every_name(content: bytes, name: str) -> None:
    refusal(content, name)


def test_what_a_reader_is_told_of_a_page_under_the_name_of_a_picture() -> None:
    assert refusal(files.HTML, "photo.png") == (
        "This is not a file of the kind PNG picture, or it is damaged. Save it again as .png, then add that file."
    )


def test_a_picture_with_a_page_behind_it_is_a_picture_again() -> None:
    content = files.picture("GIF") + files.HTML

    prepared = prepare(ContentFile(content, "a.gif"))

    assert (prepared.name, prepared.kind, b"script" in prepared.content) == ("a.png", Kind.PNG, False)


MACROS = "This document holds macros, which can do harm. Save it without macros, then add that file."
PASSWORD = "This document needs a password. Save it without one, then add that file."
ARCHIVE = "This document holds an archive (.zip). Take it out, then add the file again."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (files.office("docx", {"word/vbaProject.bin": b"x"}), MACROS),
        (files.office("docx", {"word/VBAPROJECT.BIN": b"x"}), MACROS),
        (files.office("docx", {"word/activeX/activeX1.bin": b"x"}), MACROS),
        (files.office("docx", {}, "application/vnd.ms-office.vbaProject"), MACROS),
        (files.office("docx", {}, "application/vnd.ms-word.document.macroEnabled.main+xml"), MACROS),
        (files.open_document("text", {"Basic/Standard/Module1.xml": b"x"}), MACROS),
        (files.open_document("text", {"Scripts/python/a.py": b"x"}), MACROS),
        (
            files.office(
                "docx", {"word/embeddings/a.xlsx": files.office("xlsx", {"xl/vbaProject.bin": b"x"})}
            ),
            MACROS,
        ),
        (files.office("docx", {"word/a.docx": files.archive({"a.exe": files.EXE})}), ARCHIVE),
    ],
)
def test_documents_with_macros_or_archives_in_them_are_refused(content: bytes, said: str) -> None:
    assert refusal(content, "a.docx") == said


def test_a_document_that_needs_a_password_is_refused() -> None:
    content = bytearray(files.office("docx"))
    for beginning, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # where each member says that it does
        at = content.find(beginning)
        content[at + place] |= 1

    assert refusal(bytes(content), "a.docx") == PASSWORD


def test_a_locked_or_old_office_file_is_refused_in_words_that_help() -> None:
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx") == (
        "This document needs a password, or is in the format of an old Office. Save it without a password as .docx, .xlsx or "
        ".pptx, then add that file."
    )


def test_a_template_with_another_main_part_is_no_word_file() -> None:
    template = files.archive(
        {
            "[Content_Types].xml": b'<Types xmlns="x"><Override PartName="/a" ContentType="'
            b'application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"/></Types>'
        }
    )

    refusal(template, "a.docx")


@pytest.mark.parametrize(
    "table",
    [
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><Types/>",
        b"<Types",
        b"",
    ],
)
def test_a_document_with_a_broken_table_of_contents_is_damaged(table: bytes) -> None:
    assert refusal(files.archive({"[Content_Types].xml": table}), "a.docx") == (
        "This document is damaged. Open it, save it again, then add that file."
    )


def test_a_damaged_document_is_refused() -> None:
    whole = files.word_file()
    place = whole.index(b"word/document.xml") + 40
    damaged = whole[:place] + bytes(20) + whole[place + 20 :]

    assert refusal(damaged, "a.docx") == packages.DAMAGED
    assert refusal(whole[:-30], "a.docx") == packages.DAMAGED


# --- Bombs ---------------------------------------------------------------------------------------------------------------


def peak_of_refusing(content: bytes, name: str) -> tuple[str, int]:
    """What is said, and how many megabytes Python took for that at most, beside the file itself."""
    tracemalloc.start()
    try:
        said = refusal(content, name)
        return said, tracemalloc.get_traced_memory()[1] // 1024 // 1024
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_refused_without_being_unpacked() -> None:
    zeros = bytes(1024 * 1024)
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", _types_of_word())
        with made.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(151):
                part.write(zeros)

    said, peak = peak_of_refusing(target.getvalue(), "a.docx")

    assert said == packages.TOO_MUCH
    assert len(target.getvalue()) < 200_000
    assert peak < 5


def test_a_bomb_that_lies_about_its_size_is_damaged() -> None:
    content = files.office("docx", {"word/document.xml": bytes(300_000)})
    true, claimed = (300_000).to_bytes(4, "little"), (10).to_bytes(4, "little")

    assert refusal(content.replace(true, claimed), "a.docx") == packages.DAMAGED


def test_a_bomb_within_a_document_within_a_document_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_UNPACKED_BYTES", 500_000)
    inner = files.office("xlsx", {"xl/a.bin": bytes(200_000)})
    one = files.office("docx", {"word/a.xlsx": inner})
    three = files.office("docx", {f"word/{number}.xlsx": inner for number in range(3)})

    assert kept(one, "a.docx")[1] is Kind.DOCX
    assert refusal(three, "a.docx") == packages.TOO_MUCH


def test_a_document_of_too_many_members_is_refused_before_its_table_is_read() -> None:
    content = files.office("docx", {f"word/{number}": b"" for number in range(5_000)})

    assert refusal(content, "a.docx") == packages.TOO_MUCH


def test_a_compression_that_takes_much_memory_is_refused() -> None:
    content = files.archive({"[Content_Types].xml": _types_of_word()}, zipfile.ZIP_LZMA)

    assert refusal(content, "a.docx") == packages.TOO_MUCH


def test_documents_are_not_unpacked_deeper_than_three(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = files.office("docx")
    for _ in range(3):
        deep = files.office("docx", {"word/a.docx": deep})

    assert refusal(deep, "a.docx") == ARCHIVE


def test_a_small_png_that_would_take_gigabytes_is_refused_before_it_is_decoded() -> None:
    content = files.bomb_png()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    said, peak = peak_of_refusing(content, "a.png")

    assert said == (
        "This picture has too many pixels. It can have 25 million at most, and 16,000 on a side. Make it smaller, then add it."
    )
    assert len(content) < 22_000
    assert peak < 2
    # Pillow takes memory for pixels without asking Python for it: the most that the process ever had has not risen by it.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_a_picture_that_stops_in_the_middle_is_refused() -> None:
    assert refusal(files.picture("PNG", (200, 200))[:-40], "a.png") == DAMAGED_PICTURE
    assert refusal(files.picture("JPEG", (600, 600))[:900], "a.jpg") == DAMAGED_PICTURE


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_whatever_is_damaged_is_taken_or_refused_in_words(data: st.DataObject) -> None:
    """Never an error of the libraries that read it."""
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    content = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 8))
        content[start : start + length] = data.draw(st.binary(max_size=8))

    try:
        prepared = prepare(ContentFile(bytes(content), name))
    except FileRefused as refused:
        assert str(refused).endswith(".")
    else:
        assert prepared.content


# --- Pictures are made anew ----------------------------------------------------------------------------------------------

TRACES = (
    files.CAMERA.encode(),
    files.PLACE.encode(),
    files.RIGHTS.encode(),
    b"Exif",
    b"eXIf",
    b"EXIF",
    b"XMP",
    b"xmpmeta",
    b"ICC_PROFILE",
    b"iCCP",
    b"ICCP",
)


@pytest.mark.parametrize(("form", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_nothing_says_any_more_where_when_and_by_whom_a_picture_was_taken(form: str, name: str) -> None:
    taken = files.photo(form)
    with Image.open(BytesIO(taken)) as before:
        assert before.getexif().get_ifd(0x8825)[2] == (51.0, 30.0, 0.0)

    prepared = prepare(ContentFile(taken, name))

    assert [trace for trace in TRACES if trace in prepared.content] == []
    with Image.open(BytesIO(prepared.content)) as after:
        assert dict(after.getexif()) == {}
        assert {"exif", "xmp", "icc_profile", "comment"} & set(after.info) == set()


@pytest.mark.parametrize(
    ("orientation", "size", "where_red_is"),
    [(1, (40, 30), (2, 15)), (3, (40, 30), (38, 15)), (6, (30, 40), (15, 2)), (8, (30, 40), (15, 38))],
)
def test_a_picture_that_lies_on_its_side_is_turned_upright(
    orientation: int, size: tuple[int, int], where_red_is: tuple[int, int]
) -> None:
    prepared = prepare(ContentFile(files.photo("JPEG", orientation), "a.jpg"))

    with Image.open(BytesIO(prepared.content)) as picture:
        red, _, blue = picture.getpixel(where_red_is)
    assert (prepared.width, prepared.height) == size
    assert (red > 200, blue < 60) == (True, True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_a_png_of_any_depth_is_kept(mode: str) -> None:
    prepared = prepare(ContentFile(files.picture("PNG", mode=mode), "a.png"))

    with Image.open(BytesIO(prepared.content)) as picture:
        assert picture.mode == ("RGBA" if mode in ("LA", "RGBA") else "RGB")


def test_sixteen_bits_of_grey_become_eight() -> None:
    target = BytesIO()
    Image.new("I;16", (4, 4), 32_768).save(target, "PNG")

    prepared = prepare(ContentFile(target.getvalue(), "a.png"))

    with Image.open(BytesIO(prepared.content)) as picture:
        assert picture.getpixel((0, 0)) == (128, 128, 128)


def test_what_is_transparent_stays_transparent() -> None:
    target = BytesIO()
    Image.new("P", (4, 4), 0).save(target, "GIF", transparency=0)

    prepared = prepare(ContentFile(target.getvalue(), "a.gif"))

    with Image.open(BytesIO(prepared.content)) as picture:
        assert picture.getpixel((0, 0))[3] == 0


def test_of_a_picture_that_moves_the_first_image_is_kept() -> None:
    first, second = Image.new("RGB", (4, 4), "red"), Image.new("RGB", (4, 4), "blue")
    for form, name in (("GIF", "a.gif"), ("WEBP", "a.webp"), ("PNG", "a.png")):
        target = BytesIO()
        first.save(target, form, save_all=True, append_images=[second])

        prepared = prepare(ContentFile(target.getvalue(), name))

        with Image.open(BytesIO(prepared.content)) as picture:
            assert getattr(picture, "n_frames", 1) == 1
            assert picture.convert("RGB").getpixel((1, 1))[0] > 200


def test_a_profile_that_does_not_fit_says_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    grey = Image.new("RGB", (4, 4), (100, 100, 100))
    target = BytesIO()
    grey.save(target, "PNG", icc_profile=profile)

    prepared = prepare(ContentFile(target.getvalue(), "a.png"))

    with Image.open(BytesIO(prepared.content)) as picture:
        assert picture.getpixel((0, 0)) == (100, 100, 100)


def test_a_cmyk_picture_can_be_seen_in_a_browser() -> None:
    prepared = prepare(ContentFile(files.picture("JPEG", mode="CMYK"), "a.jpg"))

    with Image.open(BytesIO(prepared.content)) as picture:
        assert picture.mode == "RGB"


def test_a_name_with_another_pictures_ending_is_put_right() -> None:
    assert kept(files.picture("JPEG"), "photo.png") == ("photo.jpg", Kind.JPEG)


def test_size_is_asked_before_anything_is_read() -> None:
    file = File(BytesIO(b"text"), "a.txt")
    file.size = 10 * 1024 * 1024 + 1

    with pytest.raises(FileRefused):
        prepare(file)

    assert file.tell() == 0


def test_every_beginning_is_of_a_kind_on_the_list() -> None:
    assert {sniffing.kind_of(beginning) for beginning in sniffing.BEGINNINGS} == {
        Kind.PDF,
        Kind.PNG,
        Kind.JPEG,
        Kind.GIF,
    }


def _types_of_word() -> bytes:
    with zipfile.ZipFile(BytesIO(files.office("docx"))) as package:
        return package.read("[Content_Types].xml")
