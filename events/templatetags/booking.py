"""How pages of booking write moments: `{{ until|hour }}`, `{{ until|at }}`."""

from datetime import datetime

from django import template
from django.utils import timezone

from events.rules.words import moment

register = template.Library()


@register.filter
def hour(at: datetime) -> str:
    """The time of the day in London: “2:05pm”."""
    local = timezone.localtime(at)
    return f"{local.hour % 12 or 12}:{local.minute:02}{'am' if local.hour < 12 else 'pm'}"


@register.filter
def at(value: datetime) -> str:
    """“2:05pm on 30 June 2026”."""
    return moment(value)
