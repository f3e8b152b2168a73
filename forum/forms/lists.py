"""Making and changing a list: its words and settings, the conditions of access, and a rule built as a sentence."""

import re
from typing import Any

from django import forms

from forum.addresses import is_taken
from forum.forms.moments import MomentField
from forum.models import AfterClosing, MailingList, Then, Whom
from forum.proposals import Proposal
from forum.rules import Rule
from forum.rules.sentences import ROLES
from portal.members.models import Role, Terms

MOST_REMINDERS = 10
MOST_CHARACTERS = 20_000


class DaysField(forms.CharField):
    """Numbers of days, such as “30, 14, 7, 1”."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        words = re.split(r"[\s,;]+", super().clean(value).strip())
        if words == [""]:
            return []
        if not all(re.fullmatch(r"\d{1,3}", word, re.ASCII) and 1 <= int(word) <= 365 for word in words):
            raise forms.ValidationError("Give whole numbers of days from 1 to 365, such as 30, 14, 7, 1.")
        days = sorted(set(map(int, words)), reverse=True)
        if len(days) > MOST_REMINDERS:
            raise forms.ValidationError(f"Give {MOST_REMINDERS} numbers at most.")
        return days


class ListForm(forms.ModelForm):
    """What a list is called and how it works, apart from who may be on it until when."""

    description = forms.CharField(
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Who talks here about what. Anybody can read this. Markdown: a line that begins with # is a heading, "
        "**two stars** make words bold, and lines that begin with - are a list.",
    )
    reminders = DaysField(
        required=False,
        max_length=100,
        label="Reminders",
        help_text="So many days before their access ends, people are told. For example 30, 14, 7, 1. Empty: nobody is told.",
    )

    class Meta:
        model = MailingList
        fields = [
            "name",
            "slug",
            "summary",
            "description",
            "successor",
            "approves_itself",
            "hold_first_posts",
            "reminders",
        ]
        labels = {"slug": "Address", "successor": "List that follows"}
        help_texts = {
            "slug": "Small letters, digits and hyphens. In the address of the list, and of its mail."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = MailingList.objects.exclude(pk=self.instance.pk)
        self.fields["successor"].empty_label = "None"

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if is_taken(slug):
            raise forms.ValidationError(
                "Choose another address, of at most 50 characters: mail to this one would mean something else."
            )
        return slug


class ConditionsForm(forms.Form):
    """What access depends on beside the rules: when the list opens and closes, days of grace, and terms."""

    opens_at = MomentField(
        label="Opens", required=False, help_text="London time. Empty: it is open from the beginning."
    )
    closes_at = MomentField(
        label="Closes",
        required=False,
        help_text="London time. From this moment on nobody can post. Empty: it does not close.",
    )
    after_closing = forms.ChoiceField(label="After it has closed", choices=AfterClosing.choices)
    grace_days = forms.IntegerField(
        label="Days of grace",
        min_value=0,
        max_value=365,
        help_text="For so many days after a membership of the association has ended, its holder still counts as a member.",
    )
    terms = forms.ModelMultipleChoiceField(
        label="Terms that people have to accept",
        queryset=Terms.objects.order_by("title"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @staticmethod
    def values_of(proposal: Proposal) -> dict[str, Any]:
        """What the form shows of a proposal."""
        return {
            "opens_at": proposal.opens_at,
            "closes_at": proposal.closes_at,
            "after_closing": proposal.after_closing,
            "grace_days": proposal.grace_days,
            "terms": proposal.terms,
        }

    def changes(self) -> dict[str, Any]:
        """What was typed, as a proposal holds it."""
        data = self.cleaned_data
        return {
            **data,
            "after_closing": AfterClosing(data["after_closing"]),
            "terms": tuple(sorted(terms.pk for terms in data["terms"])),
        }


class RuleForm(forms.Form):
    """A rule as a sentence: for whom, until when, and what is left then."""

    END = (
        ("never", "with no end"),
        ("moment", "until the moment below"),
        ("days", "for so many days after joining"),
    )

    whom = forms.ChoiceField(label="For", choices=Whom.choices)
    roles = forms.MultipleChoiceField(
        label="who are",
        choices=[(role.value, ROLES[role]) for role in Role],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A role counts once a manager has confirmed it. None ticked: whatever their role.",
    )
    end = forms.ChoiceField(label="can read and post", choices=END)
    until_at = MomentField(
        label="until this moment",
        required=False,
        help_text="London time. The start of 30 June is 30 June, 00:00: on that day they are out.",
    )
    until_days = forms.IntegerField(
        label="or for this number of days after joining",
        required=False,
        min_value=1,
        max_value=3650,
        help_text="The day of joining counts: with 90 days, the 91st is the first without.",
    )
    then = forms.ChoiceField(
        label="After that",
        choices=((Then.NOTHING, "they can do neither"), (Then.READ, "they can still read")),
    )

    @staticmethod
    def values_of(rule: Rule) -> dict[str, Any]:
        """What the form shows of a rule."""
        end = "moment" if rule.until_at else "days" if rule.until_days else "never"
        return {
            "whom": rule.whom,
            "roles": sorted(rule.roles),
            "end": end,
            "until_at": rule.until_at,
            "until_days": rule.until_days,
            "then": rule.then,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        needed = {"moment": "until_at", "days": "until_days"}.get(data.get("end", ""))
        if needed and not data.get(needed) and needed not in self.errors:
            self.add_error(needed, "Say until when, or choose another end above.")
        return data

    def rule(self, number: int = 0) -> Rule:
        """The rule that was built; `number` is that of the one which it changes."""
        data = self.cleaned_data
        return Rule(
            whom=Whom(data["whom"]),
            roles=frozenset(data["roles"]),
            until_at=data["until_at"] if data["end"] == "moment" else None,
            until_days=data["until_days"] if data["end"] == "days" else None,
            then=Then.NOTHING if data["end"] == "never" else Then(data["then"]),
            number=number,
        )


class WhenForm(forms.Form):
    """A moment in the future to look at."""

    at = MomentField(label="Look at another moment", required=False, help_text="London time, in the future.")
