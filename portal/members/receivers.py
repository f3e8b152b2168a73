"""What happens here when something happens elsewhere: a factor set up in this session has been proven in it; a change in what the directory shows makes kept pages void; a sign-on can bring a membership."""

import logging
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.socialaccount.models import SocialLogin
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from portal.members.actions import RefusedError
from portal.members.actions.claims import follow_sign_on
from portal.members.adapter import membership_number
from portal.members.middleware import FACTOR_TYPES
from portal.members.models import Appointment, Network, NetworkPractice, Practice, Terms, User
from portal.members.personal import forget_everywhere, person_of
from portal.page_cache import bump

logger = logging.getLogger(__name__)

SHOWN = (Appointment, Network, NetworkPractice, Practice, Terms)


@receiver(authenticator_added, dispatch_uid="portal.members.record_new_factor")
def record_new_factor(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Setting up an app asks for its code, and adding a passkey for the key itself: both prove possession."""
    if authenticator.type in FACTOR_TYPES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def _forget_directory(sender: type[Model], **kwargs: Any) -> None:
    bump()


for model in SHOWN:
    for signal in (post_save, post_delete):
        signal.connect(
            _forget_directory, sender=model, dispatch_uid=f"portal.members.directory.{model.__name__}"
        )


@receiver(post_save, sender=User, dispatch_uid="portal.members.directory.User")
def forget_directory_of_person(
    instance: User, *, created: bool, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """The directory shows a person's name, if they agreed. Signing in changes something else."""
    if created or update_fields == frozenset({"last_login"}):
        return
    if instance.appointments.filter(listed_at__isnull=False).exists():
        bump()


@receiver(pre_delete, sender=User, dispatch_uid="portal.members.let_go")
def let_go(instance: User, **kwargs: Any) -> None:
    """However an account is deleted, each subject lets go of its person, in the same transaction."""
    forget_everywhere(person_of(instance, timezone.now()))


@receiver(user_logged_in, dispatch_uid="portal.members.link_membership")
def link_membership(user: User, sociallogin: SocialLogin | None = None, **kwargs: Any) -> None:
    """Whoever signs in by a trusted provider that knows their membership number has their membership."""
    number = membership_number(sociallogin) if sociallogin else ""
    if not number:
        return
    try:
        follow_sign_on(
            user=user, number=number, provider=str(sociallogin.account.provider), now=timezone.now()
        )
    except RefusedError:
        # What stands in the way is no reason not to sign in.
        logger.info("The membership that came with a sign-on was not linked.")
