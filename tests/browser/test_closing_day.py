"""The closing day on the demonstration, with the clock moved: applied, approved, posted, reminded, out, told, carried over."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import BrowserContext, Page, expect

from portal.mailbox import read
from tests.browser.conftest import Open
from tests.browser.people import link_in, log_in, mail_to
from tests.browser.server import Portal
from tests.browser.test_account_pages import faults_here
from tests.browser.watching import Watch

PORTAL = {"worker": True}
LIST, NEXT = "/forum/setting-up-networks/", "/forum/clinical-directors/"
# Nell is a member of the association and a clinical director in post, Edie is neither.
NELL, EDIE, MANAGER = "nell.oakhanger@demo.example", "editor@demo.example", "listmanager@demo.example"
SUBJECT = "How do you keep a rota that lasts?"
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
# Sessions last 14 days: everybody stays signed in until then.
CLOSES = datetime.combine(datetime.now(LONDON).date() + 10 * DAY, time(), LONDON)
SINCE = f"{CLOSES.astimezone(UTC):%Y%m%dT%H%M%S}"  # with what the files of later mails begin
PEOPLE = 34  # on the list of the demonstration when it closes, with Edie
OUT = "You cannot read Setting up networks now"


def test_from_the_application_to_the_next_list(
    open_page: Open, portal: Portal, watches: dict[BrowserContext, Watch]
) -> None:
    edie, nell, manager = (open_page() for _ in range(3))
    for page, email in ((edie, EDIE), (nell, NELL), (manager, MANAGER)):
        log_in(page, email)
    set_the_day(manager)

    # Edie applies and is let in. What she writes is approved, and Nell reads it.
    apply(edie)
    let_in(manager, link_in(mail_to(portal, MANAGER, "Edie Example"), f"{LIST}applications/"))
    post(edie, LIST, SUBJECT)
    approve(manager)
    topic = read_newest(nell, SUBJECT)

    # A day before, each is reminded in their own words. In the last second both still read.
    go_to(portal, CLOSES - DAY)
    reminded = [text(portal, email, "Your access to Setting up networks ends") for email in (NELL, EDIE)]
    assert "You are moved on by yourself, so you need do nothing." in reminded[0]
    assert "To go on there, join the association" in reminded[1]
    go_to(portal, CLOSES - SECOND)
    for page in (edie, nell):
        page.goto(topic)
        expect(page.get_by_role("heading", level=1)).to_contain_text(SUBJECT)

    # At the moment both are out, although nothing has run, and are told why and what to do.
    for page in (edie, nell):
        # The page that is open may still be about to mark its topic as read.
        watches[page.context].expected |= {topic: 403, LIST: 403, f"{LIST}read/": 403}
    portal.set_clock(CLOSES)
    for page, todo in (
        (nell, "You are moved on by yourself, so you need do nothing."),
        (edie, "To go on there, join the association"),
    ):
        for place in (topic, LIST):
            assert page.goto(place).status == 403
            expect(page.get_by_role("heading", level=1)).to_have_text(OUT)
            expect(page.get_by_text("The list closed at the start of")).to_be_visible()
            expect(page.get_by_text("The list goes on as Clinical directors in post.")).to_contain_text(todo)
        assert faults_here(page) == []
        page.get_by_role("link", name="About Setting up networks").click()
        expect(page.get_by_text("The list goes on as Clinical directors in post.")).to_contain_text(todo)
        assert faults_here(page) == []

    # The manager looks at what becomes of people and closes the list. Both are told by mail; Nell goes on in the next list.
    close(manager)
    nell.goto(
        link_in(mail_to(portal, NELL, "You have been moved on to Clinical directors in post"), NEXT[:-1])
    )
    expect(nell.get_by_role("heading", level=1)).to_have_text("Clinical directors in post")
    post(nell, NEXT, "Good morning from the other list")
    told = text(portal, EDIE, "Setting up networks has closed: how to go on")
    assert "To go on there, join the association and add your role to your profile" in told
    watches[edie.context].expect(NEXT, 403)
    assert edie.goto(NEXT).status == 403

    # Whatever closes it again, nobody is told twice: the worker, by its schedule, and the command.
    portal.catch_up(CLOSES)
    sent = subjects(portal)
    assert len(sent) == PEOPLE
    go_to(portal, CLOSES + HOUR)
    assert "its people have been moved on and told" in portal.run(
        "close_list", "setting-up-networks", "--yes"
    )
    manager.reload()
    expect(manager.get_by_text("Everybody has been moved on and told.")).to_be_visible()
    portal.catch_up(CLOSES + HOUR)
    assert subjects(portal) == sent


# --- What they do --------------------------------------------------------------------------------------------------------


def set_the_day(manager: Page) -> None:
    """The manager brings the closing forward: the day of the list, and the end of its rule."""
    manager.goto("/admin/lists/")
    manager.get_by_role("main").get_by_role("link", name="Setting up networks").click()
    manager.get_by_role("link", name="Change the rules").click()
    manager.get_by_role("link", name="Change the rule:").click()
    manager.locator("[name=until_at]").fill(f"{CLOSES:%Y-%m-%dT%H:%M}")
    manager.get_by_role("button", name="Go on").click()
    manager.get_by_role("link", name="Change opening, closing, grace and terms").click()
    manager.locator("[name=closes_at]").fill(f"{CLOSES:%Y-%m-%dT%H:%M}")
    manager.get_by_role("button", name="Go on").click()
    manager.get_by_role("link", name="What will this do?").click()
    manager.get_by_role("button", name="Save these rules").click()
    expect(manager.get_by_text("Saved. The rules hold from now on.")).to_be_visible()


def apply(page: Page) -> None:
    page.goto(f"{LIST}about/")
    page.get_by_role("button", name="Apply to join").click()
    page.get_by_label("Another role").check()
    page.get_by_label("No, I am not a member").check()
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(4)
    for box in boxes.all():
        box.check()
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your application for")


def let_in(manager: Page, application: str) -> None:
    manager.goto(application)
    expect(manager.get_by_role("heading", level=1)).to_have_text("Edie Example")
    manager.get_by_label("Let the person in").check()
    manager.get_by_role("button", name="Do this").click()
    expect(manager).to_have_url(f"{LIST}applications/")


def post(page: Page, place: str, subject: str) -> None:
    page.goto(f"{place}new/")
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Your post").fill("Ours never lasts a month.")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(subject)


def approve(manager: Page) -> None:
    manager.goto(f"{LIST}moderation/")
    manager.get_by_role("button", name=f"Approve the post in “{SUBJECT}”").click()
    expect(manager.get_by_text("The post is approved. Readers see it.")).to_be_visible()


def read_newest(page: Page, subject: str) -> str:
    """Opens a topic of the list by its subject. Returns its path."""
    page.goto(LIST)
    page.get_by_role("link", name=subject, exact=True).click()
    expect(page.get_by_text("Ours never lasts a month.")).to_be_visible()
    return page.evaluate("location.pathname")


def close(manager: Page) -> None:
    manager.goto("/admin/lists/")
    manager.get_by_role("main").get_by_role("link", name="Setting up networks").click()
    manager.get_by_role("link", name="Close and move people on").click()
    expect(manager.get_by_text("1 moved on: they are told")).to_be_visible()
    manager.get_by_label("I have looked at what becomes of people.").check()
    manager.get_by_role("button", name="Close the list and move its people on").click()
    expect(manager.get_by_text("The list is closed.")).to_be_visible()


# --- The clock and the mail ----------------------------------------------------------------------------------------------


def go_to(portal: Portal, moment: datetime) -> None:
    """It is `moment`, and the worker has done what is due by then."""
    portal.set_clock(moment)
    portal.catch_up(moment)


def text(portal: Portal, email: str, about: str) -> str:
    """The text of the newest mail to an address about something, in one line."""
    return " ".join(mail_to(portal, email, about).text.split())


def subjects(portal: Portal) -> list[tuple[str, str]]:
    """To whom what was written since the list closed, but for what was posted."""
    letters = [read(file) for file in (portal.folder / "mail").glob("*.eml")]
    found = [(one.recipients, one.subject) for one in letters if one.name >= SINCE]
    return sorted(one for one in found if re.search("moved on|has closed|ends|ended", one[1]))
