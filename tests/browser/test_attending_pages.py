"""Pages of those who attend and of the entrance, in a browser: no barrier that axe can find, no scrolling sideways, on to the provider."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import log_in
from tests.browser.server import Portal
from tests.browser.test_account_pages import faults, faults_here
from tests.browser.watching import Watch

PORTAL = {"debug": True}
PROVIDER = "https://provider.example/j/1"
# Of an element, in a page that nobody has scrolled: Wagtail scrolls within the page.
LOWER_EDGE = """element => {
  let edge = element.getBoundingClientRect().bottom;
  for (let around = element.parentElement; around; around = around.parentElement) edge += around.scrollTop;
  return edge;
}"""
ATTENDS = """
import json
from datetime import timedelta
from django.utils import timezone
from events.actions.attending import type_code
from events.actions.certificates import give_due
from events.actions.feedback import add_usual_questions, answer
from events.addresses import Use, path_to, secret_of
from events.models import *
now, hour = timezone.now(), timedelta(hours=1)
index = EventIndexPage.objects.get()

def held(title, begins, **fields):
    event = index.add_child(instance=EventPage(title=title, slug=f"now-{title.lower()}", kind="webinar", starts_at=begins,
        ends_at=begins + hour, cpd_minutes=60, **fields))
    Arrangements.objects.create(event=event, provider_address="https://provider.example/j/1", closing_code="Harbour 7")
    add_usual_questions(event=event)
    pool = Pool.objects.create(event=event, name="Places", size=9)
    ticket = Ticket.objects.create(pool=pool, name="A place with rather a long name")
    return [Place.objects.create(pool=pool, ticket=ticket, name=name, email=email, state="confirmed", taken_at=now)
        for name, email in (("Ada Lovelace", "ada@one.example"), ("Grace Hopper", "grace@two.example"))]

def order(place):
    made = Order.objects.create(began_at=now, name=place.name, email=place.email)
    made.lines.create(place=place, description="A place", pence=0, vat_percent=0)
    Order.objects.filter(pk=made.pk).update(state="placed", placed_at=now, reference=f"Q{made.pk:05}", method="free")

running, long = held("Running", now - hour / 4, is_online=True)
coming, _ = held("Coming", now + 24 * hour, is_online=True)
past, other = held("Past", now - 3 * hour, is_online=True, venue="Harbour Hall", region="london")
long.name = "Dr Bartholomew Featherstonehaugh-Cholmondeley"
long.save()
for place in (running, long, coming, past, other):
    order(place)
    if place.pool.event.title == "Past":
        Attendance.objects.create(place=place, how="report", minutes=50, at=now)
questions = list(past.pool.event.feedback_questions.all())
answer(place=other, now=now, values={questions[0].pk: "4", questions[2].pk: "Yes", questions[3].pk: "Longer breaks"})
give_due(now)
print(json.dumps({
    "running": running.pool.event_id, "past": past.pool.event_id, "place": running.pk, "ticket": str(running.key),
    "long": f"/booking/tickets/{long.key}/",
    "join": path_to(running, Use.JOIN), "early": path_to(coming, Use.JOIN), "over": path_to(past, Use.JOIN),
    "code": f"/booking/closing-code/{running.pk}/{secret_of(running, Use.JOIN)}/",
    "feedback": path_to(past, Use.FEEDBACK), "certificate": path_to(coming, Use.CERTIFICATE),
    "genuine": Certificate.objects.first().code,
}))
"""


@pytest.fixture(scope="module")
def places(portal: Portal) -> dict[str, str]:
    """Events of today, of tomorrow and that are over, with people who have places."""
    return json.loads(portal.run("shell", "--verbosity=0", "-c", ATTENDS))


def test_pages_of_those_who_attend(page: Page, places: dict[str, str]) -> None:
    paths = [places[name] for name in ("join", "early", "over", "code", "feedback", "certificate")]
    paths += [
        f"/booking/tickets/{places['ticket']}/",
        "/certificates/",
        f"/certificates/?code={places['genuine']}",
    ]
    paths += ["/certificates/?code=x", "/certificates/?code=2222-2222-2222"]

    assert faults(page, paths) == {}


def test_somebody_joins_by_a_press_and_is_handed_on_to_the_provider(
    page: Page, watch: Watch, places: dict[str, str]
) -> None:
    page.route("https://provider.example/**", lambda route: route.fulfill(body="The meeting"))
    page.goto(places["join"])
    page.get_by_role("button", name="Join now").press("Enter")
    page.wait_for_url(PROVIDER)

    assert page.evaluate("document.referrer") == ""
    assert set(watch.problems) == {f"calls another host: {PROVIDER}"}
    watch.problems.clear()


def test_staff_check_somebody_in_on_a_phone(page: Page, places: dict[str, str]) -> None:
    log_in(page, "administrator@demo.example")
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"/booking/tickets/{places['ticket']}/")
    expect(page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_text("Checked in already, at")).to_be_visible()
    used = faults_here(page)
    page.get_by_role("button", name="Take the check-in back").click()
    expect(page.get_by_role("button", name="Check in")).to_be_visible()

    assert used == []


def test_who_it_is_and_the_button_are_seen_on_a_small_phone_without_scrolling(
    page: Page, places: dict[str, str]
) -> None:
    log_in(page, "administrator@demo.example")
    page.set_viewport_size({"width": 320, "height": 568})
    who = [
        page.get_by_role("heading", name="Dr Bartholomew"),
        page.get_by_text("A place with rather a long name"),
    ]
    before = [page.get_by_text("Not checked in yet"), page.get_by_role("button", name="Check in")]
    after = [page.get_by_text("Checked in already, at"), page.get_by_role("button", name="Take the check-in")]

    page.goto(places["long"])
    hidden = [below_the_fold(page, one) for one in who + before]
    page.get_by_role("button", name="Check in").click()
    expect(after[0]).to_be_visible()
    hidden += [below_the_fold(page, one) for one in who + after]
    page.goto(f"/admin/places/{places['running']}/check-in/")
    hidden += [
        below_the_fold(page, one)
        for one in (page.get_by_label("Name, e-mail"), page.get_by_role("button", name="Find"))
    ]

    assert hidden == [0] * 10


def below_the_fold(page: Page, shown: Locator) -> float:
    """How many pixels of something one does not see before one scrolls."""
    expect(shown).to_be_visible()
    return max(0, shown.evaluate(LOWER_EDGE) - page.viewport_size["height"])


def test_pages_of_the_entrance_and_of_organisers(page: Page, places: dict[str, str]) -> None:
    log_in(page, "administrator@demo.example")
    running, past = (f"/admin/places/{places[name]}" for name in ("running", "past"))
    paths = [
        f"{running}/check-in/{part}" for part in ("", "?q=ada", "?q=nobody", f"{places['place']}/", "list/")
    ]
    paths += [f"{past}/attendance/{part}" for part in ("", "how/", "report/")]
    paths += [f"{past}/feedback/", f"{running}/feedback/", f"{running}/feedback/add/"]

    assert faults(page, paths) == {}
