"""Joining a list in a browser: no barrier that axe can find, no scrolling sideways, from the first look to the list and off it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.people import link_in, log_in, mail_to
from tests.browser.server import Portal
from tests.browser.test_account_pages import faults, faults_here

PORTAL = {"worker": True}
LIST = "/forum/setting-up-networks/"
WORDS = "Which practice do you work in?"


def test_somebody_applies_is_asked_and_let_in_and_leaves(page: Page, open_page: Open, portal: Portal) -> None:
    assert faults(page, [f"{LIST}about/", "/forum/clinical-directors/about/"]) == {}
    log_in(page, "editor@demo.example")
    page.goto(f"{LIST}about/")
    page.get_by_role("button", name="Apply to join").click()
    asked = faults_here(page)
    page.get_by_label("Which network?").fill("pcn")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Networks that fit")).to_be_visible()
    found = faults_here(page)
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    incomplete = faults_here(page)
    page.get_by_label("Another role").check()
    page.get_by_role("group", name="Networks that fit").get_by_role("radio").first.check()
    page.get_by_label("No, I am not a member").check()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your application for")
    waits = faults_here(page)

    desk = open_page()
    log_in(desk, "forum@demo.example")
    desk.goto(link_in(mail_to(portal, "forum@demo.example"), f"{LIST}applications/"))
    shown = faults_here(desk)
    desk.get_by_label("Ask a question").check()
    desk.get_by_role("button", name="Do this").click()
    expect(desk.get_by_role("heading", name="There is a problem")).to_be_visible()
    silent = faults_here(desk)
    desk.get_by_label("Your question, or why you refuse").fill(WORDS)
    desk.get_by_role("button", name="Do this").click()
    listed = faults_here(desk)

    page.goto(link_in(mail_to(portal, "editor@demo.example"), f"{LIST}app"))
    expect(page.get_by_text(WORDS)).to_be_visible()
    question = faults_here(page)
    page.get_by_label("Your answer").fill("In none.")
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_role("link", name="Withdraw this application").click()
    leaving = faults_here(page)
    page.get_by_role("button", name="Withdraw my application").click()
    expect(page.get_by_text("You have withdrawn your application.")).to_be_visible()

    assert [asked, found, incomplete, waits, shown, silent, listed, question, leaving] == [[]] * 9


def test_an_existing_list_moves_in_and_its_people_accept(
    page: Page, open_page: Open, portal: Portal, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("email,name\nnina@demo.example,Nina Newcomer\nnobody,\n")
    log_in(page, "listmanager@demo.example")
    page.goto("/admin/lists/")
    page.get_by_role("main").get_by_role("link", name="Setting up networks").click()
    page.get_by_role("link", name="Bring in an existing list").click()
    choosing = faults_here(page)
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_text("“nobody” is not an e-mail address.")).to_be_visible()
    looking = faults_here(page)
    page.get_by_role("button", name="Invite 1 person").click()
    expect(page.get_by_text("1 person has been invited.")).to_be_visible()
    page.goto(f"{LIST}invitations/")
    listed = faults_here(page)

    guest = open_page()
    guest.goto(link_in(mail_to(portal, "nina@demo.example"), "/forum/invitation/"))
    invited = faults_here(guest)
    guest.get_by_role("button", name="Accept and make my account").click()
    expect(guest.get_by_role("heading", name="There is a problem")).to_be_visible()
    incomplete = faults_here(guest)
    guest.get_by_label("Password", exact=True).fill("three random words")
    guest.get_by_label("Password again").fill("three random words")
    for box in guest.get_by_role("checkbox").all():
        box.check()
    guest.get_by_role("button", name="Accept and make my account").click()
    expect(guest.get_by_text("You are on Setting up networks now.")).to_be_visible()
    inside = faults_here(guest)
    guest.get_by_role("link", name="Leave this list").click()
    leaving = faults_here(guest)
    guest.get_by_role("button", name="Leave the list").click()
    guest.get_by_role("button", name="Come back").click()
    returning = faults_here(guest)
    guest.get_by_role("button", name="Come back").click()
    expect(guest.get_by_text("You are on Setting up networks again.")).to_be_visible()

    assert [choosing, looking, listed, invited, incomplete, inside, leaving, returning] == [[]] * 8
