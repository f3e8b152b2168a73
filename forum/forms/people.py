"""People of a list: whom to show, and what a manager says when suspending, extending or giving access."""

from typing import Any

from django import forms

from forum.forms.moments import MomentField
from forum.models import Level, State
from forum.rules.managing import LONGEST_REASON
from portal.members.models import User

LONGEST_LOOK_AHEAD = 3650


class PeopleForm(forms.Form):
    """Which people of a list to show."""

    words = forms.CharField(
        label="Name or e-mail address", required=False, max_length=200, help_text="A part of it is enough."
    )
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *State.choices])
    days = forms.IntegerField(
        label="Access ends within so many days",
        required=False,
        min_value=1,
        max_value=LONGEST_LOOK_AHEAD,
        help_text="Those who can do something now, and will be able to do less on that day, as far as is known.",
    )

    def given(self) -> dict[str, Any]:
        """What was asked for, without what was left empty."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept, and shown to those who manage the list.",
    )


class SuspendForm(ReasonForm):
    """Why somebody is suspended, and until when."""

    until = MomentField(
        label="Until",
        required=False,
        help_text="London time. They are on the list again from then on. Empty: until somebody lifts it.",
    )


class ExtendForm(ReasonForm):
    """Why somebody stays on a list beyond its rules, and until when."""

    until = MomentField(label="Until", help_text="London time, a year from now at most.")


class LiftForm(forms.Form):
    """Why a suspension ends early, if there is something to say."""

    reason = forms.CharField(
        max_length=LONGEST_REASON, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class PersonField(forms.CharField):
    """A person, by one of their confirmed e-mail addresses."""

    def clean(self, value: Any) -> User | None:
        text = super().clean(value).strip()
        if not text:
            return None
        found = User.objects.filter(
            is_active=True, emailaddress__email__iexact=text, emailaddress__verified=True
        )
        person = found.first()
        if person is None:
            raise forms.ValidationError("Nobody has an account with this address. Check it.")
        return person


class GrantForm(ReasonForm):
    """Who is given access to a list that they are not on, to do what, why and until when."""

    field_order = ["user", "level", "until", "reason"]

    user = PersonField(label="E-mail address of the person", max_length=254)
    level = forms.TypedChoiceField(
        label="They can",
        coerce=lambda value: Level(int(value)),
        choices=[
            (Level.READ.value, "read"),
            (Level.POST.value, "read and post"),
            (Level.MANAGE.value, "read, post and manage the list and its people"),
        ],
    )
    until = MomentField(label="Until", help_text="London time, a year from now at most.")


class WhyForm(forms.Form):
    """About whom, and when."""

    person = PersonField(label="E-mail address of the person", max_length=254)
    at = MomentField(label="At", required=False, help_text="London time, past or to come. Empty: now.")
