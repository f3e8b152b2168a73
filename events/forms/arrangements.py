"""How an event is held, and the report of who was there."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from events.models import Arrangements, EventPage

MOST_BYTES = 4 * 1024 * 1024


class ArrangementsForm(forms.ModelForm):
    """How an event is held."""

    class Meta:
        model = Arrangements
        fields = (
            "provider_address",
            "online_pools",
            "closing_code",
            "minimum_minutes",
            "gives_certificates",
            "needs_feedback",
        )
        widgets = {"online_pools": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, event: EventPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["online_pools"].queryset = event.pools.all()
        if not event.is_online:
            del self.fields["provider_address"], self.fields["online_pools"]
        elif not event.venue:
            del self.fields["online_pools"]

    def given(self) -> dict[str, Any]:
        """What `arrange` is given: also what was not asked for stays."""
        kept = {"online_pools": self.instance.online_pools.all() if self.instance.pk else []}
        return kept | self.cleaned_data


class ReportForm(forms.Form):
    """The provider's attendance report, and how many minutes count."""

    file = forms.FileField(
        label="Attendance report",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
        help_text="As Teams or Zoom exports it, as a CSV file. 4 MB at most.",
        error_messages=dict.fromkeys(("required", "missing", "invalid"), "Choose a file to bring in.")
        | {"empty": "This file is empty. Choose another one."},
    )
    minutes = forms.IntegerField(
        label="Minutes that count",
        min_value=1,
        max_value=10_000,
        help_text="Whoever was there for so long, in one or several stays, attended.",
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("This file has more than 4 MB. An attendance report is smaller.")
        return file
