"""What people type and choose when they save a search."""

from django import forms

from portal.members.models import Cadence
from search.models.saved import LONGEST_CHOSEN, LONGEST_TEXT

NEVER = "never"
FREQUENCIES = [*Cadence.choices, (NEVER, "Never")]


class FrequencyForm(forms.Form):
    """How often somebody wants to be written to about a search."""

    frequency = forms.ChoiceField(
        choices=FREQUENCIES,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose how often we write to you."),
    )

    @property
    def cadence(self) -> Cadence | None:
        """How often; None for never. Of a form that is valid."""
        chosen = self.cleaned_data["frequency"]
        return None if chosen == NEVER else Cadence(chosen)


class SaveForm(FrequencyForm):
    """The search that is to be saved, as the page of results has it. Its rule says how long it may be."""

    q = forms.CharField(
        max_length=4 * LONGEST_TEXT,
        error_messages={
            "required": "Type what to search for, then save the search.",
            **dict.fromkeys(
                ("max_length", "null_characters_not_allowed"),
                "We cannot save this search. Shorten it and try again.",
            ),
        },
    )
    chosen = forms.CharField(
        required=False,
        max_length=4 * LONGEST_CHOSEN,
        error_messages=dict.fromkeys(
            ("max_length", "null_characters_not_allowed"),
            "We cannot save this search. Take away some filters and try again.",
        ),
    )
