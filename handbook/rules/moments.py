"""What depends on the day: which edition is in force, which sections have to be read again."""

from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
REVIEW_NOTICE = timedelta(days=14)


class Standing(StrEnum):
    """What a published edition is to a reader on a given day."""

    COMING = "coming"
    IN_FORCE = "in force"
    SUPERSEDED = "superseded"


def standing(sequence: int, effective_on: date, in_force: int | None, today: date) -> Standing:
    """`in_force` is the sequence of the edition in force today, or None when none is yet."""
    if sequence == in_force:
        return Standing.IN_FORCE
    return Standing.COMING if effective_on > today else Standing.SUPERSEDED


class Review(StrEnum):
    """How the day by which a section is to be read again stands to today."""

    OVERDUE = "overdue"
    DUE = "due"
    SOON = "soon"
    LATER = "later"


def review_standing(review_by: date, today: date) -> Review:
    """“Soon” begins 14 days before; on the day itself it is due."""
    if today > review_by:
        return Review.OVERDUE
    if today == review_by:
        return Review.DUE
    return Review.SOON if today >= review_by - REVIEW_NOTICE else Review.LATER
