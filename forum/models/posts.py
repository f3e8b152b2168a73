"""What stands around a post: why it is held, who reported it, how it read before, what is being written, private answers."""

from django.db import models
from django.db.models import Q

from forum.forum_conversation.models import Post, Topic
from forum.models.lists import MailingList
from portal.members.models import User


class HoldReason(models.TextChoices):
    """Why a post is held."""

    NEWCOMER = "newcomer", "One of the first posts of a newcomer"
    PATIENT = "patient", "It looks as if it names a patient"
    REPORTED = "reported", "Somebody reported it"
    MANAGER = "manager", "A manager holds it"


class Outcome(models.TextChoices):
    """What a manager decided about a post that was held."""

    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"


class Hold(models.Model):
    """A post is held until a manager decides. Holding and refusing delete nothing."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="holds")
    because = models.CharField("why", max_length=10, choices=HoldReason)
    note = models.CharField(max_length=500, blank=True)
    held_at = models.DateTimeField("held")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("decided", null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reason = models.CharField("reason given to the author", max_length=500, blank=True)

    class Meta:
        ordering = ["held_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(because__in=HoldReason.values), name="hold_because_is_known"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="")
                | Q(decided_at__isnull=False, outcome__in=Outcome.values),
                name="hold_decided_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.REFUSED) | ~Q(reason=""), name="hold_refused_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["post"], condition=Q(decided_at__isnull=True), name="hold_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_because_display()}: post {self.post_id}"


class Report(models.Model):
    """Somebody who reads a list thinks that a manager should look at a post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    # Without the account of whoever made it a report stays: the post still has to be looked at, and answered for.
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500)
    reported_at = models.DateTimeField("reported")
    settled_at = models.DateTimeField("settled", null=True, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["reported_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["post", "by"], name="report_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="report_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"Post {self.post_id}, reported by {self.by}"


class PostVersion(models.Model):
    """A post as it read before an edit."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=255)
    content = models.TextField()
    written_at = models.DateTimeField("written")
    replaced_at = models.DateTimeField("replaced")
    replaced_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="post_version_once")]

    def __str__(self) -> str:
        return f"Version {self.number} of post {self.post_id}"


class Draft(models.Model):
    """What a person is writing, kept as they go. `place` is `new`, `topic:12` (an answer) or `post:34` (an edit)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    list = models.ForeignKey(MailingList, on_delete=models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=30)
    subject = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField("saved")

    class Meta:
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["user", "list", "place"], name="draft_once")]

    def __str__(self) -> str:
        return f"Draft of {self.user} in {self.list}: {self.place}"


class PrivateMessage(models.Model):
    """An answer to the author of a post alone. The portal passes it on, so that neither sees the other's address."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="private_messages")
    sender = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="messages_sent")
    recipient = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="messages_received"
    )
    text = models.TextField()
    sent_at = models.DateTimeField("sent")
    # The form that it was sent from: pressing twice sends once.
    submission = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sender", "submission"], name="message_once_for_a_form"),
        ]
        indexes = [models.Index(fields=["sender", "sent_at"], name="private_message_of_sender")]

    def __str__(self) -> str:
        return f"{self.sender} to {self.recipient} about post {self.post_id}"


class PostNews(models.Model):
    """That a post can be read, told to those whom it names and who follow its topic or list. `reached` is the last one so far."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="news")
    made_at = models.DateTimeField("made")
    reached = models.PositiveBigIntegerField(default=0)
    told_at = models.DateTimeField("told", null=True, blank=True)

    class Meta:
        verbose_name_plural = "post news"
        indexes = [models.Index(fields=["made_at"], condition=Q(told_at=None), name="post_news_waiting")]

    def __str__(self) -> str:
        return f"News of post {self.post_id}"


__all__ = [
    "Draft",
    "Hold",
    "HoldReason",
    "Outcome",
    "Post",
    "PostNews",
    "PostVersion",
    "PrivateMessage",
    "Report",
    "Topic",
]
