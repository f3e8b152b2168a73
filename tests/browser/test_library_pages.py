"""The pages around the handbook in Chromium: no barrier, no scrolling sideways, and what readers do there."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Open
from tests.browser.people import log_in
from tests.browser.server import Portal
from tests.browser.watching import Watch, problems_at, violations

PAGES = {
    "blog": "/blog/",
    "blog filtered": "/blog/?topic=workforce",
    "blog post with two authors": "/blog/six-pharmacists-and-one-inbox/",
    "briefings": "/briefings/",
    "briefings without result": "/briefings/?topic=care-homes&audience=practice-managers",
    "briefing": "/briefings/providers-and-networks/",
    "downloads": "/downloads/",
    "download": "/downloads/data-sharing-agreement/",
    "superseded version": "/downloads/data-sharing-agreement/versions/1.0/",
    "learning and development": "/learning/",
    "explainer": "/articles/networks-explained/",
    "resources": "/resources/",
    "resources by subject": "/resources/?subject=contract",
    "list of resources": "/resources/contract/",
    "timeline": "/articles/timeline-of-networks/",
    "guidance for an audience": "/articles/for-practice-managers/",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barrier_and_never_scrolls_sideways(page: Page, watch: Watch, name: str) -> None:
    assert {width: problems_at(width, page, PAGES[name]) for width in (320, 768, 1280)} == {
        320: [],
        768: [],
        1280: [],
    }


def test_a_reader_finds_posts_on_a_topic_and_goes_on_to_others(page: Page) -> None:
    page.goto("/blog/")
    page.get_by_label("Medicines (1)").check()
    page.get_by_role("button", name="Show results").click()
    expect(page.get_by_role("main").get_by_role("heading", level=2)).to_have_text("1 post found")
    page.get_by_role("link", name="Six pharmacists and one inbox").click()
    page.get_by_role("region", name="On the same topics").get_by_role("link").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("The meeting I stopped holding")


def test_a_reader_goes_straight_to_a_chapter_that_is_for_them(page: Page) -> None:
    page.goto("/briefings/providers-and-networks/")
    page.get_by_role("region", name="Who should read what").get_by_role(
        "link", name="Chapter 3: What trusts can offer"
    ).first.click()

    expect(page).to_have_url(re.compile("#chapter-3$"))
    expect(page.get_by_role("heading", name="What trusts can offer")).to_be_in_viewport()


def test_whoever_holds_an_earlier_version_is_led_to_the_current_one(page: Page) -> None:
    page.goto("/downloads/data-sharing-agreement/")
    page.get_by_role("link", name="Version 1.0", exact=True).click()
    expect(page.get_by_role("heading", name="Version 1.0 is superseded")).to_be_visible()
    page.get_by_text("I need version 1.0 all the same").click()
    old = page.get_by_role("link", name="Download superseded version 1.0").get_attribute("href")
    page.goto(old.partition("?")[0])
    expect(page).to_have_url(re.compile("/downloads/data-sharing-agreement/versions/1.0/$"))

    with page.expect_download() as download:
        page.get_by_role("link", name="Download version 2.0").click()
    assert download.value.suggested_filename == "data-sharing-agreement-2-0.docx"


def test_a_reader_goes_from_a_kind_of_learning_to_what_there_is_of_it(page: Page) -> None:
    page.goto("/learning/")
    page.get_by_role("link", name=re.compile("1 to choose from.*Masterclasses")).click()

    expect(page.get_by_role("heading", level=4)).to_have_text(["Negotiating with a trust: a masterclass"])


def test_an_animation_rests_after_five_seconds_and_can_be_played_again(
    browser: Browser, portal: Portal
) -> None:
    page = browser.new_page(base_url=portal.address, reduced_motion="no-preference")
    page.goto("/articles/networks-explained/")
    picture = page.get_by_role("img", name="Animation: How a network is made")
    picture.scroll_into_view_if_needed()
    page.get_by_role("button", name="Play again").click()
    page.wait_for_timeout(900)
    begins = picture.screenshot()
    page.wait_for_timeout(5_500)
    rests = picture.screenshot()
    page.wait_for_timeout(1_000)

    assert begins != rests
    assert picture.screenshot() == rests
    page.get_by_text("Transcript of “How a network is made”").click()
    expect(page.get_by_text("Six practices appear one after the other")).to_be_visible()
    page.close()


def test_who_wants_no_motion_sees_the_picture_at_rest_and_no_button(page: Page) -> None:
    page.goto("/articles/networks-explained/")
    picture = page.get_by_role("img", name="Animation: How a network is made")
    first = picture.screenshot()
    page.wait_for_timeout(1_500)

    assert picture.screenshot() == first
    expect(page.get_by_role("button", name="Play again")).to_have_count(0)


def test_a_timeline_says_what_is_past_now_and_to_come(page: Page) -> None:
    page.goto("/articles/timeline-of-networks/")

    for name, first in (
        ("What has happened", "The NHS Long Term Plan is published"),
        ("Now", "Winter planning"),
        ("Still to come", "Workforce plans have to be in"),
    ):
        expect(
            page.get_by_role("region", name=name, exact=True).get_by_role("heading", level=3).first
        ).to_have_text(first)


def test_a_visitor_finds_a_case_study_by_region_on_the_map(page: Page) -> None:
    page.goto("/case-studies/")
    page.get_by_text("Choose a region on a map").click()
    assert violations(page) == []
    page.get_by_role("link", name="East of England 1 case study").click()

    expect(page.get_by_role("main").get_by_role("heading", level=3)).to_have_text(
        ["A paramedic for the one o'clock visits"]
    )


def test_lists_can_be_narrowed_without_scripts(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/resources/")
    page.get_by_label("Social prescribing (1)").check()
    page.get_by_role("button", name="Show results").click()

    expect(page.get_by_role("heading", level=3)).to_have_text(["Social prescribing"])


def test_a_recording_is_played_and_wound_where_it_stands(page: Page, portal: Portal) -> None:
    log_in(page, "director@demo.example")
    parts: list[int] = []
    page.on("response", lambda answer: parts.append(answer.status) if ".webm" in answer.url else None)
    page.goto("/events/winter-planning/")
    film = page.locator("video").first

    film.evaluate("async film => { film.muted = true; await film.play() }")
    wound = film.evaluate(
        "film => new Promise(done => { film.onseeked = () => done(film.currentTime); film.currentTime = film.duration / 2 })"
    )

    assert wound > 0
    assert film.evaluate("film => film.error") is None
    assert set(parts) == {206}
