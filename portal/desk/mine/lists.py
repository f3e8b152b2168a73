"""What is unread in a person's lists."""

from collections.abc import Iterator

from django.urls import reverse

from forum.lists import Lists, Own
from portal.desk.cards.base import Card, Line


def unread(found: Lists) -> Iterator[Card]:
    """Every list that the person may read, with what is new in it; those that wait for a decision are named."""
    lines = [_line(one) for one in sorted(found.own, key=lambda one: not one.unread)]
    lines += [
        Line(one.name, "You have applied. A manager decides.", reverse("list_application", args=[one.slug]))
        for one in found.applied
    ]
    yield Card(
        key="lists",
        title="Your lists",
        count=len(lines),
        lines=lines,
        empty="You are on no list yet.",
        url=reverse("forum"),
        link="All lists",
    )


def _line(one: Own) -> Line:
    address = one.list.get_absolute_url()
    if not one.unread:
        return Line(one.list.name, "Nothing unread", address)
    words = one.unread_in_words.removesuffix(" unread")
    return Line(
        one.list.name, f"{words} unread topic{'' if one.unread == 1 else 's'}", f"{address}?which=unread"
    )
