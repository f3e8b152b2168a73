"""Refuses settings with which payments would be lost."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def card_provider(**_: Any) -> list[CheckMessage]:
    """An error if one of the provider’s keys is missing, or if a public portal would send the other to some other place."""
    found: list[CheckMessage] = []
    if bool(settings.STRIPE_SECRET_KEY) != bool(settings.STRIPE_WEBHOOK_SECRET):
        found.append(
            Error(
                "Of STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET only one is set: payments could be made and never be heard of.",
                hint="Set both, or neither if nobody is to pay by card.",
                id="events.E001",
            )
        )
    if settings.PRODUCTION and not settings.STRIPE_API_BASE.startswith("https://"):
        found.append(
            Error(
                "STRIPE_API_BASE is no address with https: the secret key would be sent in the clear.",
                hint="Unset STRIPE_API_BASE.",
                id="events.E002",
            )
        )
    return found
