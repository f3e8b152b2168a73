"""What somebody types who attends."""

from django import forms

from portal.members.forms.renderer import NHSFormRenderer


class ClosingCodeForm(forms.Form):
    """The code that is told at the end of a session."""

    default_renderer = NHSFormRenderer

    code = forms.CharField(
        label="Closing code",
        max_length=60,
        error_messages={"required": "Enter the code that was told at the end."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "size": 20}),
        help_text="It was told at the end of the session. Small and capital letters are the same.",
    )
