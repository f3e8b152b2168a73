"""Refuses settings under which the accounts would not be safe."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def check_second_factor(**kwargs: Any) -> list[CheckMessage]:
    """An error if staff of a public portal could enter the admin with a password alone."""
    if not settings.PRODUCTION or settings.STAFF_SECOND_FACTOR:
        return []
    return [
        Error(
            "STAFF_SECOND_FACTOR is off in production: staff could enter the admin with a password alone.",
            hint="Unset STAFF_SECOND_FACTOR, or set it to true.",
            id="members.E001",
        )
    ]
