"""Booking, step by step: how many, who comes, who orders, the code from the mail, and how it is paid."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from events.models import Method, Order
from events.rules.waiting import LONGEST_WORDS
from events.terms import Terms
from portal.members.forms.renderer import NHSFormRenderer

CHOOSE = dict.fromkeys(("required", "invalid_choice"), "Choose one.")
WAYS = {Method.CARD: "By card, now", Method.INVOICE: "By invoice and bank transfer"}
NO_ADDRESS = "Enter an e-mail address, like name@example.org."
ADDRESS = {"required": NO_ADDRESS, "invalid": NO_ADDRESS}


class CountForm(forms.Form):
    """How many places with a ticket."""

    ticket = forms.IntegerField(min_value=1, max_value=2**31)
    count = forms.IntegerField(min_value=0, max_value=100)


class AttendeeForm(forms.Form):
    """Who comes on one place."""

    default_renderer = NHSFormRenderer

    name = forms.CharField(label="Name", max_length=150, error_messages={"required": "Enter a name."})
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages=ADDRESS,
        help_text="The ticket goes there. Each place needs an address of its own.",
    )


class OrdererForm(forms.Form):
    """Who orders, and, if there is something to pay, what has to be on the invoice."""

    default_renderer = NHSFormRenderer

    name = forms.CharField(label="Your name", max_length=150, error_messages={"required": "Enter your name."})
    email = forms.EmailField(label="Your e-mail address", max_length=254, error_messages=ADDRESS)
    billing_address = forms.CharField(
        label="Who pays, with the address",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter who pays, such as your practice, with the address."},
        help_text="As it has to stand on the invoice.",
    )
    purchase_order = forms.CharField(
        label="Purchase order number", max_length=50, required=False, help_text="If the invoice needs one."
    )

    def __init__(self, *args: Any, costs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not costs:
            del self.fields["billing_address"], self.fields["purchase_order"]

    @staticmethod
    def values_of(order: Order, *, name: str, email: str) -> dict[str, str]:
        """What the form shows: what the order says already, else what is known of who is signed in."""
        return {
            "name": order.name or name,
            "email": order.email or email,
            "billing_address": order.billing_address,
            "purchase_order": order.purchase_order,
        }


class CodeForm(forms.Form):
    """The code from the mail."""

    default_renderer = NHSFormRenderer

    code = forms.CharField(
        label="Code",
        max_length=20,
        error_messages={"required": "Enter the code from the e-mail."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "size": 8}),
    )

    def clean_code(self) -> str:
        return "".join(character for character in self.cleaned_data["code"] if character.isdigit())


class PlaceForm(forms.Form):
    """How it is paid, and that the terms are accepted: what is paid back, and those of each event that has `terms`."""

    default_renderer = NHSFormRenderer

    method = forms.ChoiceField(label="How do you pay?", widget=forms.RadioSelect, error_messages=CHOOSE)
    accepts = forms.BooleanField(
        label="I have read what is paid back if somebody cannot come, and order this",
        error_messages={"required": "Tick the box to order."},
    )

    def __init__(
        self,
        *args: Any,
        costs: bool,
        ways: Sequence[Method],
        terms: Iterable[Terms] = (),
        has_places: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not has_places:
            self.fields["accepts"].label = "I order this"
        for one in terms:
            # Its name goes with the words: if they change in between, they have to be accepted anew.
            self.fields[one.field] = forms.BooleanField(
                label=f"I accept the booking terms of {one.event.title}",
                error_messages={
                    "required": f"Read the booking terms of {one.event.title}, and tick the box."
                },
            )
        if costs:
            self.fields["method"].choices = [(way, WAYS[way]) for way in ways]
            self.fields["method"].initial = ways[0] if len(ways) == 1 else None
        else:
            del self.fields["method"]

    @property
    def chosen(self) -> str:
        """The way to pay, once the form is valid."""
        return self.cleaned_data.get("method", Method.FREE)


class ApplyForm(forms.Form):
    """Somebody who asks organisers for a place."""

    default_renderer = NHSFormRenderer

    name = forms.CharField(label="Your name", max_length=150, error_messages={"required": "Enter your name."})
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        error_messages=ADDRESS,
        help_text="The organisers’ answer goes there.",
    )
    words = forms.CharField(
        label="Why would you like to come?",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say why you would like to come."},
        help_text="The organisers read it, and nobody else.",
    )


class WaitingForm(forms.Form):
    """Somebody who waits for places."""

    default_renderer = NHSFormRenderer

    name = forms.CharField(label="Your name", max_length=150, error_messages={"required": "Enter your name."})
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        error_messages=ADDRESS,
        help_text="We write there as soon as a place is free for you.",
    )
    wanted = forms.IntegerField(
        label="How many places?",
        min_value=1,
        max_value=100,
        initial=1,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Enter a number from 1 on."
        ),
    )
