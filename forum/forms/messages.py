"""What people write to one person alone."""

from django import forms

from forum.forms.posting import OnceForm, Words
from forum.rules.messages import MOST_CHARACTERS, refusal_of_message


class MessageForm(OnceForm):
    """A private answer."""

    text = Words(
        label="Your answer",
        refusal=refusal_of_message,
        help_text=f"Plain text, {MOST_CHARACTERS:,} characters at most. Do not name patients.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
