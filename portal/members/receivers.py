"""What happens here when something happens in allauth: a factor set up in this session has been proven in it."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from portal.members.middleware import FACTOR_TYPES
from portal.members.models import User


@receiver(authenticator_added, dispatch_uid="portal.members.record_new_factor")
def record_new_factor(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Setting up an app asks for its code, and adding a passkey for the key itself: both prove possession."""
    if authenticator.type in FACTOR_TYPES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
