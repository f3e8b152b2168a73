"""Applying for a list, answering a question about the application, and deciding on it."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict

from forum.actions.applying import Application
from forum.forms.terms import TermsForm
from forum.rules.managing import LONGEST_REASON, LONGEST_WORDS
from portal.members.directory import networks_found
from portal.members.forms.renderer import NHSFormRenderer
from portal.members.models import Membership, Network, Role

NETWORKS_SHOWN = 20
# Whoever has one of these roles has it in a network that has a code already.
ROLES_IN_A_NETWORK = {Role.CLINICAL_DIRECTOR, Role.APPOINTED}
NOT_A_CHARACTER = {
    "null_characters_not_allowed": "Your text has a character that cannot be kept. Type it again."
}


class ApplyForm(TermsForm):
    """An application: role, network, membership, and the terms that wait for the person.

    The network is searched for by words. A press on “Find” shows those that fit, and nothing is complained about yet.
    """

    role = forms.ChoiceField(
        label="What is your role?",
        choices=Role,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose your role."),
    )
    network_words = forms.CharField(
        label="Which network?",
        help_text="A part of its name, or its code, such as U12345. "
        "You can leave this empty if your network does not have a code yet.",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages=NOT_A_CHARACTER,
    )
    network = forms.ChoiceField(label="Networks that fit", required=False, widget=forms.RadioSelect)
    member = forms.ChoiceField(
        label="Are you a member of the association?",
        choices=[("yes", "Yes"), ("no", "No, I am not a member")],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Say whether you are a member."),
    )
    number = forms.CharField(
        label="Membership number",
        help_text="If you are a member. It is on your membership card and in letters from the association.",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages=NOT_A_CHARACTER,
    )

    def __init__(self, *args: Any, membership: Membership | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership
        if membership is not None:
            del self.fields["member"], self.fields["number"]
        self.words = " ".join(str(self["network_words"].value() or "").replace("\0", " ").split())[:100]
        found = networks_found(self.words, "", today).filter(has_closed=False) if self.words else ()
        self.found: list[Network] = list(found[: NETWORKS_SHOWN + 1])
        self.has_more = len(self.found) > NETWORKS_SHOWN
        self.fields["network"].choices = [
            (str(network.pk), f"{network.name} ({network.code})") for network in self.found[:NETWORKS_SHOWN]
        ]

    @property
    def is_searching(self) -> bool:
        """Whether the person has asked for networks, and not sent the application yet."""
        return self.is_bound and "find" in self.data

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_searching:
            self._errors = ErrorDict()

    def about_the_network(self) -> list[BoundField]:
        """The choice of a network, if there is more than nothing to choose from."""
        return [self["network"]] if self.found else []

    def about_membership(self) -> list[BoundField]:
        """What is asked about membership: nothing if it is known."""
        return [self[name] for name in ("member", "number") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        # A choice from an earlier search is none from this one.
        self.errors.pop("network", None)
        data["network"] = self._network(data)
        if data.get("member") == "yes" and not data.get("number") and "number" not in self.errors:
            self.add_error("number", "Enter your membership number.")
        if data.get("member") == "no" and data.get("number"):
            self.add_error("number", "Clear the number if you are not a member.")
        return data

    def _network(self, data: dict[str, Any]) -> Network | None:
        chosen = [network for network in self.found if str(network.pk) == data.get("network")]
        chosen = chosen or [network for network in self.found if network.code == self.words.upper()]
        chosen = chosen or (self.found if len(self.found) == 1 else [])
        if chosen:
            return chosen[0]
        if self.found:
            self.add_error("network", "Choose your network from those that fit, or search again.")
        elif self.words:
            self.add_error("network_words", f"No network fits “{self.words}”. Try fewer words, or the code.")
        elif data.get("role") in ROLES_IN_A_NETWORK:
            self.add_error("network_words", "Enter the name or the code of your network.")
        return None

    def application(self) -> Application:
        """What the person says, once the form is valid."""
        data = self.cleaned_data
        number = self.membership.number if self.membership else data["number"]
        return Application(
            role=data["role"], network=data["network"], number=number, accepted=self.accepted()
        )


def _words(label: str, missing: str, longest: int, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": missing,
            "max_length": f"Write {longest:,} characters or fewer.",
            **NOT_A_CHARACTER,
        },
    )


class AnswerForm(forms.Form):
    """The answer to what a manager asked about an application."""

    default_renderer = NHSFormRenderer

    text = _words("Your answer", "Write your answer.", LONGEST_WORDS, "The managers of the list read it.")


class DecideForm(forms.Form):
    """What a manager does with an application: let in, ask, or refuse. The last two need words, which the person reads."""

    default_renderer = NHSFormRenderer

    decision = forms.ChoiceField(
        label="What do you want to do?",
        choices=[("approve", "Let the person in"), ("ask", "Ask a question"), ("refuse", "Refuse")],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what you want to do."),
    )
    words = forms.CharField(
        label="Your question, or why you refuse",
        help_text="The person reads it in a mail.",
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": f"Write {LONGEST_REASON} characters or fewer.", **NOT_A_CHARACTER},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        missing = {"ask": "Write what you want to know.", "refuse": "Say why. The person reads it."}
        decision = data.get("decision")
        if decision in missing and not data.get("words") and "words" not in self.errors:
            self.add_error("words", ValidationError(missing[decision]))
        return data
