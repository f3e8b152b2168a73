"""How pages of the forum name people and moments: `{{ post.poster|author }}`, `{{ post.created|clock }}`."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as formatted

from forum.profiles import name_of
from portal.members.models import User

register = template.Library()


@register.filter
def author(user: User | None, former: str = "A former member") -> str:
    """The name of a person, never an address; `former` stands for somebody whose account is no longer there."""
    return name_of(user, former)


@register.filter
def clock(at: datetime) -> str:
    """A moment in London's time: “30 June 2026, 2:05pm”."""
    local = timezone.localtime(at)
    return f"{formatted(local, 'j F Y, g:i')}{'am' if local.hour < 12 else 'pm'}"
