"""The pages about mail of lists: no barrier, nothing that scrolls sideways, and a choice that is kept."""

from playwright.sync_api import Page, expect

from tests.browser.people import log_in
from tests.browser.test_forum_pages import SETTING_UP, barriers

MAIL = f"{SETTING_UP}moderation/mail/"


def test_pages_about_mail_have_no_barrier_and_never_scroll_sideways(page: Page) -> None:
    log_in(page, "listmanager@demo.example")
    page.goto(MAIL)
    mails = page.locator(".listing__title a").first.get_attribute("href") or ""
    page.goto(mails)
    one = page.get_by_role("link", name="Look at it").first.get_attribute("href") or ""

    assert barriers(page, [MAIL, f"{MAIL}came/", f"{MAIL}back/", mails, one]) == {}


def test_a_subscriber_chooses_by_keyboard_what_comes_by_mail(page: Page) -> None:
    log_in(page, "member@demo.example")
    assert barriers(page, [f"{SETTING_UP}mail/"]) == {}

    page.get_by_label("One mail a day, at 7am").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("You get one mail a day about Setting up networks.")).to_be_visible()
    expect(page.get_by_label("One mail a day, at 7am")).to_be_checked()
