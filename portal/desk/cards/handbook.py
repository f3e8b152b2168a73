"""A card about the handbook: amendments of which nobody has said yet what changed."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from handbook.amendments import waiting_for_a_note
from portal.desk.cards.base import SHOWN, Card, Line
from portal.members.models import User


def amendments(user: User, now: datetime) -> Iterator[Card]:
    """Major amendments without a note, in editions that are being prepared. Two queries."""
    if not user.has_perm("handbook.prepare_edition"):
        return
    found = waiting_for_a_note()
    yield Card(
        key="amendments",
        title="Amendments waiting for a note",
        count=found.count(),
        lines=[
            Line(
                row.title,
                f"{row.edition.handbook.title}, edition {row.edition.number}",
                reverse("handbook_editions:edition", args=[row.edition_id]),
            )
            for row in found[:SHOWN]
        ],
        empty="Every major amendment says what changed and what to do about it.",
    )
