"""Booking in a browser: paying by card, products, questions, one's own calendar, and what organisers ask and print."""

import json
import re
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.people import log_in
from tests.browser.server import Portal
from tests.browser.test_account_pages import faults, faults_here
from tests.browser.watching import Watch
from tests.events.card_provider import WEBHOOK, StandIn, listening, message, settings_for

PORTAL = {"debug": True}
DIRECTOR = "director@demo.example"
ASKS = """
import json
from datetime import timedelta
from django.utils import timezone
from events.models import *
now, day = timezone.now(), timedelta(days=1)
index = EventIndexPage.objects.get()
event = index.add_child(instance=EventPage(title="Course", slug="course-of-today", kind="course", starts_at=now + 30 * day,
    ends_at=now + 31 * day, refund_rule="All of it until a week before."))
pool = Pool.objects.create(event=event, name="Places", size=9)
ticket = Ticket.objects.create(pool=pool, name="A place with rather a long name")
Price.objects.create(ticket=ticket, whom="anyone", pence=12000)
BookingSettings.objects.create(event=event, terms="Be kind.\\n\\nBe on time.")
Question.objects.create(event=event, words="Which group do you want?", kind="choice", choices="Morning\\nAfternoon", is_required=True)
diet = Question.objects.create(event=event, words="Do you have any dietary needs?", kind="long-text", is_sensitive=True)
print(json.dumps({"event": event.pk, "ticket": ticket.pk, "question": diet.pk}))
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[StandIn]:
    """The stand-in for the card provider."""
    with listening(timezone.now()) as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def settings_of_portal(provider: StandIn) -> dict[str, str]:
    return settings_for(provider)


@pytest.fixture(scope="module")
def course(portal: Portal) -> dict[str, int]:
    """A course that costs something and has terms, with a question that has to be answered."""
    return json.loads(portal.run("shell", "--verbosity=0", "-c", ASKS))


def tell(portal: Portal, provider: StandIn) -> int:
    """Somebody pays on the newest page, and the provider tells the portal."""
    body, signature = message("checkout.session.completed", provider.pay())
    headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
    asked = urllib.request.Request(portal.address + WEBHOOK, body, headers)  # noqa: S310  our own server
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        return answer.status


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Go on").click()


def step(page: Page, words: str) -> None:
    """The heading of the page that is open, with its step."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(words))


def test_a_product_is_bought_by_card_in_two_steps(
    page: Page, watch: Watch, portal: Portal, provider: StandIn
) -> None:
    log_in(page, DIRECTOR)
    wrong = faults(page, ["/booking/products/", "/booking/products/joint-posts-toolkit/"])
    page.get_by_role("button", name="Put into my basket").click()
    step(page, "Your basket")
    wrong |= faults(page, ["/booking/", "/booking/who-orders/"])
    step(page, "Step 1 of 2 Who orders")
    page.get_by_label("Who pays, with the address").fill("High Street Surgery")
    go_on(page)
    step(page, "Step 2 of 2 Check your order")
    wrong |= {"check": found} if (found := faults_here(page)) else {}
    page.get_by_label("By card").check()
    page.get_by_label("I order this").check()
    page.get_by_role("button", name=re.compile("Order, and pay")).click()
    page.wait_for_url(f"{provider.origin}/**")
    back = urlsplit(list(provider.pages.values())[-1]["success_url"]).path

    page.goto(back)
    step(page, "We are waiting for your payment")
    wrong |= {"waits": found} if (found := faults_here(page)) else {}
    assert tell(portal, provider) == 200
    page.get_by_role("button", name="Look again").click()
    step(page, "Thank you for your order")
    wrong |= {"order": found} if (found := faults_here(page)) else {}
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"^Download\b")).click()

    assert download.value.suggested_filename == "joint-posts-toolkit.docx"
    assert wrong == {}
    assert all("calls another host" in problem for problem in watch.problems)
    watch.problems.clear()


def test_a_place_is_booked_with_answers_and_terms_and_paid_by_card_on_a_phone(
    page: Page, watch: Watch, portal: Portal, provider: StandIn, course: dict[str, int]
) -> None:
    log_in(page, DIRECTOR)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"/booking/events/{course['event']}/")
    page.locator(f"[name=count-{course['ticket']}]").select_option("1")
    page.get_by_role("button", name="Put into my basket").click()
    page.goto("/booking/who-comes/")
    step(page, "Step 1 of 3")
    go_on(page)
    step(page, "What the organisers would like to know")
    go_on(page)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    wrong = faults_here(page)
    page.get_by_label("Afternoon").check()
    page.get_by_label("Do you have any dietary needs?").fill("Vegan")
    go_on(page)
    step(page, "Step 2 of 3")
    page.get_by_label("Who pays, with the address").fill("High Street Surgery")
    go_on(page)
    step(page, "Step 3 of 3")
    page.get_by_label("By card").check()
    page.get_by_label("I have read what is paid back").check()
    page.get_by_role("button", name=re.compile("Order, and pay")).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    wrong += faults_here(page)
    page.get_by_label("I accept the booking terms").check()
    page.get_by_role("button", name=re.compile("Order, and pay")).click()
    page.wait_for_url(f"{provider.origin}/**")
    assert tell(portal, provider) == 200
    page.goto(urlsplit(list(provider.pages.values())[-1]["success_url"]).path)
    step(page, "Your places are booked")
    wrong += faults_here(page)
    page.get_by_role("link", name=re.compile("^Ticket")).click()
    page.get_by_role("link", name=re.compile("answers")).click()
    expect(page.get_by_label("Do you have any dietary needs?")).to_have_value("Vegan")
    wrong += faults_here(page)

    assert wrong == []
    assert all("calls another host" in problem for problem in watch.problems)
    watch.problems.clear()


def test_more_time_leaves_what_has_been_typed_where_it_is(page: Page, course: dict[str, int]) -> None:
    page.goto(f"/booking/events/{course['event']}/")
    page.locator(f"[name=count-{course['ticket']}]").select_option("1")
    page.get_by_role("button", name="Put into my basket").click()
    page.goto("/booking/who-comes/")
    expect(page.get_by_text("what you have typed on this page is lost")).to_have_count(0)
    page.get_by_label("Name").fill("Grace Sample")

    page.get_by_role("button", name="Keep them for 15 minutes").click()

    expect(page.get_by_role("button", name="Keep them for 15 minutes")).to_have_count(0)
    expect(page.get_by_text("Your places are kept until")).to_be_focused()
    expect(page.get_by_label("Name")).to_have_value("Grace Sample")
    assert faults_here(page) == []


def test_a_calendar_is_subscribed_to_and_taken_back(page: Page) -> None:
    log_in(page, DIRECTOR)
    page.goto("/booking/mine/")
    wrong = faults_here(page)
    page.get_by_role("button", name="Get the address").click()
    address = page.locator("#my-address").inner_text()
    wrong += faults_here(page)
    assert page.request.get(urlsplit(address).path).text().startswith("BEGIN:VCALENDAR")
    page.get_by_role("button", name="Take the address back").click()
    expect(page.get_by_role("button", name="Get the address")).to_be_visible()

    assert page.request.get(urlsplit(address).path).status == 404
    assert wrong == []


def test_pages_of_what_organisers_ask_print_and_sell(page: Page, course: dict[str, int]) -> None:
    log_in(page, "administrator@demo.example")
    of_event = f"/admin/places/{course['event']}"
    paths = [
        f"{of_event}/questions/",
        f"{of_event}/questions/add/",
        f"{of_event}/questions/{course['question']}/",
    ]
    paths += [
        f"{of_event}/settings/",
        f"{of_event}/badges/",
        f"{of_event}/orders/",
        "/admin/places/products/orders/",
    ]

    assert faults(page, paths) == {}


def test_badges_are_printed(page: Page, course: dict[str, int]) -> None:
    log_in(page, "administrator@demo.example")
    page.goto(f"/admin/places/{course['event']}/badges/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the PDF").click()

    assert download.value.suggested_filename.endswith(".pdf")
