"""What the pages of checklists need besides their lines."""

from datetime import date

from django import template

from portal.toolkits.rules.checklists import Line

register = template.Library()


@register.filter
def is_late(line: Line, today: date) -> bool:
    """Whether the line's day is past and it is not done."""
    return line.is_late(today)
