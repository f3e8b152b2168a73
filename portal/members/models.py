"""People, the networks they lead and until when, how staff are invited, what people follow, and the mails to them."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser, Group
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Makes people whose log-in is an e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("A person needs an e-mail address to log in with.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractUser):
    """A person. `email` is the primary of their verified addresses; allauth's `EmailAddress` holds them all."""

    username = None
    email = models.EmailField("e-mail address", unique=True)
    first_name = models.CharField("first name", max_length=150)
    last_name = models.CharField("last name", max_length=150)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    objects = UserManager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()


class Region(models.TextChoices):
    """The seven regions of NHS England."""

    NORTH_EAST_AND_YORKSHIRE = "north-east-and-yorkshire", "North East and Yorkshire"
    NORTH_WEST = "north-west", "North West"
    MIDLANDS = "midlands", "Midlands"
    EAST_OF_ENGLAND = "east-of-england", "East of England"
    LONDON = "london", "London"
    SOUTH_EAST = "south-east", "South East"
    SOUTH_WEST = "south-west", "South West"


class Network(models.Model):
    """A primary care network: a group of general practices with a code of its own."""

    code = models.CharField(
        max_length=6,
        unique=True,
        validators=[
            RegexValidator(r"^U\d{5}$", "A network's code is the letter U and five digits, such as U12345.")
        ],
    )
    name = models.CharField(max_length=200)
    region = models.CharField(max_length=30, choices=Region)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person does for a network."""

    CLINICAL_DIRECTOR = "clinical-director", "Clinical director"
    APPOINTED = "appointed", "Appointed to be clinical director"
    LEADING_CREATION = "leading-creation", "Leading the creation of a network"
    OTHER = "other", "Another role"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self, on: Any) -> "AppointmentQuerySet":
        """Those that hold on the day `on` (a date): the first day counts, the day they end no longer does."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)


class Appointment(models.Model):
    """A person's role in a network, from one day until another (half-open: on `ends_on` it no longer holds)."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="appointments", verbose_name="person"
    )
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=20, choices=Role)
    starts_on = models.DateField("from")
    ends_on = models.DateField(
        "until",
        null=True,
        blank=True,
        help_text="The first day on which it no longer holds. Leave empty if open.",
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="appointment_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.network}"


class AddressKind(models.Model):
    """What one of a person's e-mail addresses is for. allauth keeps the address; this says which it is."""

    class Kind(models.TextChoices):
        WORK = "work", "Work"
        PRACTICE = "practice", "Practice"
        HOME = "home", "Home"

    address = models.OneToOneField("account.EmailAddress", on_delete=models.CASCADE, related_name="described")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.WORK)

    def __str__(self) -> str:
        return f"{self.address}: {self.get_kind_display()}"


class InvitationState(models.TextChoices):
    """Where an invitation stands. Which one holds depends on the moment: `portal.members.rules.invitation_state`."""

    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> "InvitationQuerySet":
        """Those neither accepted nor withdrawn, expired or not."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


class Invitation(models.Model):
    """A letter to a future member of staff. Whoever holds its secret link can accept it; we keep only the hash."""

    email = models.EmailField("e-mail address")
    first_name = models.CharField("first name", max_length=150)
    last_name = models.CharField("last name", max_length=150)
    groups = models.ManyToManyField(Group, help_text="What this person will be able to do.")
    invited_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="invitations_sent"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("invited")
    expires_at = models.DateTimeField("expires")
    accepted_at = models.DateTimeField("accepted", null=True, editable=False)
    withdrawn_at = models.DateTimeField("withdrawn", null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="invitation_expires_after_start"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_accepted_or_withdrawn",
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_waiting_per_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name} <{self.email}>"

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()


class Cadence(models.TextChoices):
    """How often a person is written to about what they follow."""

    AT_ONCE = "at-once", "As soon as it happens"
    WEEKLY = "weekly", "Once a week, in one mail"


class Follow(models.Model):
    """A person wants to hear about a thing. Its key, such as `handbook:12`, is understood by `portal.members.follows`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows", verbose_name="person")
    key = models.CharField(max_length=100)
    cadence = models.CharField("how often", max_length=10, choices=Cadence)
    created_at = models.DateTimeField("since")

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["key"], name="follow_key")]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="follow_once_per_person"),
            models.CheckConstraint(condition=Q(cadence__in=Cadence.values), name="follow_cadence_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"


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
                condition=Q(state=MailState.SENT, sent_at__isnull=False, text="", html="", headers={})
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_is_dated_and_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.to})"
