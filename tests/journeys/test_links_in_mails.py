"""No GET changes anything: programs that look for harm in mails open every link in them, before anybody has read the mail.

One mail at least of every kind that the portal sends is brought about by what brings it about in use, and goes to a mail server.
Every link of the portal in it is opened: as somebody whom the portal does not know, and as the person whom the mail is for.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from typing import Any
from unittest import mock
from urllib.parse import urljoin

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.usersessions.models import UserSession
from bs4 import BeautifulSoup
from django.apps import apps
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import connection, models
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone
from wagtail.models import PageSubscription, Workflow

from events.actions.applying import apply, let_in, refuse
from events.actions.baskets import confirm_address
from events.actions.buying import add_product
from events.actions.calling_off import call_off, finish
from events.actions.certificates import give_due
from events.actions.codes import send_code
from events.actions.entries import tell_of_changes
from events.actions.feedback import add_usual_questions
from events.actions.feedback import ask as ask_for_feedback
from events.actions.holding import hold
from events.actions.letters import send_waiting as send_letters
from events.actions.letters import write
from events.actions.naming import name_attendee
from events.actions.ordering import cancel_line, pay
from events.actions.ordering import place as place_order
from events.actions.passing import pass_on
from events.actions.refunds import book_refund
from events.actions.reminding import remind
from events.actions.seating import add_attendee
from events.actions.telling import send_again, tell_of_ticket
from events.actions.waiting import join as join_queue
from events.actions.waiting import sweep
from events.models import Attendance, EventPage, How, Place, Question
from events.provider import Refund
from forum import actions, addresses
from forum.actions import inviting, moderating
from forum.actions.attaching import attach
from forum.actions.closing import close_list, move_people
from forum.actions.delivering import record_bounce
from forum.actions.explaining import send_explanation
from forum.actions.granting import extend
from forum.actions.messaging import answer_privately
from forum.actions.notifying import tell_waiting
from forum.actions.posting import start_topic
from forum.actions.queueing import queue_digests
from forum.actions.reminding import tell_of_ends
from forum.actions.sending import send_waiting
from forum.actions.sorting import sort_waiting
from forum.actions.suspending import lift_suspension, suspend
from forum.actions.telling import tell_of_stopped_mail
from forum.actions.terms import tell_of_new_terms
from forum.addresses import Command, Purpose
from forum.following import list_key
from forum.import_plan import read_subscribers
from forum.models import (
    AccessRule,
    Delivery,
    DeliveryMode,
    Hold,
    Level,
    MailFormat,
    MailingList,
    Period,
    Subscription,
    Whom,
)
from forum.rules.answering import ANSWERS, Because
from forum.rules.delivering import last_span
from handbook.actions import telling
from handbook.actions.errata import publish_erratum
from handbook.actions.reminding import remind_of_reviews
from portal.enquiries.actions.answering import answer as answer_question
from portal.enquiries.actions.asking import reply as reply_to_adviser
from portal.enquiries.actions.telling import remind as remind_advisers
from portal.members import actions as people
from portal.members import mail
from portal.members.actions.claims import accept_claim, claim_membership, refuse_claim
from portal.members.actions.weekly import write_weekly
from portal.members.groups import EDITOR
from portal.members.models import AuditEntry, Cadence, Follow, Mail, Role, User, WeeklyMailing
from portal.members.rules import weeks_due
from portal.pages.actions.reminding import remind_reviewers
from portal.pages.actions.telling import tell_waiting as tell_of_pages
from portal.toolkits.actions import checklists
from portal.toolkits.reading import todos_of
from search.actions.indexing import catch_up
from search.actions.saving import save_search
from search.actions.telling import tell_waiting as tell_of_searches
from tests.enquiries.factories import asked, make_adviser, make_topic, put
from tests.events.attendees import make_place
from tests.events.factories import make_basket, make_event, make_pool, make_ticket, told
from tests.events.test_products import make_advice, make_toolkit
from tests.factories import PASSWORD, make_home, make_staff, make_user, sign_in
from tests.forum import files
from tests.forum.factories import accept, give, make_list, make_member, make_terms, subscribe
from tests.forum.mail import server
from tests.forum.mail.letters import SERVER, bring, letter
from tests.handbook.working_copy import add_section, edit, make_handbook, publish
from tests.members.factories import confirm_password, log_in, make_membership, make_network
from tests.pages.factories import make_article, make_listing
from tests.toolkits.factories import make_colleagues, make_kit

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database("which pages change something when they are opened, whatever they are kept in"),
]

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)

# allauth's mails that something has happened to an account, by the folder of their template and what they say.
NOTICES: dict[str, dict[str, str]] = {
    "account/email/email_changed": {"from_email": "old@example.org", "to_email": "new@example.org"},
    "account/email/email_confirm": {},
    "account/email/email_deleted": {"deleted_email": "old@example.org"},
    "account/email/password_changed": {},
    "account/email/password_reset": {},
    "account/email/password_set": {},
    "mfa/email/recovery_codes_generated": {},
    "mfa/email/totp_activated": {},
    "mfa/email/totp_deactivated": {},
    "mfa/email/webauthn_added": {},
    "mfa/email/webauthn_removed": {},
    "socialaccount/email/account_connected": {"provider": "NHS"},
    "socialaccount/email/account_disconnected": {"provider": "NHS"},
}
# Kinds of mails that are not brought about here, and why no link in them could change anything.
EXCUSED: dict[str, str] = {}


def kinds() -> set[str]:
    """Every kind of mail that there is: those with a template, each answer to a mail, and the mails of lists in each format."""
    folder = settings.BASE_DIR / "templates" / "mail"
    templates = {found.name.removesuffix(".subject.txt") for found in folder.glob("*.subject.txt")}
    answers = {f"mail_answer: {because}" for because in ANSWERS}
    of_lists = {f"{what}: {form}" for what in ("post", *Period) for form in MailFormat}
    return templates - {"mail_answer"} | answers | of_lists


# --- What is opened ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter:
    """A mail as the mail server was given it."""

    kind: str
    to: str
    message: EmailMessage

    @cached_property
    def links(self) -> set[str]:
        """The addresses of the portal in its headers and in what it says, as text and as HTML."""
        found = {link for part in self.message.walk() for link in _in_headers(part.values()) | _in_body(part)}
        ours = {link for link in found if link.startswith(settings.BASE_URL)}
        return {link.partition("#")[0].removeprefix(settings.BASE_URL) or "/" for link in ours}


def _in_headers(values: Iterable[object]) -> set[str]:
    return {link for value in values for link in re.findall(r"<(https?:[^>]*)>", str(value))}


def _in_body(part: EmailMessage) -> set[str]:
    if part.get_content_type() == "text/html":
        page = BeautifulSoup(part.get_content(), "html.parser")
        return {tag[name] for name in ("href", "src") for tag in page.find_all(attrs={name: True})}
    if part.get_content_type() in ("text/plain", "text/calendar"):
        # What a program would take for an address, and without the full stop that ends a sentence.
        words = re.sub(r"\r?\n[ \t]", "", part.get_content())  # long lines of calendars are folded
        return {link.rstrip(".,;:") for link in re.findall(r"https?://[^\s<>\"]+", words)}
    return set()


# --- What may not change -------------------------------------------------------------------------------------------------

# What is not compared, and why. Everything else is, with each value of each row.
LEFT_OUT: dict[str, str] = {
    "sessions.Session": "What a browser keeps of its own visit, such as the key of a link that it has opened.",
    "wagtailadmin.EditingSession": "Who has a page open in Wagtail's editor: it keeps no link of a mail, and lets go in an hour.",
}
# Of other tables these rows and this column are not compared, in `_rows_of`. The audit log says who stood before a list that they
# may not read: it is only added to, and nobody loses anything by it. Wagtail's editor makes, as it opens, a row that says that
# somebody does not want to hear of comments on the page, as no row does. allauth notes when a browser was last seen.
REFUSED_AT_THE_DOOR = "door.refused"

# Statements that write, and the tables in which they do so without any link's doing: there it is looked at the end alone.
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
OF_SESSIONS = {"django_session", "usersessions_usersession"}

Rows = dict[str, list[tuple[Any, ...]]]


def everything() -> Rows:
    """Every row of every table, by the model."""
    return {
        model._meta.label: [_comparable(row) for row in _rows_of(model)]
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed and model._meta.label not in LEFT_OUT
    }


def _rows_of(model: type[models.Model]) -> models.QuerySet:
    rows = model._base_manager.order_by("pk")
    if model is AuditEntry:
        rows = rows.exclude(action=REFUSED_AT_THE_DOOR)
    if model is PageSubscription:
        rows = rows.exclude(comment_notifications=False)
    # A row for a browser that signs in, or none for one that signs out, would be a change.
    left_out = {"last_seen_at"} if model is UserSession else set()
    return rows.values_list(
        *(field.attname for field in model._meta.concrete_fields if field.name not in left_out)
    )


def _comparable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def changes(before: Rows, after: Rows) -> list[str]:
    """Which tables have changed, with the rows that are there no more and those that are new."""
    return [
        f"{label}: {[row for row in rows if row not in after[label]]} → {[row for row in after[label] if row not in rows]}"
        for label, rows in before.items()
        if rows != after[label]
    ]


# --- The mails -----------------------------------------------------------------------------------------------------------


@dataclass
class World:
    """Whom the mails are written to, what about, and what the mail server got."""

    now: datetime
    admin: User
    manager: User
    office: server.Post = field(default_factory=server.Post)
    letters: dict[str, list[Letter]] = field(default_factory=lambda: defaultdict(list))
    browsers: dict[str, Client] = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)

    def managed(self, *args: Any, **fields: Any) -> MailingList:
        """A list that the manager manages."""
        made = make_list(*args, **{"hold_first_posts": 0, **fields})
        give(made, self.manager, level=Level.MANAGE, since=self.now - 99 * DAY, until=self.now + 99 * DAY)
        return made

    def person(self, name: str, mailing_list: MailingList | None = None, **fields: Any) -> User:
        """The person of that name, if need be on a list for a month. Few people: each has to open what all are sent."""
        email = f"{name}@people.example"
        found = User.objects.filter(email=email).first()
        found = found or make_user(email, first_name=name.title(), last_name="Sample")
        if mailing_list:
            subscribe(mailing_list, found, since=self.now - 30 * DAY, **fields)
        return found


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """Every mail, handed over to a mail server, and a browser for each person to whom one went."""
    office = server.Post()
    controller = server.started(office)
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=controller.port,
        TRUSTED_MAIL_SERVERS=[SERVER],
    ):
        admin = make_user("root@example.org", first_name="Ruth", is_superuser=True)
        manager = make_staff("Forum manager", email="mary@example.org", first_name="Mary")
        world = World(timezone.now(), admin, manager, office)
        for bring_about in (
            lists_end,
            the_list_writes,
            the_list_tells,
            mail_comes_in,
            people_join,
            the_handbook_tells,
            accounts_are_made,
            places_are_booked,
            organisers_write,
            people_attend,
            searches_find,
            advisers_answer,
            colleagues_share_a_checklist,
            a_page_waits_for_approval,
            an_event_is_published,
            the_week_is_over,
        ):
            bring_about(world)
        hand_over(world)
    controller.stop()
    world.browsers = browsers_of({one.to for letters in world.letters.values() for one in letters})
    world.rows = everything()
    yield world


def places_are_booked(world: World) -> None:
    """An order with its code, tickets and their second sending, a place that was given back, and one that is offered and lapses."""
    now = world.now
    event = make_event("Conference", starts_at=now + 30 * DAY, ends_at=now + 31 * DAY)
    ticket = make_ticket(make_pool(2, event))
    Question.objects.create(event=event, words="Where do you work?")
    basket = make_basket(now=now, email="orders@one.example")
    hold(order=basket, ticket=ticket, count=2, now=now)
    for number, place in enumerate(Place.objects.filter(line__order=basket).order_by("pk")):
        name_attendee(place=place, name="Ada Example", email=f"comes-{number}@one.example", now=now)
    send_code(order=basket, now=now)
    confirm_address(order=basket, email=basket.email, now=now)
    order = told(place_order(order=basket, method="free", now=now))
    paid = make_basket(now=now, email="pays@one.example")
    hold(order=paid, ticket=make_ticket(make_pool(1, event), pence=12_000), count=1, now=now)
    paid = told(place_order(order=paid, method="invoice", now=now))
    pay(order=paid, method="invoice", pence=12_000, reference="bank-1", now=now)
    cancel_line(line=paid.lines.get(), now=now)
    pay(order=paid, method="invoice", pence=-12_000, reference="back-1", now=now)
    bought = make_basket(now=now, email="buys@one.example")
    for product in (make_toolkit(), make_advice()):
        add_product(order=bought, product=product, now=now)
    bought = told(place_order(order=bought, method="invoice", now=now))
    pay(order=bought, method="invoice", pence=21_000, reference="bank-2", now=now)
    cancel_line(line=bought.lines.last(), now=now, by=world.admin, reason="Not needed.")
    in_vain = make_basket(now=now, email="in-vain@one.example")
    hold(order=in_vain, ticket=make_ticket(make_pool(1, event), pence=12_000), count=1, now=now)
    pay(order=in_vain, method="card", pence=1_000, reference="pi_1", now=now)
    book_refund(refund=Refund("re_1", "", "pi_1", 1_000, has_failed=True), now=now)
    send_again(email="comes-0@one.example", now=now)
    publish_event(event, "title", "The conference")
    tell_of_changes(now)
    remind(event.starts_at - HOUR)
    passed = make_basket(now=now, email="leaves@one.example")
    [line] = hold(order=passed, ticket=make_ticket(make_pool(1, event)), count=1, now=now)
    name_attendee(place=line.place, name="Una", email="leaves@one.example", now=now)
    told(place_order(order=passed, method="free", now=now))
    # The ticket that no longer counts leads nowhere, which is as it has to be.
    Mail.objects.filter(template="event_ticket", to="leaves@one.example").delete()
    pass_on(line=line, name="Una", email="comes-2@one.example", now=now)
    for email in ("offered@one.example", "late@one.example"):
        join_queue(ticket=ticket, name="Grace Sample", email=email, wanted=1, now=now)
    cancel_line(line=order.lines.order_by("pk").last(), now=now)
    # The first lets the offer lapse, so that the second is offered the place.
    sweep(now + 2 * DAY)


def organisers_write(world: World) -> None:
    """Places that are asked for, given and refused; a letter; and an event that is called off."""
    now, by = world.now, world.manager
    event = make_event("Course", starts_at=now + 30 * DAY, ends_at=now + 31 * DAY)
    open_to_all = make_ticket(make_pool(2, event))
    asked_for = make_ticket(make_pool(0, event), needs_approval=True)
    people = {"ticket": asked_for, "name": "Grace Sample", "words": "I lead one.", "now": now}
    let_in(waiting=apply(email="in@one.example", **people), by=by, now=now)
    refuse(waiting=apply(email="out@one.example", **people), by=by, reason="It is full.", now=now)
    add_attendee(
        ticket=open_to_all,
        name="Ada",
        email="has@one.example",
        pence=0,
        bill_to="",
        by=by,
        reason="Speaks",
        now=now,
    )
    write(event=event, to="coming", ticket=None, subject="Bring a coat", text="It is cold.", by=by, now=now)
    send_letters(now)
    call_off(event=event, by=by, reason="The hall is flooded.", now=now)
    finish(now)


def people_attend(world: World) -> None:
    """A webinar that one joins, the questions after it, and a certificate."""
    now = world.now
    event = make_event("Webinar", starts_at=now - 3 * HOUR, ends_at=now - HOUR, is_online=True)
    place = make_place(event, name="Ada Example", email="attends@one.example")
    add_usual_questions(event=event)
    Attendance.objects.create(place=place, how=How.REPORT, minutes=60, at=now)
    tell_of_ticket(place)
    ask_for_feedback(now)
    give_due(now)


def publish_event(event: EventPage, field: str, value: str) -> None:
    """Publishes an event with a change that calendars show."""
    EventPage.objects.filter(pk=event.pk).update(first_published_at=event.starts_at - 60 * DAY)
    page = EventPage.objects.get(pk=event.pk)
    setattr(page, field, value)
    page.save_revision().publish()


def the_list_writes(world: World) -> None:
    """Posts and digests, in each format, of a list with files."""
    mailing_list = world.managed("Post")
    author = world.person("author", mailing_list)
    for mode in (DeliveryMode.EACH, DeliveryMode.DAILY, DeliveryMode.WEEKLY):
        for form in MailFormat:
            reader = world.person(f"{mode}-{form}", mailing_list, delivery=mode)
            Subscription.objects.filter(user=reader).update(mail_format=form)
    file = ContentFile(files.PDF, "minutes.pdf")
    kept = attach(mailing_list=mailing_list, user=author, file=file, now=world.now)
    words = f"[The minutes](attachment:{kept.key}), and [the list]({settings.BASE_URL}/forum/post/)."
    for at in (world.now, *(last_span(period, world.now)[0] + HOUR for period in Period)):
        start_topic(mailing_list=mailing_list, user=author, subject="Rota", content=words, now=at)
    queue_digests(world.now)
    send_waiting()
    for delivery in Delivery.objects.filter(subscription__list=mailing_list).select_related(
        "digest", "subscription"
    ):
        what = delivery.digest.period if delivery.digest else "post"
        to = EmailAddress.objects.get(user=delivery.subscription.user_id).email
        [raw] = [
            raw
            for sender, _, raw in world.office.came
            if sender == addresses.secret(Purpose.BOUNCES, delivery.pk)
        ]
        add(world, f"{what}: {delivery.subscription.mail_format}", to, raw)
    world.office.came.clear()


def add(world: World, kind: str, to: str, raw: bytes) -> None:
    message = message_from_bytes(raw, policy=policy.default)
    world.letters[kind].append(Letter(kind, to, message))


def the_list_tells(world: World) -> None:
    """What is said of posts: to followers, to those who are named, to managers, and to authors."""
    mailing_list, now = world.managed("Notices"), world.now
    author, named = world.person("ann", mailing_list), world.person("ned", mailing_list)
    for name, cadence in (("fay", Cadence.AT_ONCE), ("wes", Cadence.WEEKLY)):
        Follow.objects.create(
            user=world.person(name, mailing_list),
            key=list_key(mailing_list.pk),
            cadence=cadence,
            created_at=now - 30 * DAY,
        )

    def write(at: datetime, content: str = "Words.") -> Any:
        return start_topic(mailing_list=mailing_list, user=author, subject="Quorum", content=content, now=at)

    write(weeks_due(now)[-1].start + HOUR)
    post = write(now - HOUR, "What do you say, @Ned Sample?")
    answer_privately(post=post, sender=named, text="Between us: three.", now=now)
    moderating.report(post=post, by=named, reason="Not nice.", now=now)
    moderating.hold(post=post, by=world.manager, reason="Let us see.", now=now)
    moderating.approve(held=Hold.objects.get(post=post), by=world.manager, now=now)
    other = write(now - HOUR)
    moderating.hold(post=other, by=world.manager, reason="Let us see.", now=now)
    moderating.refuse(held=Hold.objects.get(post=other), by=world.manager, reason="Not here.", now=now)
    tell_waiting(now)
    bouncing = world.person("ida", mailing_list, delivery=DeliveryMode.EACH)
    of_bouncing = Subscription.objects.filter(user=bouncing, list=mailing_list)
    of_bouncing.update(bounce_score=4.0, bounced_at=now - DAY)
    write(now)
    subscription, stops = record_bounce(
        delivery_id=Delivery.objects.get(subscription__in=of_bouncing).pk, now=now, is_hard=True, said="550"
    )
    assert stops
    tell_of_stopped_mail(subscription, now)


def mail_comes_in(world: World) -> None:
    """Mails to lists, one for each answer that there is."""
    mailing_list, held = world.managed("Desk"), world.managed("Held", hold_first_posts=1)
    bound = world.managed("Bound")
    bound.terms.add(make_terms("Rules of mail", world.now - DAY))
    person = world.person("ida", mailing_list)
    for other in (held, bound):
        subscribe(other, person, since=world.now - 30 * DAY)
    world.managed("Elsewhere")
    sender = person.email
    own_key = addresses.secret(Purpose.REPLY, 0, person.subscriptions.get(list=mailing_list).pk)
    to = addresses.of_list

    bring(letter(sender), to("held"))
    bring(letter(sender), to("bound"))
    bring(letter(sender, proven=False), to("desk"))
    bring(letter(sender), to("elsewhere"))
    bring(letter("x@nowhere.example"), to("desk"))
    bring(letter(sender), to("elsewhere", Command.NOMAIL))
    bring(letter(sender, ""), to("desk"))
    bring(letter(sender), to("no-such-list"))
    bring(letter(sender), own_key)
    bring(letter(sender, attachments={"tool.exe": files.EXE}), to("desk"))
    for command in (Command.SUBSCRIBE, Command.HELP, Command.DIGEST):
        bring(letter(sender), to("desk", command))
    bring(letter(world.person("lea", mailing_list).email), to("desk", Command.UNSUBSCRIBE))
    sort_waiting()
    row = bring(letter(sender), to("desk"))
    with (
        mock.patch("forum.actions.sorting.judge", side_effect=ZeroDivisionError),
        mock.patch("forum.actions.sorting.logger"),
    ):
        for turn in range(6):
            sort_waiting(timezone.now() + turn * DAY)
    row.refresh_from_db()
    assert row.because == Because.NOT_UNDERSTOOD


def people_join(world: World) -> None:
    """Applications and what becomes of them, invitations, suspensions, and new terms."""
    mailing_list, now, manager = world.managed("Joining"), world.now - HOUR, world.manager
    wanted, unwanted = world.person("wanda"), world.person("una")
    for step, person in enumerate((wanted, unwanted)):
        actions.apply(mailing_list=mailing_list, user=person, now=now + step * SECOND)
    subscription = wanted.subscriptions.get()
    actions.ask(subscription=subscription, by=manager, now=now + 3 * SECOND, question="Who are you?")
    actions.answer(subscription=subscription, user=wanted, now=now + 4 * SECOND, text="Wanda.")
    actions.approve(subscription=subscription, by=manager, now=now + 5 * SECOND)
    actions.refuse(subscription=unwanted.subscriptions.get(), by=manager, now=now, reason="Not for you.")
    # One whose application waits still: the manager's link leads to the page with the buttons.
    actions.apply(mailing_list=mailing_list, user=world.person("wilma"), now=now)
    suspend(subscription=subscription, by=manager, reason="Too loud.", now=now + 6 * SECOND)
    lift_suspension(subscription=subscription, by=manager, now=now + 7 * SECOND)
    extend(mailing_list=mailing_list, user=wanted, until=now + DAY, reason="On leave.", by=manager, now=now)
    invited = f"email,name\n{world.person('una').email},Una\nstranger@people.example,\n".encode()
    inviting.invite_subscribers(
        mailing_list=mailing_list, subscribers=read_subscribers(invited), by=manager, now=world.now
    )
    terms = make_terms("Code of conduct", now - 100 * DAY, now - DAY)
    renewed = world.managed("Renewed")
    renewed.terms.add(terms)
    accept(world.person("wanda", renewed), terms, 1, now - DAY * 50)
    tell_of_new_terms(world.now)
    send_explanation(mailing_list=mailing_list, user=wanted, at=world.now, by=world.admin, now=world.now)


def lists_end(world: World) -> None:
    """Access that ends and has ended, and a list that closes and goes on as another."""
    now = world.now
    for name, until in (("Soon", now + 7 * DAY), ("Ended", now - HOUR)):
        ending = world.managed(name, open_to=None)
        AccessRule.objects.create(list=ending, whom=Whom.ANYONE, until_at=until)
        world.person("ida", ending)
    tell_of_ends(now)
    terms = make_terms("Confidentiality", now - 50 * DAY)
    directors = world.managed("Directors", open_to=Whom.MEMBERS)
    directors.terms.add(terms)
    closing = world.managed("Closing", successor=directors)
    moves, lacks_terms, _ = (world.person(name, closing) for name in ("ida", "ned", "wes"))
    for member in (moves, lacks_terms):
        make_member(member, date(2020, 1, 1))
    accept(moves, terms, at=now - 40 * DAY)
    close_list(mailing_list=closing, by=None, now=now)
    move_people(closing.pk, now)


def the_handbook_tells(world: World) -> None:
    """News of the handbook, at once and once a week, and the reminder to read a section again."""
    handbook, now = make_handbook(), world.now
    owner = make_staff(EDITOR, email="editor@people.example")
    quorum = add_section(handbook, "Quorum", "<p>Half.</p>", review_by=timezone.localdate(now), owner=owner)
    add_section(handbook, "Funding", "<p>Ask.</p>")
    publish(handbook, "1.0", now=now - 60 * DAY)
    keys = f"handbook:{handbook.pk}", f"section:{quorum.translation_key}"
    for name, cadence in (("fay", Cadence.AT_ONCE), ("wes", Cadence.WEEKLY)):
        follower = world.person(name)
        for key in keys:
            Follow.objects.create(user=follower, key=key, cadence=cadence, created_at=now - 30 * DAY)
    edit(quorum, html="<p>Two thirds.</p>")
    edition = publish(handbook, "1.1", now=weeks_due(now)[-1].start + HOUR)
    publish_erratum(
        edition=edition, key=quorum.translation_key, text="It is a third.", by=None, now=now - HOUR
    )
    telling.tell_waiting(now)
    remind_of_reviews(now)


def searches_find(world: World) -> None:
    """Something new that fits what somebody has saved."""
    begun = world.now - 30 * DAY
    save_search(
        user=world.person("fay"), text="Conference", query_string="", cadence=Cadence.AT_ONCE, now=begun
    )
    catch_up(world.now - HOUR)
    tell_of_searches(world.now)


def advisers_answer(world: World) -> None:
    """A question that waits to be confirmed, and one that is answered, goes on, and is owed an answer."""
    now, adviser = world.now, make_adviser("adviser@one.example")
    topic = make_topic()
    put(topic, email="asks@one.example", text="May I?", now=now)
    enquiry = asked(topic, email="asked@one.example", now=now)
    answer_question(enquiry=enquiry, text="Yes.", by=adviser, now=now)
    reply_to_adviser(enquiry=enquiry, text="And now?", now=now)
    remind_advisers(now + 14 * DAY)
    remind_advisers(now + 15 * DAY)
    remind_advisers(now + 16 * DAY)


def colleagues_share_a_checklist(world: World) -> None:
    """One thing to do is given to a colleague."""
    network, ada, grace = make_colleagues(make_network(code="U54321"))
    kit = make_kit()
    [todo, *_] = todos_of(kit)
    checklists.assign(place=checklists.Place(kit, network, todo.key, ada, world.now), to=grace)


def a_page_waits_for_approval(world: World) -> None:
    """A page that its author submits, of which the reviewers are reminded."""
    author = make_staff("Editor", email="author@one.example")
    make_staff("Clinical reviewer", email="reviewer@one.example")
    page = make_article(make_listing(make_home(), title="Drafts", slug="drafts"), title="Vaccines")
    page.save_revision(user=author)
    Workflow.objects.get(name="Clinical review, then publishing").start(page, author)
    remind_reviewers(world.now + 14 * DAY)


def an_event_is_published(world: World) -> None:
    """Something new of a kind that somebody follows."""
    now = world.now
    for name, cadence in (("fay", Cadence.AT_ONCE), ("wes", Cadence.WEEKLY)):
        Follow.objects.create(
            user=world.person(name), key="event-kind:course", cadence=cadence, created_at=now - 30 * DAY
        )
    published = {"first_published_at": weeks_due(now)[-1].end - HOUR, "kind": "course"}
    make_event("Course", starts_at=now + 30 * DAY, ends_at=now + 31 * DAY, **published)
    tell_of_pages(weeks_due(now)[-1].end)


def the_week_is_over(world: World) -> None:
    """One mail of all that was new in the week, to those who want to hear once a week."""
    WeeklyMailing.objects.all().delete()
    write_weekly(world.now)


def accounts_are_made(world: World) -> None:
    """Invitations, claims, appointments, and what allauth writes."""
    admin, now = world.admin, world.now
    known = world.person("kim")
    for email in (known.email, "newcomer@people.example"):
        people.invite(
            email=email,
            first_name="Kim",
            last_name="Sample",
            groups=Group.objects.filter(name=EDITOR),
            by=admin,
            now=now,
        )
    make_membership("A1", email="another@people.example")
    claimant = world.person("wanda")
    refused = claim_membership(user=claimant, number="A9", now=now)
    refuse_claim(claim=refused, reason="Nobody has it.", by=admin, now=now)
    accept_claim(claim=claim_membership(user=claimant, number="A1", now=now), by=admin, now=now)
    appointment = people.add_appointment(
        by=known,
        network=make_network(),
        role=Role.CLINICAL_DIRECTOR,
        starts_on=date(2026, 1, 1),
        ends_on=None,
    )
    people.confirm_appointment(appointment=appointment, by=admin, now=now)
    gone = world.person("gus")
    people.be_forgotten(user=gone, email=gone.email, now=now)
    by_allauth(known)


def by_allauth(known: User) -> None:
    """The mails with keys, by the pages that send them, and the notices, by the adapter that sends them."""
    names = {"first_name": "Pat", "last_name": "Sample", "password1": PASSWORD, "password2": PASSWORD}
    for email in ("pat@people.example", known.email):
        Client().post("/accounts/signup/", {**names, "email": email})
    for email in ("nobody@people.example", known.email):
        Client().post("/accounts/password/reset/", {"email": email})
    browser = Client()
    log_in(browser, known)
    confirm_password(browser)
    browser.post("/accounts/email/", {"action_add": "", "email": "kim@home.example", "kind": "home"})
    request = RequestFactory().get("/")
    with allauth_context.request_context(request):
        for template, words in NOTICES.items():
            get_adapter(request).send_notification_mail(template, known, words)


def hand_over(world: World) -> None:
    """Sends what was written, and sorts what the mail server got by kinds."""
    rows = {row.message_id: row for row in Mail.objects.all()}
    for row in rows.values():
        mail.deliver(row.pk)
    for _, to, raw in world.office.came:
        row = rows[str(message_from_bytes(raw, policy=policy.default)["Message-ID"])]
        # The key of an answer to a mail says why it was written.
        because = f": {row.key.split(':')[2]}" if row.template == "mail_answer" else ""
        add(world, f"{row.template}{because}", to, raw)


def browsers_of(found: set[str]) -> dict[str, Client]:
    """A browser for each person who has one of the addresses, also for one that they have yet to confirm, by the address."""
    rows = list(EmailAddress.objects.filter(email__in=found).select_related("user"))
    browsers = {person: browser_of(person) for person in {row.user for row in rows}}
    return {row.email: browsers[row.user] for row in rows}


def browser_of(person: User) -> Client:
    """A browser in which the person is signed in, and was before: what that writes is no doing of a link's."""
    browser = sign_in(person, second_factor=person.has_perm("wagtailadmin.access_admin"))
    browser.get("/accounts/following/")
    return browser


# --- The rule ------------------------------------------------------------------------------------------------------------


def faults(world: World, *only: str) -> list[str]:
    """What opening each link in the mails of these kinds, or of all, does that it should not. No link twice for one reader."""
    before, found = world.rows, []
    opened: set[tuple[str, str]] = set()
    for kind in only or sorted(world.letters):
        for one in world.letters[kind]:
            readers = {"somebody": Client()}
            if one.to in world.browsers:
                readers[one.to] = world.browsers[one.to]
            for reader, browser in readers.items():
                for link in sorted(one.links):
                    if (reader, link) in opened:
                        continue
                    opened.add((reader, link))
                    wrong, has_written = open_and_look(browser, reader, link, opened)
                    if has_written and (after := everything()) != before:
                        wrong, before = [*wrong, f"changes {changes(before, after)}"], after
                    found += [f"{kind}: {link}, opened by {reader}, {what}" for what in wrong]
    # Also what no statement that was watched has changed.
    return found + [f"Something changes {line}" for line in changes(before, everything())]


def open_and_look(
    browser: Client, reader: str, link: str, opened: set[tuple[str, str]]
) -> tuple[list[str], bool]:
    """Opens a link, looks at what is there, and goes on where that leads: what is wrong, and whether anything was written.

    A page that fails, or is not there, would prove nothing.
    """
    wrong, wrote = [], []

    def watched(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if (statement := WRITES.match(sql)) and statement[1] not in OF_SESSIONS:
            wrote.append(statement[1])
        return execute(sql, *rest)

    before = who_is(browser)
    with connection.execute_wrapper(watched):
        for method in (browser.get, browser.head):
            there = link
            while there:
                answer = method(there)
                if answer.streaming:
                    b"".join(answer.streaming_content)  # to its end, where its file is closed
                if answer.status_code == 404 or answer.status_code >= 500:
                    wrong.append(f"is answered with {answer.status_code} at {there}")
                there = urljoin(there, answer["Location"]) if answer.has_header("Location") else ""
                # The page on which one signs in is one page, wherever it leads then.
                page = (reader, there.partition("?next=")[0])
                there = "" if page in opened else there
                opened.add(page)
    if who_is(browser) != before:
        wrong.append("signs in, or signs out")
    return wrong, bool(wrote)


def who_is(browser: Client) -> str | None:
    """Who is signed in. A session is not begun by asking."""
    return browser.session.get(SESSION_KEY) if settings.SESSION_COOKIE_NAME in browser.cookies else None


def test_mails_of_every_kind_are_looked_at(shared: World) -> None:
    brought_about = set(shared.letters)

    assert kinds() - brought_about - set(EXCUSED) == set()
    assert brought_about - kinds() == set()
    assert set(EXCUSED) & brought_about == set()


def test_every_mail_has_links_and_those_of_its_headers_are_among_them(shared: World) -> None:
    assert [kind for kind, letters in shared.letters.items() if not all(one.links for one in letters)] == []
    post = shared.letters["post: html"][0].message
    headers = {
        name: _in_headers([post[name]])
        for name in ("List-Unsubscribe", "List-Help", "List-Archive", "Archived-At")
    }

    assert [name for name, links in headers.items() if len(links) != 1] == []
    assert {
        link.removeprefix(settings.BASE_URL) for links in headers.values() for link in links
    } <= shared.letters["post: html"][0].links


def test_opening_any_link_in_any_mail_changes_nothing(shared: World) -> None:
    assert faults(shared) == []


@pytest.mark.parametrize(
    ("kind", "beginning", "pressed", "changed"),
    [
        ("post: html", "/forum/mail/stop/", {}, "listserver.Subscription"),
        ("daily: mime", "/forum/mail/stop/", {}, "listserver.Subscription"),
        ("mail_answer: unproven", "/forum/mail/confirm/", {"mine": "1"}, "listserver.IncomingMail"),
        ("weekly", "/follow/stop/", {}, "members.Follow"),
        ("handbook_erratum", "/follow/stop/", {}, "members.Follow"),
        ("email_confirmation", "/accounts/confirm-email/", {}, "account.EmailAddress"),
    ],
)
def test_a_press_on_the_page_behind_a_link_is_noticed(
    shared: World, kind: str, beginning: str, pressed: dict[str, str], changed: str
) -> None:
    link = next(link for link in sorted(shared.letters[kind][0].links) if link.startswith(beginning))

    Client().post(link, pressed)

    assert changed in {line.partition(":")[0] for line in changes(shared.rows, everything())}


def test_a_link_that_changes_something_as_it_is_opened_is_named(
    shared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "get", Client.post)

    [fault] = faults(shared, "post: html")

    assert re.match(r"post: html: /forum/mail/stop/\w+/, opened by somebody, changes .*Subscription", fault)
