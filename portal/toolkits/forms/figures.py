"""A figure as editors type it: in pounds, per cent or patients."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm

from portal.pages.cards import card_for
from portal.toolkits.models import ALL_OF_IT, OF_ROLES, Figure, Unit

LARGEST = Decimal(1_000_000_000)


class FigureForm(WagtailAdminModelForm):
    """Nothing is saved that says something else of a day for which there is a figure, or whose source cannot be found."""

    value = forms.DecimalField(
        label="Amount",
        min_value=Decimal("0.01"),
        max_value=LARGEST,
        decimal_places=2,
        help_text="In pounds (1.50), per cent (70) or patients (40000), as the unit says.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.hundredths:
            self.fields["value"].initial = Decimal(self.instance.hundredths) / 100

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("value") is not None:
            self.instance.hundredths = int(data["value"] * 100)
        unit, role = data.get("unit"), data.get("role")
        if unit and (unit in OF_ROLES) != (role is not None):
            self.add_error("role", "Choose a role for what is repaid of a post, and none for anything else.")
        if unit == Unit.SHARE and (self.instance.hundredths or 0) > ALL_OF_IT:
            self.add_error("value", "A share can be 100 per cent at most.")
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", "The end must be after the start.")
        elif starts_on and (other := self._other(data)) is not None:
            until = f" until {other.ends_on:%-d %B %Y}" if other.ends_on else ""
            self.add_error(
                "starts_on",
                f"“{other}” holds from {other.starts_on:%-d %B %Y}{until}. Give that figure an end first, or choose other days.",
            )
        self._check_source(data.get("source", ""))
        return data

    def _other(self, data: dict[str, Any]) -> Figure | None:
        """A figure that says something of the same days about the same thing."""
        same = Q(key=data.get("key", ""))
        if data.get("role") is not None:
            same |= Q(unit=data.get("unit"), role=data["role"])
        later = Q(ends_on=None) | Q(ends_on__gt=data["starts_on"])
        others = Figure.objects.filter(same & later).exclude(pk=self.instance.pk)
        if data.get("ends_on"):
            others = others.filter(starts_on__lt=data["ends_on"])
        return others.first()

    def _check_source(self, source: str) -> None:
        """A figure is of an edition, so that it can be said when that has been amended."""
        if not source or "source" in self.errors:
            return
        card = card_for(source, user=AnonymousUser(), now=timezone.now())
        if (
            card is None
            or not card.note.startswith("edition ")
            or not any(map(str.isdigit, source.split("/")[-3]))
        ):
            self.add_error(
                "source",
                "There is no such section in a published edition. Open the section in the handbook, choose its edition, and copy the address.",
            )
