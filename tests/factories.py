"""One maker for each thing that many tests need, with no surprises. What one app needs alone is in its own `factories.py`."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from wagtail.models import Page, Site

from portal.members.models import User

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
PASSWORD = "a plain long password"  # of every person in the tests

_numbers = count(1)


def make_user(email: str = "", *, verified: bool = True, **fields: Any) -> User:
    """A person with a verified address who can log in with PASSWORD. `is_superuser` and the like go through `fields`."""
    email = email or f"person{next(_numbers)}@example.org"
    fields = {"first_name": "Ada", "last_name": "Example", **fields}
    user = User.objects.create_user(email=email, password=PASSWORD, **fields)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": verified, "primary": True}
    )
    return user


def make_home() -> Page:
    """The home page of the default site: the one that the migrations make."""
    return Site.objects.get(is_default_site=True).root_page.specific


def sign_in(user: User, *, second_factor: bool = False) -> Client:
    """A browser in which `user` is logged in; with `second_factor`, one that they own and have just proven."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    if second_factor:
        factor = Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": "not used"}
        )
        request = RequestFactory().get("/")
        request.session = client.session
        record_authentication(request, user, method="mfa", type="totp", id=factor.pk)
        request.session.save()
    return client


def make_staff(group: str, **fields: Any) -> User:
    """A person in one of the groups that the migrations make: “Editor”, “Publisher”, “Administrator” …"""
    user = make_user(**fields)
    user.groups.add(Group.objects.get(name=group))
    return user
