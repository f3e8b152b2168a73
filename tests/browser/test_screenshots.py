"""The pictures in the documents, made anew with SCREENSHOTS=1."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.editing import open_section, prepare_edition, publish_section, write
from tests.browser.people import log_in

PORTAL = {"worker": True}
IMAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "images"
LARGEST = 200_000

pytestmark = pytest.mark.skipif(not os.environ.get("SCREENSHOTS"), reason="draws pictures: SCREENSHOTS=1")


def picture(page: Page, name: str) -> None:
    """Draws what the window shows. Raises AssertionError if the file is too large for the repository."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"{name}.png")
    assert (IMAGES / f"{name}.png").stat().st_size < LARGEST


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("home", "/"),
        ("handbook-section", "/handbook/quorum-and-voting/"),
        ("amendments", "/handbook/amendments/"),
        ("compare", "/handbook/compare/1.1/2.0/quorum-and-voting/"),
        ("case-studies", "/case-studies/"),
    ],
)
def test_what_readers_see(page: Page, name: str, path: str) -> None:
    page.goto(path)
    picture(page, name)


def test_what_editors_see(page: Page) -> None:
    log_in(page, "editor@demo.example")
    open_section(page, "Governance and decision making", "Quorum and voting")
    picture(page, "edit-section")
    write(page, " Send the papers 5 working days before the meeting.")
    publish_section(page, "Quorum and voting")
    prepare_edition(page)
    picture(page, "prepare-edition")


@pytest.mark.parametrize(
    ("name", "email", "path"),
    [
        ("editors-board", "editor@demo.example", "/admin/board/"),
        ("links-report", "editor@demo.example", "/admin/links/"),
        ("searches-report", "editor@demo.example", "/admin/reports/searches/"),
        ("documents-to-fill-in", "editor@demo.example", "/admin/snippets/toolkits/fillabledocument/"),
        ("questions-to-advisers", "adviser@demo.example", "/admin/enquiries/"),
        ("places-of-an-event", "organiser@demo.example", "/admin/places/"),
        ("my-portal", "director@demo.example", "/my/"),
    ],
)
def test_what_each_sees_at_their_desk(page: Page, name: str, email: str, path: str) -> None:
    log_in(page, email)
    assert page.goto(path).status == 200
    picture(page, name)


def test_what_approvers_see(open_page: Open) -> None:
    editor, publisher = open_page(), open_page()
    log_in(editor, "editor@demo.example")
    editor.goto("/admin/handbook-editions/")
    editor.get_by_role("link", name="Go on preparing edition").click()
    editor.get_by_label("Note").fill("Papers go out 5 working days before a meeting. Tell your chair.")
    editor.get_by_role("button", name="Save and go on to submit for approval").click()
    editor.get_by_role("button", name="for approval").click()
    log_in(publisher, "publisher@demo.example")
    publisher.goto("/admin/")
    publisher.get_by_role("link", name="PCN handbook, edition").click()
    while not publisher.get_by_role("link", name="PDF of edition").count():
        publisher.wait_for_timeout(1_000)
        publisher.reload()
    picture(publisher, "approve-edition")
