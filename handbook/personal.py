"""What the handbook holds about a person: which sections they have read."""

from collections.abc import Iterable

from handbook.models import EditionSection, ReadMark
from portal.members.personal import Person, Record, Section, Subject


def read_marks(person: Person) -> Iterable[Record]:
    """The marks, each with the title that the section had when it last had these words."""
    marks = list(ReadMark.objects.filter(user=person.user).order_by("pk"))
    rows = EditionSection.objects.filter(key__in=[mark.key for mark in marks]).order_by("edition")
    titles = {(key, body): title for key, body, title in rows.values_list("key", "body", "title")}
    for mark in marks:
        yield {"Section": titles.get((mark.key, mark.body_id), ""), "Read": mark.read_at}


SUBJECT = Subject(
    sections=(
        Section(
            "What you have read in the handbook",
            "When you last marked a section as read.",
            ("handbook.ReadMark.user",),
            read_marks,
        ),
    ),
    not_shown={
        "handbook.Edition.locked_by": "It says who is working on an edition, for as long as they are."
    },
)
