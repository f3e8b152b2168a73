"""People make an account, confirm their address, set up a second factor, and get where they want to go."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.people import link_in, log_in, mail_to, set_up_authenticator, totp
from tests.browser.server import Portal

PORTAL = {"second_factor": True, "worker": True, "debug": True}


def test_a_director_signs_up_confirms_sets_a_second_factor_and_reads(page: Page, portal: Portal) -> None:
    email = "new.director@network.example"
    sign_up(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")
    page.goto(link_in(mail_to(portal, email), "/accounts/confirm-email/"))
    expect(page.get_by_role("main")).to_contain_text(f"Confirm that {email} is your e-mail address.")
    page.get_by_role("button", name="Confirm this address").click()
    log_in(page, email, "three plain words")
    expect(page.get_by_role("navigation", name="Account").get_by_role("link").last).to_have_text(
        "Dora Newcomer"
    )

    page.goto("/accounts/profile/")
    page.get_by_role("link", name="Set up a second factor").click()
    page.get_by_role("button", name="Set up an authenticator app").click()
    set_up_authenticator(page, "three plain words")

    page.get_by_role("navigation", name="Menu").get_by_role("link", name="PCN handbook").click()
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Quorum and voting").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2.2 Quorum and voting")
    expect(page.locator(".edition-stamp strong")).to_have_text("Edition 2.0")
    expect(page.locator(".notice")).to_have_count(0)
    page.get_by_role("link", name="All editions").click()
    page.get_by_role("link", name="Edition 1.0", exact=True).click()
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Quorum and voting").click()
    expect(page.locator(".notice strong")).to_have_text("Edition 1.0 has been superseded.")
    expect(page.locator(".notice")).to_contain_text("This section has changed since.")
    page.get_by_role("link", name="Amendments", exact=True).click()
    listed = page.get_by_role("region", name="Edition 2.0").get_by_role("listitem")
    amended = listed.filter(has_text="Amended").first
    expect(amended.get_by_role("heading")).to_have_text("Amended 2.2 Quorum and voting")


def test_opening_the_link_alone_confirms_nothing(page: Page, portal: Portal) -> None:
    email = "careful.director@network.example"
    sign_up(page, email)

    page.goto(link_in(mail_to(portal, email), "/accounts/confirm-email/"))
    log_in(page, email, "three plain words")

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")


def test_staff_without_a_second_factor_set_one_up_and_then_need_it(page: Page, open_page: Open) -> None:
    log_in(page, "publisher@demo.example")
    page.goto("/admin/handbook-editions/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor first")
    page.get_by_role("button", name="Set up an authenticator app").click()
    set_up_authenticator(page)
    expect(page.locator("#recovery_codes code").first).to_be_visible()
    recovery = page.locator("#recovery_codes code").all_inner_texts()
    page.get_by_role("button", name="I have kept them safe: continue").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Handbook editions")

    later = open_page()
    log_in(later, "publisher@demo.example")
    expect(later.get_by_role("heading", level=1)).to_have_text("Enter your code")
    later.goto("/admin/")
    expect(later.get_by_role("heading", level=1)).to_have_text("Enter your code")
    later.get_by_label("Code", exact=True).fill("000000")
    later.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(later.get_by_role("main")).to_contain_text("That code is not right.")
    later.get_by_label("Code", exact=True).fill(recovery[0])
    later.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    later.goto("/admin/")
    expect(later).to_have_title("Dashboard - Network directors portal")


def test_a_director_has_no_way_into_the_admin(open_page: Open, watches: dict) -> None:
    page = open_page()
    watches[page.context].expect("/admin/", 403)
    log_in(page, "director@demo.example")

    page.goto("/admin/")

    expect(page.get_by_role("heading", level=1)).to_have_text("You cannot enter the editing area")


def test_the_codes_of_the_tests_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B: the last 6 of the 8 digits there.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert [totp(secret, at) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def sign_up(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Create account").click()
    page.get_by_label("First name").fill("Dora")
    page.get_by_label("Last name").fill("Newcomer")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill("three plain words")
    page.get_by_label("Password again").fill("three plain words")
    page.get_by_role("main").get_by_role("button").click()
