"""A director works through a checklist with a colleague, fills in a document and opens it, and works out what the network is paid."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from docx import Document
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.people import log_in
from tests.browser.watching import Watch, problems_at, violations, what_sticks_out

DIRECTOR, COLLEAGUE = "director@demo.example", "callum.hexwickham@demo.example"
KIT = "/toolkits/setting-up-a-network/"
FILL_IN = "/fill-in/job-description-clinical-director/"
CALCULATOR = (
    "/toolkits/funding-calculator/?registered=42%2C000&year=2025"
    "&posts_community-paramedic=1&cost_community-paramedic=50000"
)
LINE = "Make a first-year budget"


def to_the_list(page: Page, email: str) -> Locator:
    """Signs in, goes from the toolkit to the network's list, and gives the line of it."""
    log_in(page, email)
    page.goto(KIT)
    page.get_by_role("link", name="Work through this checklist with your network").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Checklist of Harbour and Heath PCN")
    return page.locator("[data-line]", has=page.get_by_role("button", name=LINE, exact=True))


def test_two_people_work_through_a_checklist_and_no_note_is_lost(
    open_page: Open, watches: dict[BrowserContext, Watch]
) -> None:
    page, other = open_page(), open_page()
    line, theirs = to_the_list(page, DIRECTOR), to_the_list(other, COLLEAGUE)
    address = urlsplit(theirs.locator("form").first.get_attribute("action") or "").path
    watches[other.context].expect(address, 409)
    expect(page.locator("[data-progress-words]")).to_have_text("8 of 24 done")

    # By keyboard alone: tick, then on to the person.
    page.get_by_role("button", name=LINE, exact=True).focus()
    page.keyboard.press("Space")
    expect(line.get_by_text("Saved", exact=True)).to_be_visible()
    expect(line.get_by_text(re.compile("^Done by Dora Example on"))).to_be_visible()
    expect(page.get_by_role("button", name=LINE, exact=True)).to_be_focused()
    expect(page.get_by_role("button", name=LINE, exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-progress-words]")).to_have_text("9 of 24 done")
    for key in ("Tab", "Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    expect(line.get_by_label("For whom")).to_be_focused()
    page.keyboard.type("Callum")
    expect(line.locator(".todo__facts").get_by_text("Callum Hexwickham")).to_be_visible()
    line.get_by_label("Note for your network").fill("Ask the bank first.")
    expect(line.locator(".todo__note")).to_contain_text("Ask the bank first.")
    expect(line.get_by_label("Note for your network")).to_be_focused()
    assert violations(page) == []

    # The other page shows the line as it was, and a note of its own is written there.
    theirs.get_by_text("Person, day and note").click()
    theirs.get_by_label("Note for your network").fill("The bank has answered.")
    expect(theirs.get_by_text("Somebody else has changed this note since you opened it.")).to_be_visible()
    expect(theirs.locator(".todo__note")).to_contain_text("Ask the bank first.")
    expect(theirs.get_by_label("Note for your network")).to_have_value("The bank has answered.")
    assert violations(other) == []
    theirs.get_by_label("Note for your network").fill("Ask the bank first. It has answered.")
    theirs.get_by_role("button", name="Save note").click()
    expect(theirs.locator(".todo__note")).to_contain_text("It has answered.")
    theirs.get_by_role("button", name=f"Undo “{LINE}”").click()
    expect(theirs.get_by_text(re.compile("^Tick taken back by Callum Hexwickham"))).to_be_visible()


def test_a_tick_without_a_connection_is_sent_when_there_is_one_again(
    open_page: Open, watches: dict[BrowserContext, Watch]
) -> None:
    page = open_page()
    line = to_the_list(page, DIRECTOR)
    address = urlsplit(line.locator("form").first.get_attribute("action") or "").path
    watches[page.context].expected[address] = 0  # the browser reports what did not get through
    page.context.set_offline(True)

    line.get_by_role("button", name=LINE, exact=True).click()
    expect(line.get_by_text("Not saved: there is no connection. We keep trying.")).to_be_visible()
    page.context.set_offline(False)

    expect(line.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()
    expect(line.get_by_text(re.compile("^Done by Dora Example on"))).to_be_visible()


def test_a_checklist_is_worked_on_without_scripts(open_page: Open) -> None:
    page = open_page(320, java_script_enabled=False)
    line = to_the_list(page, DIRECTOR)

    line.get_by_text("Person, day and note").click()
    line.get_by_label("Until which day").fill("2030-04-01")
    line.get_by_role("button", name="Save day").click()

    expect(line.locator(".todo__facts").get_by_text("1 April 2030")).to_be_visible()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_pages_of_a_checklist_have_no_barrier_and_never_scroll_sideways(
    page: Page, watch: Watch, width: int
) -> None:
    to_the_list(page, DIRECTOR)
    here = urlsplit(page.url).path
    found = {
        address: problems_at(width, page, address)
        for address in (here, "/checklists/", f"{here}start-again/", KIT)
    }
    page.goto(here)
    page.get_by_text("Person, day and note").nth(7).click()

    assert {address: problems for address, problems in found.items() if problems} == {}
    assert what_sticks_out(page) == []


def test_a_reader_fills_in_a_document_and_opens_it_without_scripts_or_an_account(
    open_page: Open, tmp_path: Path
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(KIT)
    page.get_by_role("link", name=re.compile("^Job description: clinical director")).first.click()
    page.get_by_role("button", name="Download the Word document").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    for box in page.get_by_role("main").get_by_role("textbox").all():
        box.fill("Words of a reader")
    page.get_by_label("Name of the network").fill("Harbour & Heath <PCN>")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the Word document").click()

    download.value.save_as(tmp_path / "made.docx")
    document = Document(str(tmp_path / "made.docx"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert download.value.suggested_filename == "job-description-clinical-director.docx"
    assert "Harbour & Heath <PCN>, Words of a reader" in cells
    assert document.sections[0].header.paragraphs[0].text == "Harbour & Heath <PCN>: clinical director"
    assert not [one.text for one in document.paragraphs if "{{" in one.text]


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_forms_and_sums_have_no_barrier_and_never_scroll_sideways(
    page: Page, watch: Watch, width: int
) -> None:
    found = {
        address: problems_at(width, page, address)
        for address in (FILL_IN, "/fill-in/", CALCULATOR, CALCULATOR.partition("?")[0])
    }

    assert {address: problems for address, problems in found.items() if problems} == {}


def test_a_network_works_out_its_funding_and_is_warned_of_what_was_amended(page: Page) -> None:
    page.goto("/toolkits/")
    page.get_by_role("link", name="What is your network paid?").click()
    page.get_by_label("Registered patients").fill("42,000")
    page.get_by_label("Community paramedic: full-time posts").fill("1")
    page.get_by_label("Community paramedic: cost of a full-time post a year").fill("£50,000")
    page.get_by_role("button", name="Work it out").click()

    expect(page.get_by_role("row", name="Core payment")).to_contain_text("£63,000.00")
    expect(page.get_by_role("row", name="Community paramedic")).to_contain_text("£35,000.00")
    expect(page.get_by_role("row", name="Community paramedic")).to_contain_text("edition 1.1; amended since")
    page.get_by_role("link", name="the section as it is now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Roles you can recruit")
