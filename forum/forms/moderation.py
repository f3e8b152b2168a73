"""What people type about posts of others: reports, and what managers decide."""

import re
from typing import Any

from django import forms

from forum.forms.moments import MomentField
from forum.models import MailingList, Topic
from forum.rules.managing import LONGEST_REASON
from forum.rules.moderating import LONGEST_REPORT
from forum.rules.posting import MOST_IN_SUBJECT
from portal.members.forms.renderer import NHSFormRenderer


class ReportForm(forms.Form):
    """Why somebody thinks that a manager should look at a post."""

    default_renderer = NHSFormRenderer

    reason = forms.CharField(
        label="What is wrong with this post?",
        max_length=LONGEST_REPORT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The list’s managers read this. The author does not.",
        error_messages={"required": "Say what is wrong with the post."},
    )
    names_a_patient = forms.BooleanField(
        label="It may name a patient",
        required=False,
        help_text="Then nobody sees the post until a manager has looked at it.",
    )


class ReasonForm(forms.Form):
    """Why a manager holds a post, or refuses one."""

    default_renderer = NHSFormRenderer

    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why. The reason is kept."},
    )

    def __init__(self, *args: Any, label: str, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label, hint


class SuspendForm(forms.Form):
    """Why somebody is suspended from a list, and until when."""

    default_renderer = NHSFormRenderer

    until = MomentField(
        label="Until",
        required=False,
        help_text="From this moment on they are on the list again. Empty: until a manager lifts it.",
    )
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The person is told.",
        error_messages={"required": "Say why. The person is told."},
    )


class MoveForm(forms.Form):
    """The list that a topic is moved to: one that the manager manages too."""

    default_renderer = NHSFormRenderer

    to = forms.ModelChoiceField(
        label="Move the topic to",
        queryset=MailingList.objects.none(),
        empty_label="Choose a list",
        help_text="From then on the readers of that list see it, and those of this list no longer do.",
        error_messages={"required": "Choose a list."},
    )

    def __init__(self, *args: Any, lists: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = lists


class MergeForm(forms.Form):
    """The topic that another one becomes part of, by its address or number."""

    default_renderer = NHSFormRenderer

    into = forms.CharField(
        label="Make it part of",
        max_length=300,
        help_text="The address of the other topic, copied from your browser, or its number.",
        error_messages={"required": "Enter the address or the number of the other topic."},
    )

    def __init__(self, *args: Any, mailing_list: MailingList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.list = mailing_list

    def clean_into(self) -> Topic:
        typed = self.cleaned_data["into"]
        number = re.search(r"/topics/(\d{1,15})(?:/|$)", typed) or re.fullmatch(
            r"#?(\d{1,15})", typed.strip()
        )
        topics = Topic.objects.filter(forum=self.list.forum_id, merged_into=None)
        found = topics.filter(pk=number[1]).first() if number else None
        if found is None:
            raise forms.ValidationError("There is no such topic in this list.")
        return found


class SplitForm(forms.Form):
    """The subject of a topic that is made of some posts of another one. The posts are chosen by boxes beside them."""

    default_renderer = NHSFormRenderer

    subject = forms.CharField(
        label="Subject of the new topic",
        max_length=MOST_IN_SUBJECT,
        error_messages={"required": "Write a subject."},
    )
