"""What people type when they post: every word of it stays, whatever is wrong with it."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from forum.actions.posting import AlreadyPostedError
from forum.models import Post
from forum.rules.posting import MOST_IN_SUBJECT, refusal_of_subject, refusal_of_text
from portal.members.actions import RefusedError
from portal.members.forms.renderer import NHSFormRenderer

LARGEST = 2**63 - 1


class Words(forms.CharField):
    """Text as it was typed. Whether it can be taken is for a rule to say, also of no text at all."""

    def __init__(self, *, refusal: Callable[[str], str | None], **kwargs: Any) -> None:
        super().__init__(strip=False, required=False, **kwargs)
        self.refusal = refusal

    def clean(self, value: Any) -> str:
        # Browsers send the end of a line as two characters; a post has one.
        text = self.to_python(value).replace("\r\n", "\n")
        if words := self.refusal(text):
            raise ValidationError(words)
        return text


def subject_of_a_topic() -> Words:
    return Words(
        label="Subject",
        refusal=refusal_of_subject,
        help_text=f"What it is about, in {MOST_IN_SUBJECT} characters at most.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def words_of_a_post(label: str) -> Words:
    return Words(
        label=label,
        refusal=refusal_of_text,
        help_text="Everybody on this list can read it. Do not name patients.",
        widget=forms.Textarea(attrs={"rows": 10}),
    )


def number() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=LARGEST)


class OnceForm(forms.Form):
    """A form with a key by which it does once what it does, however often it is sent."""

    default_renderer = NHSFormRenderer

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())

    def refuse(self, refused: RefusedError) -> None:
        """Says why it was not done. A form that was used before gets a new key."""
        self.add_error(None, str(refused))
        if isinstance(refused, AlreadyPostedError):
            self.change(key=str(uuid.uuid4()))

    def change(self, **values: Any) -> None:
        """Shows other values than those that were sent."""
        self.data = self.data.copy()
        for name, value in values.items():
            self.data[name] = value


class PostForm(OnceForm):
    """What every form for a post has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "composer-%s", **kwargs})

    @property
    def typed(self) -> str:
        """The words as they are in the form, whether or not they can be posted."""
        # Asked of a field, they would be the same from then on, whatever is added to them.
        words = self.data if self.is_bound else self.initial
        return str(words.get("text") or "").replace("\r\n", "\n")


class NewTopicForm(PostForm):
    """A topic with its first post."""

    subject = subject_of_a_topic()
    text = words_of_a_post("Your post")
    follow = forms.BooleanField(label="Write to me when somebody answers", required=False, initial=True)


class ReplyForm(PostForm):
    """An answer in a topic, to the post with the number `answers` or to all; `seen` was the last post when it was opened."""

    text = words_of_a_post("Your answer")
    seen = number()
    answers = number()


class EditForm(PostForm):
    """A change of a post; of the first one of a topic its subject too, and of somebody else's the reason."""

    subject = subject_of_a_topic()
    text = words_of_a_post("The post")
    reason = forms.CharField(
        label="Why do you change it?",
        help_text="Readers see this beside the post.",
        max_length=255,
        error_messages={"required": "Say why. Readers see that a manager changed the post."},
    )

    def __init__(self, *args: Any, post: Post, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if post.topic.first_post_id != post.pk:
            del self.fields["subject"]
        if own:
            del self.fields["reason"]
