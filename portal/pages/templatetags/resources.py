"""Says how far a link can be relied on."""

from typing import Any

from django import template
from django.utils import timezone

from portal.pages.rules import standing_of_link

register = template.Library()


@register.simple_tag(takes_context=True)
def checked(context: dict[str, Any], link: dict[str, Any]) -> str:
    """What readers are told of a link: what somebody found, or that the portal has found it gone since."""
    gone_on = context.get("gone_on", {}).get(link["address"])
    return standing_of_link(link["status"], link["checked_on"], timezone.localdate(), gone_on)
