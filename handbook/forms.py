"""What an editor says of an edition that is being prepared."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from wagtail.admin.widgets import AdminDateInput

from handbook import rules
from handbook.actions.editions import Annotation
from handbook.models import Edition, EditionSection, Significance


class EditionForm(forms.Form):
    """The edition's own facts."""

    number = forms.CharField(
        max_length=20,
        help_text="A whole number more when any amendment is major, otherwise one more after the full stop.",
    )
    effective_on = forms.DateField(
        label="In force from",
        widget=AdminDateInput,
        help_text="From midnight at the start of this day. Until then readers see it as coming.",
    )
    summary = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Two or three sentences for readers: what this edition is about.",
    )

    def __init__(self, edition: Edition, data: Mapping[str, Any] | None = None) -> None:
        initial = {field: getattr(edition, field) for field in self.base_fields}
        super().__init__(data, initial=initial)
        self.edition = edition

    def clean_number(self) -> str:
        number, previous = self.cleaned_data["number"], self.edition.previous
        return _unless(rules.refusal_of_number(number, previous and previous.number), number)

    def clean_effective_on(self) -> date:
        day, previous = self.cleaned_data["effective_on"], self.edition.previous
        return _unless(rules.refusal_of_date(day, previous and previous.effective_on), day)


def _unless(refusal: str | None, value: Any) -> Any:
    if refusal:
        raise forms.ValidationError(refusal)
    return value


class AmendmentForm(forms.Form):
    """The editor's word on one amendment. A missing note does not keep it from being saved, only from being published."""

    significance = forms.ChoiceField(choices=Significance, widget=forms.RadioSelect)
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What changed and what to do about it. A major amendment needs one.",
    )

    def __init__(self, row: EditionSection, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(
            data, prefix=str(row.key), initial={"significance": row.significance, "note": row.note}
        )
        self.row = row


class AnnotationForm:
    """The edition's facts and all its amendments, checked together."""

    def __init__(self, edition: Edition, data: Mapping[str, Any] | None = None) -> None:
        self.facts = EditionForm(edition, data)
        self.amendments = [AmendmentForm(row, data) for row in edition.sections.amendments()]

    def is_valid(self) -> bool:
        # Every form is asked, so that every error shows at once.
        valid = [form.is_valid() for form in (self.facts, *self.amendments)]
        return all(valid)

    @property
    def cleaned_data(self) -> dict[str, Any]:
        """As `annotate_edition` takes it."""
        return {**self.facts.cleaned_data, "annotations": self._annotations}

    @property
    def _annotations(self) -> dict[UUID, Annotation]:
        return {form.row.key: Annotation(**form.cleaned_data) for form in self.amendments}
