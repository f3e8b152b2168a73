"""What a subscriber gets of a list by mail."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from forum.models import DeliveryMode, MailFormat, Subscription
from portal.members.forms.renderer import NHSFormRenderer

CHOOSE = dict.fromkeys(("required", "invalid_choice"), "Choose one.")
MODES = (
    (DeliveryMode.EACH, "Every post, as it is written"),
    (DeliveryMode.FOLLOWED, "Only posts in the topics that you follow"),
    (DeliveryMode.DAILY, "One mail a day, at 7am"),
    (DeliveryMode.WEEKLY, "One mail a week, on Mondays at 7am"),
    (DeliveryMode.NONE, "No mail: you read on the web"),
)


class DeliveryForm(forms.Form):
    """What somebody gets, how it is written, and until when there is none."""

    default_renderer = NHSFormRenderer

    delivery = forms.ChoiceField(
        label="What do you want by e-mail?", choices=MODES, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    mail_format = forms.ChoiceField(
        label="How should it be written?",
        choices=[
            (MailFormat.HTML, "With headings, links and lists"),
            (MailFormat.PLAIN, "As plain text"),
            (
                MailFormat.MIME,
                "As plain text, with each post of a daily or weekly mail as a message of its own inside it",
            ),
        ],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    own_posts = forms.BooleanField(label="Send me my own posts too", required=False)
    paused_until = forms.DateField(
        label="No mail until",
        required=False,
        help_text="For a holiday: from this day on mail comes again. Leave it empty if you do not want a pause.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a date, such as 30 June 2027."},
    )

    @staticmethod
    def values_of(subscription: Subscription, now: datetime) -> dict[str, Any]:
        """What the form shows of a subscription. A pause that is over is not shown."""
        pause = subscription.paused_until
        return {
            "delivery": subscription.delivery,
            "mail_format": subscription.mail_format,
            "own_posts": subscription.own_posts,
            "paused_until": timezone.localdate(pause) if pause and pause > now else None,
        }

    def clean_paused_until(self) -> datetime | None:
        """The start of the day, in London."""
        day: date | None = self.cleaned_data["paused_until"]
        if day is None:
            return None
        return timezone.make_aware(datetime.combine(day, time()))
