"""What ends soon unless the person does something: access to lists, terms that are owed, membership, appointments."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from forum.lists import Lists
from portal.desk.cards.base import Card, Line
from portal.members.ends import ending_soon
from portal.members.models import User


def ending(user: User, found: Lists, now: datetime) -> Iterator[Card]:
    """One card, if anything ends within 60 days."""
    lines = [
        Line(
            one.list.name,
            one.ending.words,
            reverse("list_terms", args=[one.list.slug])
            if one.ending.waits_for_terms
            else one.list.get_absolute_url(),
        )
        for one in found.own
        if one.ending
    ]
    lines += [Line(one.title, one.words, one.url) for one in ending_soon(user, now)]
    if lines:
        yield Card(key="ends", title="Ends soon", count=len(lines), lines=lines, empty="")
