"""Says how far a link can be relied on."""

from typing import Any

from django import template
from django.utils import timezone

from portal.pages.rules import standing_of_link

register = template.Library()


@register.simple_tag
def checked(link: dict[str, Any]) -> str:
    """When the link was checked and what was found, as one sentence."""
    return standing_of_link(link["status"], link["checked_on"], timezone.localdate())
