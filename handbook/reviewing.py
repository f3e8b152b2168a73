"""Sections that somebody should read again: which are due, whose they are, and who is to be reminded. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from wagtail.models import PageLogEntry

from handbook.models import HandbookPage, SectionPage
from handbook.rules import REVIEW_NOTICE, Review, review_standing
from portal.members.groups import EDITOR
from portal.members.models import User

REMINDED = "handbook.remind"  # the entry in a page's history that says which reminder has been sent


@dataclass(frozen=True)
class Line:
    """A section with a day by which to read it again."""

    section: SectionPage
    handbook: HandbookPage
    standing: Review


def sections_to_review(
    today: date,
    *,
    handbook: HandbookPage | None = None,
    owner: User | None = None,
    standing: Review | None = None,
) -> QuerySet[SectionPage]:
    """The published sections that have such a day, the most overdue first; narrowed to a handbook, an owner or a standing."""
    found = SectionPage.objects.live().filter(review_by__isnull=False)
    if handbook is not None:
        found = found.descendant_of(handbook)
    if owner is not None:
        found = found.filter(owner=owner)
    if standing is not None:
        found = found.filter(**_range(standing, today))
    return found.select_related("owner").defer("body", "source_text").order_by("review_by", "path")


def due_sections(today: date) -> QuerySet[SectionPage]:
    """The published sections whose day has come, the most overdue first."""
    return sections_to_review(today).filter(review_by__lte=today)


def _range(standing: Review, today: date) -> dict[str, date]:
    return {
        Review.OVERDUE: {"review_by__lt": today},
        Review.DUE: {"review_by": today},
        Review.SOON: {"review_by__gt": today, "review_by__lte": today + REVIEW_NOTICE},
        Review.LATER: {"review_by__gt": today + REVIEW_NOTICE},
    }[standing]


def lines_of(sections: Iterable[SectionPage], today: date) -> list[Line]:
    """The sections, each with its handbook and how it stands today. One query for the handbooks."""
    handbooks = list(HandbookPage.objects.order_by("path"))
    return [
        Line(
            section,
            next(page for page in handbooks if section.path.startswith(page.path)),
            review_standing(section.review_by, today),
        )
        for section in sections
    ]


def owners() -> QuerySet[User]:
    """Those who own a section that the report may list."""
    pages = SectionPage.objects.live().filter(review_by__isnull=False)
    return User.objects.filter(pk__in=pages.values("owner")).order_by("last_name", "first_name", "pk")


# --- Reminders --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reminder:
    """Somebody is to read a section again. `facts` are what its page's history says once they have been told."""

    line: Line
    facts: dict[str, str]
    to: tuple[EmailAddress, ...]


def reminders(today: date) -> list[Reminder]:
    """What has not been reminded of and should have been: 14 days before the day, and on it; or later, after downtime.

    A reminder goes to the section's owner, or without an owner who can be written to, to everybody in the Editors' group.
    The number of queries does not depend on how many sections there are.
    """
    sections = list(sections_to_review(today).filter(review_by__lte=today + REVIEW_NOTICE))
    lines = lines_of(sections, today)
    told = _told(sections)
    waiting = [
        (line, facts) for line in lines if (line.section.pk, *(facts := _facts(line)).values()) not in told
    ]
    owned = {
        address.user_id: address
        for address in _addresses().filter(user__in={line.section.owner_id for line, _ in waiting})
    }
    editors = tuple(_addresses().filter(user__groups__name=EDITOR)) if waiting else ()
    found = [
        Reminder(line, facts, (owned[line.section.owner_id],) if line.section.owner_id in owned else editors)
        for line, facts in waiting
    ]
    return [reminder for reminder in found if reminder.to]


def _facts(line: Line) -> dict[str, str]:
    """Which reminder it is: of this day, before it or from it on. A day that is changed is reminded of anew."""
    stage = "before" if line.standing == Review.SOON else "on the day"
    return {"review_by": line.section.review_by.isoformat(), "reminder": stage}


def _told(sections: Sequence[SectionPage]) -> set[tuple[int, str, str]]:
    entries = PageLogEntry.objects.filter(action=REMINDED, page__in=[section.pk for section in sections])
    return {
        (page_id, data["review_by"], data["reminder"])
        for page_id, data in entries.values_list("page_id", "data")
    }


def _addresses() -> QuerySet[EmailAddress]:
    """Where people can be written to: the primary address, if it is verified, of an account that is in use."""
    found = EmailAddress.objects.filter(primary=True, verified=True, user__is_active=True)
    return found.select_related("user").order_by("user_id")
