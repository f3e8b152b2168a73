"""How pages of the forum name people, moments and addresses: `{{ post|by }}`, `{{ person|author }}`, `{{ post.created|clock }}`.

A page has some hundred of them, so they are written without Django's formats and `{% url %}`, which take ten times as long.
"""

import calendar
from datetime import datetime
from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from forum.models import Post
from forum.profiles import author_of, name_of
from portal.members.models import User

register = template.Library()
MONTHS = calendar.month_name  # in English: the portal never sets a locale


@register.filter
def author(user: User | None, former: str = "A former member") -> str:
    """The name of a person, never an address; `former` stands for somebody whose account is no longer there."""
    return name_of(user, former)


@register.filter
def by(post: Post, former: str = "A former member") -> str:
    """The name of whoever wrote a post, also if they have no account."""
    return author_of(post, former)


@register.filter
def clock(at: datetime) -> str:
    """A moment in London's time: “30 June 2026, 2:05pm”."""
    local = timezone.localtime(at)
    half = "am" if local.hour < 12 else "pm"
    return f"{local.day} {MONTHS[local.month]} {local.year}, {local.hour % 12 or 12}:{local.minute:02}{half}"


@register.filter
def moment(at: datetime) -> SafeString:
    """The same as a `<time>` element, which programs can read too."""
    return format_html('<time datetime="{}">{}</time>', timezone.localtime(at).isoformat(), clock(at))


@register.simple_tag
def numbered(name: str, number: int, slug: str = "") -> str:
    """The address of a pattern that takes the key of something, and before it the slug of a list if one is given."""
    before, after = _around(name, slug)
    return f"{before}{number}{after}"


@lru_cache(maxsize=1_000)
def _around(name: str, slug: str) -> tuple[str, str]:
    """What stands before and after the number in an address."""
    some = 999_999_999
    before, _, after = reverse(name, args=[slug, some] if slug else [some]).rpartition(str(some))
    return before, after
