"""What search holds about a person: the searches that they have saved. What they typed otherwise is not kept with their name."""

from collections.abc import Iterable

from portal.members.models import Cadence
from portal.members.personal import Person, Record, Section, Subject
from search.following import in_words, saved_by


def saved_searches(person: Person) -> Iterable[Record]:
    searches = list(saved_by(person.user).order_by("pk"))
    for saved, words in zip(searches, in_words(searches), strict=True):
        yield {
            "Search": words,
            "Saved": saved.created_at,
            "How often we write to you": Cadence(saved.cadence).label if saved.cadence else "Never",
            "Told of what appeared until": saved.told_until,
        }


SUBJECT = Subject(
    sections=(
        Section(
            "Saved searches",
            "What you look for, and whether you are told by mail what is new.",
            ("search.SavedSearch.user",),
            saved_searches,
        ),
    ),
)
