"""What somebody says of their network to the calculator. It stands in the address, so that it can be sent to others."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import escape

from portal.members.forms.renderer import NHSFormRenderer
from portal.pages.models import StaffRole
from portal.toolkits.rules.funding import Inputs, Post, Year

MOST_PATIENTS = 10_000_000
MOST_POSTS, MOST_POUNDS = Decimal(200), Decimal(1_000_000)
COUNT = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
AMOUNT = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class CountField(forms.IntegerField):
    """A whole number as people write it: 42,000."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python(_plain(value))


class PoundsField(forms.DecimalField):
    """A sum or a number of posts as people write it: £56,000."""

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(_plain(value))


def _plain(value: Any) -> Any:
    return value.replace(",", "").replace("£", "").strip() if isinstance(value, str) else value


class CalculatorForm(forms.Form):
    """A year, the size of the list and, for each role with a figure, posts and what they cost.

    `by_cost` are the keys of the roles of which a share of the cost is repaid: without the cost nothing can be said of them.
    """

    default_renderer = NHSFormRenderer

    year = forms.TypedChoiceField(label="Year", coerce=int, help_text="From 1 April to 31 March.")

    def __init__(
        self,
        *args: Any,
        years: Sequence[Year],
        this: Year,
        roles: Sequence[StaffRole],
        by_cost: Collection[int],
        weighted: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.roles, self.by_cost = list(roles), by_cost
        year = self.fields["year"]
        year.choices, year.initial = [(one.number, str(one)) for one in years], this.number
        year.error_messages = {"required": "Choose a year.", "invalid_choice": "Choose a year from the list."}
        self.fields["registered"] = _count(
            "Registered patients", "All practices together, such as 42,000.", required=True
        )
        if weighted:
            hint = "From your payment statement. Some figures are counted by it."
            self.fields["weighted"] = _count("Weighted patients (optional)", hint, required=False)
        for role in self.roles:
            self._add_role(role)
        self.fields["day"] = _amount(
            "What a day of the clinical director costs (optional)",
            "With on-costs, such as £420.",
            MOST_POUNDS,
        )
        weeks = "Weeks that the director works in a year (optional)"
        self.fields["weeks"] = _count(weeks, "52 if you leave it empty.", required=False, most=53)

    def _add_role(self, role: StaffRole) -> None:
        self.fields[f"posts_{role.slug}"] = _amount(
            f"{role.name}: full-time posts", "Such as 2.5. Leave empty for none.", MOST_POSTS
        )
        self.fields[f"cost_{role.slug}"] = _amount(
            f"{role.name}: cost of a full-time post a year",
            "Salary and on-costs, such as £56,000.",
            MOST_POUNDS,
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for role in self.roles:
            cost = f"cost_{role.slug}"
            if (
                data.get(f"posts_{role.slug}")
                and cost in data
                and data[cost] is None
                and role.pk in self.by_cost
            ):
                self.add_error(cost, f"{role.name}: enter what a full-time post costs.")
        return data

    def inputs(self) -> Inputs:
        data = self.cleaned_data
        return Inputs(
            year=Year(data["year"]),
            registered=data["registered"],
            weighted=data.get("weighted"),
            day_pence=_hundredths(data["day"]),
            weeks=data["weeks"] or 52,
            posts={
                role.pk: Post(
                    _hundredths(data[f"posts_{role.slug}"]) or 0, _hundredths(data[f"cost_{role.slug}"])
                )
                for role in self.roles
            },
        )

    def said(self) -> list[tuple[str, str]]:
        """What was entered, for the page and for paper: labels and words."""
        named = {name: _named(str(field.label)) for name, field in self.fields.items()}
        found = []
        for name, label in named.items():
            value = self.cleaned_data.get(name)
            if value is not None and name != "year":
                found.append((label, f"£{value:,}" if name.startswith(("cost_", "day")) else f"{value:,}"))
        return found


def _named(label: str) -> str:
    """What a field is called beside what was entered in it."""
    return label.removesuffix(" (optional)")


def _count(label: str, hint: str, *, required: bool, most: int = MOST_PATIENTS) -> CountField:
    words = f"{_named(label)}: enter a whole number from 1 to {most:,}."
    messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), words)
    return CountField(
        label=label,
        help_text=escape(hint),
        required=required,
        min_value=1,
        max_value=most,
        widget=COUNT,
        error_messages=messages,
    )


def _amount(label: str, hint: str, most: Decimal) -> PoundsField:
    words = f"{_named(label)}: enter a number from 0 to {most:,}, with two decimal places at most."
    messages = dict.fromkeys(
        ("invalid", "min_value", "max_value", "max_decimal_places", "max_digits", "max_whole_digits"), words
    )
    return PoundsField(
        label=label, help_text=escape(hint), required=False, min_value=0, max_value=most, max_digits=12, decimal_places=2,
        widget=AMOUNT, error_messages=messages,
    )  # fmt: skip


def _hundredths(value: Decimal | None) -> int | None:
    return None if value is None else int(value * 100)
