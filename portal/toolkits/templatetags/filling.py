"""The documents that a toolkit offers to be filled in."""

from collections.abc import Sequence

from django import template

from portal.pages.models import ToolkitPage
from portal.toolkits.listing import Offered, offered_by

register = template.Library()


@register.simple_tag
def documents_of(toolkit: ToolkitPage) -> Sequence[Offered]:
    """Without a query, as long as they are in the cache."""
    return offered_by(toolkit.pk)
