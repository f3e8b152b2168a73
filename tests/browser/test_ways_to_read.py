"""Reading with the keyboard alone, and without scripts."""

import re

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

    menu = page.get_by_role("navigation", name="Menu").get_by_role("link").all_inner_texts()

    # The link to the content, the name of the portal, and the search with its button come first.
    reached = tab(page, 6 + len(menu))

    assert reached[4:] == ["Sign in", "Create account", *menu]


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


def test_the_section_that_is_open_is_in_view_in_the_contents_and_the_next_is_reached_with_the_keyboard(
    page: Page,
) -> None:
    page.goto("/handbook/planning-the-budget/")
    here = page.get_by_role("navigation", name="Contents").locator("[aria-current=page]")
    expect(here).to_have_text("5.3 Planning the budget")
    expect(here).to_be_in_viewport(ratio=1)

    here.focus()
    assert tab(page, 1) == ["5.4 The investment and impact fund"]
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("5.4 The investment and impact fund")


@pytest.mark.parametrize("scripts", [True, False])
def test_links_to_paragraphs_are_shown_and_followed_with_the_keyboard(open_page: Open, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    page.goto("/handbook/quorum-and-voting/")
    link = page.get_by_role("link", name="Link to paragraph 2", exact=True)
    expect(link).to_be_hidden()

    page.get_by_role("checkbox", name="Show links to paragraphs").focus()
    page.keyboard.press("Space")
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/handbook/quorum-and-voting/#p-2$"))
    expect(page.locator(":target")).to_be_in_viewport()


def test_editions_are_compared_without_scripts(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/handbook/editions/")

    page.get_by_label("Older edition").select_option("1.1")
    page.get_by_label("Newer edition").select_option("2.0")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Edition 2.0 compared with 1.1")
    compared = page.get_by_role("region", name="Amended 2.2 Quorum and voting")
    compared.get_by_role("link", name="Only this section").click()
    changes = page.get_by_role("navigation", name="Changes in this section")
    changes.get_by_role("link", name="2", exact=True).click()

    expect(page).to_have_url(re.compile(r"/handbook/compare/1\.1/2\.0/quorum-and-voting/#change-2$"))
    expect(page.locator(":target")).to_be_in_viewport()
    page.get_by_role("navigation", name="What to show").get_by_role(
        "link", name="Only the older text"
    ).click()
    expect(page.locator(".prose")).to_contain_text("half is two and a half, so three must attend")


def test_the_handbook_is_searched_without_scripts(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/handbook/")

    page.get_by_role("searchbox", name="Search the handbook").fill("two-thirds quorate")
    page.get_by_role("search", name="Search the handbook").get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role("listitem").get_by_role("link", name="Quorum and voting").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("2.2 Quorum and voting")


def test_a_section_is_called_useful_without_scripts(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/handbook/quorum-and-voting/")

    page.get_by_text("Add a comment to your answer").click()
    page.get_by_label("What was missing, or what helped?").fill("The example of three practices.")
    page.get_by_role("group", name="Was this section useful?").get_by_role("button", name="Yes").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    page.get_by_role("link", name="Back to 2.2 Quorum and voting").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2.2 Quorum and voting")
