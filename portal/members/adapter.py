"""Hands allauth's mails to the portal's own post, and says where people go after log-in and confirmation."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.urls import reverse

from portal.members import mail


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
