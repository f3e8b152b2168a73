"""What keeps an edition from being published: its number, its days, its amendments and its links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handbook.models import Significance
from handbook.rules.moments import LONDON
from handbook.rules.numbers import refusal_of_date, refusal_of_number

FURTHEST_AHEAD = timedelta(days=5 * 365 + 1)  # five years, of which one is a leap year


def refusal_of_far_day(effective_on: date, today: date) -> str | None:
    """Why an edition cannot be meant to be in force from `effective_on`, or None."""
    if effective_on > today + FURTHEST_AHEAD:
        day = f"{effective_on:%-d %B} {effective_on.year}"
        return f"The edition would be in force from {day}, which is more than five years from now. Check the year."
    return None


def refusal_of_time(go_live_at: datetime, now: datetime) -> str | None:
    """Why an edition cannot be published at `go_live_at`, or None."""
    local = go_live_at.astimezone(LONDON)
    moment = f"{local:%-d %B} {local.year} at {local:%H:%M}"
    if go_live_at <= now:
        return (
            f"The edition would be published on {moment}, which has passed. Choose a later time, or none, so that it is "
            "published as soon as it is approved."
        )
    if go_live_at > now + FURTHEST_AHEAD:
        return f"The edition would be published on {moment}, which is more than five years from now. Check the year."
    return None


@dataclass(frozen=True)
class AmendmentFacts:
    """What publishing needs to know of an amendment."""

    title: str
    significance: str
    note: str


def refusals_to_publish(
    *,
    number: str,
    effective_on: date,
    previous: tuple[str, date] | None,
    sections: int,
    amendments: Sequence[AmendmentFacts],
) -> list[str]:
    """Everything that keeps an edition from being published, in words for the editor; an empty list when nothing does.

    `previous` is the number and the day in force of the edition before; `sections` counts those of this one.
    """
    refusals = [
        refusal_of_number(number, previous[0] if previous else None),
        refusal_of_date(effective_on, previous[1] if previous else None),
    ]
    if not sections:
        refusals.append(
            "The handbook has no published sections. Publish at least one section of the working copy."
        )
    elif previous and not amendments:
        refusals.append(f"Nothing has changed since edition {previous[0]}. There is nothing to publish.")
    refusals += [
        f"“{amendment.title}” is a major amendment without a note. Write what changed and what to do about it."
        for amendment in amendments
        if amendment.significance == Significance.MAJOR and not amendment.note.strip()
    ]
    return [refusal for refusal in refusals if refusal]
