"""What people type, and the renderer that gives every form of the portal its NHS look."""

from portal.members.forms.accounts import (
    AcceptInvitationForm,
    AddAddressForm,
    AddressKindForm,
    NameForm,
    SignupForm,
)
from portal.members.forms.follows import FollowForm, FollowsForm
from portal.members.forms.profile import (
    AppointmentForm,
    ClaimForm,
    DateInput,
    EndAppointmentForm,
    ForgetForm,
    NetworkChoiceField,
)
from portal.members.forms.renderer import NHSFormRenderer
from portal.members.forms.terms import AcceptTermsForm, TermsVersionForm

__all__ = [
    "AcceptInvitationForm",
    "AcceptTermsForm",
    "AddAddressForm",
    "AddressKindForm",
    "AppointmentForm",
    "ClaimForm",
    "DateInput",
    "EndAppointmentForm",
    "FollowForm",
    "FollowsForm",
    "ForgetForm",
    "NHSFormRenderer",
    "NameForm",
    "NetworkChoiceField",
    "SignupForm",
    "TermsVersionForm",
]
