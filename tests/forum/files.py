"""Real files, made for the tests: pictures, documents, and what somebody might send in their place."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from docx import Document
from openpyxl import Workbook
from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(50)
MAIN = "application/vnd.openxmlformats-officedocument"
MAIN_PARTS = {
    "docx": f"{MAIN}.wordprocessingml.document.main+xml",
    "xlsx": f"{MAIN}.spreadsheetml.sheet.main+xml",
    "pptx": f"{MAIN}.presentationml.presentation.main+xml",
}
CAMERA, PLACE, RIGHTS = "Example Camera 7", "51 deg 30 min", "Taken by A. Person"


def picture(
    form: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **settings: object
) -> bytes:
    """A picture, red on its left half and blue on its right."""
    made = Image.new("RGB", size, "blue")
    made.paste("red", (0, 0, size[0] // 2, size[1]))
    target = BytesIO()
    made.convert(mode).save(target, form, **settings)
    return target.getvalue()


def photo(form: str = "JPEG", orientation: int = 6) -> bytes:
    """A picture as a telephone takes it: lying on its side, with the place, the camera, XMP and a comment in it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = CAMERA
    exif[0x8298] = RIGHTS
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0), 29: "2026:03:10"})
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{PLACE}</x:xmpmeta>".encode()
    settings = {"comment": PLACE.encode()} if form == "JPEG" else {}
    return picture(form, exif=exif.tobytes(), xmp=xmp, **settings)


def bomb_png(width: int = 20_000, height: int = 17_500) -> bytes:
    """A PNG of few bytes that would take gigabytes once decoded."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return struct.pack("!I", len(content)) + checked + struct.pack("!I", zlib.crc32(checked))

    packer = zlib.compressobj(9)
    line = bytes(1 + width * 4)
    packed = b"".join(packer.compress(line) for _ in range(40)) + packer.flush()
    header = struct.pack("!IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def archive(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A .zip file."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return target.getvalue()


def office(ending: str, extra: Mapping[str, bytes] | None = None, *types: str) -> bytes:
    """The bare bones of a Word, Excel or PowerPoint file; `types` are content types that it declares beside its own."""
    declared = "".join(
        f'<Override PartName="/part{number}.xml" ContentType="{one}"/>'
        for number, one in enumerate([MAIN_PARTS[ending], *types])
    )
    table = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{declared}</Types>'
    return archive({"[Content_Types].xml": table.encode(), "part0.xml": b"<x/>", **(extra or {})})


def open_document(kind: str, extra: Mapping[str, bytes] | None = None) -> bytes:
    """The bare bones of an OpenDocument file."""
    media_type = f"application/vnd.oasis.opendocument.{kind}".encode()
    return archive({"mimetype": media_type, "content.xml": b"<x/>", **(extra or {})})


def word_file() -> bytes:
    """A Word file as a library writes it."""
    document = Document()
    document.add_paragraph("Minutes of the meeting.")
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def excel_file() -> bytes:
    """An Excel file as a library writes it."""
    target = BytesIO()
    Workbook().save(target)
    return target.getvalue()
