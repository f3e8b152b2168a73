"""Accepting an invitation onto a list, with an account and without one."""

from forum.forms.terms import TermsForm
from portal.members.forms.accounts import AcceptInvitationForm


class NewPersonForm(TermsForm, AcceptInvitationForm):
    """Name, password and terms of somebody who is invited and has no account yet."""
