"""An organiser sells an event, and people book it: tickets, basket, order, letting in, a letter, and calling off; narrow and wide."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Open
from tests.browser.people import link_in, log_in, mail_to
from tests.browser.server import Portal
from tests.browser.test_account_pages import faults, faults_here
from tests.browser.watching import Watch

PORTAL = {"worker": True}
# An event of the demonstration at which places are left.
EVENT = "/events/chairing-difficult-meetings/"
GRACE, BASIL = "grace@surgery.example", "basil@surgery.example"


def test_an_organiser_opens_tickets_and_somebody_books_for_two(open_page: Open, portal: Portal) -> None:
    desk, visitor = open_page(), open_page(320)
    log_in(desk, "organiser@demo.example")
    places = places_of(desk, "Chairing difficult meetings")
    add_ticket(desk, places, "Guests", price="0")

    visitor.goto(EVENT)
    visitor.get_by_role("link", name=re.compile("^Book")).first.click()
    chosen = faults_here(visitor)
    visitor.get_by_label("Places with the ticket Guests").select_option("2")
    visitor.get_by_role("button", name="Put into my basket").click()
    expect(visitor.get_by_text("2 places in your basket")).to_be_visible()
    basket = faults_here(visitor)
    visitor.get_by_role("button", name="Go on to order").click()
    for number, (name, email) in enumerate((("Grace Sample", GRACE), ("Basil Sample", BASIL))):
        visitor.get_by_label("Name").nth(number).fill(name)
        visitor.get_by_label("E-mail address").nth(number).fill(email)
    comes = faults_here(visitor)
    visitor.get_by_role("button", name="Go on").click()
    orders = faults_here(visitor)
    visitor.get_by_role("button", name="Go on").click()
    code = re.search(r"\b\d{6}\b", mail_to(portal, GRACE, "code").text)[0]
    visitor.get_by_label("Code").fill(code)
    asked = faults_here(visitor)
    visitor.get_by_role("button", name="Go on").click()
    visitor.get_by_role("checkbox").last.check()
    checked = faults_here(visitor)
    visitor.get_by_role("button", name="Book").click()
    expect(visitor.get_by_text("Your places are booked")).to_be_visible()
    booked = faults_here(visitor)
    assert [chosen, basket, comes, orders, asked, checked, booked] == [[]] * 7

    # Basil's ticket came by mail, and the organiser finds him.
    visitor.goto(link_in(mail_to(portal, BASIL, "Chairing"), "/booking/tickets/"))
    expect(visitor.get_by_text("Basil Sample")).to_be_visible()
    assert faults_here(visitor) == []
    desk.goto(f"{places}people/")
    desk.get_by_label("Name, e-mail address or order").fill("basil")
    desk.get_by_role("button", name="Show").click()
    expect(desk.get_by_text(BASIL)).to_be_visible()


def test_whoever_asks_for_a_place_is_let_in_written_to_and_told_that_it_is_off(
    open_page: Open, portal: Portal, watches: dict[BrowserContext, Watch]
) -> None:
    desk, visitor = open_page(), open_page(320)
    log_in(desk, "organiser@demo.example")
    places = places_of(desk, "VAT on shared staff")
    add_ticket(desk, places, "Observers", price="0", decides=True)

    visitor.goto("/events/vat-on-shared-staff/")
    visitor.get_by_role("link", name=re.compile("^Book")).first.click()
    visitor.get_by_role("link", name="Ask for a place with the ticket Observers").click()
    visitor.get_by_label("Your name").fill("Grace Sample")
    visitor.get_by_label("Your e-mail address").fill(GRACE)
    visitor.get_by_label("Why would you like to come?").fill("We share two pharmacists.")
    asking = faults_here(visitor)
    visitor.get_by_role("button", name="Ask for a place").click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("You have asked for a place")
    asked = faults_here(visitor)

    desk.goto(f"{places}waiting/")
    desk.get_by_role("button", name="Let in Grace Sample").click()
    visitor.goto(link_in(mail_to(portal, GRACE, "for you"), "/booking/offers/"))
    offered = faults_here(visitor)
    expect(visitor.get_by_role("button", name="Take it")).to_be_visible()
    assert [asking, asked, offered] == [[]] * 3

    desk.goto(f"{places}letter/")
    desk.get_by_label("Subject").fill("The link comes a day before")
    desk.get_by_label("Text").fill("Have your numbers ready.")
    desk.get_by_role("button", name="See how it looks").click()
    desk.get_by_role("button", name="Send it").click()
    expect(desk.get_by_text("The link comes a day before")).to_be_visible()

    desk.goto(f"{places}call-off/")
    desk.get_by_label("What people are told").fill("The speaker is ill.")
    desk.get_by_label("Call it off. I know that this cannot be undone.").check()
    desk.get_by_role("button", name="Call it off").click()
    expect(desk.get_by_text("Called off.", exact=True)).to_be_visible()
    mail_to(portal, GRACE, "has been called off")
    visitor.goto("/events/vat-on-shared-staff/")
    expect(visitor.get_by_text("Called off").first).to_be_visible()


def test_pages_of_organisers_have_no_faults(page: Page) -> None:
    log_in(page, "organiser@demo.example")
    places = places_of(page, "conference")
    names = (
        "",
        "places/",
        "places/add/",
        "tickets/add/",
        "people/",
        "people/add/",
        "waiting/",
        "letter/",
        "rights/",
        "call-off/",
    )

    assert faults(page, ["/admin/places/", *(f"{places}{name}" for name in names)]) == {}


def places_of(desk: Page, title: str) -> str:
    """The address of the organisers' pages about an event."""
    desk.goto("/admin/places/")
    desk.get_by_role("link", name=re.compile(title, re.IGNORECASE)).first.click()
    return re.sub(r"^https?://[^/]+", "", desk.url)


def add_ticket(desk: Page, places: str, name: str, *, price: str, decides: bool = False) -> None:
    desk.goto(f"{places}tickets/add/")
    desk.get_by_label("Name").fill(name)
    desk.get_by_label("Price for anyone, in pounds").fill(price)
    if decides:
        desk.get_by_label("Organisers decide about each").check()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("link", name=name)).to_be_visible()
