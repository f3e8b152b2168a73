"""What people type about themselves, and the renderer that gives every form of the portal its NHS look."""

from datetime import date
from typing import Any

from allauth.account import forms as account_forms
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.html import escape

from portal.members.models import (
    AddressKind,
    Appointment,
    Cadence,
    Follow,
    Network,
    Region,
    Role,
    TermsVersion,
    User,
)
from portal.members.rules import refusal_of_period, refusal_to_end
from portal.members.texts import MOST_CHARACTERS


class NHSFormRenderer(DjangoTemplates):
    """Renders `{{ form }}` and `{{ field.as_field_group }}` with the templates in `templates/forms/`.

    Set it as `default_renderer` on a form; as a global setting it would break Wagtail's own forms.
    """

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def get_template(self, template_name: str) -> Any:
        """Forms and fields come from the portal's templates, the widgets inside them from Django's."""
        return (
            get_template(template_name)
            if template_name.startswith("forms/")
            else super().get_template(template_name)
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


class ClaimForm(forms.Form):
    """The number of a membership that a person says is theirs."""

    default_renderer = NHSFormRenderer

    number = forms.CharField(
        label="Membership number",
        max_length=20,
        help_text="It is on your membership card and in letters from the association.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter your membership number."},
    )


class NameForm(forms.ModelForm):
    """A person's name."""

    default_renderer = NHSFormRenderer

    first_name = _name_field("First name", "given-name")
    last_name = _name_field("Last name", "family-name")

    class Meta:
        model = User
        fields = ("first_name", "last_name")


class DateInput(forms.DateInput):
    """A date as the browser's own date field, which wants and gives ISO dates."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class NetworkChoiceField(forms.ModelChoiceField):
    """Networks under the headings of their regions, in the order of their names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Network.objects.order_by("name"), empty_label="Choose a network", **kwargs)

    def grouped(self) -> list[tuple[str, list[tuple[str, str]]]]:
        by_region: dict[str, list[tuple[str, str]]] = {}
        for network in self.queryset:
            by_region.setdefault(network.region, []).append(
                (str(network.pk), f"{network.name} ({network.code})")
            )
        groups = [(region.label, by_region.pop(region)) for region in Region if region in by_region]
        groups += [("Region not known", networks) for networks in by_region.values()]
        return [("", self.empty_label), *groups]


class AppointmentForm(forms.ModelForm):
    """A role in a network, from one day and perhaps until another."""

    default_renderer = NHSFormRenderer

    role = forms.ChoiceField(
        label="What is your role?",
        choices=Role,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose your role."},
    )
    network = NetworkChoiceField(
        label="Which network?",
        help_text="Open the list and type the first letters of the name to find it.",
        error_messages={"required": "Choose your network."},
    )
    starts_on = forms.DateField(
        label="From which day?",
        help_text="For example, 1 April 2025.",
        widget=DateInput(),
        error_messages={"required": "Enter the day on which you began or will begin."},
    )
    ends_on = forms.DateField(
        label="Until which day? (optional)",
        help_text="The first day on which you no longer have this role. Leave it empty if it has no end yet.",
        widget=DateInput(),
        required=False,
    )

    class Meta:
        model = Appointment
        fields = ("role", "network", "starts_on", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        network = self.fields["network"]
        network.widget.choices = network.grouped()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and (refusal := refusal_of_period(starts_on, ends_on)):
            self.add_error("ends_on", refusal)
        return data


class EndAppointmentForm(forms.Form):
    """The day from which an appointment no longer holds."""

    default_renderer = NHSFormRenderer

    ends_on = forms.DateField(
        label="From which day do you no longer have this role?",
        help_text="The day after your last day.",
        widget=DateInput(),
        error_messages={"required": "Enter the day from which you no longer have this role."},
    )

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appointment = appointment

    def clean_ends_on(self) -> date:
        refusal = refusal_to_end(self.appointment, self.cleaned_data["ends_on"])
        if refusal:
            raise ValidationError(refusal)
        return self.cleaned_data["ends_on"]


class FollowForm(forms.Form):
    """What to follow and how often; `NEVER` is to stop."""

    NEVER = "never"

    key = forms.CharField(
        max_length=Follow._meta.get_field("key").max_length,
        error_messages=dict.fromkeys(
            ("required", "max_length", "null_characters_not_allowed"),
            "We cannot tell what you want to follow. Open its page and try again.",
        ),
    )
    cadence = forms.ChoiceField(
        choices=[*Cadence.choices, (NEVER, "Never")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose how often we write to you."),
    )


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


class AcceptTermsForm(forms.Form):
    """That a person agrees to one version of some terms: to the one that they were shown."""

    default_renderer = NHSFormRenderer

    number = forms.IntegerField(widget=forms.HiddenInput)
    agree = forms.BooleanField(error_messages={"required": "Tick the box if you accept these terms."})

    def __init__(self, *args: Any, version: TermsVersion, **kwargs: Any) -> None:
        super().__init__(*args, initial={"number": version.number}, **kwargs)
        self.version = version
        self.fields["agree"].label = f"I have read and accept: {version.terms}, version {version.number}"
        self.fields["agree"].help_text = escape(version.terms.summary)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("number") != self.version.number:
            # What is sent back has to be what is shown now, or the page would refuse for ever.
            self.data = {**self.data.dict(), self.add_prefix("number"): str(self.version.number)}
            self.errors.pop("number", None)
            self.add_error(
                None,
                f"Version {self.version.number} is the one to accept now. Nothing has been accepted yet: read it below, then tick the box.",
            )
        return data


class TermsVersionForm(forms.Form):
    """A version of some terms that is not published yet. The first says nothing of what is new, and has no grace."""

    text = forms.CharField(
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text="Markdown: a line that begins with # is a heading, **two stars** make words bold, and lines that begin with - are a list.",
    )
    change = forms.CharField(
        label="What is new",
        max_length=TermsVersion._meta.get_field("change").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="In a sentence or two, for those who accepted the version before.",
    )
    grace_days = forms.IntegerField(
        label="Days of grace",
        min_value=0,
        max_value=365,
        initial=TermsVersion._meta.get_field("grace_days").default,
        help_text="How long those who accepted an earlier version may go on without accepting this one.",
    )

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_first = is_first
        if is_first:
            del self.fields["change"], self.fields["grace_days"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return {**data, "change": "", "grace_days": 0} if self.is_first else data
