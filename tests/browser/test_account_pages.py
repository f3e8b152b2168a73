"""The pages around accounts: no barrier that axe can find, no scrolling sideways."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Open
from tests.browser.people import link_in, log_in, mail_to, set_up_authenticator
from tests.browser.server import Portal
from tests.browser.watching import Watch, problems_at, violations, what_sticks_out

PORTAL = {"debug": True, "worker": True}
WIDTHS = (320, 768, 1280)

FOR_ANYONE = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/unknown/",
    "/accounts/inactive/",
    "/accounts/forgotten/",
]
FOR_ONESELF = [
    "/accounts/profile/",
    "/accounts/profile/name/",
    "/accounts/profile/data/",
    "/accounts/profile/forget/",
    "/accounts/profile/appointments/add/",
    "/accounts/profile/appointments/1/end/",
    "/accounts/following/",
    "/search/saved/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/second-factor/",
    "/accounts/2fa/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
]


def faults(page: Page, paths: list[str]) -> dict[str, list[str]]:
    """What is wrong on each of these pages at each width; pages in order are left out."""
    return {
        f"{path} at {width}": found
        for path in paths
        for width in WIDTHS
        if (found := problems_at(width, page, path))
    }


def faults_here(page: Page) -> list[str]:
    """What is wrong on the page that is open, narrow and wide."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)  # the menu folds a moment after the window has changed
        found += what_sticks_out(page) + violations(page)
    return found


def test_pages_before_signing_in(page: Page) -> None:
    assert faults(page, FOR_ANYONE) == {}


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/login/", "/accounts/password/reset/"])
def test_forms_with_errors(page: Page, path: str) -> None:
    page.goto(path)
    page.locator("main form[novalidate] button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()

    assert faults_here(page) == []


def test_one_s_own_pages(page: Page) -> None:
    log_in(page, "director@demo.example")
    page.goto("/accounts/2fa/totp/activate/")
    set_up_authenticator(page)

    assert faults(page, FOR_ONESELF) == {}


def test_the_pages_of_an_authenticator_app(page: Page, open_page: Open) -> None:
    log_in(page, "publisher@demo.example")
    page.goto("/accounts/2fa/totp/activate/")
    assert faults_here(page) == []
    set_up_authenticator(page)
    assert faults_here(page) == []

    later = open_page()
    log_in(later, "publisher@demo.example")
    expect(later.get_by_role("heading", level=1)).to_have_text("Enter your code")
    assert faults_here(later) == []


def test_a_form_with_choices_and_errors(page: Page) -> None:
    log_in(page, "editor@demo.example")
    page.goto("/accounts/profile/appointments/add/")
    page.get_by_role("main").get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()

    assert faults_here(page) == []


def test_an_invitation_and_the_mail_that_it_comes_with(
    page: Page, open_page: Open, portal: Portal, watches: dict[BrowserContext, Watch]
) -> None:
    email = "new.editor@network.example"
    log_in(page, "administrator@demo.example")
    page.goto("/admin/members/invitation/create/")
    page.locator("[name=email]").fill(email)
    page.locator("[name=first_name]").fill("Nia")
    page.locator("[name=last_name]").fill("Example")
    page.locator("select[name=groups]").select_option(label="Editor")
    page.get_by_role("button", name="Save").click()
    letter = mail_to(portal, email)

    invited = open_page()
    watches[invited.context].expect("/invitation/unknown/", 404)
    assert faults(invited, [link_in(letter, "/invitation/"), "/invitation/unknown/"]) == {}
    assert faults(invited, ["/dev/mail/", f"/dev/mail/{letter.name}/"]) == {}


def test_who_has_no_way_into_the_admin_is_told_so(page: Page, watch: Watch) -> None:
    watch.expect("/admin/", 403)
    log_in(page, "director@demo.example")

    assert faults(page, ["/admin/"]) == {}


def test_a_link_to_stop_mails_that_does_not_work_says_so(page: Page, watch: Watch) -> None:
    watch.expect("/follow/stop/unknown/", 404)

    assert faults(page, ["/follow/stop/unknown/"]) == {}
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work")
