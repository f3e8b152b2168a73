"""What organisers say about places and tickets."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from wagtail.admin.widgets import AdminDateTimeInput

from events.models import Pool, Ticket, Whom
from events.rules.tickets import whom_words
from portal.members.models import Role

MOST_PLACES = 100_000
MOST_POUNDS = 100_000
# Whom a price can be for: (whom, role), the role only for those in one.
FOR_WHOM = [
    (Whom.ANYONE, ""),
    (Whom.MEMBERS, ""),
    (Whom.NON_MEMBERS, ""),
    *((Whom.ROLE, role) for role in Role.values),
]


class PoolForm(forms.ModelForm):
    """Places that kinds of ticket share."""

    size = forms.IntegerField(
        label="Places",
        min_value=0,
        max_value=MOST_PLACES,
        help_text="It cannot go below what people have or have been promised. More places are offered to those who wait at once.",
    )

    class Meta:
        model = Pool
        fields = ("name", "size", "offer_hours")


class TicketForm(forms.ModelForm):
    """A kind of ticket with its prices: a field for each group of people that can have one of its own."""

    class Meta:
        model = Ticket
        fields = (
            "name",
            "description",
            "pool",
            "whom",
            "role",
            "from_at",
            "until_at",
            "most",
            "needs_approval",
            "position",
            "vat_percent",
        )
        widgets = {"from_at": AdminDateTimeInput, "until_at": AdminDateTimeInput}
        help_texts = {
            "whom": "Everybody else is told whom it is for.",
            "role": "Only if it is for people in a role.",
            "from_at": "London time. Empty: at once.",
            "needs_approval": "People ask for a place and say why. Whom you let in is offered one.",
            "position": "Lower numbers come first.",
        }

    def __init__(self, *args: Any, event_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pool"].queryset = Pool.objects.filter(event=event_id)
        self.fields["pool"].label = "Places from"
        if self.instance.pk:
            # Places that are taken belong to the pool they were taken from.
            self.fields["pool"].disabled = True
        known: Mapping[tuple[str, str], int] = {
            (price.whom, price.role): price.pence
            for price in (self.instance.prices.all() if self.instance.pk else ())
        }
        for whom, role in FOR_WHOM:
            pence = known.get((whom, role))
            self.fields[price_field(whom, role)] = forms.DecimalField(
                label=f"Price for {whom_words(whom, role)}, in pounds",
                required=False,
                min_value=0,
                max_value=MOST_POUNDS,
                decimal_places=2,
                initial=None if pence is None else Decimal(pence) / 100,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        whom, role = cleaned.get("whom"), cleaned.get("role")
        if whom == Whom.ROLE and not role:
            self.add_error("role", "Choose which role.")
        if whom != Whom.ROLE and role:
            self.add_error("role", "Choose “People in a role” above, or no role.")
        begins, ends = cleaned.get("from_at"), cleaned.get("until_at")
        if begins and ends and ends <= begins:
            self.add_error("until_at", "It has to end after it begins.")
        if not self.errors and not self.prices():
            raise forms.ValidationError("Give at least one price. 0 makes a ticket free.")
        return cleaned

    def prices(self) -> dict[tuple[str, str], int]:
        """The prices that were given, in pence, by whom they are for."""
        given = {one: self.cleaned_data.get(price_field(*one)) for one in FOR_WHOM}
        return {one: int(pounds * 100) for one, pounds in given.items() if pounds is not None}


def price_field(whom: str, role: str) -> str:
    return f"price_{whom}_{role}".rstrip("_").replace("-", "_")


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label="Why",
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept in the audit log.",
    )


class RefusalForm(forms.Form):
    """Why somebody is refused."""

    reason = forms.CharField(
        label="Why",
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They read it in the mail.",
    )
