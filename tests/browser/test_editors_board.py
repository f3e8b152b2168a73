"""An editor clears the board: mends a broken link, notes an amendment, reads a stale page again. Each card says so at once."""

import os
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.editing import annotate, open_section, prepare_edition, publish_section, said, write
from tests.browser.people import log_in
from tests.browser.test_account_pages import faults
from tests.browser.watching import violations

BOARD = "/admin/board/"
ARTICLE = "For sessional GPs: your place in a network"


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("region").filter(has=page.get_by_role("heading", name=title))


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        for width in (1280, 768, 320):
            page.set_viewport_size({"width": width, "height": 1500})
            page.wait_for_timeout(400)
            page.screenshot(path=Path(folder) / f"{name}-{width}.png")
        page.set_viewport_size({"width": 1280, "height": 900})


def test_an_editor_clears_the_board(page: Page) -> None:
    log_in(page, "editor@demo.example")
    prepare_an_edition(page)
    page.goto(BOARD)
    picture(page, "board")

    mend_the_link(page)
    page.goto(BOARD)
    expect(card(page, "Broken links")).to_contain_text("Every link that has been looked at leads somewhere.")

    card(page, "Amendments waiting for a note").get_by_role("link", name="Quorum and voting").click()
    annotate(page, "Amended 2.2 Quorum and voting", "Major", "Papers go out 5 working days before a meeting.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(BOARD)
    expect(card(page, "Amendments waiting for a note")).to_contain_text(
        "Every major amendment says what changed"
    )

    read_again(page)
    assert violations(page, ".desk") == []


def test_the_board_and_its_reports_have_no_faults(page: Page) -> None:
    log_in(page, "editor@demo.example")
    page.goto("/admin/links/")
    first = page.locator("td.title a").first.get_attribute("href") or ""

    assert faults(page, [BOARD, "/admin/board/read-again/", "/admin/links/", first]) == {}
    for name, path in (("links", "/admin/links/"), ("link", first), ("stale", "/admin/board/read-again/")):
        page.goto(path)
        picture(page, name)


def prepare_an_edition(page: Page) -> None:
    open_section(page, "Governance and decision making", "Quorum and voting")
    write(page, " Send the papers 5 working days before the meeting.")
    publish_section(page, "Quorum and voting")
    prepare_edition(page)
    said(page, "Edition 3.0 holds the working copy as it is now. Nothing is published yet.")


def mend_the_link(page: Page) -> None:
    card(page, "Broken links").get_by_role("link", name="harbour-and-heath-pcn.example").click()
    expect(page.get_by_text("There is no server of this name.")).to_be_visible()
    page.get_by_role("link", name=f"Edit “{ARTICLE}”").click()
    page.get_by_text("what its representatives do and what they are paid").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.wait_for_timeout(1000)  # the editor hands its text to the form a moment later
    page.get_by_role("button", name="More actions", exact=True).click()
    page.get_by_role("button", name="Publish", exact=True).click()
    said(page, f"Page '{ARTICLE}' has been published.")


def read_again(page: Page) -> None:
    """Says of each of the stale pages of the demo that it still holds."""
    stale = card(page, "Pages to read again")
    expect(stale.get_by_role("listitem")).to_have_count(3)
    expect(stale.get_by_role("listitem").first).to_contain_text("Yours.")
    for left in (2, 1, 0):
        stale.get_by_role("link", name="All pages to read again, by owner").click()
        page.get_by_role("link", name="Mark as read again").first.click()
        page.get_by_role("button", name="It still holds").click()
        expect(stale.locator("li")).to_have_count(left)
    expect(stale).to_contain_text("Every page has been read or published lately enough.")
