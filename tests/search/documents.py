"""Real documents, made for the tests: of every kind that can be searched, and what somebody might send in their place."""

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from io import BytesIO

from openpyxl import Workbook
from weasyprint import HTML

from tests.forum.files import archive

OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
MEGABYTE = 1024 * 1024
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ENCRYPTED_OFFICE = OLD_OFFICE + "EncryptedPackage".encode("utf-16-le").center(256, b"\0")


def pdf(html: str) -> bytes:
    """A PDF as a library writes it."""
    return HTML(string=f'<html lang="en"><body>{html}').write_pdf()


def raw_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    made = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, trailer, len(made))
    )


def drawn_pdf(content: Iterable[bytes], pages: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF with the same page again and again, on which `content` draws; packed, so that it may be very long."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(piece) for piece in content) + packer.flush()
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"3 0 R " * pages, pages),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        trailer=trailer,
    )


def pdf_with_a_password() -> bytes:
    """A PDF whose password nobody knows: what is kept of it fits no word."""
    lock = b"/Filter/Standard/V 1/R 2/P -44/O<%s>/U<%s>" % (b"11" * 32, b"22" * 32)
    return drawn_pdf([b"BT /F 12 Tf 10 700 Td (Secret) Tj ET"], trailer=b"/ID[<00><00>]/Encrypt<<%s>>" % lock)


def office(parts: Mapping[str, tuple[str, str]]) -> bytes:
    """An Office file of these parts: the type and the XML of each."""
    declared = "".join(
        f'<Override PartName="/{name}" ContentType="{OFFICE}.{kind}+xml"/>'
        for name, (kind, _) in parts.items()
        if kind
    )
    return archive(
        {"[Content_Types].xml": f'<Types xmlns="{TYPES}">{declared}</Types>'.encode()}
        | {name: xml.encode() for name, (_, xml) in parts.items()}
    )


def word_xml(root: str, content: str) -> str:
    """A part of a Word file."""
    return f'<w:{root} xmlns:w="{W}" xmlns:a="{A}" xmlns:mc="{COMPATIBLE}">{content}</w:{root}>'


def word(body: str, before: str = "", **parts: str) -> bytes:
    """A Word file; `before` stands before its first tag, `parts` are headers, footers and notes by their names."""
    document = before + word_xml("document", f"<w:body>{body}</w:body>")
    kinds = {name: name.rstrip("0123456789") for name in parts}
    return office(
        {"word/document.xml": ("wordprocessingml.document.main", document)}
        | {
            f"word/{name}.xml": (f"wordprocessingml.{kinds[name]}", word_xml(kinds[name], content))
            for name, content in parts.items()
        }
    )


def paragraph(*runs: str) -> str:
    """A paragraph of a Word file: of words, or of what stands in its runs."""
    return f"<w:p>{''.join(run if run.startswith('<') else f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"


def text_box(content: str) -> str:
    """A text box as Word writes it: once for those that know the drawing, once for those that do not."""
    inside = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        f"<w:r><mc:AlternateContent><mc:Choice>{inside}</mc:Choice><mc:Fallback>{inside}</mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def slide_xml(root: str, *paragraphs: str) -> str:
    """A slide, or what its speaker notes."""
    said = "".join(f"<a:p><a:r><a:t>{words}</a:t></a:r></a:p>" for words in paragraphs)
    number = '<a:p><a:fld type="slidenum"><a:t>999</a:t></a:fld></a:p>'
    return f'<p:{root} xmlns:p="{P}" xmlns:a="{A}"><p:txBody>{said}{number}</p:txBody></p:{root}>'


def slides(*titles: str, notes: str = "") -> bytes:
    """A PowerPoint file."""
    parts = {"ppt/presentation.xml": ("presentationml.presentation.main", f'<p:presentation xmlns:p="{P}"/>')}
    for number, title in reversed(list(enumerate(titles, start=1))):
        parts[f"ppt/slides/slide{number}.xml"] = ("presentationml.slide", slide_xml("sld", title))
    if notes:
        parts["ppt/notesSlides/notesSlide1.xml"] = ("presentationml.notesSlide", slide_xml("notes", notes))
    return office(parts)


def workbook() -> bytes:
    """An Excel file as a library writes it, with a sheet that is hidden."""
    made = Workbook()
    sheet = made.active
    sheet.title = "Practices"
    sheet.append(["Practice", "List size", "Note"])
    sheet.append(["Sample Surgery", 12345, "Joined in April"])
    sheet.append(["Sample Surgery", True, None])
    hidden = made.create_sheet("Workings")
    hidden.append(["Not to be seen"])
    hidden.sheet_state = "hidden"
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def open_document(kind: str, body: str, styles: str = "", manifest: str = "", before: str = "") -> bytes:
    """An OpenDocument file."""
    names = "".join(
        f' xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "text", "table", "style", "manifest")
    )
    names += f' xmlns:draw="{ODF}:drawing:1.0"'
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"{before}<office:document-content{names}><office:body>{body}</office:body></office:document-content>",
        "styles.xml": f"<office:document-styles{names}>{styles}</office:document-styles>",
        "META-INF/manifest.xml": f"<manifest:manifest{names}>{manifest}</manifest:manifest>",
    }
    return archive({name: content.encode() for name, content in parts.items()})


def long_word(pieces: Iterable[bytes]) -> bytes:
    """A Word file whose text is written piece by piece, since it would not fit into memory."""
    target = BytesIO(word(""))
    whole = BytesIO()
    with zipfile.ZipFile(target) as short, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", short.read("[Content_Types].xml"))
        with made.open("word/document.xml", "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
    return whole.getvalue()


def locked(package: bytes) -> bytes:
    """A .zip file whose parts all say that they need a password."""
    made = bytearray(package)
    for sign, distance in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = made.find(sign)
        while place >= 0:
            made[place + distance] |= 1
            place = made.find(sign, place + 4)
    return bytes(made)
