"""Documents to fill in: what editors upload, and the form that readers are given."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.html import escape
from wagtail.admin.forms import WagtailAdminModelForm

from portal.members.forms.profile import DateInput
from portal.members.forms.renderer import NHSFormRenderer
from portal.toolkits.blocks import choices_of
from portal.toolkits.models import FillableDocument
from portal.toolkits.rules.filling import mismatches
from portal.toolkits.texts import legible
from portal.toolkits.word import LARGEST, NotUsableError, Value, placeholders_of

LONGEST_LINE, LONGEST_TEXT = 200, 4000
MOST_LINES, LONGEST_POINT = 40, 300
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
FEW_CHOICES = 6


class FillableDocumentForm(WagtailAdminModelForm):
    """A document to fill in as editors keep it. Nothing is saved unless its placeholders and fields are the same."""

    file = forms.FileField(
        required=False,
        label="Word document",
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text="A .docx file of up to 2 MB, with a placeholder such as {{ meeting_date }} wherever something is to be filled in. "
        "Leave it empty to keep the document that is there.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        file = data.get("file")
        if file is None and not self.instance.content:
            self.add_error("file", "Choose a Word document.")
            return data
        content = file.read(LARGEST + 1) if file is not None else bytes(self.instance.content)
        try:
            found = placeholders_of(content)
        except NotUsableError as refused:
            self.add_error("file", str(refused))
            return data
        if "fields" in data:
            names = [block.value["name"] for block in data["fields"]]
            for wrong in mismatches(found.names, found.broken, names):
                self.add_error("file", wrong)
        self.instance.content = content
        return data


class FillForm(forms.Form):
    """What a reader types into a document: a field for each that its editors have described."""

    default_renderer = NHSFormRenderer
    prefix = "fill"

    def __init__(
        self, *args: Any, document: FillableDocument, known: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        for block in document.fields:
            field = _field(block.value)
            field.initial = known.get(block.value["known"] or "", "")
            self.fields[block.value["name"]] = field

    def values(self) -> dict[str, Value]:
        """What goes in the place of each placeholder."""
        return {name: _as_written(value) for name, value in self.cleaned_data.items()}


class LegibleField(forms.CharField):
    """A text without what Word cannot hold; such signs are left out without a word, as they cannot be seen."""

    def to_python(self, value: Any) -> str:
        return super().to_python(legible(str(value)) if value is not None else value)


class PointsField(LegibleField):
    """Points, one on each line."""

    def clean(self, value: Any) -> list[str]:
        points = [line.strip() for line in super().clean(value).split("\n") if line.strip()]
        if len(points) > MOST_LINES:
            raise forms.ValidationError(f"Enter {MOST_LINES} lines or fewer. There are {len(points)}.")
        if any(len(point) > LONGEST_POINT for point in points):
            raise forms.ValidationError(f"Each line can have {LONGEST_POINT} characters.")
        return points


class DayField(forms.DateField):
    """A day that somebody could mean."""

    widget = DateInput

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and not FIRST_DAY <= day < LAST_DAY:
            raise forms.ValidationError("Enter a date between 1900 and 2199.")
        return day


def _field(value: Mapping[str, Any]) -> forms.Field:
    label, required = value["label"], value["required"]
    common: dict[str, Any] = {
        "label": label if required else f"{label} (optional)",
        "required": required,
        "help_text": escape(value["hint"] or ""),
    }
    errors = {"required": f"Fill in “{label}”.", "invalid": f"Enter a real date for “{label}”."}
    match value["kind"]:
        case "long":
            return _text(
                LegibleField, LONGEST_TEXT, errors, widget=forms.Textarea(attrs={"rows": 5}), **common
            )
        case "list":
            common["help_text"] = f"{common['help_text']} One on each line.".strip()
            longest = MOST_LINES * (LONGEST_POINT + 2)
            return _text(PointsField, longest, errors, widget=forms.Textarea(attrs={"rows": 5}), **common)
        case "date":
            return DayField(error_messages=errors, **common)
        case "choice":
            choices = [(one, one) for one in choices_of(value)]
            if len(choices) <= FEW_CHOICES and required:
                return forms.ChoiceField(
                    choices=choices,
                    widget=forms.RadioSelect,
                    error_messages={"required": f"Choose “{label}”."},
                    **common,
                )
            return forms.ChoiceField(
                choices=[("", "Choose"), *choices],
                error_messages={"required": f"Choose “{label}”."},
                **common,
            )
        case _:
            return _text(LegibleField, LONGEST_LINE, errors, **common)


def _text(kind: type[LegibleField], longest: int, errors: dict[str, str], **fields: Any) -> forms.Field:
    too_long = f"“{fields['label']}” can have {longest:,} characters. You have typed %(show_value)d."
    return kind(max_length=longest, error_messages={**errors, "max_length": too_long}, **fields)


def _as_written(value: Any) -> Value:
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    return value or ""
