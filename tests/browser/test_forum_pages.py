"""Reading in the forum: no barrier that axe can find, no scrolling sideways; by keyboard, without scripts, on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.people import log_in
from tests.browser.watching import Watch, problems_at

SETTING_UP, DIRECTORS = "/forum/setting-up-networks/", "/forum/clinical-directors/"
DIRECTOR, MANAGER = "director@demo.example", "listmanager@demo.example"


def first_topic(page: Page, place: str = SETTING_UP, which: str = "all") -> str:
    """The address of the first topic of a list."""
    page.goto(f"{place}?which={which}")
    return page.locator(".topics__subject a").first.get_attribute("href") or ""


def barriers(page: Page, addresses: list[str]) -> dict[tuple[str, int], list[str]]:
    """What is wrong with the pages, at both widths."""
    found = {(one, width): problems_at(width, page, one) for one in addresses for width in (320, 1280)}
    return {where: problems for where, problems in found.items() if problems}


def test_pages_of_a_member_have_no_barrier_and_never_scroll_sideways(page: Page) -> None:
    log_in(page, DIRECTOR)
    topic = first_topic(page)
    page.goto(topic)
    person = page.locator(".post__by a").first.get_attribute("href") or ""
    narrowed = [f"{SETTING_UP}?which={which}" for which in ("unread", "started", "taken-part", "followed")]

    assert barriers(page, ["/forum/", SETTING_UP, DIRECTORS, *narrowed, topic, person]) == {}


def test_every_discussion_of_the_demonstration_has_no_barrier(page: Page) -> None:
    log_in(page, DIRECTOR)
    topics = []
    for place in (SETTING_UP, DIRECTORS):
        page.goto(place)
        topics += [link.get_attribute("href") or "" for link in page.locator(".topics__subject a").all()]

    assert len(topics) >= 20
    found = {one: problems_at(320, page, one) for one in topics}
    assert {one: problems for one, problems in found.items() if problems} == {}


def test_pages_of_a_manager_have_no_barrier_and_never_scroll_sideways(page: Page) -> None:
    log_in(page, MANAGER)
    page.goto("/forum/")
    own = [link.get_attribute("href") or "" for link in page.locator(".listing h3 a").all()]

    assert barriers(page, ["/forum/", own[0], first_topic(page, own[0])]) == {}


def test_pages_of_those_outside_have_no_barrier(open_page: Open, watches: dict[object, Watch]) -> None:
    page = open_page()
    assert barriers(page, ["/forum/"]) == {}
    log_in(page, "nonmember@demo.example")
    watches[page.context].expect(DIRECTORS, 403)

    assert barriers(page, ["/forum/", DIRECTORS]) == {}
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "You cannot read Clinical directors in post now"
    )


def test_reading_to_the_end_marks_as_read_and_so_does_the_button_without_scripts(open_page: Open) -> None:
    page = open_page()
    log_in(page, DIRECTOR)
    topic = first_topic(page, which="unread")
    page.goto(topic)
    page.locator("[data-end-of-posts]").scroll_into_view_if_needed()
    expect(page.get_by_text("Marked as read.")).to_be_visible()
    expect(page.get_by_role("button", name="Mark as read")).to_have_count(0)
    assert first_topic(page, which="unread") != topic

    plain = open_page(320, java_script_enabled=False)
    log_in(plain, DIRECTOR)
    other = first_topic(plain, which="unread")
    plain.goto(other)
    plain.get_by_role("button", name="Mark as read").click()
    expect(plain.get_by_text("The topic is marked as read.")).to_be_visible()


def test_a_topic_is_found_and_opened_with_the_keyboard(page: Page) -> None:
    log_in(page, DIRECTOR)
    page.goto("/forum/")
    link = page.get_by_role("link", name="Setting up networks", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Setting up networks")

    page.locator(".topics__subject a").first.focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/topics/\d+/$"))
    expect(page.locator("article").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_on_paper_there_are_posts_and_no_buttons(open_page: Open, width: int) -> None:
    page = open_page(width)
    log_in(page, DIRECTOR)
    page.goto(first_topic(page))
    page.emulate_media(media="print")

    expect(page.locator(".post__text").first).to_be_visible()
    assert [one for one in page.locator("main button, .post__tools").all() if one.is_visible()] == []
