"""A person of whom the portal holds something everywhere, made by the verbs that people use."""

from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from events.actions.calendars import make_address
from events.actions.holding import hold as hold_place
from events.actions.naming import name_attendee
from events.actions.ordering import place
from events.actions.questions import answer
from events.actions.settings import accept_terms
from events.actions.waiting import join
from events.models import Method, Question
from events.terms import Terms as BookingTermsShown
from forum import actions as forum_actions
from forum.actions import inviting
from forum.actions.attaching import attach
from forum.actions.delivering import record_bounce
from forum.actions.drafting import save_draft
from forum.actions.granting import extend
from forum.actions.inviting import invite_subscribers
from forum.actions.messaging import answer_message, answer_privately
from forum.actions.moderating import approve as approve_post
from forum.actions.moderating import dismiss_reports, hold, report
from forum.actions.posting import edit, reply, start_topic
from forum.actions.reading import mark_list_read
from forum.actions.sorting import sort_waiting
from forum.actions.suspending import lift_suspension, suspend
from forum.import_plan import read_subscribers
from forum.models import Attachment, Delivery, Hold, Level, MailingList, Post, Subscription, Topic
from forum.quoting import quoted
from handbook.actions.reading import mark_read
from portal.enquiries.actions.answering import answer as answer_question
from portal.members import actions
from portal.members.actions.claims import claim_membership, refuse_claim
from portal.members.mail import deliver_waiting
from portal.members.models import Cadence, Network, Role, Terms, User
from portal.toolkits.actions import checklists
from portal.toolkits.reading import todos_of
from search.actions.saving import save_search
from tests.enquiries.factories import make_adviser, make_topic, put
from tests.events.factories import make_basket, make_pool, make_ticket
from tests.factories import NOW, make_staff, make_user
from tests.forum import files
from tests.forum.factories import give, make_list, make_terms, subscribe
from tests.forum.mail.letters import bring, letter
from tests.handbook.working_copy import add_section, make_handbook, publish
from tests.members.factories import add_totp, log_in, make_membership, make_network
from tests.toolkits.factories import make_kit

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FIRST, LAST = "Zebedee", "Quagmire"
NAME = f"{FIRST} {LAST}"
EMAIL, SECOND = "zebedee.quagmire@example.org", "z.quagmire@practice.example"
SUBJECT = "Quorum"


@dataclass
class World:
    """A list in which the person wrote and was written to, with somebody else on it and a manager."""

    person: User
    other: User
    manager: User
    the_list: MailingList
    topic: Topic
    elsewhere: Topic
    attachment: Attachment
    browsers: list[Client]


def make_everything() -> World:
    """Makes the person and everything around them. Mails are sent as they are written."""
    admin = make_user("root@example.org", first_name="Ruth", last_name="Root", is_superuser=True)
    manager = make_staff("Forum manager", email="mary@example.org", first_name="Mary", last_name="Manager")
    other = make_user("other@example.org", first_name="Olive", last_name="Other")
    person = make_user(EMAIL, first_name="Earlier", last_name=LAST)
    terms = make_terms("Code of conduct", NOW - DAY)
    the_list = make_list(hold_first_posts=1)
    the_list.terms.add(terms)
    give(the_list, manager, level=Level.MANAGE, since=NOW - DAY, until=NOW + 3000 * DAY)
    subscribe(the_list, other, since=NOW - DAY)
    actions.accept_version(user=other, version=terms.versions.get(), now=NOW - MINUTE)
    _as_a_person(person, admin, terms)
    subscription = _onto_the_list(person, manager, the_list)
    topic, elsewhere, attachment = _in_the_list(person, other, manager, the_list)
    _by_mail(subscription)
    _at_an_event(person)
    _asks_advisers(person)
    suspend(subscription=subscription, by=manager, reason="Too loud.", now=NOW + 60 * MINUTE)
    lift_suspension(subscription=subscription, by=manager, now=NOW + 61 * MINUTE)
    extend(mailing_list=the_list, user=person, until=NOW + 300 * DAY, reason="On leave.", by=manager, now=NOW)
    browsers = [Client(), Client()]
    for browser in browsers:
        log_in(browser, person)
    add_totp(person)
    deliver_waiting(timezone.now() + DAY)
    return World(person, other, manager, the_list, topic, elsewhere, attachment, browsers)


def _as_a_person(person: User, admin: User, terms: Terms) -> None:
    network = make_network()
    actions.accept_version(user=person, version=terms.versions.get(), now=NOW)
    actions.rename(by=person, first_name=FIRST, last_name=LAST)
    person.refresh_from_db()
    address = EmailAddress.objects.create(user=person, email=SECOND, verified=True)
    actions.describe_address(address=address, kind="practice", by=person)
    appointment = actions.add_appointment(
        by=person, network=network, role=Role.CLINICAL_DIRECTOR, starts_on=date(2026, 1, 1), ends_on=None
    )
    actions.confirm_appointment(appointment=appointment, by=admin, now=NOW)
    actions.agree_to_listing(appointment=appointment, by=person, now=NOW)
    _on_a_checklist(person, network)
    make_membership("A1", first_name=FIRST, last_name=LAST, email=EMAIL)
    refused = claim_membership(user=person, number="A9", now=NOW)
    refuse_claim(claim=refused, reason="Nobody has it.", by=admin, now=NOW)
    claim_membership(user=person, number="A1", now=NOW)
    actions.invite(
        email=SECOND,
        first_name=FIRST,
        last_name=LAST,
        groups=Group.objects.filter(name="Editor"),
        by=admin,
        now=NOW,
    )
    section = add_section(make_handbook(), "Quorum", "<p>Half of the practices.</p>")
    edition = publish(section.get_parent().specific, "1.0")
    mark_read(user=person, section=edition.sections.get(), now=NOW)
    save_search(user=person, text=f"from:{LAST}", query_string="", cadence=Cadence.AT_ONCE, now=NOW)


def _on_a_checklist(person: User, network: Network) -> None:
    kit = make_kit()
    place = checklists.Place(kit, network, todos_of(kit)[0].key, person, NOW)
    checklists.mark(place=place, is_done=True)
    checklists.write_note(place=place, text="Asked the bank.", based_on=0)
    checklists.assign(place=place, to=person)
    checklists.archive(toolkit=kit, network=network, by=person, now=NOW)


def _onto_the_list(person: User, manager: User, the_list: MailingList) -> Subscription:
    content = f"email,name,role\n{EMAIL},{NAME},\nnobody@example.org,,\n".encode()
    invite_subscribers(mailing_list=the_list, subscribers=read_subscribers(content), by=None, now=NOW)
    inviting.ListInvitation.objects.filter(email=EMAIL).update(user=person, declined_at=NOW)
    subscription = forum_actions.apply(
        mailing_list=the_list, user=person, now=NOW, role=Role.OTHER, number="A1"
    )
    forum_actions.ask(subscription=subscription, by=manager, now=NOW + MINUTE, question="Who are you?")
    forum_actions.answer(subscription=subscription, user=person, now=NOW + 2 * MINUTE, text=f"I am {NAME}.")
    forum_actions.approve(subscription=subscription, by=manager, now=NOW + 3 * MINUTE)
    return subscription


def _by_mail(subscription: Subscription) -> None:
    """A mail of the person's that waits for them, and one of the portal's that came back."""
    bring(letter(f"{NAME} <{EMAIL}>", proven=False), sender=EMAIL)
    sort_waiting()
    delivery = Delivery.objects.filter(subscription=subscription).first()
    record_bounce(delivery_id=delivery.pk, now=NOW, is_hard=False, said=f"452 4.2.2 {EMAIL} is full")


def _asks_advisers(person: User) -> None:
    """A question that was answered and is open, and one from another address that looks like spam."""
    topic = make_topic()
    words = {"name": NAME, "works_at": f"{LAST} Surgery", "text": f"May I, {NAME}?"}
    enquiry = put(topic, user=person, email=EMAIL, now=NOW, **words)
    answer_question(enquiry=enquiry, text=f"Yes, {NAME}.", by=make_adviser(), now=NOW + MINUTE)
    put(topic, email=SECOND, trapped=True, subject=NAME, now=NOW, **words)


def _at_an_event(person: User) -> None:
    """A place that the person ordered, and has; and another one that they wait for."""
    ticket = make_ticket(make_pool(1))
    basket = make_basket(person, name=NAME, email=EMAIL)
    [line] = hold_place(order=basket, ticket=ticket, count=1, now=NOW)
    name_attendee(place=line.place, name=NAME, email=SECOND, now=NOW)
    place(order=basket, method=Method.FREE, now=NOW)
    for words, is_sensitive in (("Where do you work?", False), ("Do you have any dietary needs?", True)):
        question = Question.objects.create(event=ticket.pool.event, words=words, is_sensitive=is_sensitive)
        answer(place=line.place, answers={question: f"Ask {NAME}, {EMAIL}"}, now=NOW)
    accept_terms(order=basket, terms=[BookingTermsShown(ticket.pool.event, "Be kind.")], now=NOW)
    make_address(user=person, now=NOW)
    join(ticket=ticket, name=NAME, email=SECOND, wanted=1, now=NOW)


def _in_the_list(
    person: User, other: User, manager: User, the_list: MailingList
) -> tuple[Topic, Topic, Attachment]:
    attachment = attach(
        mailing_list=the_list, user=person, file=ContentFile(files.PDF, "minutes.pdf"), now=NOW + 4 * MINUTE
    )
    first = start_topic(
        mailing_list=the_list,
        user=person,
        subject=SUBJECT,
        content=f"Half of us.\n\n[The minutes](attachment:{attachment.key})\n\n{NAME}, {EMAIL}",
        now=NOW + 5 * MINUTE,
        follow_it=True,
    )
    approve_post(held=Hold.objects.get(post=first), by=manager, now=NOW + 6 * MINUTE)
    first = Post.objects.get(pk=first.pk)
    first = edit(post=first, user=person, content=first.content.raw + "\n\nOr more.", now=NOW + 7 * MINUTE)
    answer = reply(
        topic=first.topic,
        user=other,
        content=f"{quoted(first)}I agree with @{NAME}.\n\n`@{NAME}`",
        now=NOW + 8 * MINUTE,
        answers=first,
    )
    approve_post(held=Hold.objects.get(post=answer), by=manager, now=NOW + 9 * MINUTE)
    answer = Post.objects.get(pk=answer.pk)
    edit(post=answer, user=other, content=answer.content.raw + "\n\nYes.", now=NOW + 10 * MINUTE)
    own = reply(topic=first.topic, user=person, content=f"{quoted(answer)}Thank you.", now=NOW + 11 * MINUTE)
    elsewhere = start_topic(
        mailing_list=the_list,
        user=other,
        subject="Gossip",
        content=f"{quoted(own)}What do you say, @{NAME}?",
        now=NOW + 12 * MINUTE,
    )
    reply(topic=elsewhere.topic, user=manager, content="Nothing.", now=NOW + 13 * MINUTE)
    report(post=elsewhere, by=person, reason="Not nice.", now=NOW + 14 * MINUTE)
    report(post=own, by=other, reason="Too short.", now=NOW + 15 * MINUTE)
    dismiss_reports(post=own, by=manager, now=NOW + 16 * MINUTE)
    hold(post=own, by=manager, reason="Let us see.", now=NOW + 17 * MINUTE)
    approve_post(held=Hold.objects.get(post=own, decided_at=None), by=manager, now=NOW + 18 * MINUTE)
    message = answer_privately(post=answer, sender=person, text=f"Yours, {NAME}", now=NOW + 19 * MINUTE)
    answer_message(message=message, sender=other, text="Thanks.", now=NOW + 20 * MINUTE)
    for user, text in ((person, "Half a thought"), (other, f"{quoted(own)}Well, @{NAME}")):
        save_draft(
            mailing_list=the_list,
            user=user,
            place=f"topic:{first.topic_id}",
            subject="",
            text=text,
            based_on=None,
            now=NOW + 21 * MINUTE,
        )
    actions.follow(user=person, key=the_list.key, cadence=Cadence.WEEKLY, now=NOW + 22 * MINUTE)
    mark_list_read(mailing_list=the_list, user=person, now=NOW + 22 * MINUTE)
    return first.topic, elsewhere.topic, attachment
