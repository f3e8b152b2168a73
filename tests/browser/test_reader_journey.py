"""A director reads, compares, cites and follows the handbook, is told of the next edition, and stops being told."""

import re
import subprocess
import time
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.editing import open_section, publish_section, write
from tests.browser.people import SECONDS_FOR_MAIL, link_in, log_in, mail_to
from tests.browser.server import Portal

PORTAL = {"worker": True}
READER, EDITOR = "nonmember@demo.example", "editor@demo.example"
SECTION = "/handbook/quorum-and-voting/"
# The demo's edition 1.0 was published 760 days ago, and 1.1 has been in force for 420 days.
IN_FORCE_THEN = timezone.localdate() - timedelta(days=600)


def test_a_director_sees_what_has_changed_since_an_older_edition_and_steps_through_it(page: Page) -> None:
    log_in(page, READER)
    page.goto("/handbook/1.0/quorum-and-voting/")
    expect(page.locator(".notice")).to_contain_text("This section has changed since.")
    page.get_by_role("link", name="see what changed", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Edition 2.0 compared with 1.0 2.2 Quorum and voting"
    )
    steps = page.get_by_role("group", name="Changes")
    place = steps.get_by_role("status")
    expect(place).to_have_text(re.compile(r"^\d+ changes$"))
    count = int(place.inner_text().split()[0])

    def stands_at(number: int) -> None:
        expect(place).to_have_text(f"Change {number} of {count}")
        expect(page.locator("[data-current]")).to_have_count(1)
        expect(page.locator("[data-current]")).to_be_focused()
        expect(page.locator("[data-current]")).to_be_in_viewport()

    steps.get_by_role("button", name="Next change").click()
    stands_at(1)
    page.keyboard.press("n")
    stands_at(2)
    page.keyboard.press("n")
    stands_at(3)
    page.keyboard.press("p")
    stands_at(2)
    steps.get_by_role("button", name="Previous change").click()
    stands_at(1)
    page.keyboard.press("p")
    stands_at(count)


def test_a_reader_names_a_day_between_two_editions_and_reads_what_was_in_force(page: Page) -> None:
    page.goto("/handbook/editions/")

    page.get_by_label("Date").fill(IN_FORCE_THEN.isoformat())
    page.get_by_role("button", name="Show the handbook as at this date").click()
    then = f"{IN_FORCE_THEN.day} {IN_FORCE_THEN:%B %Y}"
    expect(page.locator(".notice strong")).to_have_text(f"Edition 1.0 was in force on {then}.")
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Quorum and voting").click()

    expect(page).to_have_url(re.compile(rf"/handbook/as-at/{IN_FORCE_THEN}/quorum-and-voting/$"))
    expect(page.locator(".notice strong")).to_have_text(f"Edition 1.0 was in force on {then}.")
    expect(page.locator(".prose")).to_contain_text("half is two and a half, so three must attend")


def test_the_pdf_opens_on_the_page_that_has_the_section(page: Page, tmp_path: Path) -> None:
    page.goto(SECTION)
    link = page.get_by_role("link", name="Edition 2.0 as a PDF")
    address, fragment = urldefrag(link.get_attribute("href"))
    answer = page.request.get(address)
    file = tmp_path / "handbook.pdf"
    file.write_bytes(answer.body())
    of_file = int(fragment.removeprefix("page="))
    printed = int(link.inner_text().rpartition(" ")[2])

    assert (answer.headers["content-type"], answer.body()[:5]) == ("application/pdf", b"%PDF-")
    headings = [number for number in (of_file - 1, of_file) if "2.2 Quorum and voting" in lines(file, number)]
    assert headings == [of_file]
    # The errata sheet in front moves the pages of the file, and not the numbers that are printed on them.
    assert of_file - printed == 1
    assert "Errata" in lines(file, 1)


def lines(file: Path, page: int) -> list[str]:
    """The lines of a page of a PDF, with single spaces."""
    command = ["pdftotext", "-f", str(page), "-l", str(page), file, "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_section_is_cited_with_one_press(open_page: Open, portal: Portal) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(SECTION)

    page.get_by_role("button", name="Copy citation").click()

    expect(page.locator("[data-copies]").get_by_role("status")).to_have_text("Copied")
    since = timezone.localdate(timezone.now() - timedelta(days=45))
    assert page.evaluate("navigator.clipboard.readText()") == (
        f"PCN handbook, edition 2.0 (in force from {since.day} {since:%B %Y}), section 2.2, ‘Quorum and voting’. "
        f"{portal.address}/handbook/2.0/quorum-and-voting/"
    )


def test_a_director_is_told_of_the_next_edition_once_and_then_stops_being_told(
    page: Page, open_page: Open, portal: Portal
) -> None:
    log_in(page, READER)
    mark_as_read_and_follow(page)
    editor = open_page()
    log_in(editor, EDITOR)
    follow_the_handbook(editor)

    publish(editor, portal, "2.1", "Send the papers 5 working days before the meeting.")
    letter = mail_to(portal, READER)
    assert letter.subject == "PCN handbook: edition 2.1 is published"
    page.goto(link_in(letter, "/handbook/compare/2.0/2.1/"))
    expect(page.locator(".prose.redline ins.new")).to_contain_text("Send the papers 5 working days before")
    page.goto(SECTION)
    expect(page.locator(".last-read")).to_contain_text("This section has changed since you last read it")

    stop_by_the_link_in_the_header(open_page(), page, portal)

    publish(editor, portal, "2.2", "Put the longest item first.")
    until = time.monotonic() + SECONDS_FOR_MAIL
    while len(portal.letters(EDITOR)) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    # The mails of an edition are written in one transaction: once one has gone out, no other is still to come.
    written = "from portal.members.models import Mail; print(*Mail.objects.filter(template='handbook_edition').values_list('to', flat=True))"
    assert sorted(portal.run("shell", "--verbosity=0", "-c", written).split()) == [EDITOR, EDITOR, READER]
    assert len(portal.letters(READER)) == 1


def mark_as_read_and_follow(page: Page) -> None:
    """Marks the section as read and follows it at once, each by its button."""
    page.goto(SECTION)
    page.get_by_role("button", name="Mark as read").click()
    expect(
        page.get_by_text("“2.2 Quorum and voting” is marked as read. We will show you here when it changes.")
    ).to_be_visible()
    expect(page.locator(".mark-read")).to_contain_text("You have read this section as it is now")
    page.get_by_role("button", name="At once").click()
    expect(page.locator(".follow")).to_contain_text("You follow this section: as soon as it changes.")


def follow_the_handbook(page: Page) -> None:
    """Follows all of it, at once."""
    page.goto("/handbook/")
    page.get_by_role("button", name="At once").click()
    expect(page.locator(".follow")).to_contain_text("You follow the handbook: as soon as it changes.")


def publish(editor: Page, portal: Portal, number: str, sentence: str) -> None:
    """An editor adds a sentence to the section, and an edition with it goes out."""
    open_section(editor, "Governance and decision making", "Quorum and voting")
    write(editor, f" {sentence}")
    publish_section(editor, "Quorum and voting")
    portal.run("publish_edition", "handbook", "--number", number, "--note", "More on meetings.")


def stop_by_the_link_in_the_header(anybody: Page, director: Page, portal: Portal) -> None:
    """Opens the link of List-Unsubscribe, which alone changes nothing; then presses the button on its page."""
    headers = message_from_bytes(portal.letters(READER)[-1].read_bytes(), policy=policy.default)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    anybody.goto(urlsplit(headers["List-Unsubscribe"].strip(" <>")).path)
    expect(anybody.get_by_role("heading", level=1)).to_have_text("Stop these mails?")
    expect(anybody.get_by_role("main").get_by_role("listitem")).to_have_text(
        ["PCN handbook, section 2.2: Quorum and voting"]
    )
    director.reload()
    expect(director.locator(".follow")).to_contain_text("You follow this section")
    anybody.get_by_role("button", name="Stop these mails").click()
    expect(anybody.get_by_role("heading", level=1)).to_have_text("These mails have been stopped")
    director.reload()
    expect(director.locator(".follow")).to_contain_text("Follow this section. When it changes, write to me:")
