"""Lists in the admin, in a browser: no barrier that axe can find, no scrolling sideways, from a rule to what it does."""

from playwright.sync_api import Page, expect

from tests.browser.people import log_in
from tests.browser.test_account_pages import faults, faults_here

PLACES = (
    "",
    "settings/",
    "rules/",
    "rules/add/",
    "rules/conditions/",
    "effect/",
    "people/",
    "access/",
    "access/give/",
    "why/",
    "close/",
    "close/?now",
)


def test_a_rule_is_built_looked_at_and_saved(page: Page) -> None:
    log_in(page, "listmanager@demo.example")
    page.goto("/admin/lists/")
    index = faults_here(page)
    page.get_by_role("main").get_by_role("link", name="Clinical directors in post").click()
    home = page.url.partition("/admin/")[2]
    pages = faults(page, [f"/admin/{home}{place}" for place in PLACES])
    page.goto(f"/admin/{home}rules/add/")
    page.locator("[name=whom]").select_option("members")
    page.get_by_label("people appointed to be clinical director").check()
    page.locator("[name=end]").select_option("moment")
    page.get_by_role("button", name="Go on").click()
    asking = faults_here(page)
    page.locator("[name=until_at]").fill("2035-06-30T00:00")
    page.get_by_role("button", name="Go on").click()
    building = faults_here(page)
    page.get_by_role("link", name="What will this do?").click()
    looking = faults_here(page)
    page.get_by_role("button", name="Save these rules").click()
    expect(page.get_by_text("Saved. The rules hold from now on.")).to_be_visible()
    expect(
        page.get_by_text(
            "People appointed to be clinical director who are members of the association can read and post until"
        )
    ).to_be_visible()

    assert (index, pages, asking, building, looking) == ([], {}, [], [], [])


def test_a_person_is_looked_at_suspended_and_told_why(page: Page) -> None:
    log_in(page, "listmanager@demo.example")
    page.goto("/admin/lists/")
    page.get_by_role("main").get_by_role("link", name="Clinical directors in post").click()
    page.get_by_role("main").get_by_role("link", name="Active").click()
    page.get_by_role("table").get_by_role("link").first.click()
    person = faults_here(page)
    page.get_by_role("link", name="Suspend from the list").click()
    page.get_by_label("Reason").fill("Unkind.")
    suspending = faults_here(page)
    page.get_by_role("button", name="Suspend from the list").click()
    expect(page.get_by_role("cell", name="Unkind.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Why?").last.click()
    answer = faults_here(page)
    page.get_by_role("button", name="Send it to").click()
    expect(page.get_by_text("The letter goes to")).to_be_visible()

    assert [person, suspending, answer] == [[], [], []]


def test_a_list_is_closed_once_somebody_has_looked_at_what_becomes_of_its_people(page: Page) -> None:
    log_in(page, "listmanager@demo.example")
    page.goto("/admin/lists/add/")
    page.get_by_label("Name", exact=False).first.fill("For a while")
    page.locator("[name=slug]").fill("for-a-while")
    page.locator("[name=summary]").fill("A list for a while.")
    page.get_by_role("button", name="Save").click()
    page.goto(page.url.partition("rules/")[0])
    page.get_by_role("link", name="Close and move people on").click()
    beforehand = faults_here(page)
    page.get_by_label("I have looked at what becomes of people.").check()
    page.get_by_role("button", name="Close the list and move its people on").click()
    expect(page.get_by_text("The list is closed.")).to_be_visible()
    afterwards = faults_here(page)

    assert [beforehand, afterwards] == [[], []]
