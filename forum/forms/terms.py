"""Tick boxes for terms: one for each document that a person still has to accept, for exactly the version that they were shown."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.html import format_html

from portal.members.forms.renderer import NHSFormRenderer
from portal.members.models import TermsVersion
from portal.members.terms import Standing

NEWER = (
    "Version {number} of this document is the one to accept now. Read it, then tick the box. "
    "Nothing has been accepted yet."
)


class TermsForm(forms.Form):
    """The terms of a list that wait for a person. `owed` are where the person stands with each of these."""

    default_renderer = NHSFormRenderer

    def __init__(self, *args: Any, owed: Sequence[Standing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owed = list(owed)
        for standing in self.owed:
            version = standing.current
            self.fields[_box(standing)] = forms.BooleanField(
                label=f"I have read and accept: {standing.terms.title}, version {version.number}",
                help_text=_help(standing),
                error_messages={"required": f"Tick the box if you accept: {standing.terms.title}."},
            )
            self.fields[_number(standing)] = forms.IntegerField(
                required=False, initial=version.number, widget=forms.HiddenInput
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for standing in self.owed:
            if data.get(_box(standing)) and data.get(_number(standing)) != standing.current.number:
                # What is sent back has to be what is shown now, or the page would refuse for ever.
                self.data = {**self.data.dict(), self.add_prefix(_number(standing)): standing.current.number}
                self.data.pop(self.add_prefix(_box(standing)), None)
                self.add_error(_box(standing), NEWER.format(number=standing.current.number))
        return data

    def accepted(self) -> tuple[TermsVersion, ...]:
        """What the person has accepted by sending a valid form."""
        return tuple(standing.current for standing in self.owed)

    def boxes(self) -> list[BoundField]:
        """The boxes and what belongs to them, in the order of the documents."""
        return [self[name] for standing in self.owed for name in (_box(standing), _number(standing))]


def _box(standing: Standing) -> str:
    return f"terms_{standing.terms.pk}"


def _number(standing: Standing) -> str:
    return f"version_{standing.terms.pk}"


def _help(standing: Standing) -> str:
    version = standing.current
    news = version.change if standing.accepted and version.change else ""
    return format_html(
        '{}{}<a href="{}" target="_blank" rel="noopener">Read {}, version {} (opens in a new tab)</a>',
        f"{standing.terms.summary} " if standing.terms.summary else "",
        f"What is new: {news} " if news else "",
        reverse("terms_version", args=[standing.terms.slug, version.number]),
        standing.terms.title,
        version.number,
    )
