"""What an editor says of an edition that is being prepared, and the file of an import."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import Signer
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

from handbook import rules, uploads
from handbook.actions.editions import Annotation
from handbook.actions.errata import LONGEST_ERRATUM
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
    go_live_at = forms.DateTimeField(
        label="Publish on",
        required=False,
        widget=AdminDateTimeInput,
        help_text="When to publish it once it is approved. Leave empty to publish it on approval.",
    )

    def __init__(self, edition: Edition, now: datetime, data: Mapping[str, Any] | None = None) -> None:
        initial = {field: getattr(edition, field) for field in self.base_fields}
        super().__init__(data, initial=initial)
        self.edition, self.now = edition, now

    def clean_number(self) -> str:
        number, previous = self.cleaned_data["number"], self.edition.previous
        return _unless(rules.refusal_of_number(number, previous and previous.number), number)

    def clean_effective_on(self) -> date:
        day, previous = self.cleaned_data["effective_on"], self.edition.previous
        refusal = rules.refusal_of_date(day, previous and previous.effective_on)
        return _unless(refusal or rules.refusal_of_far_day(day, timezone.localdate(self.now)), day)

    def clean_go_live_at(self) -> datetime | None:
        moment = self.cleaned_data["go_live_at"]
        return _unless(moment and rules.refusal_of_time(moment, self.now), moment)


def _unless(refusal: str | None, value: Any) -> Any:
    if refusal:
        raise forms.ValidationError(refusal)
    return value


class ApprovalForm(forms.Form):
    """What somebody who approves an edition, or sends it back, has to say about it."""

    comment = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="If you send the edition back, say what has to change.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if self.data.get("action") == "reject" and not given.get("comment") and not self.errors:
            self.add_error(
                "comment", "Say what has to change. The person who submitted the edition reads it."
            )
        return given


class ErratumForm(forms.Form):
    """A mistake in a published edition, put right."""

    section = forms.ChoiceField(help_text="The section that has the mistake.")
    text = forms.CharField(
        label="What is wrong and what is right",
        max_length=LONGEST_ERRATUM,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For example: “The second paragraph gives the deadline as 30 June. It is 30 September.”",
    )

    def __init__(
        self,
        edition: Edition,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.edition = edition
        rows = edition.sections.present().values_list("key", "number", "title")
        self.fields["section"].choices = [(str(key), f"{number} {title}") for key, number, title in rows]

    @property
    def seal(self) -> str:
        """What the page that shows these words in this section sends back with them. Only for a valid form."""
        lines = self.cleaned_data["text"].splitlines()  # their ends change on the way through a browser
        return Signer(salt="handbook.erratum").signature(
            repr((self.edition.pk, self.cleaned_data["section"], lines))
        )

    @property
    def is_as_seen(self) -> bool:
        """Whether the editor has been shown exactly this."""
        return constant_time_compare(self.data.get("seen", ""), self.seal)


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

    def __init__(self, edition: Edition, now: datetime, data: Mapping[str, Any] | None = None) -> None:
        self.facts = EditionForm(edition, now, data)
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


class ImportForm(forms.Form):
    """A file to bring in. Only its kind and size are looked at here."""

    MOST_BYTES = 50 * 1024 * 1024

    file = forms.FileField(
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(uploads.KINDS))}),
        help_text="A Word file (.docx), a Markdown file (.md), or a .zip file of a folder of Markdown files and pictures. "
        f"{MOST_BYTES // 1024 // 1024} MB at most.",
        error_messages={
            "required": "Choose a file to bring in.",
            "missing": "Choose a file to bring in.",
            "invalid": "Choose a file to bring in.",
            "empty": "This file is empty. Choose another one.",
        },
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if PurePosixPath(file.name).suffix.lower() not in uploads.KINDS:
            raise forms.ValidationError(
                "This kind of file cannot be brought in. Choose a .docx file, a .md file, or a .zip file of a folder."
            )
        if file.size > self.MOST_BYTES:
            raise forms.ValidationError(
                f"This file has more than {self.MOST_BYTES // 1024 // 1024} MB. Make its pictures smaller, then upload it again."
            )
        return file


class ConfirmImportForm(forms.Form):
    """That the import may go ahead, as it was seen."""

    promise = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    may_remove = forms.BooleanField(required=False)
