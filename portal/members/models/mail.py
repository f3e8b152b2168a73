"""The mails to people."""

from django.db import models
from django.db.models import Q


class MailState(models.TextChoices):
    """What became of a mail."""

    QUEUED = "queued", "Waiting to be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not sent"


class Mail(models.Model):
    """One mail to one person, stored with what caused it and emptied once sent: mails hold secret links."""

    template = models.CharField(max_length=60)
    to = models.EmailField("to", max_length=254)
    subject = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    attachments = models.JSONField(default=list, blank=True, help_text="As `portal.members.mail` packs them.")
    message_id = models.CharField(max_length=250, unique=True)
    key = models.CharField(
        max_length=200, unique=True, null=True, blank=True, help_text="The same key is never sent twice."
    )
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField("last error", blank=True)
    created_at = models.DateTimeField("written")
    next_attempt_at = models.DateTimeField("next attempt")
    sent_at = models.DateTimeField("sent", null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state=MailState.SENT, sent_at__isnull=False, text="", html="", headers={}, attachments=[]
                )
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_is_dated_and_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.to})"
