"""How pages of booking write moments, `{{ until|hour }}` and `{{ until|at }}`, and sums, `{{ pence|pounds }}`; and where the list of events is."""

from collections.abc import Iterable
from datetime import datetime

from django import forms, template

from events.models import EventIndexPage
from events.rules import words
from events.rules.times import clock
from events.rules.words import moment
from portal.members.templatetags.nhs_forms import error_of, kind_of

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


@register.filter
def problems(several: Iterable[forms.BaseForm]) -> list[tuple[str, str]]:
    """What is wrong in several forms on one page: where, as the address of a field, and what."""
    return [
        (f"#{field.auto_id}{'_0' * (kind_of(field) in {'radios', 'checkboxes'})}", error_of(field))
        for form in several
        for field in form
        if field.errors
    ]
