"""What those type who look after the money of an event."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from events.forms.tickets import MOST_POUNDS
from events.orders import PAID, TROUBLE, UNPAID, Held
from events.rules.paying import refusal_to_refund

CARD, HAND = "card", "hand"


class OrdersForm(forms.Form):
    """Which orders of an event to show."""

    words = forms.CharField(
        label="Reference, name or address",
        required=False,
        max_length=200,
        help_text="A part of it is enough.",
    )
    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[("", "All"), (UNPAID, "Not paid"), (PAID, "Paid"), (TROUBLE, "To look at")],
    )

    def given(self) -> dict[str, str]:
        """What was asked for, without what was left empty."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class SumForm(forms.Form):
    """A sum in pounds. `key` is what makes a second press of the button the same press."""

    pounds = forms.DecimalField(
        label="Pounds",
        min_value=Decimal("0.01"),
        max_value=MOST_POUNDS,
        decimal_places=2,
        error_messages={
            "min_value": "Enter a sum above nothing.",
            "max_value": f"Enter £{MOST_POUNDS:,} at most.",
        },
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, pence: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"pounds": Decimal(pence) / 100 if pence else None, "key": uuid4()}

    @property
    def pence(self) -> int:
        """The sum in pence, once the form is valid."""
        return int(self.cleaned_data["pounds"] * 100)


class TransferForm(SumForm):
    """A transfer that somebody has seen on the account."""

    field_order = ("pounds", "said")
    said = forms.CharField(
        label="What the bank says",
        required=False,
        max_length=250,
        help_text="Such as the day and who sent it. Kept with the payment and in the audit log.",
    )


class RefundForm(SumForm):
    """Money that goes back. It is asked for twice: `confirmed` comes with the page that says what will happen.

    The first time the sum is looked at here. The second time the action does that, which knows a second press from a second sum.
    """

    field_order = ("pounds", "how", "reason")
    how = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why",
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the payment and in the audit log.",
    )

    def __init__(self, *args: Any, found: Held, **kwargs: Any) -> None:
        super().__init__(*args, pence=found.surplus, **kwargs)
        self.found = found
        may_be_by_card = found.to_card or "confirmed" in self.data
        by_card = [(CARD, "To the card, through the provider")] if may_be_by_card else []
        self.fields["how"].choices = [*by_card, (HAND, "I have paid it back by hand")]
        self.initial["how"] = self.fields["how"].choices[0][0]

    def clean(self) -> None:
        if self.errors or "confirmed" in self.data:
            return
        left = self.found.to_pay_back
        refusal = refusal_to_refund(self.pence, left, most=self.found.to_card if self.is_to_card else left)
        if refusal:
            self.add_error("pounds", refusal)

    @property
    def is_to_card(self) -> bool:
        return self.cleaned_data["how"] == CARD
