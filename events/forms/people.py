"""The people of an event: whom to show, and what organisers do for them by hand."""

from decimal import Decimal
from typing import Any

from django import forms

from events.forms.tickets import MOST_POUNDS, ReasonForm
from events.models import EventLetter, EventPage, Ticket


def tickets_of(event: EventPage) -> Any:
    return Ticket.objects.filter(pool__event=event).order_by("pool", "position", "pk")


class PeopleForm(forms.Form):
    """Which people of an event to show."""

    words = forms.CharField(
        label="Name, e-mail address or order",
        required=False,
        max_length=200,
        help_text="A part of it is enough.",
    )
    ticket = forms.ModelChoiceField(label="Ticket", queryset=None, required=False, empty_label="Any")
    state = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[("coming", "Who has a place"), ("back", "Whose place was given back"), ("all", "Everybody")],
    )

    def __init__(self, *args: Any, event: EventPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticket"].queryset = tickets_of(event)

    def given(self) -> dict[str, Any]:
        """What was asked for, without what was left empty."""
        found = {name: value for name, value in self.cleaned_data.items() if value}
        return found | ({"ticket": found["ticket"].pk} if "ticket" in found else {})


class AddForm(ReasonForm):
    """Somebody who is given a place by hand."""

    field_order = ("ticket", "name", "email", "pounds", "bill_to", "reason")
    ticket = forms.ModelChoiceField(queryset=None)
    name = forms.CharField(max_length=150)
    email = forms.EmailField(label="E-mail address", help_text="The ticket goes there.")
    pounds = forms.DecimalField(
        label="Price in pounds, with VAT",
        min_value=0,
        max_value=MOST_POUNDS,
        decimal_places=2,
        initial=Decimal(0),
    )
    bill_to = forms.CharField(
        label="Who pays, with the address",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="If there is something to pay: as it has to stand on the invoice.",
    )

    def __init__(self, *args: Any, event: EventPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticket"].queryset = tickets_of(event)

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        found = dict(self.cleaned_data)
        return found | {"pence": int(found.pop("pounds") * 100)}


class MoveForm(ReasonForm):
    """Another ticket for somebody."""

    field_order = ("ticket", "reason")
    ticket = forms.ModelChoiceField(label="Their new ticket", queryset=None)

    def __init__(self, *args: Any, event: EventPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticket"].queryset = tickets_of(event).select_related("pool__event")


class CallOffForm(forms.Form):
    """What people are told, and that whoever presses knows what it does."""

    reason = forms.CharField(
        label="What people are told",
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands in the mail to everybody who has a place or waits for one.",
    )
    is_sure = forms.BooleanField(label="Call it off. I know that this cannot be undone.")


class LetterForm(forms.ModelForm):
    """A letter to a selection of people."""

    class Meta:
        model = EventLetter
        fields = ("to", "ticket", "subject", "text")
        help_texts = {
            "ticket": "Empty: with any ticket.",
            "text": "Plain text. An empty line begins a paragraph; addresses of web pages become links.",
        }

    def __init__(self, *args: Any, event: EventPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticket"].queryset = tickets_of(event)
        self.fields["text"].max_length = 10_000
