"""How pages of booking write moments, `{{ until|hour }}` and `{{ until|at }}`, and sums, `{{ pence|pounds }}`; and where the list of events is."""

from datetime import datetime

from django import template

from events.models import EventIndexPage
from events.rules import words
from events.rules.times import clock
from events.rules.words import moment

register = template.Library()


@register.filter
def hour(at: datetime) -> str:
    """The time of the day in London: “2:05pm”."""
    return clock(at)


@register.filter
def at(value: datetime) -> str:
    """“2:05pm on 30 June 2026”."""
    return moment(value)


@register.filter
def pounds(pence: int) -> str:
    """“£12.50” of 1250."""
    return words.pounds(pence)


@register.simple_tag
def events_home() -> str:
    """The address of the list of events; of the home page while there is none."""
    found = EventIndexPage.objects.live().first()
    return (found.url if found else None) or "/"
