"""The code of a certificate, to check it by."""

from django import forms

from events.rules.certificates import code_as_typed
from portal.members.forms.renderer import NHSFormRenderer

NO_CODE = "Enter the code as it stands on the certificate, such as BCDF-GHJK-MNPQ."


class CheckForm(forms.Form):
    """The code as it stands on a certificate."""

    default_renderer = NHSFormRenderer

    code = forms.CharField(
        label="Code of the certificate",
        max_length=40,
        error_messages=dict.fromkeys(("required", "max_length"), NO_CODE),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 20}),
    )

    def clean_code(self) -> str:
        code = code_as_typed(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(NO_CODE)
        return code
