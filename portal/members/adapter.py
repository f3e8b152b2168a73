"""Hands allauth's mails to the portal's own post, and says where people go after log-in and confirmation."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from portal.members import mail


def membership_number(sociallogin: SocialLogin) -> str:
    """The membership number that a trusted provider of OpenID Connect says is the person's, or nothing.

    The claim is `membership_number`, in the user info or the ID token.
    """
    account = sociallogin.account
    if account.provider not in settings.MEMBERSHIP_PROVIDERS:
        return ""
    data = account.extra_data
    claims = [data.get("userinfo"), data.get("id_token"), data]
    found = next((one["membership_number"] for one in claims if one and one.get("membership_number")), "")
    return str(found)


class AccountAdapter(DefaultAccountAdapter):
    """allauth's account behaviour, with mails that are stored and sent by `portal.members.mail`."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends the mail whose template has the last part of allauth's name: `account/email/unknown_account`."""
        mail.send(template=template_prefix.rsplit("/", 1)[-1], to=email, context={"email": email, **context})

    def clean_email(self, email: str) -> str:
        return email.lower()

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        if self.request.user.is_authenticated:
            return reverse("account_email")
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_profile")
