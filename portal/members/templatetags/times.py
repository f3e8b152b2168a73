"""Days with times as readers find them everywhere: “29 November 2026, 10:23am”."""

from datetime import datetime

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def moment(at: datetime | None) -> str:
    """A moment in the time of London, in the NHS content style; empty if there is none."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{local:%-d %B %Y}, {local:%-I:%M}{local:%p}".replace("AM", "am").replace("PM", "pm")
