"""What people say of themselves: their membership, their roles, what they follow."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal.members.forms.renderer import NHSFormRenderer
from portal.members.models import (
    Appointment,
    Network,
    Region,
    Role,
)
from portal.members.rules import refusal_of_period, refusal_to_end


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


class ForgetForm(forms.Form):
    """The address of one's own account, typed so that nobody is forgotten by a slip."""

    default_renderer = NHSFormRenderer

    email = forms.CharField(
        label="The e-mail address of your account",
        max_length=254,
        help_text="Type it to say that you mean it.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the e-mail address of your account."},
    )
