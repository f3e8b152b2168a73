"""A question to advisers, where it stands, and all that was written about it."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.members.models import User

ANSWER = "enquiries.answer_enquiry"
ANSWER_EVERY = "enquiries.answer_every_enquiry"
LONGEST_TEXT = 5_000


class State(models.TextChoices):
    UNCONFIRMED = "unconfirmed", "Address not confirmed"
    HELD = "held", "Looks like spam"
    OPEN = "open", "Waits for an answer"
    ASKED_BACK = "asked-back", "Waits for who asked"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


NOT_OPENED = (State.UNCONFIRMED, State.HELD)
GOING_ON = (State.OPEN, State.ASKED_BACK, State.ANSWERED)


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def opened(self) -> "EnquiryQuerySet":
        """Those that advisers were given: the address is confirmed, and nobody takes them for spam."""
        return self.exclude(state__in=NOT_OPENED)

    def held(self) -> "EnquiryQuerySet":
        return self.filter(state=State.HELD)

    def going_on(self) -> "EnquiryQuerySet":
        return self.filter(state__in=GOING_ON)

    def readable(self) -> "EnquiryQuerySet":
        """Those whose words have not been deleted."""
        return self.filter(emptied_at=None)

    def visible_to(self, user: User) -> "EnquiryQuerySet":
        """What an adviser may see and answer: their topics, and what is theirs."""
        if user.has_perm(ANSWER_EVERY):
            return self
        if not user.has_perm(ANSWER):
            return self.none()
        return self.filter(Q(topic__group__in=user.groups.all()) | Q(adviser=user))


class Enquiry(models.Model):
    """A question of one person to advisers. `reference` is what both sides call it; `key` opens its page.

    Once it is *emptied* nothing is left of its person and words: what stays is counted.
    """

    reference = models.CharField(max_length=40, unique=True)
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    form_key = models.UUIDField(null=True, unique=True, editable=False)  # one form asks once
    state = models.CharField(max_length=12, choices=State)
    topic = models.ForeignKey("enquiries.AdviceTopic", on_delete=models.PROTECT, related_name="enquiries")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="enquiries"
    )
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True, db_index=True)
    works_at = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    digest = models.CharField(max_length=64, blank=True)  # of the words, to see the same text again
    signs = models.JSONField(default=list, blank=True)  # why it looked like spam, in words
    reminded = models.CharField(max_length=20, blank=True)  # of what advisers were reminded last

    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    promised_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)  # for the first time
    working_days = models.PositiveSmallIntegerField(null=True)  # from opening to the first answer
    was_late = models.BooleanField(null=True)  # known with the first answer, or the closing
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        verbose_name_plural = "enquiries"
        permissions = [
            ("answer_enquiry", "Can answer questions to advisers on the topics of their groups"),
            ("answer_every_enquiry", "Can answer every question to advisers"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="enquiry_has_a_state"),
            models.CheckConstraint(
                condition=Q(state__in=NOT_OPENED, opened_at=None, promised_on=None)
                | (~Q(state__in=NOT_OPENED) & Q(opened_at__isnull=False)),
                name="enquiry_is_opened_with_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False)
                | (~Q(state=State.CLOSED) & Q(closed_at=None)),
                name="enquiry_is_over_with_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, working_days=None) | Q(answered_at__isnull=False),
                name="enquiry_days_come_with_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(emptied_at=None)
                | Q(
                    closed_at__isnull=False,
                    user=None,
                    name="",
                    email="",
                    works_at="",
                    subject="",
                    digest="",
                ),
                name="enquiry_emptied_has_no_person",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class MessageKind(models.TextChoices):
    QUESTION = "question", "Question"
    REPLY = "reply", "Reply"
    ANSWER = "answer", "Answer"
    ASKS = "asks", "Question back"
    NOTE = "note", "Note among staff"
    ORDER = "order", "About the order"


class MessageQuerySet(models.QuerySet["Message"]):
    def for_who_asked(self) -> "MessageQuerySet":
        return self.exclude(kind=MessageKind.NOTE)


class Message(models.Model):
    """One thing that was written about an enquiry. `by` is the adviser; what the person wrote, or the portal about an order, has none."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind)
    text = models.TextField(max_length=LONGEST_TEXT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="message_has_a_kind"),
            models.CheckConstraint(
                condition=~Q(kind__in=(MessageKind.QUESTION, MessageKind.REPLY)) | Q(by=None),
                name="message_of_who_asked_has_no_adviser",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%d %B %Y}"

    @property
    def is_of_staff(self) -> bool:
        return self.kind in (MessageKind.ANSWER, MessageKind.ASKS, MessageKind.NOTE)
