"""The listserver's way in: every mail that was taken, whole, with what became of it."""

from django.db import models
from django.db.models import Q

from forum.forum_conversation.models import Post
from forum.models.lists import MailingList
from portal.members.models import User


class MailOutcome(models.TextChoices):
    """What became of a mail. Each ends in exactly one of these but the first."""

    RECEIVED = "received", "Not looked at yet"
    POSTED = "posted", "Posted"
    HELD = "held", "Held until the sender has done something"
    REFUSED = "refused", "Refused, and the sender told why"
    DROPPED = "dropped", "Never posted: sent by a program"
    BOUNCE = "bounce", "A mail of ours that came back"
    COMMAND = "command", "A command that was carried out"
    PASSED_ON = "passed-on", "Passed on to the author of a post alone"


class IncomingMail(models.Model):
    """One mail to one address of a list, as it came, committed before the server that brought it was told yes."""

    received_at = models.DateTimeField("received")
    sender = models.CharField("envelope sender", max_length=320, blank=True)
    recipient = models.CharField("envelope recipient", max_length=320)
    raw = models.BinaryField()
    message_id = models.CharField(max_length=250, blank=True)
    outcome = models.CharField(max_length=10, choices=MailOutcome, default=MailOutcome.RECEIVED)
    because = models.CharField("why", max_length=30, blank=True, help_text="A word for the reason.")
    explained = models.CharField("why, in words", max_length=500, blank=True)
    is_proven = models.BooleanField("the sender has said that it is theirs", default=False, editable=False)
    removed = models.TextField("what was taken off", blank=True)
    settled_at = models.DateTimeField("settled", null=True, blank=True)
    claimed_until = models.DateTimeField("claimed until", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    list = models.ForeignKey(MailingList, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="mails_received"
    )
    post = models.OneToOneField(
        Post, on_delete=models.SET_NULL, null=True, blank=True, related_name="came_as"
    )

    class Meta:
        verbose_name = "incoming mail"
        verbose_name_plural = "incoming mail"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=MailOutcome.values), name="incoming_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome=MailOutcome.RECEIVED, settled_at__isnull=True)
                | (~Q(outcome=MailOutcome.RECEIVED) & Q(settled_at__isnull=False)),
                name="incoming_settled_is_dated",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at", "id"],
                condition=Q(outcome=MailOutcome.RECEIVED),
                name="incoming_mail_waiting",
            ),
            models.Index(fields=["message_id"], name="incoming_mail_message_id"),
        ]

    def __str__(self) -> str:
        return f"Mail to {self.recipient}, {self.received_at:%Y-%m-%d %H:%M}: {self.get_outcome_display()}"


class KnownMessage(models.Model):
    """A Message-ID under which a post is known to mail programs: that of the mail it came as, or of an archive brought in."""

    message_id = models.CharField(max_length=250)
    list = models.ForeignKey(MailingList, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="known_as")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "message_id"], name="known_message_once_in_a_list")
        ]

    def __str__(self) -> str:
        return self.message_id
