"""What is typed about an order that has been placed."""

from django import forms

from events.forms.booking import ADDRESS
from portal.members.forms.renderer import NHSFormRenderer


class AddressForm(forms.Form):
    """The address to which tickets are sent again."""

    default_renderer = NHSFormRenderer

    email = forms.EmailField(label="E-mail address", max_length=254, error_messages=ADDRESS)
