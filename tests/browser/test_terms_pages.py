"""Terms and the audit log in a browser: no barrier that axe can find, no scrolling sideways, from writing to accepting."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.people import log_in
from tests.browser.test_account_pages import faults, faults_here

TITLE = "Rules for visitors"
TEXT = "# Be kind\n\n- Say who you are.\n- Keep confidences.\n\n| a | b |\n|-|-|\n| 1 | 2 |\n"


def test_terms_are_written_published_and_accepted(page: Page, open_page: Open) -> None:
    log_in(page, "administrator@demo.example")
    page.goto("/admin/members/terms/create/")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=summary]").fill("You agree to be kind.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="New version").click()
    page.locator("[name=text]").fill(TEXT)
    drafting = faults_here(page)
    page.get_by_role("button", name="Save and see it as readers will").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    previewing = faults_here(page)
    page.goto("/admin/members/terms/")
    page.get_by_title(f"Versions of: {TITLE}").click()
    page.get_by_role("link", name="Publish it …").click()
    asking = faults_here(page)
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("A published version can never be changed")).to_be_visible()
    published = faults_here(page)
    reader = open_page()
    log_in(reader, "director@demo.example")
    reading = faults(reader, ["/terms/", "/terms/rules-for-visitors/", "/accounts/profile/"])
    reader.goto("/terms/rules-for-visitors/accept/")
    reader.get_by_role("button", name="Accept").click()
    expect(reader.get_by_role("heading", name="There is a problem")).to_be_visible()
    accepting = faults_here(reader)
    reader.get_by_label("I have read and accept").check()
    reader.get_by_role("button", name="Accept").click()
    expect(reader.get_by_text(f"You have accepted: {TITLE}, version 1.")).to_be_visible()
    page.goto("/admin/audit-log/")
    page.get_by_role("link", name="Terms accepted").first.click()
    entry = faults_here(page)
    log = faults(page, ["/admin/audit-log/"])

    assert [drafting, previewing, asking, published, accepting, entry, reading, log] == [[]] * 6 + [{}, {}]
