"""Primary care networks, the practices in them, and who does what for them: all dated, half-open."""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from portal.members.models.people import User


class Region(models.TextChoices):
    """The seven regions of NHS England."""

    NORTH_EAST_AND_YORKSHIRE = "north-east-and-yorkshire", "North East and Yorkshire"
    NORTH_WEST = "north-west", "North West"
    MIDLANDS = "midlands", "Midlands"
    EAST_OF_ENGLAND = "east-of-england", "East of England"
    LONDON = "london", "London"
    SOUTH_EAST = "south-east", "South East"
    SOUTH_WEST = "south-west", "South West"


def holds_on(on: date) -> Q:
    """What holds on the day `on`: the first day counts, the day it ends no longer does."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))


def ends_after_start(name: str) -> models.CheckConstraint:
    """The constraint that a period is not empty or backwards."""
    return models.CheckConstraint(
        condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name=name
    )


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
    region = models.CharField(max_length=30, choices=Region, blank=True)
    board = models.CharField(
        "integrated care board", max_length=200, blank=True, help_text="The board in whose area it lies."
    )
    starts_on = models.DateField("opened", null=True, blank=True)
    ends_on = models.DateField(
        "closed", null=True, blank=True, help_text="The first day on which it no longer exists."
    )

    class Meta:
        ordering = ["name"]
        constraints = [ends_after_start("network_ends_after_start")]

    def __str__(self) -> str:
        return self.name


class Practice(models.Model):
    """A general practice, by the code that the NHS organisation data service gives it."""

    code = models.CharField(
        "ODS code",
        max_length=6,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z]\d{5}$", "A practice's code is a letter and five digits, such as A81001.")
        ],
    )
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class NetworkPracticeQuerySet(models.QuerySet["NetworkPractice"]):
    def current(self, on: date) -> "NetworkPracticeQuerySet":
        """Those that hold on the day `on`."""
        return self.filter(holds_on(on))


class NetworkPractice(models.Model):
    """A practice belongs to a network, from one day until another (half-open)."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="practices")
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="networks")
    starts_on = models.DateField("from")
    ends_on = models.DateField("until", null=True, blank=True)

    objects = NetworkPracticeQuerySet.as_manager()

    class Meta:
        ordering = ["practice__name", "-starts_on"]
        constraints = [
            ends_after_start("network_practice_ends_after_start"),
            models.UniqueConstraint(
                fields=["network", "practice", "starts_on"], name="network_practice_once_from_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice} in {self.network}"


class Role(models.TextChoices):
    """What a person does for a network."""

    CLINICAL_DIRECTOR = "clinical-director", "Clinical director"
    APPOINTED = "appointed", "Appointed to be clinical director"
    LEADING_CREATION = "leading-creation", "Leading the creation of a network"
    OTHER = "other", "Another role"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self, on: date) -> "AppointmentQuerySet":
        """Those that hold on the day `on`, confirmed or not."""
        return self.filter(holds_on(on))

    def confirmed(self) -> "AppointmentQuerySet":
        """Those that a manager has confirmed: only these count in the rules of lists."""
        return self.filter(confirmed_at__isnull=False)


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
    confirmed_at = models.DateTimeField("confirmed", null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    listed_at = models.DateTimeField(
        "in the directory since",
        null=True,
        blank=True,
        editable=False,
        help_text="When the person agreed that the public directory names them.",
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        permissions = [("confirm_appointment", "Can confirm that a person has a role")]
        constraints = [ends_after_start("appointment_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.network}"
