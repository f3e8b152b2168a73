"""The feedback form as attendees fill it in, and its questions as organisers write them."""

from collections.abc import Iterable
from typing import Any

from django import forms

from events.models import FeedbackKind, FeedbackQuestion
from portal.members.forms.renderer import NHSFormRenderer

MOST_CHOICES = 12


class FeedbackForm(forms.Form):
    """A field for each question of an event."""

    default_renderer = NHSFormRenderer

    def __init__(self, *args: Any, questions: Iterable[FeedbackQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[f"question-{question.pk}"] = _field(question)

    def values(self) -> dict[int, str]:
        """What was answered, by the primary keys of the questions."""
        return {int(name.removeprefix("question-")): value for name, value in self.cleaned_data.items()}


def _field(question: FeedbackQuestion) -> forms.Field:
    common = {
        "label": question.text if question.is_required else f"{question.text} (optional)",
        "required": question.is_required,
    }
    if question.kind == FeedbackKind.TEXT:
        return forms.CharField(
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"required": "Write your answer."},
            **common,
        )
    return forms.ChoiceField(
        choices=[(value, value) for value in question.listed],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose one."),
        **common,
    )


class QuestionForm(forms.ModelForm):
    """One question."""

    class Meta:
        model = FeedbackQuestion
        fields = ("text", "kind", "choices", "is_required")
        widgets = {"choices": forms.Textarea(attrs={"rows": 4})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        lines = list(
            dict.fromkeys(
                line.strip() for line in (cleaned.get("choices") or "").splitlines() if line.strip()
            )
        )
        is_choice = cleaned.get("kind") == FeedbackKind.CHOICE
        if is_choice and not 2 <= len(lines) <= MOST_CHOICES:
            self.add_error(
                "choices", f"Give two answers at least, and {MOST_CHOICES} at most, one on each line."
            )
        cleaned["choices"] = "\n".join(lines) if is_choice else ""
        return cleaned
