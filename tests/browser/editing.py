"""What editors do in the admin: find a section, change it, add one, take one out."""

import re

from playwright.sync_api import Page, expect


def open_chapter(page: Page, chapter: str) -> None:
    """Goes from the list of editions to the sections of a chapter."""
    page.goto("/admin/handbook-editions/")
    page.get_by_role("link", name="Edit the working copy").click()
    page.get_by_role("link", name=f"Explore child pages of '{chapter}'").click()


def open_section(page: Page, chapter: str, title: str) -> None:
    """Opens the editor of a section."""
    open_chapter(page, chapter)
    page.locator("td.title").get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("textbox", name="Title")).to_have_value(title)


def write(page: Page, text: str) -> None:
    """Types at the end of the section's first text, as a person would."""
    widget = page.locator("[data-streamfield-widget]:has([data-draftail-editor-wrapper])").first
    widget.get_by_role("textbox").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)
    # The editor hands its text to the form a moment after the last key.
    expect(widget.locator("> input")).to_have_value(re.compile(re.escape(text)))


def publish_section(page: Page, title: str) -> None:
    """Publishes the section that is open, from the menu at the foot of the editor."""
    page.get_by_role("button", name="More actions", exact=True).click()
    page.get_by_role("button", name="Publish", exact=True).click()
    said(page, f"Page '{title}' has been published.")


def add_section(page: Page, chapter: str, title: str, text: str) -> None:
    """Adds a section with one text at the end of a chapter and publishes it."""
    open_chapter(page, chapter)
    page.get_by_role("link", name="Add child page", exact=True).click()
    page.get_by_role("textbox", name="Title").fill(title)
    page.get_by_role("button", name="Insert a block").click()
    page.get_by_role("option", name="Text", exact=True).click()
    write(page, text)
    page.get_by_role("button", name="More actions", exact=True).click()
    page.get_by_role("button", name="Publish", exact=True).click()
    said(page, f"Page '{title}' created and published.")


def unpublish_section(page: Page, chapter: str, title: str) -> None:
    """Takes a section out of the next edition."""
    open_section(page, chapter, title)
    page.get_by_role("button", name="More actions", exact=True).click()
    page.get_by_role("link", name="Unpublish", exact=True).click()
    page.get_by_role("button", name="Yes, unpublish it").click()
    said(page, f"Page '{title}' unpublished.")


def prepare_edition(page: Page) -> None:
    """Freezes the working copy, from the menu at the side of the admin."""
    page.goto("/admin/")
    page.get_by_role("link", name="Handbook editions").click()
    page.get_by_role("button", name="Prepare an edition").click()


def said(page: Page, text: str) -> None:
    """Waits for the admin to say something at the head of the page."""
    expect(page.locator(".messages").get_by_text(text)).to_be_visible()


def annotate(page: Page, heading: str, significance: str, note: str) -> None:
    """Says of one amendment, named by its heading, how much it matters and what readers should know."""
    amendment = page.get_by_role("group", name=heading, exact=True)
    amendment.get_by_role("radio", name=significance).check()
    amendment.get_by_label("Note").fill(note)
