"""What one follows, begun on many pages and changed on one: without scripts, on a narrow screen too."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.people import log_in
from tests.browser.watching import problems_at

READER = "listmanager@demo.example"
FOLLOWING, WEBINARS, BLOG = "/accounts/following/", "/events/?kind=webinar", "/blog/"
PLACES = {
    "/handbook/": "the handbook",
    "/handbook/quorum-and-voting/": "this section",
    WEBINARS: "webinars",
    "/events/?kind=course": "courses",
    BLOG: "Blog",
    "/forum/setting-up-networks/": "this list",
}


def barriers(page: Page, *addresses: str) -> dict[tuple[str, int], list[str]]:
    """What is wrong with the pages at each width."""
    found = {(one, width): problems_at(width, page, one) for one in addresses for width in (320, 768, 1280)}
    return {where: problems for where, problems in found.items() if problems}


def test_what_is_followed_on_many_pages_is_changed_on_one(page: Page, open_page: Open) -> None:
    plain = open_page(320, java_script_enabled=False)
    for one in (page, plain):
        log_in(one, READER)
    plain.goto(FOLLOWING)
    expect(plain.get_by_text("You do not follow anything yet.")).to_be_visible()
    assert barriers(page, FOLLOWING, "/events/") == {}

    for address, what in PLACES.items():
        plain.goto(address)
        plain.get_by_role("button", name=f"At once about {what}", exact=True).click()
        expect(plain.locator(".follow").filter(has_text=f"You follow {what}:")).to_be_visible()
    assert barriers(page, *PLACES) == {}

    plain.goto(FOLLOWING)
    headings = plain.get_by_role("main").get_by_role("heading", level=2).all_text_contents()
    assert headings[:4] == ["Events", "Forum", "Handbooks", "News and guidance"]
    plain.get_by_label("When we write to you about Webinars").select_option("weekly")
    plain.get_by_label("When we write to you about Courses").select_option("never")
    plain.get_by_role("button", name=re.compile("^Save ?: Events$")).click()
    expect(
        plain.get_by_text("We write to you about 1 thing as you chose. You no longer follow 1 thing.")
    ).to_be_visible()
    plain.get_by_text("Choose the same for all of these").click()
    plain.get_by_role("button", name=re.compile("Once a week.*all of Handbooks")).click()
    expect(plain.get_by_text("We write to you about 2 things as you chose.")).to_be_visible()
    chosen = [one.input_value() for one in plain.get_by_role("main").locator("select").all()]
    assert chosen == ["weekly", "at-once", "weekly", "weekly", "at-once"]
    assert barriers(page, FOLLOWING) == {}
