"""One of everything that can be found, each with a word of its own, and a reader of every kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import AnonymousUser, Group
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import PageViewRestriction

from events.models import Product, RecordingsFor
from forum.actions.posting import reply, start_topic
from forum.models import AccessRule, Attachment, State, Then, Whom
from forum.rules.facts import midnight
from portal.members.models import NetworkPractice, Practice, Role, User
from portal.toolkits.models import FillableDocument
from search.actions.indexing import catch_up
from search.models import ExtractedText
from tests.enquiries.factories import make_topic
from tests.events.attendees import make_place
from tests.events.factories import make_event
from tests.factories import make_home, make_staff, make_user
from tests.forum.factories import appoint, make_list, subscribe
from tests.handbook.working_copy import add_section, make_handbook, publish
from tests.members.factories import make_network
from tests.pages.factories import (
    make_article,
    make_case_studies,
    make_case_study,
    make_hub,
    make_listing,
    make_tips,
    make_toolkit,
)

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# A midnight in summer time. What ends, ends then; what begins, begins then.
END = midnight(date(2026, 6, 30))
BEGAN = END - 90 * DAY
# A word that stands in everything, and in nothing that is typed or said around it.
WORD = "zanzibarian"


def words(name: str) -> str:
    """What stands in the title of a thing of this name."""
    return f"Marked{name.replace('-', '')} {WORD}"


def paragraph(name: str) -> list[dict[str, str]]:
    return [{"type": "text", "value": f"<p>{words(name)}</p>"}]


@dataclass
class World:
    """The readers, by what they are called."""

    readers: dict[str, User | AnonymousUser]
    list_name: str


def make_world() -> World:
    """Everything, indexed."""
    readers = _readers()
    _public(readers)
    _restricted()
    _recordings(readers["had a place"])
    _forum(readers)
    _person()
    catch_up(BEGAN)
    return World(readers, words("list"))


def _readers() -> dict[str, User | AnonymousUser]:
    return {
        "visitor": AnonymousUser(),
        "signed in": make_user(),
        "in the group": make_staff("Editor"),
        "had a place": make_user(),
        "on the list": make_user(),
        "suspended": make_user(),
        "on another list": make_user(),
        "superuser": make_user(is_superuser=True),
    }


def _public(readers: dict[str, User | AnonymousUser]) -> None:
    home = make_home()
    handbook = make_handbook(title=words("handbook"))
    add_section(handbook, words("section"), f"<p>{WORD}</p>")
    publish(handbook, now=BEGAN - DAY)
    listing = make_listing(home, title=words("listing"))
    make_article(listing, title=words("article"))
    make_tips(listing, title=words("tips"))
    make_toolkit(listing, title=words("toolkit"))
    make_hub(home, title=words("hub"))
    make_case_study(make_case_studies(home, title=words("cases")), title=words("case-study"))
    make_event(words("event"), starts_at=END - DAY)
    Product.objects.create(
        name=words("product"),
        slug="sold",
        summary="Advice.",
        pence=100,
        handover="enquiry",
        topic=make_topic("Paid advice", is_offered=False),
    )
    FillableDocument.objects.create(title=words("fillin"), slug="fill-in", summary="", content=b"", fields=[])
    network = make_network(code="U54321", name=words("network"))
    practice = Practice.objects.create(code="A81001", name="Practice")
    NetworkPractice.objects.create(network=network, practice=practice, starts_on=date(2020, 1, 1))


def _restricted() -> None:
    home = make_home()
    listing = make_listing(home, title="Guidance for members", slug="for-members")
    for name, kind in (
        ("login", PageViewRestriction.LOGIN),
        ("group", PageViewRestriction.GROUPS),
        ("password", PageViewRestriction.PASSWORD),
    ):
        page = make_article(listing, title=words(name), slug=name)
        restriction = PageViewRestriction.objects.create(
            page=page, restriction_type=kind, password="secret" * (name == "password")
        )
        if name == "group":
            restriction.groups.add(Group.objects.get(name="Editor"))
    draft = make_article(listing, title=words("draft"), slug="draft", live=False)
    assert not draft.live


def _recordings(attendee: User) -> None:
    document = get_document_model().objects.create(
        title=words("transcript"), file=ContentFile(b"words", name="transcript.txt")
    )
    block = {
        "title": words("recording"),
        "description": "",
        "minutes": 5,
        "video": "/v",
        "transcript": document.pk,
        "slides": None,
    }
    event = make_event("Seen again", starts_at=END - DAY / 2, ends_at=END, recordings_for=RecordingsFor.PLACE)
    event.recordings = [{"type": "recording", "value": block}]
    event.save()
    make_place(event, email=attendee.email)


def _forum(readers: dict[str, User | AnonymousUser]) -> None:
    the_list = make_list(words("list"), slug="the-list", open_to=None, hold_first_posts=0)
    AccessRule.objects.create(list=the_list, whom=Whom.ANYONE, until_at=END, then=Then.NOTHING)
    other = make_list("Others", hold_first_posts=0)
    author = make_user(first_name="Author", last_name="Markedauthor")
    for one in (author, readers["on the list"]):
        subscribe(the_list, one, since=BEGAN)
    subscribe(the_list, readers["suspended"], state=State.SUSPENDED, since=BEGAN)
    subscribe(other, readers["on another list"], since=BEGAN)
    first = start_topic(mailing_list=the_list, user=author, subject=words("topic"), content=WORD, now=BEGAN)
    answer = reply(topic=first.topic, user=author, content=words("post"), now=BEGAN)
    content = ContentFile(b"words", name="words.txt")
    Attachment.objects.create(
        list=the_list,
        post=answer,
        uploader=author,
        file=content,
        name=f"{words('attachment').replace(' ', '-')}.txt",
        type="text/plain",
        size=5,
        sha256="0" * 64,
        created_at=BEGAN,
    )
    ExtractedText.objects.create(hash="0" * 64, text=words("attachment"), extracted_at=BEGAN)


def _person() -> None:
    user = make_user(first_name="Zanzibarian", last_name="Markedperson")
    appoint(user, Role.CLINICAL_DIRECTOR, date(2026, 1, 1), date(2026, 6, 30), listed_at=BEGAN)


Moment = tuple[str, datetime]
MOMENTS: tuple[Moment, ...] = (("before", END - SECOND), ("at", END), ("after", END + SECOND))
Maker = Callable[[], World]
