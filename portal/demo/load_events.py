"""Makes the demo's events from the files beside it, with their places and prices. What exists already is left as it is."""

import tomllib
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from django.contrib.auth.models import Group
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page, Site

from events.actions.questions import add_ready
from events.actions.rights import give_right
from events.models import (
    Arrangements,
    EventIndexPage,
    EventPage,
    EventSession,
    EventSpeaker,
    LearningPage,
    Pool,
    Price,
    Product,
    Right,
    Seller,
    Ticket,
)
from portal.demo.bookings import answer_questions, fill, wait
from portal.demo.load_pages import (
    HERE,
    REGIONS,
    Loader,
    Source,
    card,
    document,
    downloads,
    read,
    stream,
)
from portal.enquiries.models import AdviceTopic
from portal.members import groups
from portal.members.models import User
from portal.pages.markdown import to_blocks
from portal.pages.models import Theme

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
AS_THEY_ARE = (
    *("title", "slug", "kind", "summary", "is_online", "venue", "address", "for_whom", "hosts"),
    *("provider", "provider_url", "provider_price", "cpd_minutes", "refund_rule"),
)


@transaction.atomic
def load_events(*, by: User, now: datetime, people: dict[str, User]) -> None:
    """Make the events that do not exist yet, with days that count from `now`, and something to buy beside them.

    `people` are those of the demo by role: some help at an event.
    """
    loader = Loader(by, timezone.localdate(now))
    home = Site.objects.get(is_default_site=True).root_page.specific
    index = EventIndexPage(
        title="Events and learning",
        slug="events",
        summary="Conferences, webinars and courses for people who lead networks: ours, and others’ that we recommend.",
        show_in_menus=True,
    )
    parent = loader.add(home, index)
    for speaker in tomllib.loads((HERE / "events" / "speakers.toml").read_text())["speakers"]:
        EventSpeaker.objects.get_or_create(name=speaker["name"], defaults=speaker)
    for path in sorted((HERE / "events").glob("*.md")):
        source = read(path)
        if not parent.get_children().filter(slug=source.fields["slug"]).exists():
            page = loader.add(parent, _event(source, loader))
            _add_places(page, source, now)
            _ask(page, source, by, now)
            if "helped_by" in source.fields:
                helper = people[source.fields["helped_by"]]
                give_right(event=page, user=helper, right=Right.CHECK_IN, by=by, now=now)
    _add_learning(home, loader)
    _add_products()


def _add_learning(home: Page, loader: Loader) -> None:
    source = read(HERE / "pages" / "learning.md")
    groups = [
        {"heading": group["heading"], "cards": [card(found) for found in group["cards"]]}
        for group in source.fields["groups"]
    ]
    page = LearningPage(
        **source.common,
        body=to_blocks(source.text),
        kinds=stream("kind", source.fields["kinds"]),
        resources=stream("group", groups),
        show_in_menus=True,
    )
    loader.add(home, page)


def _event(source: Source, loader: Loader) -> EventPage:
    """The page of an event with its programme, not saved yet."""
    fields = source.fields
    page = EventPage(
        **{name: fields[name] for name in AS_THEY_ARE if name in fields},
        region=REGIONS[fields["region"]] if "region" in fields else "",
        body=to_blocks(source.text),
        travel=to_blocks(fields.get("travel", "")),
        related=stream("card", [card(found) for found in fields.get("related", [])]),
        documents=stream("download", downloads(fields.get("documents", []), loader)),
        recordings=stream("recording", [_recording(found, loader) for found in fields.get("recordings", [])]),
    )
    page.topics = [
        Theme.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]
        for name in fields.get("topics", [])
    ]
    if "in_days" in fields:
        first = _first_day(fields, loader.today)
        page.starts_at = _at(first, fields["from"])
        page.ends_at = _at(first + timedelta(days=fields.get("days", 1) - 1), fields["to"])
        for name in ("book_until", "cancel_until"):
            if f"{name}_days" in fields:
                days = fields[f"{name}_days"]
                moment = _at(first - timedelta(days=days), "17:00") if days else page.starts_at
                setattr(page, name, moment)
        page.sessions = [_session(session, first) for session in fields.get("sessions", [])]
    return page


def _first_day(fields: dict[str, Any], today: date) -> date:
    """The first such weekday from so many days on."""
    earliest = today + timedelta(days=fields["in_days"])
    return earliest + timedelta(days=(WEEKDAYS.index(fields["weekday"]) - earliest.weekday()) % 7)


def _at(day: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))


def _session(fields: dict[str, Any], first: date) -> EventSession:
    day = first + timedelta(days=fields["day"] - 1)
    session = EventSession(
        title=fields["title"],
        starts_at=_at(day, fields["from"]),
        ends_at=_at(day, fields["to"]),
        **{name: fields[name] for name in ("track", "room", "summary") if name in fields},
    )
    session.speakers = [EventSpeaker.objects.get(name=name) for name in fields.get("speakers", [])]
    return session


TITLES = {"film": "Video", "transcript": "Transcript", "slides": "Slides"}


def _recording(fields: dict[str, Any], loader: Loader) -> dict[str, Any]:
    files = {
        name: document(fields[name], f"{TITLES[name]}: {fields['title']}", loader).pk
        if name in fields
        else None
        for name in ("film", "transcript", "slides")
    }
    words = {name: fields[name] for name in ("title", "description", "minutes")}
    return {**words, "video": "", **files}


def _add_places(page: EventPage, source: Source, now: datetime) -> None:
    """The pools of an event with their tickets and prices, and so many places that are taken."""
    for fields in source.fields.get("pools", []):
        pool = Pool.objects.create(event=page, name=fields["name"], size=fields["size"])
        if fields.get("is_online"):
            Arrangements.objects.get_or_create(event=page)[0].online_pools.add(pool)
        tickets = [_ticket(pool, found, position) for position, found in enumerate(fields.get("tickets", []))]
        fill(tickets[0], fields["taken"], now)
        wait(tickets[0], fields.get("waiting", 0), now)


def _ask(page: EventPage, source: Source, by: User, now: datetime) -> None:
    """What the event asks those who come, and what some of them have answered."""
    asked = {
        which: add_ready(event=page, which=which, by=by, now=now)
        for which in source.fields.get("questions", [])
    }
    answer_questions(page, asked, source.fields.get("answers", []), now)


def _ticket(pool: Pool, fields: dict[str, Any], position: int) -> Ticket:
    ticket = Ticket.objects.create(
        pool=pool,
        position=position,
        **{name: fields[name] for name in ("name", "description", "vat_percent") if name in fields},
    )
    for whom, pence in fields["prices"].items():
        Price.objects.create(ticket=ticket, whom=whom, pence=pence)
    return ticket


def _add_products() -> None:
    if not Product.objects.exists():
        Product.objects.create(
            name="Joint posts: a toolkit with templates",
            slug="joint-posts-toolkit",
            summary="An agreement, a rota and a job description for staff whom a network shares with a trust.",
            pence=12000,
            member_pence=6000,
            description="Four templates that you can change, with notes on what to agree before the first day.",
            handover=Product.Handover.DOWNLOAD,
            file=_private_copy("role-planning-sheet.docx"),
            file_name="joint-posts-toolkit.docx",
        )
        Product.objects.create(
            name="Advice on a joint post",
            slug="joint-post-advice",
            summary="An hour with an adviser who has set up joint posts, on your own draft.",
            pence=18000,
            member_pence=15000,
            handover=Product.Handover.ENQUIRY,
            topic=_topic_of_paid_advice(),
        )
    if not Seller.objects.exists():
        Seller.objects.create(
            name="Network Directors Association (a demonstration)",
            address="1 Example Street\nLeeds LS1 1AA",
            email="finance@example.org",
            vat_number="GB 000 0000 00",
            account_name="Demonstration only",
            sort_code="00-00-00",
            account_number="00000000",
        )


def _topic_of_paid_advice() -> AdviceTopic:
    """Who answers those who have paid. Nobody chooses it in the form, where questions are free."""
    group = Group.objects.get(name=groups.ADVISER)
    topic, _ = AdviceTopic.objects.get_or_create(
        name="Paid advice", defaults={"group": group, "is_offered": False, "position": 100}
    )
    return topic


def _private_copy(name: str) -> File:
    """A file of the demo, to be kept where only those get it who have paid."""
    return File(BytesIO((HERE / "files" / name).read_bytes()), name=name)
