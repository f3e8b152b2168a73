"""The form with which readers follow what a page shows."""

from typing import Any

from django import template
from django.template.context import RequestContext

register = template.Library()


@register.inclusion_tag("components/follow.html", takes_context=True)
def follow_list(context: RequestContext, prefix: str, name: object, what: str) -> dict[str, Any]:
    """Offers to follow something in which new things appear, by the key `prefix:name`, called `what`.

    All of these on a page cost one query together.
    """
    request, key = context["request"], f"{prefix}:{name}"
    if request.user.is_authenticated and not hasattr(request, "followed"):
        request.followed = {follow.key: follow for follow in request.user.follows.all()}
    return {
        "request": request,
        "user": request.user,
        "follow_key": key,
        "follow": getattr(request, "followed", {}).get(key),
        "what": what,
        "is_list": True,
    }
