"""Numbers, changes, what keeps an edition from being published, days. Pure: given what they need, and `now`."""

from handbook.rules.changes import SectionFacts, derive_changes, suggested_significance
from handbook.rules.moments import (
    REVIEW_NOTICE,
    Review,
    Standing,
    review_standing,
    standing,
)
from handbook.rules.numbers import (
    Place,
    is_minor,
    parse_number,
    refusal_of_date,
    refusal_of_number,
    section_numbers,
    suggested_number,
)
from handbook.rules.publishing import AmendmentFacts, refusal_of_far_day, refusal_of_time, refusals_to_publish

__all__ = [
    "REVIEW_NOTICE",
    "AmendmentFacts",
    "Place",
    "Review",
    "SectionFacts",
    "Standing",
    "derive_changes",
    "is_minor",
    "parse_number",
    "refusal_of_date",
    "refusal_of_far_day",
    "refusal_of_number",
    "refusal_of_time",
    "refusals_to_publish",
    "review_standing",
    "section_numbers",
    "standing",
    "suggested_number",
    "suggested_significance",
]
