"""Which badges are printed, and how."""

from typing import Any

from django import forms
from wagtail.admin.widgets import AdminDateInput

from events.forms.people import tickets_of
from events.models import EventPage
from events.pdf.people import BY_LAST_NAME, BY_NAME, BY_TICKET, lines_to_choose
from events.rules.badges import SHEETS, Sheet


class BadgesForm(forms.Form):
    """Whose badges, on which sheet."""

    sheet = forms.ChoiceField(label="Printed on", choices=[(key, one.label) for key, one in SHEETS.items()])
    line = forms.ChoiceField(label="Below the name", required=False)
    order = forms.ChoiceField(
        label="In the order of",
        choices=[
            (BY_LAST_NAME, "Last names"),
            (BY_NAME, "First names"),
            (BY_TICKET, "Tickets, then last names"),
        ],
    )
    ticket = forms.ModelChoiceField(
        label="Only with the ticket", queryset=None, required=False, empty_label="Any"
    )
    words = forms.CharField(
        label="Only whose name, address or order has", required=False, max_length=200, help_text="Empty: all."
    )
    since = forms.DateField(
        label="Only who ordered since",
        required=False,
        widget=AdminDateInput,
        help_text="For those who booked after you printed the others.",
    )
    skip = forms.IntegerField(
        label="Leave empty at first",
        min_value=0,
        max_value=max(one.count for one in SHEETS.values()) - 1,
        initial=0,
        help_text="How many labels of the first sheet are used already.",
    )

    def __init__(self, *args: Any, event: EventPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticket"].queryset = tickets_of(event)
        self.fields["line"].choices = lines_to_choose(event)

    @property
    def chosen_sheet(self) -> Sheet:
        return SHEETS[self.cleaned_data["sheet"]]

    def people(self) -> dict[str, Any]:
        """Whose badges, as `badges_for` takes it."""
        given = {name: self.cleaned_data[name] for name in ("words", "since", "line", "order")}
        ticket = self.cleaned_data["ticket"]
        return given | {"ticket": ticket.pk if ticket else None}
