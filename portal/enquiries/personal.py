"""What is held about people who asked advisers something."""

from collections.abc import Iterable

from django.db.models import Q

from portal.enquiries.models import Enquiry
from portal.members.personal import Person, Record, Section, Subject


def enquiries(person: Person) -> Iterable[Record]:
    """What the person asked, by their account or one of their addresses, with everything that was written about it."""
    found = Enquiry.objects.filter(Q(user=person.user) | Q(email__in=person.addresses))
    for one in found.select_related("topic").prefetch_related("messages").order_by("pk"):
        yield {
            "Reference": one.reference,
            "Topic": one.topic.name,
            "State": one.get_state_display(),
            "Name": one.name,
            "E-mail address": one.email,
            "Network or practice": one.works_at,
            "About": one.subject,
            "Asked": one.asked_at,
            "Closed": one.closed_at,
            "Why it looked like spam": list(one.signs),
            "Written": [
                {"What": message.get_kind_display(), "When": message.at, "Text": message.text}
                for message in one.messages.all()
            ],
        }


SUBJECT = Subject(
    sections=(
        Section(
            "Questions to advisers",
            "What you asked, what was answered, and notes that staff made.",
            ("enquiries.Enquiry.user", "enquiries.Enquiry.email"),
            enquiries,
        ),
    ),
    not_shown={
        "enquiries.Enquiry.adviser": "It says which member of staff looks after a question, which the audit log says too.",
        "enquiries.Message.by": "It says which member of staff wrote an answer or a note, which the audit log says too.",
        "enquiries.AdviceTopic.adviser_email": "It is a shared address of the association’s own.",
    },
    lets_go=("enquiries.Enquiry.email",),
    stays={
        "enquiries.AdviceTopic.adviser_email": "It is a shared address of the association’s own.",
    },
)
