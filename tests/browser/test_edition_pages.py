"""Our own pages in the admin: no barrier that axe can find. The admin around them is Wagtail's."""

import io
import subprocess
import time
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.browser.conftest import Open
from tests.browser.editing import prepare_edition, said, unpublish_section
from tests.browser.people import log_in
from tests.browser.server import Portal
from tests.browser.watching import Watch, violations

PORTAL = {"worker": True}
OURS = ".handbook-admin"
SECONDS_FOR_PDF = 60


def test_the_pages_about_editions(page: Page, watches: dict[BrowserContext, Watch]) -> None:
    log_in(page, "administrator@demo.example")
    page.goto("/admin/handbook-editions/")
    assert violations(page, OURS) == []
    unpublish_section(page, "Legal and tax structures", "Insurance and indemnity")
    prepare_edition(page)

    page.get_by_label("Number").fill("7.7")
    page.get_by_role("button", name="Save", exact=True).click()
    said(page, "The notes are not saved. Correct the errors below.")
    expect(page.get_by_label("Number")).to_have_value("7.7")
    expect(page.get_by_text("7.7 does not follow 2.0. The next edition is 2.1 or 3.0.")).to_be_visible()
    assert violations(page, OURS) == []
    page.goto("/admin/handbook-editions/")
    assert violations(page, OURS) == []

    page.get_by_role("link", name="Go on preparing edition").click()
    page.get_by_role("link", name="Discard this edition").click()
    assert violations(page, OURS) == []
    page.get_by_role("button", name="Discard edition").click()
    said(page, "Edition 3.0 has been discarded. The working copy is as it was.")
    page.get_by_role("link", name="Edition 2.0").click()
    assert violations(page, OURS) == []


def test_a_file_is_uploaded_and_seen_before_anything_changes(page: Page) -> None:
    log_in(page, "administrator@demo.example")
    page.goto("/admin/handbook-editions/")
    page.locator(OURS).get_by_role("link", name="Import").click()
    assert violations(page, OURS) == []
    page.get_by_label("File").set_input_files(file("rules.txt", b"Not a handbook"))
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("This kind of file cannot be brought in.")).to_be_visible()
    assert violations(page, OURS) == []

    page.get_by_label("File").set_input_files(file("handbook.zip", zipped()))
    page.get_by_role("button", name="Show what would change").click()
    counts = page.locator(OURS).get_by_role("list").first.get_by_role("listitem")
    expect(counts).to_have_text(["Added: 1", "Removed: 44", "Unchanged: 0"])
    added = page.locator(".handbook-amendment").filter(has_text="Bicycles")
    added.get_by_text("Read its text").click()
    expect(added).to_contain_text("Lock them.")
    assert violations(page, OURS) == []
    page.get_by_role("button", name="Bring this in").click()
    expect(page.get_by_role("checkbox", name="I agree that the sections")).to_be_focused()
    page.get_by_role("button", name="Cancel and delete the file").click()
    said(page, "“handbook.zip” has been deleted. The working copy is as it was.")
    page.goto("/admin/handbook-editions/")
    page.get_by_role("link", name="Edit the working copy").click()
    expect(page.get_by_role("link", name="Bicycles")).to_have_count(0)


def test_a_section_is_restored_from_an_older_edition_as_a_draft(page: Page) -> None:
    log_in(page, "administrator@demo.example")
    page.goto("/admin/handbook-editions/")
    page.get_by_role("link", name="Edition 1.1", exact=True).click()
    page.get_by_role("link", name="Restore a section from this edition").click()
    assert violations(page, OURS) == []

    page.get_by_role("link", name="7.2 Steps and deadlines in a dispute").click()
    words = page.get_by_role("region", name="Steps and deadlines in a dispute")
    expect(words.locator("del.gone").first).to_be_visible()
    assert violations(page, OURS) == []
    page.get_by_role("button", name="Restore as a draft").click()

    said(page, "“Steps and deadlines in a dispute” has the words of edition 1.1 again, as a draft.")
    page.get_by_role("button", name="Actions", exact=True).first.click()
    page.get_by_role("link", name="Restore from an edition").click()
    expect(page.get_by_role("row").filter(has_text="1.1")).to_contain_text("The same words")
    assert violations(page, OURS) == []


def test_an_erratum_is_published_and_read_in_its_section_in_the_list_and_in_front_of_the_pdf(
    page: Page, open_page: Open, tmp_path: Path
) -> None:
    log_in(page, "publisher@demo.example")
    page.goto("/admin/handbook-editions/")
    page.get_by_role("link", name="Edition 2.0", exact=True).click()
    page.get_by_role("link", name="Publish an erratum").click()
    assert violations(page, OURS) == []
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    assert violations(page, OURS) == []
    page.get_by_label("Section").select_option(label="9.2 VAT on shared staff")
    page.get_by_label("What is wrong and what is right").fill("The rate is 20%, not 2%.")
    page.get_by_role("button", name="Go on").click()
    shown = page.get_by_role("region", name="This is what readers will see in 9.2 VAT on shared staff")
    expect(shown).to_contain_text("The rate is 20%, not 2%.")
    assert violations(page, OURS) == []
    page.get_by_role("button", name="Publish the erratum").click()
    said(page, "The erratum to “VAT on shared staff” is published.")
    assert violations(page, OURS) == []

    reader = open_page()
    reader.goto("/handbook/vat-on-shared-staff/")
    expect(reader.get_by_role("note")).to_contain_text("The rate is 20%, not 2%.")
    assert violations(reader) == []
    reader.goto("/handbook/amendments/")
    entry = (
        reader.get_by_role("region", name="Edition 2.0").get_by_role("listitem").filter(has_text="Erratum")
    )
    expect(entry.filter(has_text="VAT on shared staff")).to_contain_text("The rate is 20%, not 2%.")
    wait_for_pdf(page, "PDF of edition 2.0 with 2 errata")
    reader.goto("/handbook/vat-on-shared-staff/")
    link = reader.get_by_role("link", name="Edition 2.0 as a PDF").get_attribute("href")
    assert "The rate is 20%, not 2%." in first_page(reader, link, tmp_path)


def test_the_report_of_sections_to_review(page: Page, portal: Portal) -> None:
    log_in(page, "administrator@demo.example")
    portal.run("shell", "--verbosity=0", "-c", SET_REVIEW)
    page.goto("/admin/")
    page.get_by_role("button", name="Reports").click()
    page.get_by_role("link", name="Sections to review").click()

    expect(page.get_by_role("row").filter(has_text="What to delegate")).to_contain_text("Overdue")
    assert violations(page, OURS) == []
    page.get_by_label("Standing").select_option("Due today")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("No section fits what you have chosen.")).to_be_visible()
    assert violations(page, OURS) == []


def test_the_report_of_what_readers_answered(page: Page, open_page: Open) -> None:
    reader = open_page()
    reader.goto("/handbook/conflicts-of-interest/")
    reader.get_by_text("Add a comment to your answer").click()
    reader.get_by_label("What was missing, or what helped?").fill("There is no example of a register.")
    reader.get_by_role("group", name="Was this section useful?").get_by_role("button", name="No").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert violations(reader) == []

    log_in(page, "administrator@demo.example")
    page.goto("/admin/")
    page.get_by_role("button", name="Reports").click()
    page.get_by_role("link", name="Section feedback").click()
    answered = page.get_by_role("row").filter(has_text="Conflicts of interest")
    expect(answered).to_contain_text("There is no example of a register.")
    assert violations(page, OURS) == []
    page.get_by_label("Edition").select_option(label="PCN handbook, edition 1.0")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Nobody has answered yet about edition 1.0.")).to_be_visible()
    assert violations(page, OURS) == []


SET_REVIEW = """
from handbook.models import SectionPage
SectionPage.objects.filter(title="What to delegate").update(review_by="2020-01-31")
"""


def file(name: str, content: bytes) -> FilePayload:
    """A file to upload."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def zipped() -> bytes:
    """A folder with one section."""
    folder = io.BytesIO()
    with ZipFile(folder, "w") as archive:
        archive.writestr("handbook/01-bicycles.md", "# Bicycles\n\nLock them.\n")
    return folder.getvalue()


def wait_for_pdf(page: Page, name: str) -> None:
    """Loads the page of an edition again until the PDF of that name is offered. Raises AssertionError if it never is."""
    until = time.monotonic() + SECONDS_FOR_PDF
    while not page.get_by_role("link", name=name).count() and time.monotonic() < until:
        page.wait_for_timeout(1_000)
        page.reload()
    expect(page.get_by_role("link", name=name)).to_be_visible()


def first_page(page: Page, address: str, folder: Path) -> list[str]:
    """The lines of the first page of a PDF on the site, each with single spaces."""
    (folder / "edition.pdf").write_bytes(page.request.get(address).body())
    command = ["pdftotext", "-l", "1", folder / "edition.pdf", "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [" ".join(line.split()) for line in text.splitlines()]
