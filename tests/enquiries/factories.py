"""Makers of topics, advisers and questions, as the actions leave them."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group
from django.core import signing

from portal.enquiries.actions.asking import ask, confirm
from portal.enquiries.actions.paid import open_paid
from portal.enquiries.forms import SALT
from portal.enquiries.models import AdviceTopic, Enquiry
from portal.members.models import User
from tests.factories import NOW, make_staff

WORDS = "May two networks share one pharmacist, and who gives notice?"


def make_topic(name: str = "Employment", **fields: Any) -> AdviceTopic:
    """A topic that the group of advisers answers, within five working days."""
    values = {"group": Group.objects.get(name="Adviser"), "hint": "Contracts and notice.", **fields}
    return AdviceTopic.objects.create(name=name, **values)


def make_adviser(email: str = "asha@one.example", **fields: Any) -> User:
    return make_staff("Adviser", email=email, first_name="Asha", last_name="Adviser", **fields)


def put(
    topic: AdviceTopic,
    *,
    email: str = "ada@one.example",
    text: str = WORDS,
    now: datetime = NOW,
    **fields: Any,
) -> Enquiry:
    """A question as it is right after the form."""
    values = {
        "name": "Ada",
        "works_at": "Harbour PCN",
        "subject": "A shared post",
        "user": None,
        "form_key": uuid4(),
        "trapped": False,
        **fields,
    }
    return ask(topic=topic, email=email, text=text, now=now, **values)


def paid_for(topic: AdviceTopic | None = None, *, now: datetime = NOW, **fields: Any) -> Enquiry:
    """Advice that somebody has just paid for."""
    values = {"what": "An hour", "order": "C4H7K9", "name": "Ada", "email": "ada@one.example", "user": None}
    return open_paid(
        topic=topic or make_topic("Paid advice", is_offered=False), now=now, **{**values, **fields}
    )


def asked(topic: AdviceTopic | None = None, **fields: Any) -> Enquiry:
    """A question whose address is confirmed: advisers have it."""
    return confirm(enquiry=put(topic or make_topic(), **fields), now=fields.get("now", NOW))


def token(made_at: datetime, key: object = None) -> str:
    """The token of a form that was made at a moment."""
    return signing.dumps({"at": made_at.timestamp(), "key": str(key or uuid4())}, salt=SALT)


def filled(topic: AdviceTopic, made_at: datetime, **fields: Any) -> dict[str, Any]:
    """What a browser sends of the form, filled in by a person."""
    return {
        "topic": topic.pk,
        "subject": "A shared post",
        "text": WORDS,
        "name": "Ada",
        "email": "ada@one.example",
        "works_at": "",
        "agrees": "on",
        "website": "",
        "token": token(made_at),
        **fields,
    }
