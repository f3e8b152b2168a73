"""Bringing a handbook in from an uploaded file: what is refused, what the preview says, and what is brought in."""

import os
import re
import stat
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx.enum.style import WD_STYLE_TYPE
from PIL import Image as Pillow
from wagtail.images import get_image_model
from wagtail.models import Collection, Page, PageLogEntry, Revision

from handbook import archive, uploads
from handbook.actions.confirming import ImportRefused, confirm_import, state_of
from handbook.forms import ImportForm
from handbook.import_preview import PROMISE
from handbook.models import HandbookPage, SectionPage
from tests.factories import NOW, make_staff, sign_in
from tests.handbook.working_copy import add_section, make_handbook

# Wagtail leaves the temporary file open in which it makes a rendition.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database("pages about an import; the import itself is in test_importing.py"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

EDITIONS = "/admin/handbook-editions/"
TOKEN = re.compile(r"/import/\d+/([0-9a-f]{32})/\Z")
Files = dict[str, str | bytes]

BOOK: Files = {
    "01-start/01-who.md": "# Who this is for\n\nDirectors, and those who [vote](../02-govern/votes.md).\n",
    "01-start/02-why.md": "# Why\n\nBecause.\n",
    "02-govern/votes.md": "# Votes\n\nHalf of the practices.\n",
}


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def handbook() -> HandbookPage:
    return make_handbook()


@pytest.fixture
def editor() -> Client:
    return sign_in(make_staff("Editor"), second_factor=True)


def png(colour: str = "red") -> bytes:
    data = BytesIO()
    Pillow.new("RGB", (4, 3), colour).save(data, "PNG")
    return data.getvalue()


def zipped(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", compression) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return data.getvalue()


def word_file(*words: str, revisions: str = "") -> bytes:
    document = docx.Document()
    document.add_heading("Start", 1)
    for paragraph in words:
        document.add_paragraph(paragraph)
    if revisions:
        namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        document.element.body.append(docx.oxml.parse_xml(f'<w:p xmlns:w="{namespace}">{revisions}</w:p>'))
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def address(handbook: HandbookPage, token: str = "", step: str = "") -> str:
    return f"{EDITIONS}import/{handbook.pk}/" + (f"{token}/{step}" if token else "")


def send(client: Client, handbook: HandbookPage, name: str, content: bytes) -> HttpResponse:
    return client.post(address(handbook), {"file": SimpleUploadedFile(name, content)})


def wait(client: Client, handbook: HandbookPage, files: Files = BOOK) -> str:
    """Uploads a folder, and returns the token under which it waits."""
    response = send(client, handbook, "book.zip", zipped(files))
    assert response.status_code == 302, response.content.decode()
    return TOKEN.search(response["Location"])[1]


def promise_shown(client: Client, handbook: HandbookPage, token: str) -> str:
    return soup_of(client.get(address(handbook, token))).select_one("input[name=promise]")["value"]


def confirm(client: Client, handbook: HandbookPage, token: str, **typed: str) -> HttpResponse:
    data = {"promise": promise_shown(client, handbook, token), **typed}
    return client.post(address(handbook, token), data)


def bring(client: Client, handbook: HandbookPage, files: Files = BOOK) -> None:
    """What a test begins with: a folder that was brought in. Its preview would take as long as bringing it in."""
    token = wait(client, handbook, files)
    promise = signing.dumps({"state": state_of(handbook), "counts": {}}, salt=PROMISE + token)
    response = client.post(address(handbook, token), {"promise": promise, "may_remove": "on"})
    assert (response.status_code, response["Location"]) == (302, EDITIONS)


def soup_of(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def words(soup: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(element.get_text(" ").split()) for element in soup.select(selector)]


def refusal(response: HttpResponse) -> list[str]:
    assert response.status_code == 200
    return words(soup_of(response), ".handbook-admin .error-message")


def said(client: Client, location: str) -> list[str]:
    """The messages at the head of the page that an answer leads to."""
    soup = soup_of(client.get(location))
    return words(soup, ".messages li")


def lines(client: Client, handbook: HandbookPage, token: str) -> list[str]:
    return words(soup_of(client.get(address(handbook, token))), ".handbook-amendment h3")


def waiting_files() -> list[str]:
    return files_below("handbook-imports")


def files_below(folder: str = "") -> list[str]:
    root = Path(settings.MEDIA_ROOT)
    return sorted(path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if path.is_file())


def everything() -> tuple[list[Any], ...]:
    """All rows that an import may write."""
    models = (
        Page,
        SectionPage,
        Revision,
        PageLogEntry,
        Collection,
        get_image_model(),
        get_image_model().get_rendition_model(),
    )
    return tuple(list(model.objects.order_by("pk").values()) for model in models)


def edit(path: str, html: str, *, publish: bool = True) -> None:
    page = SectionPage.objects.get(source_path=path)
    page.body = [("text", html)]
    revision = page.save_revision()
    if publish:
        revision.publish()


# --- The way in --------------------------------------------------------------------------------------------------------


def test_the_list_of_editions_leads_to_the_import_of_each_handbook(
    handbook: HandbookPage, editor: Client
) -> None:
    links = {
        link.get_text(): link["href"] for link in soup_of(editor.get(EDITIONS)).select(".handbook-admin a")
    }

    assert links["Import – Handbook"] == address(handbook)


def test_a_folder_is_uploaded_previewed_and_brought_in(handbook: HandbookPage, editor: Client) -> None:
    token = wait(editor, handbook)
    soup = soup_of(editor.get(address(handbook, token)))
    before = SectionPage.objects.count()
    response = confirm(editor, handbook, token)

    assert words(soup, ".handbook-admin > ul li") == ["Added: 5", "Unchanged: 0"]
    assert words(soup, ".handbook-amendment h3") == [
        "Added Start",
        "Added Who this is for",
        "Added Why",
        "Added Govern",
        "Added Votes",
    ]
    assert words(soup, ".handbook-amendment details p") == [
        "Directors, and those who vote .",
        "Because.",
        "Half of the practices.",
    ]
    assert before == 0
    assert (response.status_code, response["Location"]) == (302, EDITIONS)
    assert said(editor, EDITIONS) == ["“book.zip” has been brought in: 5 added, 0 unchanged."]
    assert [(page.title, page.live, page.source_path) for page in handbook.sections()] == [
        ("Start", True, "01-start"),
        ("Who this is for", True, "01-start/01-who.md"),
        ("Why", True, "01-start/02-why.md"),
        ("Govern", True, "02-govern"),
        ("Votes", True, "02-govern/votes.md"),
    ]
    assert waiting_files() == []


@pytest.mark.parametrize(
    ("name", "content", "titles"),
    [
        ("one.md", b"# Only one\n\nWords.", ["Only one"]),
        ("One.MARKDOWN", b"# Only one\n\nWords.", ["Only one"]),
        ("book.docx", word_file("Words."), ["Start"]),
        ("book.zip", zipped({"handbook/a.md": "# A", "handbook/b/c.md": "# C"}), ["A", "B", "C"]),
        ("book.zip", zipped({"a.md": "# A", "__MACOSX/._a.md": b"\0", ".git/x.md": "# X", "b/": b""}), ["A"]),
    ],
)
def test_each_kind_of_file_is_brought_in(
    name: str, content: bytes, titles: list[str], handbook: HandbookPage, editor: Client
) -> None:
    token = TOKEN.search(send(editor, handbook, name, content)["Location"])[1]

    confirm(editor, handbook, token)

    assert [page.title for page in handbook.sections()] == titles


def test_one_folder_that_is_a_chapter_already_stays_a_chapter(handbook: HandbookPage, editor: Client) -> None:
    bring(editor, handbook, {"01-start/01-who.md": "# Who", "02-govern/votes.md": "# Votes"})

    bring(editor, handbook, {"02-govern/votes.md": "# Votes"})

    assert [page.source_path for page in handbook.sections()] == ["02-govern", "02-govern/votes.md"]


# --- What is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("book.zip", b"", "This file is empty. Choose another one."),
        ("book.pdf", b"%PDF", "This kind of file cannot be brought in. Choose a .docx file, a .md file, or a .zip file of a folder."),
        (".docx", b"x", "This kind of file cannot be brought in. Choose a .docx file, a .md file, or a .zip file of a folder."),
        ("book.zip", b"no zip", "This is not a .zip file, or it is damaged. Make the .zip file again, then upload it."),
        ("book.zip", zipped(BOOK)[:-40], "This is not a .zip file, or it is damaged. Make the .zip file again, then upload it."),
        ("book.zip", zipped({"a.txt": "words"}), "“book.zip”: there is no Markdown file (.md or .markdown) in this folder. Put this right in the file, then upload it again."),
        ("book.docx", b"no zip", "“book.docx”: this is not a Word file (.docx), or it is damaged. Put this right in the file, then upload it again."),
        ("book.docx", zipped({"a.md": "# A"}), "“book.docx”: this is not a Word file (.docx). Put this right in the file, then upload it again."),
        ("a.md", b"# A\n\n\xff", "“a.md”, line 3: not UTF-8 text: byte 0xff. Put this right in the file, then upload it again."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_and_not_kept(
    name: str, content: bytes, reason: str, handbook: HandbookPage, editor: Client
) -> None:
    assert refusal(send(editor, handbook, name, content)) == [reason]
    assert waiting_files() == []


def test_an_upload_without_a_file_is_refused(handbook: HandbookPage, editor: Client) -> None:
    assert refusal(editor.post(address(handbook))) == ["Choose a file to bring in."]
    assert refusal(editor.post(address(handbook), {"file": "words"})) == ["Choose a file to bring in."]


def test_a_file_that_is_too_large_is_refused(
    handbook: HandbookPage, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImportForm, "MOST_BYTES", 1024 * 1024)

    assert refusal(send(editor, handbook, "a.md", b"x" * (1024 * 1024 + 1))) == [
        "This file has more than 1 MB. Make its pictures smaller, then upload it again."
    ]


def entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([entry("../a.md")], "“../a.md” in the .zip file does not lie in the folder that was packed"),
        ([entry("a/../../b.md")], "“a/../../b.md” in the .zip file does not lie in the folder that was packed"),
        ([entry("/etc/a.md")], "“/etc/a.md” in the .zip file does not lie in the folder that was packed"),
        ([entry("C:/a.md")], "“C:/a.md” in the .zip file does not lie in the folder that was packed"),
        ([entry("a\\b.md")], "“a\\b.md” in the .zip file does not lie in the folder that was packed"),
        ([entry("a.md", stat.S_IFLNK | 0o777)], "“a.md” in the .zip file is a link to another file, not a file"),
        ([entry("a.md"), entry("a.md")], "“a.md” in the .zip file is in it twice"),
        ([entry("a\n.md")], "“a\n.md” in the .zip file has no name, or one with characters that cannot be shown"),
        ([entry("a" * 300 + ".md")], f"“{'a' * 100}” in the .zip file has too long a name"),
        ([entry("a/" * 22 + "b.md")], f"“{'a/' * 22}b.md” in the .zip file lies too deep in folders"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_zip_file_that_would_leave_its_folder_is_refused(
    entries: list[zipfile.ZipInfo], reason: str, handbook: HandbookPage, editor: Client
) -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        for item in entries:
            package.writestr(item, b"# A")

    [said] = refusal(send(editor, handbook, "book.zip", data.getvalue()))

    assert said == " ".join(f"{reason}. Put this right, make the .zip file again, then upload it.".split())
    assert waiting_files() == []


def test_a_zip_file_that_needs_a_password_or_is_packed_oddly_is_refused(
    handbook: HandbookPage, editor: Client
) -> None:
    locked = bytearray(zipped({"a.md": "# A"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + offset] |= 1

    end = "Put this right, make the .zip file again, then upload it."
    assert refusal(send(editor, handbook, "book.zip", bytes(locked))) == [
        f"“a.md” in the .zip file needs a password. {end}"
    ]
    assert refusal(send(editor, handbook, "book.zip", zipped({"a.md": "# A"}, zipfile.ZIP_BZIP2))) == [
        f"“a.md” in the .zip file is compressed in an uncommon way. {end}"
    ]


def test_a_zip_file_that_unpacks_to_too_much_is_refused(
    handbook: HandbookPage, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_UNPACKED_BYTES", 1024 * 1024)
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    bomb = zipped({"a.md": "x" * (1024 * 1024 + 1)})
    many = zipped({f"{number}.md": "# A" for number in range(4)})

    assert len(bomb) < 2_000
    assert refusal(send(editor, handbook, "book.zip", bomb)) == [
        "The .zip file unpacks to more than 1 MB. Leave out large files, or make the pictures smaller."
    ]
    assert refusal(send(editor, handbook, "book.zip", many)) == [
        "The .zip file holds 4 files; 3 is the most. Leave out those that do not belong to the handbook."
    ]


def test_a_zip_file_that_lies_about_its_size_is_refused(handbook: HandbookPage, editor: Client) -> None:
    honest = zipped({"a.md": "x" * 100_000})
    lying = honest.replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    assert lying != honest
    assert refusal(send(editor, handbook, "book.zip", lying)) == [
        "This is not a .zip file, or it is damaged. Make the .zip file again, then upload it."
    ]


# --- The preview -------------------------------------------------------------------------------------------------------


def test_preview_says_what_becomes_of_each_section(handbook: HandbookPage, editor: Client) -> None:
    long = "\n\n".join(f"Line {number} of a text that can be recognised." for number in range(9))
    bring(
        editor, handbook, {**BOOK, "03-money/a.md": f"# Funds\n\n{long}\n", "04-end.md": "# End\n\nOver.\n"}
    )
    edit("01-start/02-why.md", "<p>Edited here.</p>")
    add_section(handbook, "Written here", "<p>Ours.</p>")
    new: Files = {
        "01-start/01-who.md": BOOK["01-start/01-who.md"],
        "01-start/02-why.md": BOOK["01-start/02-why.md"],
        "02-govern/votes.md": "# Votes\n\nTwo-thirds of the practices.\n",
        "02-govern/funds.md": f"# Funding\n\n{long}\n",
        "05-new.md": "# New\n\nFresh words.\n",
    }

    soup = soup_of(editor.get(address(handbook, wait(editor, handbook, new))))

    assert words(soup, ".handbook-admin > ul li") == [
        "Added: 1",
        "Amended: 1",
        "Renamed: 1",
        "Moved: 1",
        "Removed: 2",
        "Left alone: 1",
        "Unchanged: 4",
    ]
    assert words(soup, ".handbook-amendment h3") == [
        "Left alone Why",
        "Moved Renamed Funding",
        "Amended Votes",
        "Added New",
        "Removed Money",
        "Removed End",
    ]
    assert words(soup, ".handbook-amendment > p") == [
        "From 01-start/02-why.md",
        "An editor has changed it here, and its file has not changed. The text from here stays.",
        "From 02-govern/funds.md",
        "It was called “Funds”.",
        "Its file was “03-money/a.md”.",
        "From 02-govern/votes.md",
        "From 05-new.md",
        "From 03-money",
        "From 04-end.md",
    ]
    amended = soup.select(".handbook-amendment")[2]
    assert words(amended, "summary") == ["Read the changes: 1 word in, 1 word out – Votes"]
    assert [mark.get_text().split(": ")[-1] for mark in amended.select("del, ins")] == ["Half", "Two-thirds"]


@pytest.mark.each_database
def test_preview_leaves_no_row_and_no_file(handbook: HandbookPage, editor: Client) -> None:
    bring(editor, handbook, {**BOOK, "a.md": "# A\n\n![A map](m.png)", "m.png": png()})
    files: Files = {
        "a.md": "# A\n\n- x\n\n  ![Another](n.png)\n\n  | a |\n  |---|\n  | b |\n",
        "n.png": png("blue"),
        "b.md": "# B",
    }
    token = wait(editor, handbook, files)
    before, held = everything(), files_below("images") + files_below("original_images")

    shown = lines(editor, handbook, token)

    assert shown[:2] == ["Amended A", "Added B"]
    assert everything() == before
    assert files_below("images") + files_below("original_images") == held == ["original_images/m.png"]


def test_preview_that_fails_leaves_no_row_and_no_file(
    handbook: HandbookPage, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = wait(editor, handbook, {"a.md": "# A\n\n![A map](m.png)", "m.png": png()})
    before = everything()
    made: list[list[str]] = []

    def fail(frozen: object) -> list[str]:
        made.append(files_below("images") + files_below("original_images"))
        if len(made) == 2:
            raise RuntimeError("the lights went out")
        return []

    monkeypatch.setattr("handbook.import_preview.faults_of", fail)

    with pytest.raises(RuntimeError):
        editor.get(address(handbook, token))

    assert made == [[], ["images/m.width-1200.png", "original_images/m.png"]]
    assert everything() == before
    assert files_below("images") + files_below("original_images") == []


def test_preview_shows_no_script_and_no_address_that_leads_nowhere(
    handbook: HandbookPage, editor: Client
) -> None:
    files: Files = {
        "a.md": "# A <script>alert(1)</script>\n\n<script>alert(2)</script>\n\n![<b>&](m.png) [b](b.md)\n",
        "b.md": "# B\n\n## A heading\n",
        "m.png": png(),
    }

    soup = soup_of(editor.get(address(handbook, wait(editor, handbook, files))))

    amendments = soup.select(".handbook-amendment")
    assert [tag.name for tag in soup.select(".handbook-amendment script, .handbook-amendment img")] == []
    assert [link.get("href") for link in amendments[0].select("a")] == [None]
    assert words(amendments[0], "em") == ["[Picture: <b>&]"]
    assert words(amendments[1], "h4") == ["A heading"]


def test_preview_warns_of_what_is_left_out_and_of_links_that_lead_nowhere(
    handbook: HandbookPage, editor: Client
) -> None:
    bring(editor, handbook)
    linking = add_section(handbook, "Ours", '<p><a href="/handbook/votes/">Votes</a></p>')
    files: Files = {
        "a.md": "# A\n\n[gone](b.md) [paper](paper.pdf) ![no](n.png) ![bad](m.png)\n",
        "paper.pdf": b"%PDF",
        "m.png": b"no picture",
    }

    soup = soup_of(editor.get(address(handbook, wait(editor, handbook, files))))

    assert words(soup, "#warnings + ul li") == [
        "a.md:3: there is no file “b.md” to link to",
        "a.md:3: “paper.pdf” is not Markdown, so it is not brought in; the words stay, the link to it goes",
        "a.md:3: there is no picture “n.png”; its description stands in its place",
        "a.md: the picture “m.png” is left out: it is damaged or not a picture; its description stands in its place",
    ]
    assert words(soup, "#faults ~ ul li") == [
        f"{linking.title}: The link “Votes” leads to a section that is not in this edition (/handbook/votes/)."
    ]


def test_preview_names_tracked_changes_and_comments_by_number(handbook: HandbookPage, editor: Client) -> None:
    run = "<w:r><w:{0}>{1}</w:{0}></w:r>"
    revisions = "".join(
        f'<w:{tag} w:id="{number}" w:author="A">{run.format(text, word)}</w:{tag}>'
        for number, (tag, text, word) in enumerate(
            [
                ("ins", "t", "come "),
                ("ins", "t", "in "),
                ("del", "delText", "gone "),
                ("moveFrom", "t", "moved "),
                ("moveTo", "t", "moved "),
            ]
        )
    )
    response = send(editor, handbook, "book.docx", word_file("Words.", revisions=revisions))

    soup = soup_of(editor.get(response["Location"]))

    assert words(soup, "#warnings + ul li") == [
        (
            "book.docx: The document has 4 tracked changes (2 insertions, 1 deletion, 1 move). Accept or reject them in Word "
            "first; as it is, inserted text is taken in and deleted text left out."
        )
    ]
    assert words(soup, ".handbook-amendment details p") == ["Words.", "come in moved"]


def test_preview_says_that_the_text_of_the_file_takes_the_place_of_an_editors(
    handbook: HandbookPage, editor: Client
) -> None:
    bring(editor, handbook)
    edit("01-start/02-why.md", "<p>Edited and published.</p>")
    edit("02-govern/votes.md", "<p>A draft.</p>", publish=False)
    files: Files = {**BOOK, "01-start/02-why.md": "# Why\n\nNew.", "02-govern/votes.md": "# Votes\n\nNew."}

    token = wait(editor, handbook, files)
    soup = soup_of(editor.get(address(handbook, token)))

    assert [words(line, "p")[1] for line in soup.select(".handbook-amendment")] == [
        "It was changed here and in the file. The file’s text is taken; yours stays in the history of the page.",
        "It has a draft that is not published. The file’s text takes its place; the draft stays in the history of the page.",
    ]
    gone = [
        " ".join(mark.get_text() for mark in line.select("del"))
        for line in soup.select(".handbook-amendment")
    ]
    assert ["Edited" in gone[0], "practices" in gone[1], "draft" in gone[1]] == [True, True, False]


def test_preview_compares_the_draft_of_a_section_that_was_taken_out(
    handbook: HandbookPage, editor: Client
) -> None:
    bring(editor, handbook)
    edit("02-govern/votes.md", "<p>A draft.</p>", publish=False)
    SectionPage.objects.get(source_path="02-govern/votes.md").unpublish()

    token = wait(editor, handbook, {**BOOK, "02-govern/votes.md": "# Votes\n\nNew."})
    [line] = soup_of(editor.get(address(handbook, token))).select(".handbook-amendment")

    assert words(line, "p")[:3] == [
        "From 02-govern/votes.md",
        "An editor has taken this section out. The new text would be a draft.",
        "It was changed here and in the file. The file’s text is taken; yours stays in the history of the page.",
    ]
    assert "draft" in " ".join(mark.get_text() for mark in line.select("del"))


def test_preview_of_the_same_file_again_offers_nothing_to_bring_in(
    handbook: HandbookPage, editor: Client
) -> None:
    bring(editor, handbook)

    soup = soup_of(editor.get(address(handbook, wait(editor, handbook))))

    assert words(soup, ".handbook-admin > ul li") == ["Unchanged: 5"]
    assert words(soup, ".handbook-admin button") == ["Cancel and delete the file"]


@pytest.mark.each_database
def test_preview_is_what_happens(handbook: HandbookPage, editor: Client) -> None:
    bring(editor, handbook)
    files: Files = {
        **BOOK,
        "02-govern/votes.md": "# Voting\n\nAll.",
        "03.md": "# Third\n\n![x](m.png)",
        "m.png": png(),
    }
    del files["01-start/02-why.md"]
    token = wait(editor, handbook, files)
    promised = lines(editor, handbook, token)

    confirm(editor, handbook, token, may_remove="on")

    assert promised == ["Renamed Amended Voting", "Added Third", "Removed Why"]
    assert [page.title for page in handbook.sections()] == [
        "Start",
        "Who this is for",
        "Govern",
        "Voting",
        "Third",
    ]


@pytest.mark.parametrize(
    ("new", "counts"),
    [
        # Only a title changes: the section is renamed, and its words are as they were.
        ({**BOOK, "02-govern/votes.md": "# Voting\n\nHalf of the practices.\n"}, ["Renamed: 1", "Unchanged: 4"]),
        # A file with another name and other words: one section is renamed and amended.
        (
            {
                **{path: text for path, text in BOOK.items() if path != "02-govern/votes.md"},
                "02-govern/voting.md": "# Votes\n\nHalf of the practices.\n\nAll.\n",
                "03-new.md": "# New\n\nFresh words.\n",
            },
            ["Added: 1", "Amended: 1", "Renamed: 1", "Unchanged: 4"],
        ),
    ],
)  # fmt: skip
def test_message_afterwards_counts_as_the_preview_did(
    new: Files, counts: list[str], handbook: HandbookPage, editor: Client
) -> None:
    bring(editor, handbook)
    editor.get(EDITIONS)
    token = wait(editor, handbook, new)
    shown = words(soup_of(editor.get(address(handbook, token))), ".handbook-admin > ul li")

    confirm(editor, handbook, token)

    assert shown == counts
    told = [f"{count} {name.lower()}" for name, count in (line.split(": ") for line in counts)]
    assert said(editor, EDITIONS) == [f"“book.zip” has been brought in: {', '.join(told)}."]


def test_preview_says_where_a_section_stood_in_the_last_word_file(
    handbook: HandbookPage, editor: Client
) -> None:
    def document(*titles: str) -> str:
        made = docx.Document()
        for title in titles:
            made.add_heading(title, 1)
            made.add_paragraph(f"{title} has many words by which it can be recognised again.")
        data = BytesIO()
        made.save(data)
        response = send(editor, handbook, "book.docx", data.getvalue())
        return TOKEN.search(response["Location"])[1]

    confirm(editor, handbook, document("Vaccines"))
    shown = soup_of(editor.get(address(handbook, document("Fridges", "Vaccines"))))

    assert words(shown, ".handbook-amendment > p")[1:3] == ["From 2 Vaccines", "It was “1 Vaccines”."]


def test_preview_says_what_becomes_of_a_style_that_the_portal_does_not_have(
    handbook: HandbookPage, editor: Client
) -> None:
    document = docx.Document()
    document.add_heading("Start", 1)
    document.styles.add_style("Fancy style", WD_STYLE_TYPE.PARAGRAPH)
    document.styles.add_style("Fancy words", WD_STYLE_TYPE.CHARACTER)
    document.add_paragraph("Words.", style="Fancy style").add_run("More.", style="Fancy words")
    data = BytesIO()
    document.save(data)

    response = send(editor, handbook, "book.docx", data.getvalue())

    assert words(soup_of(editor.get(response["Location"])), "#warnings + ul li") == [
        "book.docx: Paragraphs in the style “Fancy style” are kept as plain paragraphs.",
        "book.docx: Words in the style “Fancy words” are kept as plain words.",
    ]


def test_preview_asks_the_database_no_more_for_each_section_than_the_import_does(
    handbook: HandbookPage, editor: Client
) -> None:
    def queries(count: int) -> int:
        files: Files = {f"{number:02}.md": f"# Section {number}\n\nWords.\n" for number in range(count)}
        bring(editor, handbook, files)
        for page in handbook.sections()[:count:2]:
            page.unpublish()
        token = wait(editor, handbook, files)
        lines(editor, handbook, token)
        with CaptureQueriesContext(connection) as asked:
            editor.get(address(handbook, token))
        return len(asked)

    few, many = queries(2), queries(12)

    assert many - few == 2 * 10  # finding each section and its chapter again


# --- Confirming --------------------------------------------------------------------------------------------------------


@pytest.mark.each_database
def test_removing_sections_has_to_be_agreed_to(handbook: HandbookPage, editor: Client) -> None:
    bring(editor, handbook)
    token = wait(editor, handbook, {"01-start/01-who.md": BOOK["01-start/01-who.md"]})

    refused = confirm(editor, handbook, token)
    kept = SectionPage.objects.count()
    agreed = confirm(editor, handbook, token, may_remove="on")

    assert (refused.status_code, kept) == (409, 5)
    assert words(soup_of(refused), "[role=alert] p") == [
        "Nothing has been brought in. Tick the box to agree that sections are removed, or cancel."
    ]
    assert agreed["Location"] == EDITIONS
    assert SectionPage.objects.count() == 2


@pytest.mark.parametrize("change", ["edit", "draft", "move", "unpublish", "delete", "add"])
def test_a_working_copy_that_changed_meanwhile_is_shown_again(
    change: str, handbook: HandbookPage, editor: Client
) -> None:
    bring(editor, handbook)
    token = wait(editor, handbook, {**BOOK, "02-govern/votes.md": "# Votes\n\nAll."})
    promise = promise_shown(editor, handbook, token)
    why = SectionPage.objects.get(source_path="01-start/02-why.md")
    changes = {
        "edit": lambda: edit("01-start/02-why.md", "<p>Edited.</p>"),
        "draft": lambda: edit("01-start/02-why.md", "<p>Edited.</p>", publish=False),
        "move": lambda: why.move(SectionPage.objects.get(source_path="02-govern"), pos="last-child"),
        "unpublish": why.unpublish,
        "delete": why.delete,
        "add": lambda: add_section(handbook, "Ours"),
    }
    changes[change]()
    before = everything()

    response = editor.post(address(handbook, token), {"promise": promise})

    assert response.status_code == 409
    assert words(soup_of(response), "[role=alert] p") == [
        (
            "The working copy has changed since you saw this page. This is what the import would do now. "
            "Nothing has been brought in yet."
        )
    ]
    assert everything() == before
    assert confirm(editor, handbook, token, may_remove="on")["Location"] == EDITIONS


@pytest.mark.parametrize("data", [{}, {"promise": ""}, {"promise": "x:y:z"}, {"promise": "x" * 2_001}])
def test_a_confirmation_of_nothing_that_was_shown_brings_nothing_in(
    data: dict[str, str], handbook: HandbookPage, editor: Client
) -> None:
    response = editor.post(address(handbook, wait(editor, handbook)), data)

    assert (response.status_code, SectionPage.objects.count()) == (409, 0)


def test_what_was_shown_of_one_file_brings_no_other_in(handbook: HandbookPage, editor: Client) -> None:
    promise = promise_shown(editor, handbook, wait(editor, handbook))
    other = wait(editor, handbook, {"a.md": "# Another"})

    response = editor.post(address(handbook, other), {"promise": promise})

    assert (response.status_code, SectionPage.objects.count()) == (409, 0)


@pytest.mark.each_database
def test_a_second_confirmation_finds_nothing_that_waits(handbook: HandbookPage, editor: Client) -> None:
    token = wait(editor, handbook)
    promise = promise_shown(editor, handbook, token)
    editor.post(address(handbook, token), {"promise": promise})
    said(editor, EDITIONS)
    before = everything()

    response = editor.post(address(handbook, token), {"promise": promise})

    assert (response.status_code, response["Location"]) == (302, address(handbook))
    assert said(editor, address(handbook)) == [
        (
            "This file is not waiting any more. It has been brought in or cancelled, or it was uploaded more than a day ago. "
            "Nothing has been changed. Upload it again to bring it in."
        )
    ]
    assert everything() == before


@pytest.mark.each_database
def test_who_brought_it_in_is_in_the_history(handbook: HandbookPage, editor: Client) -> None:
    bring(editor, handbook)

    logged = PageLogEntry.objects.filter(data__has_key="imported_from").values_list(
        "user__groups__name", flat=True
    )
    assert set(logged) == {"Editor"}


def test_cancelling_deletes_the_file(handbook: HandbookPage, editor: Client) -> None:
    token = wait(editor, handbook)
    waited = waiting_files()

    response = editor.post(address(handbook, token, "cancel/"))

    assert len(waited) == 1
    assert (response["Location"], waiting_files(), SectionPage.objects.count()) == (EDITIONS, [], 0)
    assert said(editor, EDITIONS) == ["“book.zip” has been deleted. The working copy is as it was."]
    assert editor.post(address(handbook, token, "cancel/"))["Location"] == address(handbook)


def test_people_who_may_not_publish_sections_are_refused_in_words(handbook: HandbookPage) -> None:
    administrator = sign_in(make_staff("Administrator"), second_factor=True)

    answers = [
        administrator.get(address(handbook)),
        send(administrator, handbook, "a.md", b"# A"),
        administrator.get(address(handbook, "0" * 32)),
        administrator.post(address(handbook, "0" * 32)),
        administrator.post(address(handbook, "0" * 32, "cancel/")),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    reason = (
        "You may not publish sections in the working copy of Handbook, so you cannot bring a file into it. "
        "Ask an editor or a publisher."
    )
    assert [words(soup_of(answer), "[role=alert] li") for answer in answers] == [[reason]] * 5
    assert waiting_files() == []


def test_the_action_asks_again_whether_the_person_may(handbook: HandbookPage) -> None:
    with pytest.raises(ImportRefused):
        confirm_import(
            handbook=handbook,
            sources=[],
            state=state_of(handbook),
            may_remove=True,
            by=make_staff("Administrator"),
            now=NOW,
        )


# --- Where the file waits ----------------------------------------------------------------------------------------------


def test_a_file_that_waits_is_its_owners_and_its_handbooks_alone(
    handbook: HandbookPage, editor: Client
) -> None:
    token = wait(editor, handbook)
    other = make_handbook("Other", "other")
    stranger = sign_in(make_staff("Publisher"), second_factor=True)

    answers = [
        client.request(REQUEST_METHOD=method, PATH_INFO=address(book, token, step)).get("Location", "shown")
        for client, book in ((stranger, handbook), (editor, other))
        for method, step in (("GET", ""), ("POST", ""), ("POST", "cancel/"))
    ]

    assert answers == [address(handbook)] * 3 + [address(other)] * 3
    assert editor.get(address(handbook, token)).status_code == 200
    assert [name.startswith(f"handbook-imports/{handbook.pk}-") for name in waiting_files()] == [True]


def test_a_file_that_waits_is_not_among_the_public_pictures(handbook: HandbookPage, editor: Client) -> None:
    wait(editor, handbook)
    [held] = waiting_files()

    assert Client().get(f"/media/{held}").status_code == 404
    assert editor.get(f"/media/{held}").status_code == 404


@pytest.mark.parametrize("token", ["x", "..", "%2e%2e", "a" * 500, "0" * 32])
def test_a_token_that_was_never_given_finds_nothing(
    token: str, handbook: HandbookPage, editor: Client
) -> None:
    wait(editor, handbook)

    response = editor.get(f"{EDITIONS}import/{handbook.pk}/{token}/")

    assert response.status_code in {302, 404}
    assert response.get("Location", address(handbook)) == address(handbook)


def test_a_new_upload_takes_the_place_of_the_one_before(handbook: HandbookPage, editor: Client) -> None:
    first = wait(editor, handbook)
    second = wait(editor, handbook)

    assert len(waiting_files()) == 1
    assert editor.get(address(handbook, first))["Location"] == address(handbook)
    assert editor.get(address(handbook, second)).status_code == 200


@pytest.mark.parametrize(("seconds", "left"), [(-60, 1), (60, 0)])
def test_a_file_is_forgotten_after_a_day(
    seconds: int, left: int, handbook: HandbookPage, editor: Client
) -> None:
    token = wait(editor, handbook)
    now = timezone.now()
    uploaded = (now - timedelta(days=1, seconds=seconds)).timestamp()
    os.utime(Path(settings.MEDIA_ROOT) / waiting_files()[0], (uploaded, uploaded))

    shown = editor.get(address(handbook, token)).status_code
    deleted = uploads.forget_uploads(now)

    assert (shown, deleted, len(waiting_files())) == (200 if left else 302, 1 - left, left)
    assert uploads.forget_uploads(now) == 0


def test_nothing_is_forgotten_where_nothing_ever_waited() -> None:
    assert uploads.forget_uploads(timezone.now()) == 0


def test_a_handbook_that_is_none_is_not_found(editor: Client, handbook: HandbookPage) -> None:
    section = add_section(handbook, "Ours")

    for number in (section.pk, 999_999, 10**18):
        assert editor.get(f"{EDITIONS}import/{number}/").status_code == 404
        assert editor.post(f"{EDITIONS}import/{number}/x/").status_code == 404
        assert editor.post(f"{EDITIONS}import/{number}/x/cancel/").status_code == 404
