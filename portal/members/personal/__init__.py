"""What the portal holds about one person: read for themselves, put into one file, and let go of."""

from portal.members.personal.registry import (
    File,
    Person,
    Record,
    Section,
    Subject,
    files_of,
    forget_everywhere,
    person_of,
    refusals_to_forget,
    register,
    sections,
    subjects,
)

__all__ = [
    "File",
    "Person",
    "Record",
    "Section",
    "Subject",
    "files_of",
    "forget_everywhere",
    "person_of",
    "refusals_to_forget",
    "register",
    "sections",
    "subjects",
]
