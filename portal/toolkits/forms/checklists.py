"""One change of one line of a checklist: whom it is for, until when, what is noted."""

from collections.abc import Sequence
from datetime import date

from django import forms

from portal.members.models import User
from portal.members.rules.patients import looks_like_a_patient
from portal.toolkits.models.checklists import LONGEST_NOTE
from portal.toolkits.texts import legible

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)


class AssignForm(forms.Form):
    """Somebody of the network, or nobody."""

    person = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "Choose somebody who has a confirmed appointment in your network."},
    )

    def __init__(self, *args: object, people: Sequence[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._people = {person.pk: person for person in people}
        self.fields["person"].choices = [
            ("", "Nobody"),
            *((pk, str(one)) for pk, one in self._people.items()),
        ]

    def chosen(self) -> User | None:
        return self._people.get(self.cleaned_data["person"])


class DueForm(forms.Form):
    """A day, or none."""

    due = forms.DateField(
        required=False, error_messages={"invalid": "Enter a real date, such as 31 March 2026."}
    )

    def clean_due(self) -> date | None:
        due = self.cleaned_data["due"]
        if due is not None and not FIRST_DAY <= due < LAST_DAY:
            raise forms.ValidationError("Enter a date between 2000 and 2099.")
        return due


class NoteForm(forms.Form):
    """A note, and the number of the one that its writer began from."""

    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        error_messages={
            "max_length": f"A note can have {LONGEST_NOTE:,} characters. Yours has %(show_value)d."
        },
    )
    based_on = forms.IntegerField(
        min_value=0, error_messages={"required": "Open the checklist again, then write your note."}
    )

    def __init__(self, data: dict | None = None, **kwargs: object) -> None:
        if data is not None:
            # Before the field looks, which refuses NUL with words for programmers.
            data = {**data.dict(), "note": legible(data.get("note", ""))}
        super().__init__(data, **kwargs)

    def clean_note(self) -> str:
        note = self.cleaned_data["note"]
        if signs := looks_like_a_patient(note):
            why = " ".join(dict.fromkeys(sign.why for sign in signs))
            raise forms.ValidationError(f"{why} Take out whatever says who a patient is.")
        return note
