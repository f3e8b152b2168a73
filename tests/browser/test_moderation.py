"""Moderation: no barrier on any of its pages, by keyboard, and what becomes of posts that are held."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.people import log_in
from tests.browser.test_forum_pages import SETTING_UP, barriers, first_topic

MANAGER, MEMBER, READER = "listmanager@demo.example", "member@demo.example", "director@demo.example"
NEWCOMER_S = "Who covers for a shared pharmacist on leave?"
QUEUE = f"{SETTING_UP}moderation/"


def test_pages_of_moderation_have_no_barrier_and_never_scroll_sideways(page: Page) -> None:
    log_in(page, MANAGER)
    topic = first_topic(page).partition("?")[0]
    page.goto(topic)
    tools = page.locator(".post__tools").nth(1)
    of_a_post = [
        tools.get_by_role("link", name=name).get_attribute("href") or ""
        for name in ("Hold", "Suspend", "Report")
    ]
    page.goto(QUEUE)
    decide = page.get_by_role("link", name="Refuse").get_attribute("href") or ""
    page.goto(f"{SETTING_UP}applications/")
    application = page.locator(".listing a").first.get_attribute("href") or ""
    below = ["moderation/access/", "moderation/log/", "applications/", "invitations/"]

    assert (
        barriers(
            page,
            [
                QUEUE,
                decide,
                application,
                f"{topic}arrange/",
                *of_a_post,
                *(f"{SETTING_UP}{one}" for one in below),
            ],
        )
        == {}
    )


def test_a_newcomer_s_post_is_approved_by_keyboard_and_then_read_by_others(open_page: Open) -> None:
    reader, manager = open_page(), open_page()
    log_in(reader, READER)
    log_in(manager, MANAGER)
    held = "Do ask the pharmacies."
    open_topic(reader, NEWCOMER_S)
    expect(reader.get_by_text(held)).to_have_count(0)

    manager.goto(QUEUE)
    expect(manager.get_by_text(held)).to_be_visible()
    manager.get_by_role("button", name="Approve").focus()
    manager.keyboard.press("Enter")
    expect(manager.get_by_text("The post is approved. Readers see it.")).to_be_visible()

    open_topic(reader, NEWCOMER_S)
    expect(reader.get_by_text(held)).to_be_visible()


def test_a_post_with_an_nhs_number_is_held_the_author_told_why_and_a_refusal_reaches_them(
    open_page: Open,
) -> None:
    author, manager = open_page(), open_page()
    log_in(author, MEMBER)
    log_in(manager, MANAGER)

    author.goto(f"{SETTING_UP}new/")
    author.get_by_label("Subject").fill("A question about one referral")
    author.get_by_label("Your post").fill("Who knows what became of 943 476 5919?")
    author.get_by_role("button", name="Post", exact=True).click()
    why = "The number that ends in 19 looks like an NHS number."
    expect(author.locator(".post__hold")).to_contain_text(why)

    manager.goto(QUEUE)
    manager.get_by_role("link", name=re.compile("Refuse the post in “A question")).click()
    expect(manager.get_by_text(why)).to_be_visible()
    manager.get_by_label("Reason").fill("Please leave out the number.")
    manager.get_by_role("button", name="Refuse", exact=True).click()
    expect(manager.get_by_text("The post is refused. Its author is told why.")).to_be_visible()

    author.reload()
    expect(author.locator(".post__hold")).to_contain_text("Please leave out the number.")


def open_topic(page: Page, subject: str) -> None:
    page.goto(SETTING_UP)
    page.get_by_role("link", name=subject, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(subject)
