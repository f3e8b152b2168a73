"""Who is given which right at an event."""

from django import forms

from events.models import Right
from events.rights import may_help
from portal.members.models import User


class RightForm(forms.Form):
    """A member of staff, by one of their addresses, and what they may do at the event."""

    person = forms.EmailField(label="E-mail address", help_text="Of an event helper.")
    right = forms.ChoiceField(
        label="May",
        choices=[
            (Right.ORGANISE, "do everything at this event"),
            (Right.CHECK_IN, "check people in, and see their names"),
            (Right.FINANCE, "see orders, payments and invoices, and pay back"),
        ],
        widget=forms.RadioSelect,
    )

    def clean_person(self) -> User:
        address = self.cleaned_data["person"]
        found = User.objects.filter(
            is_active=True, emailaddress__email__iexact=address, emailaddress__verified=True
        ).first()
        if found is None or not may_help(found):
            raise forms.ValidationError(
                "Nobody with this address is an event helper. Ask an administrator to invite them, or to add them to the group “Event helper”."
            )
        return found
