"""What people fill in to ask advisers something, and what advisers fill in to answer."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.html import format_html

from portal.enquiries.models import AdvicePage, AdviceTopic, State
from portal.enquiries.models.enquiries import LONGEST_TEXT
from portal.enquiries.rules.spam import refusal_of_time
from portal.members.forms.renderer import NHSFormRenderer
from portal.members.models import User
from portal.members.rules.patients import looks_like_a_patient

SALT = "portal.enquiries.form"
NO_PATIENTS = "Nothing in it is about a patient"


def new_token(now: datetime) -> str:
    """What a form carries: when it was made, and a key with which it asks once. Signed, so that nobody makes one up."""
    return signing.dumps({"at": now.timestamp(), "key": str(uuid4())}, salt=SALT)


def read_token(token: str) -> tuple[datetime | None, UUID]:
    """When a form was made, and its key; no moment for what is not ours."""
    try:
        told = signing.loads(token, salt=SALT)
        return datetime.fromtimestamp(told["at"], UTC), UUID(told["key"])
    except signing.BadSignature:
        return None, uuid4()


class TopicField(forms.ModelChoiceField):
    """The topics that are on offer, each with its hint and how long an answer takes."""

    def label_from_instance(self, topic: AdviceTopic) -> str:
        days = "1 working day" if topic.answer_days == 1 else f"{topic.answer_days} working days"
        hint = f"{topic.hint} Answered within {days}.".strip()
        return format_html(
            '<strong>{}</strong><br><span class="nhsuk-u-secondary-text-colour">{}</span>', topic.name, hint
        )


class PatientFreeForm(forms.Form):
    """A form whose words must not name a patient. Somebody who says that they do not is believed."""

    default_renderer = NHSFormRenderer
    about_nobody = forms.BooleanField(
        label=NO_PATIENTS,
        required=False,
        help_text="Choose this only if what we found is no NHS number and no date of birth.",
    )
    looked_at = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_about_patients = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in self.looked_at:
            signs = looks_like_a_patient(data.get(name) or "")
            if signs:
                self.asks_about_patients = True
                if not data.get("about_nobody"):
                    why = " ".join(dict.fromkeys(sign.why for sign in signs))
                    self.add_error(name, f"{why} Take out whatever says who a patient is.")
        return data


class AskForm(PatientFreeForm):
    """A question to advisers. `website` is a trap: people do not see it, and programs fill it in."""

    topic = TopicField(
        label="What is it about?",
        queryset=AdviceTopic.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what it is about.",
            "invalid_choice": "Choose one of the topics.",
        },
    )
    subject = forms.CharField(
        label="Your question in a few words",
        max_length=150,
        help_text="For example, notice for a pharmacist whom two networks share.",
        error_messages={"required": "Enter your question in a few words."},
    )
    text = forms.CharField(
        label="Your question",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="What happened, what you have tried, and by when you need to know. Up to 5,000 characters. "
        "Do not name patients, and say nothing from which somebody could tell who they are.",
        error_messages={"required": "Enter your question."},
    )
    name = forms.CharField(
        label="Your name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        help_text="We answer to this address.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": "Enter your e-mail address."},
    )
    works_at = forms.CharField(
        label="Your network or practice (optional)",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    agrees = forms.BooleanField(
        label="I agree that my question is kept as described",
        error_messages={"required": "Say that you agree, or we cannot keep your question and answer it."},
    )
    website = forms.CharField(label="Leave this empty", max_length=300, required=False)
    token = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)
    looked_at = ("subject", "text")
    field_order = ("topic", "subject", "text", "about_nobody", "name", "email", "works_at", "agrees")

    def __init__(self, *args: Any, now: datetime, page: AdvicePage | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.made_at, self.form_key = read_token(self.data.get("token", ""))
        self.fields["topic"].queryset = AdviceTopic.objects.offered()
        self.fields["agrees"].help_text = how_it_is_kept(page)

    @property
    def fresh_token(self) -> str:
        """The token of the form as it is shown now: one that is still good stays, so that it asks once."""
        if self.is_bound and refusal_of_time(self.made_at, self.now) is None:
            return self.data["token"]
        return new_token(self.now)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        # Whoever has to put something right needs no second reason to send it again.
        if not self.errors and (refusal := refusal_of_time(self.made_at, self.now)):
            self.add_error(None, refusal)
        return data


def how_it_is_kept(page: AdvicePage | None) -> str:
    """What whoever asks agrees to, with a link to the page on privacy if there is one."""
    days = settings.ENQUIRIES_KEPT_DAYS
    words = f"Our advisers read it. {days} days after it is closed we delete your name, your address and all words of it."
    if page is None or page.privacy_page is None or not page.privacy_page.live:
        return words
    return format_html('{} <a href="{}">{}</a>', words, page.privacy_page.url, page.privacy_page.title)


class ReplyForm(PatientFreeForm):
    """More from the person who asked."""

    text = forms.CharField(
        label="Write more",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Up to 5,000 characters. Do not name patients.",
        error_messages={"required": "Enter what you want to say."},
    )
    field_order = ("text", "about_nobody")


class ListForm(forms.Form):
    """Which questions an adviser wants to see."""

    GOING_ON, OVERDUE, MINE, NOBODY = "going-on", "overdue", "mine", "nobody"

    topic = forms.ModelChoiceField(
        queryset=AdviceTopic.objects.all(), required=False, empty_label="All topics"
    )
    state = forms.ChoiceField(
        required=False,
        choices=[
            (GOING_ON, "Not closed"),
            (OVERDUE, "Overdue"),
            *((one.value, one.label) for one in State if one not in (State.UNCONFIRMED, State.HELD)),
            ("", "All"),
        ],
    )
    adviser = forms.ChoiceField(
        required=False, choices=[("", "All advisers"), (MINE, "Mine"), (NOBODY, "Nobody’s")]
    )


class AnswerForm(forms.Form):
    """What an adviser writes, to the person or among staff."""

    text = forms.CharField(
        label="Text",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Enter the text."},
    )


class AssignForm(forms.Form):
    """Who looks after a question."""

    adviser = forms.ModelChoiceField(queryset=User.objects.none(), required=False, empty_label="Nobody yet")


class PeriodForm(forms.Form):
    """How many months the figures are of."""

    months = forms.TypedChoiceField(
        coerce=int,
        empty_value=12,
        required=False,
        choices=[(3, "3 months"), (12, "12 months"), (24, "24 months")],
    )

    def chosen(self) -> int:
        return self.cleaned_data["months"] if self.is_valid() else 12
