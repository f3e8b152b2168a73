"""Reading with the keyboard alone, and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

WHERE = "() => document.activeElement.innerText.trim()"


def tab(page: Page, times: int) -> list[str]:
    """Presses Tab so often; the text of whatever then has the focus, each time."""
    reached = []
    for _ in range(times):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(WHERE))
    return reached


def test_the_skip_link_comes_first_and_leads_to_the_text(page: Page) -> None:
    page.goto("/handbook/quorum-and-voting/")

    assert tab(page, 1) == ["Skip to main content"]
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "maincontent"


def test_the_menu_is_reached_with_the_keyboard(page: Page) -> None:
    page.goto("/")

    reached = tab(page, 10)

    assert reached[2:] == [
        "Sign in",
        "Create account",
        *page.get_by_role("navigation", name="Menu").get_by_role("link").all_inner_texts(),
    ]


def test_the_folded_menu_opens_with_the_keyboard(open_page: Open) -> None:
    page = open_page(320)
    page.goto("/")
    more = page.get_by_role("button", name="Browse More")
    more.focus()

    page.keyboard.press("Enter")

    expect(more).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.nhsuk-header__menu') !== null") is True


def test_the_contents_unfold_with_the_keyboard_on_a_small_screen(open_page: Open) -> None:
    page = open_page(320)
    page.goto("/handbook/quorum-and-voting/")
    link = page.get_by_role("navigation", name="Contents").get_by_role("link", name="What to delegate")
    expect(link).to_be_hidden()

    page.locator("[data-contents] summary").focus()
    page.keyboard.press("Enter")

    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2.3 What to delegate")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_contents_work_without_scripts(open_page: Open, width: int) -> None:
    page = open_page(width, java_script_enabled=False)
    page.goto("/handbook/quorum-and-voting/")

    page.get_by_role("navigation", name="Contents").get_by_role("link", name="What to delegate").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("2.3 What to delegate")


@pytest.mark.parametrize("width", [320, 1280])
def test_case_studies_are_filtered_without_scripts(open_page: Open, width: int) -> None:
    page = open_page(width, java_script_enabled=False)
    page.goto("/case-studies/")
    every = page.locator(".results .listing a").all_inner_texts()

    page.get_by_role("checkbox", name="South West").check()
    page.get_by_role("button", name="Show results").click()

    expect(page.get_by_role("checkbox", name="South West")).to_be_checked()
    expect(page.get_by_text("Filtered by: South West")).to_be_visible()
    found = page.locator(".results .listing a").all_inner_texts()
    assert (len(every), found) == (6, ["Physiotherapists on the front desk's list"])
