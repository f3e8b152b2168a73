"""An editor changes the handbook, a second person approves the edition, and readers see exactly that."""

import time

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Open
from tests.browser.editing import (
    add_section,
    annotate,
    open_section,
    prepare_edition,
    publish_section,
    said,
    unpublish_section,
    write,
)
from tests.browser.people import log_in
from tests.browser.watching import Watch, violations

PORTAL = {"worker": True}
SECONDS_FOR_PDF = 60

NOTES = {
    "Amended 2.2 Quorum and voting": (
        "Major",
        "Papers go out 5 working days before a meeting. Tell your chair.",
    ),
    "Amended 5.3 Planning the budget": ("Minor", "The budget is looked at again in October."),
    "Added 5.6 Paying for rooms": ("Major", "New section. List the rooms that you share."),
    "Removed 9.3 Insurance and indemnity": ("Major", "Removed. Ask your indemnity provider instead."),
}
WITHOUT_NOTES = [
    f"“{title}” is a major amendment without a note. Write what changed and what to do about it."
    for title in ("Quorum and voting", "Planning the budget", "Paying for rooms", "Insurance and indemnity")
]


def test_an_edition_lists_exactly_what_the_editor_has_changed_once_somebody_else_has_approved_it(
    page: Page, open_page: Open, watches: dict[BrowserContext, Watch]
) -> None:
    log_in(page, "editor@demo.example")
    change_the_working_copy(page)

    prepare_edition(page)
    said(page, "Edition 3.0 holds the working copy as it is now. Nothing is published yet.")
    expect(page.locator("legend")).to_have_text(list(NOTES))
    assert violations(page, ".handbook-admin") == []
    submit_with_notes(page)
    approve(open_page())

    reader = open_page()
    reader.goto("/handbook/amendments/")
    assert amendments_of(reader, "3.0") == [
        (heading, note, f"{significance} amendment.") for heading, (significance, note) in NOTES.items()
    ]
    reader.goto("/handbook/")
    expect(reader.locator(".edition-stamp strong")).to_have_text("Edition 3.0")
    contents = reader.get_by_role("navigation", name="Contents")
    expect(contents.get_by_role("link", name="Paying for rooms")).to_have_count(1)
    expect(contents.get_by_role("link", name="Insurance and indemnity")).to_have_count(0)
    reader.goto("/handbook/2.0/quorum-and-voting/")
    expect(reader.get_by_role("main")).not_to_contain_text("Send the papers 5 working days")
    reader.get_by_role("link", name="Read this section as it is now").click()
    expect(reader.get_by_role("main")).to_contain_text("Send the papers 5 working days before the meeting.")
    watches[reader.context].expect("/handbook/insurance-and-indemnity/", 404)
    reader.goto("/handbook/insurance-and-indemnity/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("This section is no longer in the handbook")


def change_the_working_copy(page: Page) -> None:
    """Changes two sections, adds one, and takes one out."""
    open_section(page, "Governance and decision making", "Quorum and voting")
    write(page, " Send the papers 5 working days before the meeting.")
    publish_section(page, "Quorum and voting")
    open_section(page, "Funding", "Planning the budget")
    write(page, " Look at it again in October.")
    publish_section(page, "Planning the budget")
    add_section(page, "Funding", "Paying for rooms", "Rooms cost money even when nobody is in them.")
    unpublish_section(page, "Legal and tax structures", "Insurance and indemnity")


def submit_with_notes(page: Page) -> None:
    """Tries to submit without notes, is told of each that is missing, writes them, and submits."""
    page.get_by_role("button", name="Save and go on to submit for approval").click()
    reasons = page.get_by_role("alert")
    expect(reasons.get_by_role("heading")).to_have_text("This edition cannot be submitted yet")
    expect(reasons.get_by_role("listitem")).to_have_text(WITHOUT_NOTES)
    assert violations(page, ".handbook-admin") == []
    page.get_by_role("link", name="Go back and put this right").click()
    for heading, (significance, note) in NOTES.items():
        annotate(page, heading, significance, note)
    page.get_by_role("button", name="Save and go on to submit for approval").click()
    assert violations(page, ".handbook-admin") == []
    page.get_by_role("button", name="Submit edition 3.0 for approval").click()
    said(page, "Edition 3.0 waits for approval. Its PDF is being made.")
    expect(
        page.get_by_text("You submitted this edition, so somebody else has to approve it.")
    ).to_be_visible()
    assert violations(page, ".handbook-admin") == []


def approve(page: Page) -> None:
    """Finds the edition among what awaits review, looks at what will go out, and approves it."""
    log_in(page, "publisher@demo.example")
    page.goto("/admin/")
    page.get_by_role("link", name="PCN handbook, edition 3.0").click()
    changed = page.get_by_role("region", name="Amended 2.2 Quorum and voting")
    expect(changed.locator("ins.new")).to_contain_text("Send the papers 5 working days before the meeting.")
    until = time.monotonic() + SECONDS_FOR_PDF
    while not page.get_by_role("link", name="PDF of edition 3.0").count() and time.monotonic() < until:
        page.wait_for_timeout(1_000)
        page.reload()
    link = page.get_by_role("link", name="PDF of edition 3.0").get_attribute("href")
    assert page.request.get(link).body()[:5] == b"%PDF-"
    assert violations(page, ".handbook-admin") == []
    page.get_by_role("link", name="The whole edition on one page").click()
    expect(page.get_by_role("main")).to_contain_text("Rooms cost money even when nobody is in them.")
    page.get_by_role("link", name="Back to the edition").click()
    page.get_by_role("button", name="Approve edition 3.0 and publish it").click()
    said(page, "Edition 3.0 is published. It will never change.")
    assert violations(page, ".handbook-admin") == []


def amendments_of(page: Page, number: str) -> list[tuple[str, str, str]]:
    """Heading, note and significance of each amendment of an edition, as readers see them."""
    items = page.get_by_role("region", name=f"Edition {number}").locator(".amendment").all()
    return [
        (
            item.get_by_role("heading").inner_text(),
            item.locator("p:not(.amendment__facts)").inner_text(),
            item.locator(".amendment__facts").inner_text().partition(".")[0] + ".",
        )
        for item in items
    ]
