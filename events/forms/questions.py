"""What organisers ask, and what is answered about each place."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import escape

from events.forms.people import tickets_of
from events.models import BookingSettings, EventPage, Question, QuestionKind
from events.models.questions import WITH_CHOICES
from events.rules.reminders import LONGEST
from portal.members.forms.renderer import NHSFormRenderer

LONGEST_ANSWER = 2000
YES_OR_NO = ("Yes", "No")
PRIVATE = "Only the organisers of the event see the answer, and it is deleted after the event."


class AnswersForm(forms.Form):
    """The questions about one place. `answers` has what was answered before, by the keys of the questions."""

    default_renderer = NHSFormRenderer

    def __init__(
        self, *args: Any, questions: Sequence[Question], answers: Mapping[int, object], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[_name(question)] = _field(question, answers.get(question.pk))

    def answers(self) -> dict[Question, Any]:
        """What was answered to each question, once the form is valid."""
        return {one: self.cleaned_data[_name(one)] for one in self.questions}


def _name(question: Question) -> str:
    return f"question-{question.pk}"


def _field(question: Question, before: object) -> forms.Field:
    """The field for a question, with what was answered before as far as that can still be chosen."""
    label = question.words if question.is_required else f"{question.words} (optional)"
    # Hints are put into pages as they are, because the portal's own have links.
    hint = " ".join(part for part in (escape(question.hint), PRIVATE * question.is_sensitive) if part)
    common: dict[str, Any] = {
        "label": label,
        "help_text": hint,
        "required": question.is_required,
        "initial": before,
        "error_messages": {"required": f"Answer the question “{question.words}”"},
    }
    match question.kind:
        case QuestionKind.TEXT:
            return forms.CharField(max_length=250, **common)
        case QuestionKind.LONG_TEXT:
            return forms.CharField(
                max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 4}), **common
            )
        case QuestionKind.CHOICES:
            chosen = [one for one in before if one in question.options] if isinstance(before, list) else []
            choices = [(one, one) for one in question.options]
            return forms.MultipleChoiceField(
                choices=choices, widget=forms.CheckboxSelectMultiple, **(common | {"initial": chosen})
            )
    options = YES_OR_NO if question.kind == QuestionKind.YES_OR_NO else question.options
    choices = [(one, one) for one in options] + ([] if question.is_required else [("", "No answer")])
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)


class QuestionForm(forms.ModelForm):
    """One question of an event."""

    class Meta:
        model = Question
        fields = (
            "words", "hint", "kind", "choices", "is_required", "is_sensitive", "tickets", "position",
        )  # fmt: skip
        widgets = {"tickets": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, event: EventPage, is_answered: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tickets"].queryset = tickets_of(event)
        self.fields["choices"].widget.attrs["rows"] = 4
        for name in ("kind", "is_sensitive") if is_answered else ():
            self.fields[name].disabled = True
            self.fields[name].help_text = "There are answers already, so this stays as it is."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, choices = cleaned.get("kind"), (cleaned.get("choices") or "").strip()
        if kind in WITH_CHOICES and len(set(choices.split("\n"))) < 2:
            self.add_error("choices", "Write two choices at least, each in a line of its own.")
        if kind not in WITH_CHOICES:
            cleaned["choices"] = ""
        return cleaned


class SettingsForm(forms.ModelForm):
    """Terms, reminders, and how long answers are kept."""

    reminder_days = forms.CharField(
        label="Days before the event on which people are reminded",
        required=False,
        max_length=50,
        help_text="Numbers with commas between them, such as “7, 1”. Empty: nobody is reminded.",
    )

    class Meta:
        model = BookingSettings
        fields = ("terms", "reminder_days", "answers_kept")
        help_texts = {
            "terms": "Plain text. Whoever books has to accept it, and the order keeps the words that were accepted. Empty: nothing to accept.",
            "answers_kept": "Counted from the end of the event. Then answers to sensitive questions are deleted.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["reminder_days"] = ", ".join(map(str, self.instance.reminder_days))

    def clean_reminder_days(self) -> list[int]:
        parts = [part.strip() for part in self.cleaned_data["reminder_days"].split(",") if part.strip()]
        if not all(part.isdecimal() and 1 <= int(part) <= LONGEST for part in parts):
            raise forms.ValidationError(f"Write numbers from 1 to {LONGEST} with commas between them.")
        return sorted({int(part) for part in parts}, reverse=True)
