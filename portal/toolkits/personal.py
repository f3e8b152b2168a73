"""What toolkits hold about a person: what they did on the checklists of their networks, and what was given to them."""

from collections.abc import Iterable

from django.db.models import Q

from portal.members.personal import Person, Record, Section, Subject
from portal.toolkits.models import Checklist, ChecklistItem


def done(person: Person) -> Iterable[Record]:
    """Each line that the person marked, wrote a note to or gave to somebody, and lists that they put aside."""
    mine = Q(marked_by=person.user) | Q(note_by=person.user) | Q(assigned_by=person.user)
    for item in _items(mine):
        yield {
            "Checklist": str(item.checklist),
            "To do": item.text,
            **(
                {"Done" if item.is_done else "Tick taken back": item.marked_at}
                if item.marked_by_id == person.user.pk
                else {}
            ),
            **({"Note": item.note, "Written": item.note_at} if item.note_by_id == person.user.pk else {}),
            **({"Given to somebody": "Yes"} if item.assigned_by_id == person.user.pk else {}),
        }
    lists = Checklist.objects.select_related("toolkit", "network")
    for checklist in lists.filter(archived_by=person.user).order_by("pk"):
        yield {"Checklist": str(checklist), "Put aside": checklist.archived_at}


def given(person: Person) -> Iterable[Record]:
    """Each line that is for the person to do."""
    for item in _items(Q(assigned_to=person.user)):
        yield {
            "Checklist": str(item.checklist),
            "To do": item.text,
            "Until": item.due_on or "",
            "Done": "Yes" if item.is_done else "No",
        }


def _items(condition: Q) -> Iterable[ChecklistItem]:
    items = ChecklistItem.objects.filter(condition).order_by("pk")
    return items.select_related("checklist__toolkit", "checklist__network").iterator()


SUBJECT = Subject(
    sections=(
        Section(
            "What you did on checklists",
            "On those of your networks. People of the network see it.",
            (
                "toolkits.Checklist.archived_by",
                "toolkits.ChecklistItem.assigned_by",
                "toolkits.ChecklistItem.marked_by",
                "toolkits.ChecklistItem.note_by",
            ),
            done,
        ),
        Section(
            "Checklists: what was given to you",
            "What somebody of your network asked you to do.",
            ("toolkits.ChecklistItem.assigned_to",),
            given,
        ),
    ),
)
