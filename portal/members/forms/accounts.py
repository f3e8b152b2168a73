"""Making an account: name, addresses, an invitation."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from portal.members.forms.renderer import NHSFormRenderer
from portal.members.models import (
    AddressKind,
    User,
)


def _name_field(label: str, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"}),
    )


class SignupForm(account_forms.SignupForm):
    """Sign-up: an address, a name and a password. The rest can wait for the profile."""

    default_renderer = NHSFormRenderer

    first_name = _name_field("First name", "given-name")
    last_name = _name_field("Last name", "family-name")

    field_order = ("first_name", "last_name", "email", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)
        self.fields["email"].label = "E-mail address"
        self.fields["email"].help_text = "We send a link to this address to make sure that it is yours."
        self.fields[
            "password1"
        ].help_text = "Use at least 10 characters. Three random words are a good choice."
        self.fields["password2"].label = "Password again"


class AddAddressForm(account_forms.AddEmailForm):
    """One more e-mail address of the same person, and what it is for."""

    default_renderer = NHSFormRenderer

    kind = forms.ChoiceField(
        label="What is this address for?",
        choices=AddressKind.Kind,
        initial=AddressKind.Kind.WORK,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"
        self.fields[
            "email"
        ].help_text = "We send a link to it. It is yours to use once you have opened the link."

    def save(self, request: HttpRequest) -> EmailAddress:
        """Adds the address with its kind. An address that is somebody else's is not stored at all."""
        address = super().save(request)
        if address.pk:
            AddressKind.objects.update_or_create(
                address=address, defaults={"kind": self.cleaned_data["kind"]}
            )
        return address


class AddressKindForm(forms.ModelForm):
    """What an address is for."""

    default_renderer = NHSFormRenderer

    class Meta:
        model = AddressKind
        fields = ("kind",)


class NameForm(forms.ModelForm):
    """A person's name."""

    default_renderer = NHSFormRenderer

    first_name = _name_field("First name", "given-name")
    last_name = _name_field("Last name", "family-name")

    class Meta:
        model = User
        fields = ("first_name", "last_name")


class AcceptInvitationForm(forms.Form):
    """The name and password of a new member of staff."""

    default_renderer = NHSFormRenderer

    first_name = _name_field("First name", "given-name")
    last_name = _name_field("Last name", "family-name")
    password1 = forms.CharField(
        label="Password",
        help_text="Use at least 10 characters. Three random words are a good choice.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        password = data.get("password1")
        if not password:
            return data
        if data.get("password2") and password != data["password2"]:
            self.add_error("password2", "The two passwords are not the same.")
        person = User(
            email=self.email, first_name=data.get("first_name", ""), last_name=data.get("last_name", "")
        )
        try:
            validate_password(password, person)
        except ValidationError as error:
            self.add_error("password1", error)
        return data
