"""A moment as the browser's own field for a day and a time, in London's time."""

from typing import Any

from django import forms


class MomentField(forms.DateTimeField):
    """A day and a time. A day alone means its beginning."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)
