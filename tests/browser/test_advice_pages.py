"""Somebody without an account asks, confirms, is answered by an adviser, and reads the answer: with the keyboard, and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.people import link_in, log_in, mail_to
from tests.browser.server import Portal
from tests.browser.test_account_pages import faults
from tests.browser.watching import violations, what_sticks_out

PORTAL = {"debug": True, "worker": True}
ADVISER = "adviser@demo.example"
SUBJECT = "A rota for six practices"
WIDTHS = (320, 768, 1280)


def look(page: Page) -> list[str]:
    """What is wrong with the page as it is, at each width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(500)  # the menu at the head is laid out anew
        found += what_sticks_out(page) + violations(page)
    return found


def fill_in(page: Page, email: str, text: str) -> None:
    """Fills the form in as a person does, who takes a few seconds."""
    page.goto("/ask-an-adviser/")
    page.get_by_role("button", name="Ask an adviser").click()
    page.get_by_label(re.compile("^Employment")).check()
    page.get_by_label("Your question in a few words").fill(SUBJECT)
    page.get_by_label("Your question", exact=True).fill(text)
    page.get_by_label("Your name").fill("Una Sample")
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_label(re.compile("^I agree")).check()
    page.wait_for_timeout(4_500)
    page.get_by_role("button", name="Send the question").press("Enter")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_somebody_asks_confirms_is_answered_and_reads_it(
    open_page: Open, portal: Portal, scripts: bool
) -> None:
    email = f"una-{scripts}@one.example".lower()
    page = open_page(java_script_enabled=scripts)
    fill_in(page, email, f"Who makes the rota? {scripts}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")
    address = link_in(mail_to(portal, email, "Confirm"), "/advice/")

    page.goto(address)
    page.get_by_role("button", name="This is my question").press("Enter")
    expect(page.get_by_text("Your question is with our advisers now.")).to_be_visible()
    received = mail_to(portal, email, "We have your question")
    assert re.search(r"by the end of \w+day \d+ \w+ 20\d\d", received.text)

    adviser = open_page()
    log_in(adviser, ADVISER)
    adviser.goto(link_in(mail_to(portal, ADVISER, received.subject.split()[-1]), "/admin/enquiries/"))
    adviser.get_by_label("Text").fill("Whoever employs the staff.\n\nWrite it into the agreement.")
    adviser.get_by_role("button", name="Send as an answer").press("Enter")
    expect(adviser.get_by_text("Your answer is on its way by mail.")).to_be_visible()

    answer = mail_to(portal, email, "An answer to your question")
    assert "Write it into the agreement." in answer.text
    page.goto(link_in(answer, "/advice/"))
    expect(page.get_by_text("Write it into the agreement.")).to_be_visible()
    page.get_by_label("Write more").fill("Thank you. And at night?")
    page.get_by_role("button", name="Send to the adviser").press("Enter")
    expect(page.get_by_text("We have sent this to the adviser.")).to_be_visible()
    if scripts:
        assert look(page) == []


def test_pages_have_no_barriers(open_page: Open, page: Page) -> None:
    assert faults(page, ["/ask-an-adviser/", "/advice/"]) == {}
    page.goto("/advice/")
    page.get_by_role("button", name="Send the question").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what it is about.")
    assert look(page) == []

    director = open_page()
    log_in(director, "director@demo.example")
    assert faults(director, ["/advice/mine/", "/advice/"]) == {}
    director.goto("/advice/mine/")
    director.get_by_role("link", name="Who employs a care coordinator").click()
    expect(director.get_by_text("An adviser answers")).to_be_visible()
    assert look(director) == []


def test_the_advisers_pages_have_no_barriers(open_page: Open) -> None:
    page = open_page()
    log_in(page, ADVISER)
    found = {}
    for path in ("", "held/", "figures/"):
        page.goto(f"/admin/enquiries/{path}")
        found[path] = violations(page, "main .nice-padding")
    page.goto("/admin/enquiries/?state=")
    page.get_by_role("link", name=re.compile("VAT on staff")).click()
    found["one"] = violations(page, "main .nice-padding")

    assert found == {"": [], "held/": [], "figures/": [], "one": []}
