"""A search is saved, something new fits, a mail tells of it, and one click stops it: without scripts, on a narrow screen too."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.people import link_in, log_in, mail_to
from tests.browser.server import Portal
from tests.browser.watching import problems_at, what_sticks_out

PORTAL = {"worker": True}
DIRECTOR, MANAGER = "director@demo.example", "listmanager@demo.example"
LIST, RESULTS, SAVED = "/forum/setting-up-networks/", "/search/?q=lighthouse", "/search/saved/"
SUBJECT = "A rota for the lighthouse"
WORDS = "“lighthouse”"


def barriers(page: Page, *addresses: str) -> dict[tuple[str, int], list[str]]:
    """What is wrong with the pages, narrow and wide."""
    found = {(one, width): problems_at(width, page, one) for one in addresses for width in (320, 1280)}
    return {where: problems for where, problems in found.items() if problems}


def test_a_search_is_saved_told_of_and_stopped(open_page: Open, portal: Portal) -> None:
    page, plain = open_page(), open_page(320, java_script_enabled=False)
    for one, email in ((page, MANAGER), (plain, DIRECTOR)):
        log_in(one, email)

    plain.goto(RESULTS)
    plain.get_by_role("button", name="At once").click()
    expect(plain.get_by_text(f"You have saved the search {WORDS}.")).to_be_visible()
    expect(plain.get_by_text("We write to you as soon as something new fits it.").last).to_be_visible()

    page.goto(f"{LIST}new/")
    page.get_by_label("Subject").fill(SUBJECT)
    page.get_by_label("Your post").fill("Who keeps the light?")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(SUBJECT)
    later = datetime.now(UTC) + timedelta(minutes=20)
    portal.set_clock(later)
    portal.catch_up(later)

    letter = mail_to(portal, DIRECTOR, "New for your saved search")
    assert f"* {SUBJECT} Forum topic, in Forum › Setting up networks http" in " ".join(letter.text.split())
    plain.goto(link_in(letter, "/follow/stop/"))
    expect(plain.get_by_text(f"Saved search {WORDS}")).to_be_visible()
    plain.get_by_role("button", name="Stop these mails").click()
    plain.goto(SAVED)
    expect(plain.get_by_label("When we write to you")).to_have_value("never")
    plain.get_by_label("When we write to you").select_option("weekly")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_label("When we write to you")).to_have_value("weekly")
    plain.get_by_role("link", name="Delete").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Delete this saved search?")
    plain.get_by_role("button", name="Delete this search").click()
    expect(plain.get_by_text("You have not saved a search yet.")).to_be_visible()


def test_pages_of_saved_searches_have_no_barrier_and_never_scroll_sideways(page: Page) -> None:
    log_in(page, DIRECTOR)
    assert barriers(page, SAVED) == {}
    long = f"/search/?q={'quorum' * 40}"
    for address in ("/search/?q=quorum&kind=section", long):
        page.goto(address)
        page.get_by_role("button", name="Once a week").click()
        expect(page.get_by_text("You have saved this search.")).to_be_visible()
        page.set_viewport_size({"width": 320, "height": 900})
        page.reload()  # the menu folds itself a moment after the window has changed
        assert what_sticks_out(page) == []
    page.goto(SAVED)
    delete = page.get_by_role("link", name="Delete").last.get_attribute("href") or ""

    assert (
        barriers(page, SAVED, delete, "/search/?q=quorum&kind=section", RESULTS, "/accounts/following/") == {}
    )
