"""What the mails about joining a list say: the addresses in them, and samples for the preview. Reads only."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from forum.models import MailingList
from forum.rules.answering import Because, answer
from forum.rules.joining import INVITATION_LASTS
from forum.rules.sentences import moment

PREFIX = "joining_"
ABOUT_MAIL = {"mail_answer", "mail_stopped"}
ABOUT_POSTS = {"private_message", "post_mention", "post_new"}


def address(name: str, *args: Any) -> str:
    """The absolute address with the name `name`."""
    return settings.BASE_URL + reverse(name, args=args)


def list_address(mailing_list: MailingList) -> str:
    """The absolute address of a list itself."""
    return settings.BASE_URL + mailing_list.get_absolute_url()


def until_words(until: datetime | None) -> str:
    """An end in words; empty if there is none."""
    return moment(until) if until else ""


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the previews of the mails about joining, posts and mail are filled with; nothing for any other mail."""
    if template in ABOUT_POSTS:
        return {
            "sender": "Grace Sample",
            "subject": "Quorum of a board",
            "words": "Half of the practices, in our case.",
            "list": MailingList(name="Setting up a network", slug="setting-up"),
        }
    if template in ABOUT_MAIL:
        words = {"subject": "Rota", "list": "Setting up a network", "why": "Your access ended on 30 June."}
        return {
            "answer": answer(Because.NO_ACCESS, **words),
            "list": MailingList(name="Setting up a network", slug="setting-up"),
            "said": "550 5.1.1 There is no such mailbox.",
        }
    if not template.startswith(PREFIX):
        return {}
    the_list = MailingList(
        name="Setting up a network",
        slug="setting-up",
        summary="For people who are setting up a network.",
    )
    return {
        "list": the_list,
        "until": moment(now + timedelta(days=90)),
        "expires_at": now + INVITATION_LASTS,
        "name": "Ada Example",
        "applicant": "Grace Sample",
        "role": "Clinical director",
        "network": "Harbour and Heath PCN",
        "number": "A12345",
        "question": "Which practice do you work in?",
        "answer": "In High Street Surgery.",
        "reason": "This list is for people who lead a network.",
        "about": address("list_about", the_list.slug),
        "leave": address("list_leave", the_list.slug),
        "title": "Code of conduct",
        "version": 2,
        "change": "It now has a paragraph on confidences.",
        "due": moment(now + timedelta(days=14)),
        "lists": ["Setting up a network"],
    }
