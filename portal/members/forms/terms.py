"""Accepting terms, and writing a version of them."""

from typing import Any

from django import forms
from django.utils.html import escape

from portal.members.forms.renderer import NHSFormRenderer
from portal.members.models import (
    TermsVersion,
)
from portal.members.texts import MOST_CHARACTERS


class AcceptTermsForm(forms.Form):
    """That a person agrees to one version of some terms: to the one that they were shown."""

    default_renderer = NHSFormRenderer

    number = forms.IntegerField(widget=forms.HiddenInput)
    agree = forms.BooleanField(error_messages={"required": "Tick the box if you accept these terms."})

    def __init__(self, *args: Any, version: TermsVersion, **kwargs: Any) -> None:
        super().__init__(*args, initial={"number": version.number}, **kwargs)
        self.version = version
        self.fields["agree"].label = f"I have read and accept: {version.terms}, version {version.number}"
        self.fields["agree"].help_text = escape(version.terms.summary)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("number") != self.version.number:
            # What is sent back has to be what is shown now, or the page would refuse for ever.
            self.data = {**self.data.dict(), self.add_prefix("number"): str(self.version.number)}
            self.errors.pop("number", None)
            self.add_error(
                None,
                f"Version {self.version.number} is the one to accept now. Nothing has been accepted yet: read it below, then tick the box.",
            )
        return data


class TermsVersionForm(forms.Form):
    """A version of some terms that is not published yet. The first says nothing of what is new, and has no grace."""

    text = forms.CharField(
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text="Markdown: a line that begins with # is a heading, **two stars** make words bold, and lines that begin with - are a list.",
    )
    change = forms.CharField(
        label="What is new",
        max_length=TermsVersion._meta.get_field("change").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="In a sentence or two, for those who accepted the version before.",
    )
    grace_days = forms.IntegerField(
        label="Days of grace",
        min_value=0,
        max_value=365,
        initial=TermsVersion._meta.get_field("grace_days").default,
        help_text="How long those who accepted an earlier version may go on without accepting this one.",
    )

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_first = is_first
        if is_first:
            del self.fields["change"], self.fields["grace_days"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return {**data, "change": "", "grace_days": 0} if self.is_first else data
