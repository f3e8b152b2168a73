"""A banner is made, seen and without faults; the checks in the page editor run and find what is wrong."""

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.editing import open_section, said
from tests.browser.people import log_in
from tests.browser.watching import violations

TITLE = "Year-end claims close on Friday"


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        for width in (1280, 768, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png")
        page.set_viewport_size({"width": 1280, "height": 900})


def announce(page: Page, title: str, kind: str) -> None:
    """Adds a banner that has begun and goes on for a day."""
    now = datetime.now(ZoneInfo("Europe/London"))
    page.goto("/admin/snippets/pages/banner/add/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text").fill("Send the last claim of the year to your commissioner in time.")
    page.get_by_label("Kind").select_option(label=kind)
    page.get_by_label("Words of the link").fill("Read about claims")
    page.get_by_label("Address").fill("/handbook/")
    for label, moment in (("From", now - timedelta(days=1)), ("Until", now + timedelta(days=1))):
        page.get_by_label(label, exact=False).last.fill(f"{moment:%Y-%m-%d %H:%M}")
        # The calendar opens a tenth of a second after the field is entered, and lies over Save: left sooner, it opens late.
        calendar = page.locator(".xdsoft_datetimepicker:visible")
        expect(calendar).to_have_count(1)
        page.keyboard.press("Tab")
        expect(calendar).to_have_count(0)
    page.get_by_role("button", name="Save", exact=True).click()
    said(page, f"Announcement banner '{title}' created.")


def test_an_editor_announces_something_and_readers_see_it_everywhere(page: Page, open_page: Open) -> None:
    log_in(page, "editor@demo.example")
    announce(page, TITLE, "Information")
    announce(page, "The portal is away on Sunday", "Warning")
    reader = open_page()

    for path in ("/", "/accounts/login/", "/handbook/"):
        reader.goto(path)
        region = reader.get_by_role("region", name=f"Announcement {TITLE}")
        expect(region.get_by_role("link", name="Read about claims")).to_be_visible()
        assert violations(reader) == []
        picture(reader, f"banner{path.replace('/', '-')}")

    reader.emulate_media(media="print")
    expect(reader.get_by_text(TITLE)).to_be_hidden()


def test_the_checks_in_the_page_editor_find_a_heading_that_is_too_deep(page: Page) -> None:
    log_in(page, "editor@demo.example")
    open_section(page, "Governance and decision making", "Quorum and voting")
    text = page.locator("[data-streamfield-widget]:has([data-draftail-editor-wrapper])").first
    text.get_by_role("textbox").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Too deep")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    page.keyboard.type("#### ")
    expect(text.locator("> input")).to_have_value(re.compile("header-four"))

    page.get_by_role("button", name="Toggle checks", exact=True).click()

    panel = page.get_by_role("complementary").filter(has_text="Issues found")
    expect(panel.get_by_text("A heading is too deep")).to_be_visible(timeout=30_000)
    picture(page, "checks")
