"""Every type of page that readers see: no barrier that axe can find, no scrolling sideways, nothing wrong unseen."""

import pytest
from playwright.sync_api import Page

from tests.browser.watching import Watch, problems_at

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
}
ERRORS = {
    "bad request": ("/fails-with/400/", 400),
    "forbidden": ("/fails-with/403/", 403),
    "not found": ("/nothing-here/", 404),
    "section that has gone": ("/handbook/sharing-data-during-set-up/", 404),
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
