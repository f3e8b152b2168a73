"""What editors do with search, in a browser: the report, from it to a synonym and a promotion, and how searches are counted."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import log_in
from tests.browser.server import Portal
from tests.browser.test_account_pages import faults, faults_here

REPORT = "/admin/reports/searches/"
COUNTED = (
    "from search.models import ClickCount, SearchCount; from search.rules.counting import week_of; "
    "from django.utils import timezone; this = week_of(timezone.localdate(timezone.now())); "
    "row = SearchCount.objects.filter(query='indemnity', week=this).first(); "
    "print(row and (row.searches, row.opened), list(ClickCount.objects.filter(count=row).values_list('clicks', flat=True)) if row else [])"
)


def test_the_report_has_no_faults_and_leads_to_a_synonym_and_a_promotion(page: Page) -> None:
    log_in(page, "editor@demo.example")
    pages = faults(page, [REPORT, f"{REPORT}?period=4", "/admin/snippets/search/synonym/"])
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(REPORT)
    if folder := os.environ.get("PICTURES"):
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 4500})
            page.wait_for_timeout(500)
            page.screenshot(path=Path(folder) / f"searches-{width}.png")
        page.set_viewport_size({"width": 1280, "height": 900})
    row = (
        page.get_by_role("region", name="Found nothing").get_by_role("row").filter(has_text="parking permits")
    )
    row.get_by_role("link", name="Make a synonym").click()
    words = page.get_by_role("textbox", name="Words")
    expect(words).to_have_value("parking permits, ")
    adding = faults_here(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    words.fill("parking permits, PCN")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("“PCN” is already in the group “PCN, primary care network”.")).to_be_visible()
    words.fill("parking permits, car parks")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("link", name="parking permits, car parks")).to_be_visible()
    page.goto(REPORT)
    row = (
        page.get_by_role("region", name="Found nothing").get_by_role("row").filter(has_text="parking permits")
    )
    row.get_by_role("link", name="Change its synonyms").click()
    changing = faults_here(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(REPORT)
    row = (
        page.get_by_role("region", name="Found nothing").get_by_role("row").filter(has_text="parking permits")
    )
    row.get_by_role("link", name="Promote a result").click()
    expect(page.get_by_label("What people search for")).to_have_value("parking permits")
    promoting = faults_here(page)
    if folder:
        page.screenshot(path=Path(folder) / "promoting.png")

    assert (pages, adding, changing, promoting) == ({}, [], [], [])


def test_a_result_is_promoted_from_the_report(page: Page) -> None:
    log_in(page, "editor@demo.example")
    page.goto("/admin/searchpicks/add/?query=locum+bank")
    page.get_by_role("button", name="Add a recommended result").click()
    page.get_by_label("External link URL").last.fill("http://example.org/")
    page.get_by_label("External link text").last.fill("Locums near you")
    page.locator("main form [type=submit]").first.click()
    expect(page.get_by_text("Give an address that begins with https://.")).to_be_visible()
    page.get_by_label("External link URL").last.fill("https://example.org/")
    page.locator("main form [type=submit]").first.click()
    expect(page.get_by_role("link", name="locum bank")).to_be_visible()
    listing = faults_here(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="locum bank").click()
    changing = faults_here(page)

    assert (listing, changing) == ([], [])


@pytest.mark.parametrize("name", ["Export as CSV", "Export for Excel"])
def test_the_searches_can_be_taken_away(page: Page, name: str) -> None:
    log_in(page, "editor@demo.example")
    page.goto(REPORT)
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()

    assert re.fullmatch(r"searches-[\d-]{10}-[\d-]{10}\.(csv|xlsx)", download.value.suggested_filename)


def test_the_script_counts_a_search_and_what_is_opened_and_not_what_is_loaded_again(
    page: Page, portal: Portal
) -> None:
    def counted() -> str:
        return portal.run("shell", "--verbosity=0", "-c", COUNTED).strip()

    before = counted()
    with page.expect_response("**/search/counted"):
        page.goto("/search/?q=indemnity")
    searched = counted()
    told: list[str] = []
    page.on("request", lambda request: told.append(request.post_data or ""))
    page.reload()
    with page.expect_response("**/search/counted"):
        page.locator("[data-hit] a").first.click()
    page.wait_for_load_state()
    opened = counted()

    assert (before, searched, opened) == ("None []", "(1, 0) []", "(1, 1) [1]")
    assert ["source=" in one for one in told if "token=" in one] == [True]
