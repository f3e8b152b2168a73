"""What the portal's forms say when something is wrong with what was typed."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from portal.members.forms import AppointmentForm
from portal.members.templatetags.nhs_forms import error_of, error_summary


class Sample(forms.Form):
    first_name = forms.CharField(label="First name")
    code = forms.CharField(label="Code")
    practice = forms.CharField(label="Which practice?")
    email = forms.EmailField(label="Email")


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("first_name", "", "Enter your first name."),
        ("first_name", "Nina", ""),
        ("code", "", "Enter the code."),
        ("practice", "", "Answer the question “Which practice?”"),
        ("email", "", "Enter your e-mail address."),
        ("email", "nina@demo", "Enter an e-mail address in the right form, like name@example.com."),
    ],
)
def test_error_says_what_to_do(field: str, typed: str, says: str) -> None:
    assert error_of(Sample({field: typed})[field]) == says


def test_error_summary_links_each_problem_to_its_field_in_plain_words() -> None:
    form = Sample({"code": "1"})
    form.add_error(None, ValidationError("Too many failed login attempts. Try again later."))

    assert error_summary(form) == {
        "problems": [
            ("", "You have tried to sign in too often. Wait a few minutes, then try again."),
            ("#id_first_name", "Enter your first name."),
            ("#id_practice", "Answer the question “Which practice?”"),
            ("#id_email", "Enter your e-mail address."),
        ]
    }


def test_error_summary_of_a_question_with_choices_links_to_the_first_choice(db: None) -> None:
    assert error_summary(AppointmentForm({})) == {
        "problems": [
            ("#id_role_0", "Choose your role."),
            ("#id_network", "Choose your network."),
            ("#id_starts_on", "Enter the day on which you began or will begin."),
        ]
    }
