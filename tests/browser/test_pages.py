"""Every type of page that readers see: no barrier that axe can find, no scrolling sideways, nothing wrong unseen."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.people import log_in
from tests.browser.watching import Watch, problems_at

# The demo's edition 1.0 was published 760 days ago, and 1.1 has been in force for 420 days.
IN_FORCE_THEN = timezone.localdate() - timedelta(days=600)

PAGES = {
    "home": "/",
    "hub": "/pcn-essentials/",
    "listing": "/articles/",
    "article": "/articles/what-a-primary-care-network-is/",
    "top tips": "/top-tips/running-a-network-meeting/",
    "toolkit": "/toolkits/network-meetings-and-decisions/",
    "case studies": "/case-studies/",
    "case studies filtered": "/case-studies/?region=south_west",
    "case studies without result": "/case-studies/?region=london&region=&theme=care-homes",
    "case study": "/case-studies/nine-care-homes-six-practices/",
    "handbook": "/handbook/",
    "chapter": "/handbook/governance-and-decision-making/",
    "section": "/handbook/quorum-and-voting/",
    "section with a picture": "/handbook/the-governing-body/",
    "section with a table": "/handbook/time-and-pay/",
    "whole handbook": "/handbook/whole/",
    "amendments": "/handbook/amendments/",
    "editions": "/handbook/editions/",
    "older edition": "/handbook/1.0/",
    "older edition, section that has changed": "/handbook/1.0/quorum-and-voting/",
    "older edition, section unchanged": "/handbook/1.0/the-core-payment/",
    "older edition, section removed": "/handbook/1.1/sharing-data-during-set-up/",
    "section with an erratum": "/handbook/reserves-and-underspends/",
    "amendments filtered": "/handbook/amendments/?chapter=funding&significance=major",
    "choice of editions to compare": "/handbook/compare/?from=1.0&to=9.9",
    "comparison": "/handbook/compare/1.0/2.0/",
    "comparison of a section": "/handbook/compare/1.0/2.0/quorum-and-voting/",
    "comparison of a table": "/handbook/compare/1.1/2.0/time-and-pay/",
    "comparison of a section that has moved": "/handbook/compare/1.1/2.0/sessional-gps/",
    "choice of a day": "/handbook/as-at/?date=soon",
    "handbook as at a day": f"/handbook/as-at/{IN_FORCE_THEN}/",
    "section as at a day": f"/handbook/as-at/{IN_FORCE_THEN}/quorum-and-voting/",
    "search": "/handbook/search/?q=quorum",
    "search without result": "/handbook/search/?q=submarine",
    "for programs": "/handbook/api/",
    "events": "/events/",
    "events filtered": "/events/?kind=course&place=north-west",
    "events without result": "/events/?kind=coaching",
    "events by month": "/events/calendar/",
    "month without events": "/events/calendar/2001/1/",
    "past events": "/events/past/",
    "conference": "/events/clinical-directors-conference/",
    "course": "/events/first-year-as-clinical-director/",
    "e-learning": "/events/population-health-basics/",
    "webinar with recordings": "/events/winter-planning/",
    "networks": "/networks/",
    "networks without result": "/networks/?q=submarine&region=london",
    "network": "/networks/U00001/",
}
ERRORS = {
    "bad request": ("/fails-with/400/", 400),
    "forbidden": ("/fails-with/403/", 403),
    "not found": ("/nothing-here/", 404),
    "section that has gone": ("/handbook/sharing-data-during-set-up/", 404),
    "page of the PDF without a section": ("/handbook/2.0/page/1/", 404),
    "broken": ("/fails-with/500/", 500),
}


@pytest.mark.parametrize("name", [*PAGES, *ERRORS])
def test_a_page_has_no_barrier_and_never_scrolls_sideways(page: Page, watch: Watch, name: str) -> None:
    path, status = ERRORS.get(name) or (PAGES[name], 200)
    watch.expect(path, status)

    assert {width: problems_at(width, page, path) for width in (320, 768, 1280)} == {
        320: [],
        768: [],
        1280: [],
    }


def test_what_a_reader_follows_has_no_barrier_and_never_scrolls_sideways(page: Page) -> None:
    log_in(page, "listmanager@demo.example")
    page.goto("/handbook/quorum-and-voting/")
    page.get_by_role("button", name="Once a week").click()
    page.get_by_role("link", name="What you follow").click()
    expect(page.get_by_role("main").get_by_role("heading", level=2).first).to_have_text("Handbooks")

    paths = ("/accounts/following/", "/handbook/quorum-and-voting/", "/handbook/")
    found = {(path, width): problems_at(width, page, path) for path in paths for width in (320, 768, 1280)}

    assert {where: problems for where, problems in found.items() if problems} == {}
