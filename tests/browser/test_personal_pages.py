"""Somebody takes everything about themselves away and is forgotten, with the keyboard alone."""

import json
import re
from zipfile import ZipFile

from playwright.sync_api import Page, expect

from tests.browser.people import PASSWORD, log_in, mail_to
from tests.browser.server import Portal
from tests.browser.watching import Watch, problems_at

PORTAL = {"debug": True, "worker": True}
DIRECTOR = "director@demo.example"


def test_a_director_takes_everything_away_and_is_forgotten(page: Page, portal: Portal) -> None:
    log_in(page, DIRECTOR)
    page.goto("/accounts/profile/")
    page.get_by_role("link", name="Download everything about you").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download everything").press("Enter")
    with ZipFile(download.value.path()) as archive:
        everything = json.loads(archive.read("everything.json"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Download everything about you")

    page.goto("/accounts/profile/")
    page.get_by_role("link", name="Delete your account and be forgotten").press("Enter")
    page.get_by_label("The e-mail address of your account").fill("another@demo.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is not the e-mail address of your account.").first).to_be_visible()
    page.get_by_label("The e-mail address of your account").fill(DIRECTOR)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/accounts/forgotten/$"))

    assert everything["sections"][0]["records"][0]["E-mail address"] == DIRECTOR
    assert mail_to(portal, DIRECTOR, "deleted").subject == "Your account has been deleted"
    page.goto("/accounts/profile/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_my_portal_has_no_barrier_and_each_card_is_reached_by_keyboard(page: Page, watch: Watch) -> None:
    log_in(page, "listmanager@demo.example")

    assert {width: problems_at(width, page, "/my/") for width in (320, 768, 1280)} == {
        320: [],
        768: [],
        1280: [],
    }
    titles = page.locator(".desk h2").all_inner_texts()
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached |= set(
            page.evaluate("[document.activeElement.closest('.desk__card')?.querySelector('h2').innerText]")
        )
    assert set(titles) <= reached
