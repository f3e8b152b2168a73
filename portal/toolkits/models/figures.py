"""Figures of funding: what a network is paid for what, from when until when, and where the handbook says so."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from portal.members.models.networks import ends_after_start
from portal.pages.models import StaffRole

ADDRESS = RegexValidator(
    r"^/(?!/)[\w./-]+/$", "Give the address of a section in an edition, such as /handbook/2.0/quorum/."
)


class Unit(models.TextChoices):
    """What a figure is counted by."""

    PATIENT = "patient", "Pounds for each registered patient a year"
    WEIGHTED = "weighted", "Pounds for each weighted patient a year"
    NETWORK = "network", "Pounds for each network a year"
    DAY = "day", "Registered patients for one funded day a week of the clinical director"
    SHARE = "share", "Per cent of the cost of a post that is repaid"
    POST = "post", "Pounds at most for each full-time post a year"


# Those that belong to a role, and what no share may be more than.
OF_ROLES = (Unit.SHARE, Unit.POST)
ALL_OF_IT = 100_00


class Figure(models.Model):
    """One figure from one day until another (half-open). A later figure of the same key takes its place on its first day."""

    key = models.SlugField(
        max_length=60,
        help_text="The same for a figure and the ones that take its place later, such as core-payment.",
    )
    name = models.CharField(max_length=120, help_text="What readers call it, such as “Core payment”.")
    unit = models.CharField(max_length=10, choices=Unit)
    role = models.ForeignKey(
        StaffRole,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="For what is repaid of a post: the role.",
    )
    hundredths = models.PositiveBigIntegerField(
        "amount",
        help_text="In hundredths of what it is counted in: pence, hundredths of a per cent, hundredths of a patient.",
    )
    starts_on = models.DateField("holds from")
    ends_on = models.DateField(
        "holds until",
        null=True,
        blank=True,
        help_text="The first day on which it no longer holds. Empty if it has no end.",
    )
    source = models.CharField(
        max_length=255,
        validators=[ADDRESS],
        help_text="The section in an edition that says so, such as /handbook/2.0/the-core-payment/.",
    )
    note = models.CharField(
        max_length=240, blank=True, help_text="What readers have to know about it, in a sentence."
    )

    class Meta:
        ordering = ["name", "-starts_on"]
        constraints = [
            ends_after_start("figure_ends_after_start"),
            models.CheckConstraint(condition=Q(hundredths__gt=0), name="figure_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(unit__in=OF_ROLES, role__isnull=False)
                | (~Q(unit__in=OF_ROLES) & Q(role__isnull=True)),
                name="figure_has_a_role_if_it_is_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(unit=Unit.SHARE) | Q(hundredths__lte=ALL_OF_IT),
                name="figure_share_is_no_more_than_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.amount}"

    @property
    def amount(self) -> str:
        """“£1.50”, “70%”, “40,000 patients”."""
        whole, part = divmod(self.hundredths, 100)
        if self.unit == Unit.SHARE:
            return f"{whole}.{part:02}".rstrip("0").rstrip(".") + "%"
        if self.unit == Unit.DAY:
            return f"{whole:,}{f'.{part:02}' if part else ''} patients"
        return f"£{whole:,}.{part:02}"
