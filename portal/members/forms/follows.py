"""What people say on forms about following: one thing, or several at once."""

from collections.abc import Iterable
from typing import Any

from django import forms

from portal.members.models import Cadence, Follow

UNCLEAR = "Choose how often we write to you."


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
        error_messages=dict.fromkeys(("required", "invalid_choice"), UNCLEAR),
    )


class FollowsForm(forms.Form):
    """How often to write about several things that a person follows: a field for each, `cadence-<id>`.

    `all` says the same for all that are on the form. What is no longer followed counts for nothing.
    """

    CHOICES = (*Cadence.choices, (FollowForm.NEVER, "Stop following"))

    all = forms.ChoiceField(required=False, choices=CHOICES, error_messages={"invalid_choice": UNCLEAR})

    def __init__(self, data: Any, follows: Iterable[Follow]) -> None:
        super().__init__(data)
        self.asked = {name: follow.pk for follow in follows if (name := f"cadence-{follow.pk}") in data}
        for name in self.asked:
            self.fields[name] = forms.ChoiceField(
                choices=self.CHOICES, error_messages=dict.fromkeys(("required", "invalid_choice"), UNCLEAR)
            )

    @property
    def wanted(self) -> dict[int, Cadence | None]:
        """How often to write about each follow, by its primary key; `None` is to stop."""
        for_all = self.cleaned_data["all"]
        chosen = {pk: for_all or self.cleaned_data[name] for name, pk in self.asked.items()}
        return {pk: None if value == FollowForm.NEVER else Cadence(value) for pk, value in chosen.items()}
