"""The PDF of an edition, looked at with Poppler: what is printed where, what a screen reader finds, and that it never varies."""

import http.server
import logging
import os
import re
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from PIL import Image as Pillow
from PIL import ImageFile
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from handbook import body as bodies
from handbook import triggers
from handbook.actions.editions import prepare_edition
from handbook.models import Asset, Body, Edition, EditionPdf, HandbookPage, SectionPage
from handbook.pdf import ErratumFacts, Pdf, make
from tests.factories import NOW
from tests.handbook.working_copy import add_section, add_sections, edit, make_handbook, publish

# What a PDF looks like does not depend on the database; that one is made on each, test_pdfs.py and test_approval.py show.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database("a PDF is made of rows that test_pdfs.py reads on each"),
]

ROOT = Path(__file__).resolve().parents[2]
STAMP = "Edition 2.0, in force from 9 April 2026"
LONG = "".join(
    f"<p>Paragraph {number} says what a practice does when the day has come. </p>" for number in range(40)
)


def tool(name: str, *arguments: str, content: bytes) -> bytes:
    """What one of Poppler's tools prints of a PDF. They want a file."""
    path = Path(settings.MEDIA_ROOT) / f"{uuid4()}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    try:
        return subprocess.run(
            [name, *[argument.replace("FILE", str(path)) for argument in arguments]],
            capture_output=True,
            check=True,
        ).stdout
    finally:
        path.unlink()


def texts(pdf: Pdf, *options: str) -> list[str]:
    """The text of each page."""
    return tool("pdftotext", *options, "FILE", "-", content=pdf.content).decode().split("\f")[:-1]


def facts(pdf: Pdf, *options: str) -> str:
    return tool("pdfinfo", *options, "FILE", content=pdf.content).decode()


def pictures(pdf: Pdf, first: int = 1) -> list[bytes]:
    """Each page from the `first` on as it looks."""
    printed = tool("pdftoppm", "-r", "30", "-f", str(first), "FILE", content=pdf.content)
    starts = [match.start() for match in re.finditer(rb"P6\n\d+ \d+\n255\n", printed)]
    return [printed[start:end] for start, end in zip(starts, [*starts[1:], len(printed)], strict=True)]


def read_aloud(pdf: Pdf) -> str:
    """What a screen reader reads, in its order."""
    lines = re.findall(r'^ *"(.*)"$', facts(pdf, "-struct-text"), re.MULTILINE)
    return " ".join(" ".join(lines).split())


def links(pdf: Pdf) -> list[tuple[str, str]]:
    """The words of each link and where it leads: an address, or the number of a page."""
    marked = tool("pdftohtml", "-xml", "-i", "-stdout", "FILE", content=pdf.content).decode()
    found = re.findall(r'<a href="([^"]*)">(.*?)</a>', marked)
    return [(re.sub("<.*?>", "", words), re.sub(r".*\.html#", "", href)) for href, words in found]


def images(pdf: Pdf) -> int:
    """How many pictures are printed."""
    return len(
        re.findall(
            rb"^ *\d+ +\d+ image ", tool("pdfimages", "-list", "FILE", content=pdf.content), re.MULTILINE
        )
    )


def tags(pdf: Pdf) -> list[str]:
    """The tags of the structure tree, in order."""
    return re.findall(
        r"^ *([A-Z]\w*)(?: \((?:block|inline|table|.*)\))?$", facts(pdf, "-struct"), re.MULTILINE
    )


def objects(pdf: Pdf) -> bytes:
    """What the file is made of, before it was packed."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf.content, re.DOTALL)
    # A stream may end with what looks like a line's end: the last byte is only a checksum's.
    return b"\n".join(zlib.decompressobj().decompress(part) for part in parts if part[:1] == b"x")


@pytest.fixture(autouse=True)
def complaints() -> Iterator[list[str]]:
    """What WeasyPrint warns of: nothing, unless a test takes it out of this list."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    ear, logger = Ear(logging.WARNING), logging.getLogger("weasyprint")
    logger.addHandler(ear)
    yield heard
    logger.removeHandler(ear)
    assert heard == []


def make_editions() -> HandbookPage:
    """Two editions of three chapters; sections of several pages, links of each kind, a table, and every kind of amendment."""
    handbook = make_handbook("PCN handbook")
    governance = add_section(handbook, "Governance", "<p>Who decides.</p>")
    quorum = add_section(governance, "Quorum", f"<h2>How many</h2><p>Half of them.</p>{LONG}")
    votes = add_section(governance, "Votes", "<p>One vote a practice.</p>")
    funding = add_section(handbook, "Funding")
    add_section(funding, "Core payment", f"{LONG}{LONG}")
    add_section(
        funding,
        "Claims",
        f'<p>See <a linktype="page" id="{quorum.pk}">how many must come</a> and '
        '<a href="https://www.example.org/claims/?year=2026">the claims</a>, at '
        '<a href="https://www.example.org/plain/">www.example.org/plain</a>, from '
        '<a href="mailto:claims@example.org">the office</a>.</p>',
    )
    add_section(funding, "Reserves", "<p>Keep some.</p>")
    legal = add_section(handbook, "Legal")
    add_section(legal, "Companies", "<p>Limited by shares.</p>")
    publish(handbook, "1.0")
    edit(quorum, html=f"<h2>How many</h2><p>Two-thirds of them: ≥ ½, “at once” – é, £5.</p>{LONG}")
    edit(votes, title="Voting", slug="voting")
    SectionPage.objects.get(title="Reserves").move(SectionPage.objects.get(title="Governance"), "last-child")
    for title in ("Companies", "Legal"):
        SectionPage.objects.get(title=title).unpublish()
    add_section(SectionPage.objects.get(title="Funding"), "Audit", "<p>Every year.</p>")
    publish(
        handbook, "2.0", now=NOW + timedelta(days=30), note="Count again.", summary="What is new.\n\nAnd why."
    )
    return handbook


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    return make_editions()


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


@pytest.fixture
def edition(handbook: HandbookPage) -> Edition:
    return handbook.editions.get(number="2.0")


def with_words(html: str) -> Edition:
    """An edition that is being prepared, whose section has exactly these words."""
    handbook = make_handbook()
    add_section(handbook, "Quorum", "<p>Half.</p>")
    add_section(handbook, "Votes", '<h2 id="how">How</h2><p>One.</p>')
    edition = prepare_edition(handbook=handbook, by=None, now=NOW)
    words = {"html": html, "source": [], "text": bodies.text_of(html)}
    body, _ = Body.objects.get_or_create(sha256=bodies.hash_of(html), defaults=words)
    edition.sections.filter(anchor="quorum").update(body=body)
    return edition


def key_of(edition: Edition, anchor: str) -> UUID:
    return edition.sections.present().get(anchor=anchor).key


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_the_contents_name_the_page_on_which_each_heading_is_printed(edition: Edition) -> None:
    pdf = make(edition)

    sections = list(edition.sections.present())
    pages = texts(pdf)
    contents = texts(pdf, "-layout")[1]
    named = {
        row: re.findall(rf"^ *{row.number} +{row.title} +(\d+)$", contents, re.MULTILINE) for row in sections
    }
    found = {
        row: [
            str(at)
            for at, page in enumerate(pages, 1)
            if re.search(rf"^{row.number}\s+{row.title}\nOn the web: ", page, re.MULTILINE)
        ]
        for row in sections
    }
    assert [str(row) for row in sections] == [
        "1 Governance",
        "1.1 Quorum",
        "1.2 Voting",
        "1.3 Reserves",
        "2 Funding",
        "2.1 Core payment",
        "2.2 Claims",
        "2.3 Audit",
    ]
    assert named == found
    after = pdf.pages.pop(EditionPdf.AFTER_SECTIONS)
    assert {str(row.key): int(found[row][0]) for row in sections} == pdf.pages
    assert "Amendments since edition" in texts(pdf)[after - 1]
    assert [pdf.pages[str(row.key)] for row in sections] == [3, 3, 4, 4, 5, 5, 8, 8]
    assert pdf.front == 0


def test_every_page_but_the_cover_says_what_it_is_of_and_which_it_is(edition: Edition) -> None:
    pages = texts(make(edition), "-layout")

    first, last = (
        [page.strip().splitlines()[0] for page in pages],
        [page.strip().splitlines()[-1] for page in pages],
    )
    assert [re.split(r"\s{2,}", line.strip()) for line in first[1:]] == [["PCN handbook", STAMP]] * (
        len(pages) - 1
    )
    assert [re.split(r"\s{2,}", line.strip()) for line in last[1:]] == [
        [f"Page 2 of {len(pages)}"],
        *(
            [name, f"Page {at} of {len(pages)}"]
            for at, name in enumerate(
                ["1 Governance"] * 2
                + ["2 Funding"] * 4
                + ["Amendments since edition 1.0", "About this edition"],
                3,
            )
        ),
    ]
    assert "Page 1" not in pages[0]


def test_the_cover_says_which_edition_it_is_and_how_a_copy_is_checked(edition: Edition) -> None:
    cover = " ".join(texts(make(edition))[0].split())

    seal = " ".join(re.findall(".{8}", edition.sha256))
    assert cover == (
        "PCN handbook Edition 2.0 In force from 9 April 2026 What is new. And why. "
        "On the web http://testserver/handbook/2.0/ "
        f"Fingerprint (SHA-256) {seal} The fingerprint is worked out from every word of this edition, so a copy with the "
        "same fingerprint as the edition on the web has the same text."
    )


def test_an_edition_that_is_being_prepared_has_no_fingerprint_yet() -> None:
    pages = texts(make(with_words("<p>Half.</p>")))

    assert "It gets its fingerprint when it is submitted for approval." in " ".join(pages[0].split())
    assert "Check this copy" not in pages[-1]


def test_every_word_of_the_edition_is_read_aloud_in_its_order(edition: Edition) -> None:
    aloud = read_aloud(make(edition))

    rest = aloud
    for row in edition.sections.present().select_related("body"):
        opening = f"{row.number} {row.title} On the web: http://testserver/handbook/2.0/{row.anchor}/"
        assert opening in rest, opening
        rest = rest.partition(opening)[2]
        for word in re.findall(r"\w+", row.body.text):
            assert word in rest, (row.title, word)
            rest = rest.partition(word)[2]
    assert "Two-thirds of them: ≥ ½, “at once” – é, £5." in aloud
    assert aloud.index("Amendments since edition 1.0 1 Governance") > aloud.index("Every year.")


def test_each_address_outside_the_book_stands_at_the_foot_of_the_page(edition: Edition) -> None:
    pdf = make(edition)

    page = texts(pdf)[pdf.pages[str(key_of(edition, "claims"))] - 1]
    assert re.findall(r"^\d+\. (.*)$", page, re.MULTILINE) == ["https://www.example.org/claims/?year=2026"]
    assert "mailto" not in page


def test_no_footnote_gets_lost_however_many_there_are() -> None:
    html = "".join(
        f'<p><a href="https://www.example.org/{at}/">Link {at}</a> {"words " * 60}</p>' for at in range(60)
    )

    pages = texts(make(with_words(html)))

    notes = [re.findall(r"www\.example\.org/(\d+)/", page) for page in pages]
    calls = [re.findall(r"Link (\d+)", page) for page in pages]
    assert notes == calls
    assert [call for page in calls for call in page] == [str(at) for at in range(60)]


def test_links_between_sections_lead_within_the_book_and_others_to_the_web(edition: Edition) -> None:
    pdf = make(edition)

    named = re.findall(r'^ *(\d+) \[.*\] "([^"]*)"$', facts(pdf, "-dests"), re.MULTILINE)
    places = {name: int(page) for page, name in named}
    anchors = {row.anchor: pdf.pages[str(row.key)] for row in edition.sections.present()}
    assert {name: page for name, page in places.items() if name in anchors} == anchors
    assert places["quorum.how-many"] == pdf.pages[str(key_of(edition, "quorum"))]
    ways = dict(links(pdf))
    assert ways["how many must come"] == str(anchors["quorum"])
    assert ways["the claims"] == "https://www.example.org/claims/?year=2026"
    assert ways["the office"] == "mailto:claims@example.org"
    rows = list(edition.sections.present())
    assert links(pdf)[1 : len(rows) + 1] == [(row.title, str(anchors[row.anchor])) for row in rows]
    assert "http://testserver/handbook/2.0/claims/" in facts(pdf, "-url")


def test_amendments_stand_at_the_end_by_chapter_each_with_the_way_to_its_redline(edition: Edition) -> None:
    pdf = make(edition)

    page = " ".join(texts(pdf)[-2].partition("Page")[0].split())
    at = {row.anchor: pdf.pages[str(row.key)] for row in edition.sections.present()}
    assert page == (
        "PCN handbook Edition 2.0, in force from 9 April 2026 Amendments since edition 1.0 1 Governance "
        f"Amended 1.1 Quorum, page {at['quorum']} Count again. Major amendment. See what changed in “Quorum” 1 "
        f"Renamed 1.2 Voting, page {at['voting']} Count again. Minor amendment. It was called “Votes”. Its text is the same. "
        "Read “Votes” as it was 2 "
        f"Moved 1.3 Reserves, page {at['reserves']} Count again. Minor amendment. It was section 2.3. Its text is the same. "
        "Read “Reserves” as it was 3 "
        f"2 Funding Added 2.3 Audit, page {at['audit']} Count again. Major amendment. "
        "3 Legal (in edition 1.0) Removed 3.1 Companies Count again. Major amendment. Read “Companies” as it was 4 "
        "1. http://testserver/handbook/compare/1.0/2.0/quorum/ "
        "2. http://testserver/handbook/1.0/votes/ "
        "3. http://testserver/handbook/1.0/reserves/ "
        "4. http://testserver/handbook/1.0/companies/ "
        "Amendments since edition 1.0"
    )


def test_the_first_edition_has_no_amendments(handbook: HandbookPage) -> None:
    pages = texts(make(handbook.editions.get(number="1.0")))

    assert [page for page in pages if "Amendments" in page] == []
    assert "It is the first edition." in pages[-1]


# --- For everybody ----------------------------------------------------------------------------------------------------


def test_the_file_is_tagged_has_a_title_and_a_language_and_says_that_it_is_accessible(
    edition: Edition,
) -> None:
    pdf = make(edition)

    told = dict(line.split(":", 1) for line in facts(pdf).splitlines() if ":" in line)
    assert {name: told[name].strip() for name in ("Title", "Tagged", "PDF version")} == {
        "Title": "PCN handbook, edition 2.0",
        "Tagged": "yes",
        "PDF version": "1.7",
    }
    assert 'pdfuaid:part="1"' in facts(pdf, "-meta")
    assert b"/Lang (en-GB)" in objects(pdf)
    fonts = tool("pdffonts", "FILE", content=pdf.content).decode().splitlines()[2:]
    assert {line.split("+")[1].split()[0] for line in fonts} <= {
        "Handbook",
        "Handbook-Bold",
        "Handbook-Italic",
        "Handbook-Bold-Italic",
    }
    assert [line for line in fonts if line.split()[-5:-2] != ["yes", "yes", "yes"]] == []


def test_headings_step_down_one_level_at_a_time() -> None:
    edition = with_words(
        "<h3>One</h3><p>a</p><h4>Two</h4><p>b</p><h2>Three</h2><p>c</p><h4>Four</h4><p>d</p><h3>Five</h3>"
    )

    levels = [int(tag[1]) for tag in tags(make(edition)) if re.fullmatch("H[1-6]", tag)]

    # The cover, the contents, the section; then One, Two, Three, Four and Five; then Votes, How, and the last page.
    assert levels == [1, 2, 2, 3, 4, 3, 4, 4, 2, 3, 2]


def test_what_the_screen_opens_and_scrolls_is_open_and_fits_the_page() -> None:
    wide = "".join(f"<th>Column{at}</th>" for at in range(9))
    rows = "".join("<tr>" + "<td>1,000,000</td>" * 9 + "</tr>" for _ in range(80))
    words = f"<td>{'Donaudampfschifffahrt' * 2}</td>" * 4
    edition = with_words(
        "<details><summary>More</summary><p>Hidden words.</p></details>"
        f"<p>{'Donaudampfschifffahrt' * 12}</p><pre><code>{'code ' * 60}</code></pre>"
        '<dl><div><dt>Term</dt><dd>Meaning</dd></div></dl><ol start="7"><li>Seventh</li><li>Eighth</li></ol>'
        f'<div class="table"><table><thead><tr>{wide}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<div class="table"><table><tbody><tr>{words}</tr></tbody></table></div>'
    )

    pdf = make(edition)

    boxes = re.findall(r'<word xMin="([\d.]+)" .* xMax="([\d.]+)"', "\n".join(texts(pdf, "-bbox")))
    paper = 595.276
    margin = 28 / 25.4 * 72
    inner = [(float(left), float(right)) for left, right in boxes if float(left) >= margin - 1]
    assert len(boxes) - len(inner) == 0
    assert [right for _, right in inner if right > paper - margin + 1] == []
    aloud = read_aloud(pdf)
    assert "More Hidden words." in aloud
    assert "7. Seventh 8. Eighth" in aloud
    rows = [page.count("1,000,000") > 0 for page in texts(pdf, "-layout")]
    heads = ["Column0" in page for page in texts(pdf)]
    assert (heads, heads.count(True)) == (rows, 3)
    structure = facts(pdf, "-struct")
    assert re.findall(r"^ *TH <\d+-0-(\d+)>$", structure, re.MULTILINE)[:9] == [str(at) for at in range(9)]


def test_a_picture_is_printed_with_its_words_for_who_cannot_see_it() -> None:
    edition, _ = with_picture("A map of the “north”")

    pdf = make(edition)

    assert images(pdf) == 1
    words = "A map of the “north”".encode("utf-16-be").hex().encode()
    assert words in objects(pdf).lower().replace(b"<feff", b"<")
    assert "[Picture" not in "".join(texts(pdf))


# --- Nothing from outside, nothing broken -------------------------------------------------------------------------------


def with_picture(alt: str) -> tuple[Edition, Asset]:
    """An edition that is being prepared with a picture, and the asset of the picture."""
    handbook = make_handbook()
    image = get_image_model().objects.create(title="Map", file=get_test_image_file("map.png"))
    section = add_section(handbook, "Map", "")
    section.body = [
        {"type": "image", "value": {"image": image.pk, "alt_text": alt, "caption": "Drawn in May"}}
    ]
    section.save_revision().publish()
    edition = prepare_edition(handbook=handbook, by=None, now=NOW)
    return edition, Asset.objects.get()


def spoiled(content: bytes) -> dict[str, bytes | None]:
    """What may have become of a picture."""
    deep = BytesIO()
    Pillow.new("I;16", (4, 4)).save(deep, "PNG")
    return {
        "lost": None,
        "empty": b"",
        "cut short": content[: len(content) // 2],
        "no picture": b"<svg/>",
        "of 16 bits": deep.getvalue(),
    }


@pytest.mark.parametrize("fate", ["lost", "empty", "cut short", "no picture", "of 16 bits"])
def test_words_stand_in_the_place_of_a_picture_that_cannot_be_printed(fate: str) -> None:
    edition, asset = with_picture("A map")
    storage, name = asset.file.storage, asset.file.name
    with storage.open(name) as file:
        content = spoiled(file.read())[fate]
    storage.delete(name)
    if content is not None:
        storage.save(name, ContentFile(content))

    pdf = make(edition)

    assert "[Picture: A map] Drawn in May" in " ".join("".join(texts(pdf)).split())
    assert images(pdf) == 0


@pytest.mark.parametrize("kind", ["gif", "webp", "jpeg", "cmyk", "grey", "see-through", "palette"])
def test_pictures_of_every_kind_are_printed(kind: str) -> None:
    edition, asset = with_picture("A map")
    mode = {"cmyk": "CMYK", "grey": "LA", "see-through": "RGBA", "palette": "P"}.get(kind, "RGB")
    file_format = {"gif": "GIF", "webp": "WEBP", "jpeg": "JPEG", "cmyk": "JPEG"}.get(kind, "PNG")
    content = BytesIO()
    Pillow.new(mode, (40, 30)).save(content, file_format)
    asset.file.storage.delete(asset.file.name)
    asset.file.storage.save(asset.file.name, ContentFile(content.getvalue()))

    pdf = make(edition)

    assert "[Picture" not in "".join(texts(pdf))
    assert images(pdf) == 1


def test_making_a_pdf_leaves_the_portal_as_strict_with_pictures_as_it_was(edition: Edition) -> None:
    make(edition)

    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_nothing_is_fetched_from_outside(complaints: list[str]) -> None:
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

    server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"http://127.0.0.1:{server.server_port}"
    secret = Path(settings.MEDIA_ROOT) / "secret.png"
    secret.parent.mkdir(parents=True, exist_ok=True)
    Pillow.new("RGB", (4, 4)).save(secret)
    stranger = Asset.objects.create(
        sha256="a" * 64, file=ContentFile(secret.read_bytes(), name="stranger.png")
    )
    edition = with_words(
        f'<p><img src="{host}/a.png" alt="From the web">'
        f'<img src="file://{secret}" alt="From the disk"><img src="data:image/png;base64,AAAA" alt="From nowhere">'
        f'<img src="asset:{stranger.pk}/x.png" alt="Of another edition"><img src="/media/secret.png" alt="From here">'
        f'</p><p style="background: url({host}/b.png), url(file://{secret})">Words</p>'
        f'<style>@import url("{host}/c.css");</style><link rel="stylesheet" href="{host}/d.css">'
    )
    try:
        pdf = make(edition)
    finally:
        server.shutdown()
        server.server_close()

    assert asked == []
    printed = "".join("".join(texts(pdf)).split())
    assert (
        "[Picture:Fromtheweb][Picture:Fromthedisk][Picture:Fromnowhere][Picture:Ofanotheredition][Picture:Fromhere]Words"
    ) in printed
    assert images(pdf) == 0
    assert {complaint.partition(" at ")[0] for complaint in complaints} == {
        "Failed to load image",
        "Failed to load stylesheet",
    }
    assert {complaint.rpartition(": ")[2] for complaint in complaints} == {
        "Nothing is fetched from elsewhere."
    }
    complaints.clear()


def test_links_that_lead_nowhere_are_plain_words_or_lead_to_their_section() -> None:
    key = str(uuid4())
    edition = with_words(
        f'<p><a href="section:{key}">Gone</a>, <a href="#nowhere">lost place</a>, <a href="asset:{"b" * 64}/x.pdf">lost file</a>, '
        '<a href="http://[">broken</a>, <a href="javascript:alert(1)">script</a>, <a>nothing</a>, <a href="/members/">members</a>.</p>'
        '<p id="twice">First</p><p id="twice">Second</p><h2 id="votes">Named as a section is</h2>'
    )

    pdf = make(edition)

    linked = {words for words, _ in links(pdf)}
    assert {"Gone", "lost file", "broken", "script", "nothing"} & linked == set()
    assert {"lost place", "members"} <= linked
    assert "http://testserver/members/" in facts(pdf, "-url")


# --- Errata -----------------------------------------------------------------------------------------------------------


def errata_to(edition: Edition) -> list[ErratumFacts]:
    return [
        ErratumFacts(key_of(edition, "claims"), "2.2", "Claims", date(2026, 6, 2), "It is <b>two</b> weeks."),
        ErratumFacts(
            key_of(edition, "quorum"), "1.1", "Quorum", date(2026, 5, 1), "For half read all.\n\nSorry."
        ),
        ErratumFacts(uuid4(), "7.1", "Elsewhere", date(2026, 4, 30), "Never mind."),
    ]


def test_errata_stand_in_front_and_leave_every_other_page_as_it_was(edition: Edition) -> None:
    plain = make(edition)

    pdf = make(edition, errata_to(edition))

    assert pdf.front == 1
    assert texts(pdf, "-layout")[1:] == texts(plain, "-layout")
    assert pictures(pdf, first=2) == pictures(plain)
    assert pdf.pages == {key: page + 1 for key, page in plain.pages.items()}
    named = re.findall(r'^ *(\d+) \[.*\] "([^"]+)"$', facts(pdf, "-dests"), re.MULTILINE)
    anchors = {row.anchor: pdf.pages[str(row.key)] for row in edition.sections.present()}
    assert {name: int(page) for page, name in named if name in anchors} == anchors


def test_the_errata_are_dated_and_name_the_section_and_its_page(edition: Edition) -> None:
    plain = make(edition)

    pdf = make(edition, errata_to(edition))

    quorum, claims = (plain.pages[str(key_of(edition, anchor))] for anchor in ("quorum", "claims"))
    assert " ".join(texts(pdf)[0].split()).replace("http:// ", "http://") == (
        f"PCN handbook {STAMP} Errata These 3 corrections to edition 2.0 were published after the edition. The pages that "
        "follow are those of the edition itself: they have not been changed. You find the newest errata at "
        "http://testserver/handbook/2.0/. "
        f"1.1 Quorum 1 May 2026, concerns the section that begins on page {quorum} For half read all. Sorry. "
        f"2.2 Claims 2 June 2026, concerns the section that begins on page {claims} It is <b>two</b> weeks. "
        "7.1 Elsewhere 30 April 2026 Never mind. Errata Page E1 of E1"
    )
    assert "Title:           PCN handbook, edition 2.0, with errata of 2 June 2026" in facts(pdf)
    ways = dict(links(pdf))
    assert (ways["1.1 Quorum"], ways["2.2 Claims"]) == (str(quorum + 1), str(claims + 1))


def test_a_viewer_names_the_pages_as_they_are_printed(edition: Edition) -> None:
    assert b"/PageLabels << /Nums [0 << /S /D >>] >>" in objects(make(edition))
    assert b"/PageLabels << /Nums [0 << /S /D /P (E) >> 1 << /S /D >>] >>" in objects(
        make(edition, errata_to(edition))
    )


def test_a_sheet_of_many_errata_takes_as_many_pages_as_it_needs(edition: Edition) -> None:
    key = key_of(edition, "quorum")
    errata = [ErratumFacts(key, "1.1", "Quorum", date(2026, 5, 1 + at), "Words. " * 200) for at in range(12)]
    plain = make(edition)

    pdf = make(edition, errata)

    assert [re.findall(r"Page (E?\d+) of (E?\d+)", page) for page in texts(pdf)] == [
        *([(f"E{at}", f"E{pdf.front}")] for at in range(1, pdf.front + 1)),
        [],
        *(
            [(str(at), str(len(plain_pages)))]
            for plain_pages in [texts(plain)]
            for at in range(2, len(plain_pages) + 1)
        ),
    ]
    assert pdf.front == 7


# --- Always the same --------------------------------------------------------------------------------------------------

CHILD = """
import sys, warnings
import django
django.setup()
from handbook.models import Edition
from handbook.pdf import make
warnings.simplefilter("error")
sys.stdout.buffer.write(make(Edition.objects.get(number="2.0")).content)
"""

WITHOUT_PANGO = """
import cffi, django
def no_library(self, name, flags=0):
    raise OSError(f"cannot load library {name}")
cffi.FFI.dlopen = no_library
django.setup()
from handbook.pdf import PdfUnavailable
from handbook.pdf.press import Press
try:
    Press.open({})
except PdfUnavailable as problem:
    print(problem)
"""


def made_elsewhere(**environment: str) -> bytes:
    """The PDF of edition 2.0 that another process makes from the same database and files."""
    facts = connection.settings_dict
    host = f"{facts['HOST']}:{facts['PORT']}" if facts["PORT"] else facts["HOST"]
    address = {
        "sqlite": f"sqlite:///{facts['NAME']}",
        "postgresql": f"postgres://{facts['USER']}:{facts['PASSWORD']}@{host}/{facts['NAME']}",
    }[connection.vendor]
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": address,
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "BASE_URL": settings.BASE_URL,
            **environment,
        },
    )
    assert done.stderr.decode() == ""
    return done.stdout


@pytest.fixture
def cleared() -> Iterator[None]:
    """The database cannot be emptied after the test while it protects a published edition."""
    yield
    triggers.remove(connection)
    for edition in Edition.objects.order_by("-sequence"):
        Edition.objects.filter(pk=edition.pk).delete()
    triggers.install(connection)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("cleared")
def test_other_processes_make_the_same_bytes_even_where_the_system_has_no_fonts(tmp_path: Path) -> None:
    edition = make_editions().editions.get(number="2.0")
    bare = tmp_path / "fonts.conf"
    bare.write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")

    made = [
        make(edition).content,
        make(edition).content,
        made_elsewhere(PYTHONHASHSEED="1"),
        made_elsewhere(PYTHONHASHSEED="2", FONTCONFIG_FILE=str(bare)),
    ]

    assert [content[:5] for content in made] == [b"%PDF-"] * 4
    assert len(set(made)) == 1


def test_the_order_of_the_errata_does_not_matter(edition: Edition) -> None:
    errata = errata_to(edition)

    assert make(edition, errata).content == make(edition, errata[::-1]).content


def test_a_machine_without_pango_is_told_what_to_install() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            WITHOUT_PANGO,
        ],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        text=True,
    ).stdout

    assert told.splitlines(keepends=True)[-1] == (
        "This machine cannot make PDFs, because the library Pango is missing. On Debian or Ubuntu, install it with "
        "“apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0”, then start the portal again.\n"
    )


@pytest.mark.parametrize("count", [3, 6])
def test_a_pdf_takes_the_same_queries_however_large_the_handbook_is(
    count: int, django_assert_num_queries: Callable
) -> None:
    handbook = make_handbook()
    add_sections(handbook, count)
    publish(handbook, "1.0")
    for section in handbook.sections():
        edit(section, html="<p>Other words.</p>")
    edition = publish(handbook, "1.1")

    with django_assert_num_queries(10):
        make(edition)
