"""Searching in Chromium: typing, choosing what is proposed, narrowing, by keyboard and without scripts; and access that ends in between."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.people import log_in
from tests.browser.server import Portal
from tests.browser.watching import problems_at

DIRECTOR = "director@demo.example"
END_EVERYTHING = (
    "from django.utils import timezone; from forum.models import AccessRule; "
    "AccessRule.objects.update(until_at=timezone.now(), until_days=None, then='nothing')"
)
PAGES = (
    "/search/",
    "/search/?q=pharmacist",
    "/search/?q=pharmacist&kind=section&edition=all",
    "/search/?q=pharmasist",
    "/search/?q=xylophone",
    "/search/?q=pharmacist&region=nowhere",
)


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_pages_of_search_have_no_barrier_and_never_scroll_sideways(page: Page, width: int) -> None:
    log_in(page, DIRECTOR)

    found = {address: problems_at(width, page, address) for address in PAGES}

    assert {address: problems for address, problems in found.items() if problems} == {}


def test_a_director_finds_thread_section_and_toolkit_together_and_narrows(page: Page) -> None:
    log_in(page, DIRECTOR)
    page.get_by_role("searchbox", name="Search the portal").or_(
        page.get_by_role("combobox", name="Search the portal")
    ).fill("clinical pharmacist")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=re.compile(r"^\d+ results$"))).to_be_visible()
    kinds = page.locator(".search-kind").all_inner_texts()
    assert {"Handbook section", "Forum topic"} <= set(kinds)
    assert page.locator(".search-hits mark").first.inner_text().lower().startswith(("clinical", "pharmac"))

    page.get_by_label(re.compile(r"^Toolkit \(")).check()
    page.get_by_role("button", name="Show results").click()

    expect(page.get_by_text("Narrowed to: Toolkit.")).to_be_visible()
    assert set(page.locator(".search-kind").all_inner_texts()) == {"Toolkit"}
    page.locator(".search-hits h3 a").first.click()
    expect(page).to_have_url(re.compile("/toolkits/"))


def test_what_is_proposed_is_chosen_by_keyboard_and_told_to_screen_readers(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox", name="Search the portal")
    box.press_sequentially("netw agr")

    option = page.get_by_role("option", name=re.compile("The network agreement"))
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="suggestion")).to_have_count(1)

    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", re.compile("-0$"))
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(option).to_be_hidden()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/handbook/"))


def test_everything_works_without_scripts(open_page: Open) -> None:
    page = open_page(width=320, java_script_enabled=False)
    page.goto("/")
    page.get_by_label("Search the portal").fill("case study london")
    page.get_by_role("button", name="Search").click()
    page.locator(".filters").get_by_label(re.compile(r"^London \(")).check()
    page.get_by_role("button", name="Show results").click()

    expect(page.get_by_text("Narrowed to: London.")).to_be_visible()


def test_access_that_ends_between_two_pages_leaves_no_trace_on_the_second(portal: Portal, page: Page) -> None:
    log_in(page, DIRECTOR)
    page.goto("/search/?q=pharmacist&sort=newest")
    before = page.locator("main").inner_text()
    assert "Forum topic" in before

    portal.run("shell", "-v0", "-c", END_EVERYTHING)
    page.get_by_role("link", name=re.compile("^Next")).click()
    after = page.locator("main").inner_text()

    assert "Forum topic" not in after
    assert "Forum post" not in after
    assert "Setting up networks (" not in after
    page.goto("/search/?q=pharmacist")
    assert "Forum topic" not in page.locator("main").inner_text()
