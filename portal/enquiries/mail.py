"""What mails about questions to advisers say: the addresses in them, and samples for the preview. Reads only."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.urls import reverse

from portal.enquiries.models import AdviceTopic, Enquiry, Message, MessageKind
from portal.enquiries.rules.days import promised_on
from portal.members.mail import addresses_of
from portal.members.models import User

PREFIX = "enquiry_"


def address_of(enquiry: Enquiry) -> str:
    """The absolute address of the question, which its secret key opens."""
    return settings.BASE_URL + reverse("advice_question", args=[enquiry.key])


def admin_address(enquiry: Enquiry) -> str:
    """The absolute address at which advisers find it."""
    return settings.BASE_URL + reverse("enquiries:enquiry", args=[enquiry.pk])


def advisers_told(enquiry: Enquiry) -> dict[str, str]:
    """Whom among staff to write to about it: addresses by a name that stays, for keys of mails.

    That is the adviser who has it; else the shared address of the topic; else each member of the group.
    """
    if enquiry.adviser_id:
        found = addresses_of([enquiry.adviser_id])
        if found:
            return {str(pk): address.email for pk, address in found.items()}
    if enquiry.topic.adviser_email:
        return {"shared": enquiry.topic.adviser_email}
    group = enquiry.topic.group
    members = group.user_set.values_list("pk", flat=True) if group else []
    return {str(pk): address.email for pk, address in addresses_of(list(members)).items()}


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the previews of these mails are filled with; nothing for any other mail."""
    if not template.startswith(PREFIX):
        return {}
    topic = AdviceTopic(name="Employment", answer_days=5, group=Group(name="Adviser"))
    enquiry = Enquiry(
        reference="ADV-7K3M-PQ2X",
        topic=topic,
        name="Ada Example",
        email="ada@example.org",
        subject="Notice for a shared pharmacist",
        asked_at=now,
        opened_at=now,
        promised_on=promised_on(now, topic.answer_days),
    )
    return {
        "enquiry": enquiry,
        "link": f"{settings.BASE_URL}/a-secret-link/",
        "message": Message(
            kind=MessageKind.ANSWER,
            text="Look at the contract first.\n\nIf it says nothing, a month is usual.",
        ),
        "adviser": User(first_name="Asha", last_name="Example"),
        "passed": True,
    }
