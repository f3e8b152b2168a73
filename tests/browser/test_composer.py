"""Writing in the forum in a browser: by keyboard alone, without a connection, after the session has ended, with a picture."""

import base64
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.people import PASSWORD, log_in
from tests.browser.watching import Watch, violations, what_sticks_out
from tests.forum.files import picture

DIRECTOR = "director@demo.example"
NEW = "/forum/clinical-directors/new/"
DRAFTS = "/forum/clinical-directors/drafts/"
PASTE = """([text, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], "plan.png", {type: "image/png"}));
  const event = new ClipboardEvent("paste", {clipboardData: files, bubbles: true, cancelable: true});
  document.querySelector(text).dispatchEvent(event);
}"""
COPIES = "() => Object.keys(localStorage).filter((name) => name.startsWith('forum-draft:')).length"
TEXT = "#composer-text"


@pytest.fixture
def director(page: Page) -> Page:
    """The page on which a topic is started, opened by somebody who may."""
    log_in(page, DIRECTOR)
    page.goto(NEW)
    return page


def saved(page: Page) -> None:
    expect(page.locator("[data-state]")).to_contain_text("Draft saved at", timeout=15_000)


def faults_here(page: Page) -> list[str]:
    """What is wrong on the page that is open, narrow and wide."""
    found = []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)  # the menu folds a moment after the window has changed
        found += what_sticks_out(page) + violations(page)
    return found


def test_a_topic_is_written_previewed_and_posted_by_keyboard_alone(director: Page) -> None:
    page = director
    page.locator("#composer-subject").focus()
    page.keyboard.type("Votes by keyboard")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Quote")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(TEXT)).to_be_focused()
    page.keyboard.press("Control+b")
    page.keyboard.type("Half")
    page.keyboard.press("End")
    page.keyboard.type(" of them, says @Ama")
    expect(page.get_by_role("option", name="Amara Thistlebrook")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(TEXT)).to_have_value(
        re.compile(r"^\*\*Half\*\* of them, says \[@Amara Thistlebrook\]\(person:\d+\) $")
    )
    assert faults_here(page) == []
    page.get_by_role("button", name="Preview").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
    expect(page.locator(".composer-preview strong")).to_have_text("Half")
    assert faults_here(page) == []
    page.get_by_role("button", name="Post", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Votes by keyboard")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)  # it asks whether it was posted, then forgets it
    assert page.evaluate(COPIES) == 0


def test_a_closed_tab_and_a_lost_connection_lose_no_word(director: Page, watch: Watch) -> None:
    page = director
    page.locator("#composer-subject").fill("Kept")
    page.locator(TEXT).fill("First words")
    saved(page)
    page.context.set_offline(True)
    page.locator(TEXT).fill("First words, and more without a connection")
    expect(page.get_by_text("There is no connection. Your words are kept")).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_text("Nothing has been posted.")).to_be_visible()
    page.context.set_offline(False)
    again = page.context.new_page()
    page.close()
    again.goto(NEW)
    expect(again.locator(TEXT)).to_have_value("First words, and more without a connection")
    expect(again.locator("#composer-subject")).to_have_value("Kept")
    again.get_by_role("button", name="Throw the draft away").click()
    expect(again.locator(TEXT)).to_have_value("")
    assert again.evaluate(COPIES) == 0
    watch.problems[:] = [one for one in watch.problems if "ERR_INTERNET_DISCONNECTED" not in one]


def test_an_expired_session_loses_no_word(director: Page, watch: Watch) -> None:
    page = director
    watch.expect(NEW, 403)
    page.locator("#composer-subject").fill("Signed out")
    page.locator(TEXT).fill("Words of an hour")
    session = [one for one in page.context.cookies() if "sessionid" in one["name"]]
    page.context.clear_cookies(name=session[0]["name"])
    page.get_by_role("button", name="Post", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("You have been signed out")
    expect(page.get_by_label("Your words")).to_have_value("Words of an hour")
    assert faults_here(page) == []
    page.get_by_role("link", name="sign in and post them").click()
    page.get_by_label("E-mail address").fill(DIRECTOR)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()

    assert urlsplit(page.url).path == NEW
    expect(page.locator(TEXT)).to_have_value("Words of an hour")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Signed out")
    expect(page.get_by_text("Words of an hour")).to_be_visible()


def test_two_windows_are_told_of_one_another(director: Page, watch: Watch) -> None:
    watch.expect(DRAFTS, 409)
    page, other = director, director.context.new_page()
    other.goto(NEW)
    page.locator(TEXT).fill("Here")
    saved(page)
    other.locator(TEXT).fill("There")

    expect(other.get_by_text("You have written this in another window too")).to_be_visible(timeout=10_000)
    other.get_by_role("button", name="Take the words of the other window").click()
    expect(other.locator(TEXT)).to_have_value("Here")


def test_a_picture_is_pasted_described_and_posted(director: Page) -> None:
    page = director
    page.locator("#composer-subject").fill("With a picture")
    page.locator(TEXT).fill("Look:")
    page.evaluate(PASTE, [TEXT, base64.b64encode(picture()).decode()])
    described = page.get_by_label("What does the picture show?")
    expect(described).to_be_focused()
    described.fill("A plan [of ours]")
    expect(page.locator(TEXT)).to_have_value(re.compile(r"!\[A plan \\\[of ours\\\]\]\(attachment:"))
    assert faults_here(page) == []
    page.get_by_role("button", name="Post", exact=True).click()

    expect(page.get_by_role("img", name="A plan [of ours]")).to_be_visible()


def test_copies_in_the_browser_go_with_signing_out(director: Page) -> None:
    page = director
    page.locator(TEXT).fill("Confidential")
    assert page.evaluate(COPIES) == 1
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state("networkidle")

    assert page.evaluate(COPIES) == 0


def test_without_scripts_a_file_is_added_and_everything_posted(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    log_in(page, DIRECTOR)
    page.goto(NEW)
    page.get_by_label("Subject").fill("Without scripts")
    page.locator(TEXT).fill("See below.")
    page.get_by_label("Add a picture or a document").set_input_files(
        {"name": "plan.png", "mimeType": "image/png", "buffer": picture()}
    )
    page.get_by_label("If it is a picture: what does it show?").fill("Our plan")
    page.get_by_role("button", name="Add file").click()
    expect(page.locator(TEXT)).to_have_value(re.compile(r"^See below\.\s+!\[Our plan\]\(attachment:"))
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("img", name="Our plan")).to_be_visible()
