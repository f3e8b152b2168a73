"""Our own pages in the admin: no barrier that axe can find. The admin around them is Wagtail's."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.editing import prepare_edition, said, unpublish_section
from tests.browser.people import log_in
from tests.browser.watching import Watch, violations

OURS = ".handbook-admin"


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
