"""How an event is held, and who was there. None of it belongs to the drafts of the event's page."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import Q

from events.models.pages import EventPage
from events.models.places import Place, Pool
from portal.members.models import User


class Arrangements(models.Model):
    """How an event is held, as organisers arrange it beside its page. An event without a row has what the defaults say.

    `provider_address` stands nowhere but here: attendees have an address of their own, which hands them on.
    """

    event = models.OneToOneField(EventPage, on_delete=models.CASCADE, related_name="arrangements")
    provider_address = models.CharField(
        "address at the provider",
        max_length=1000,
        blank=True,
        validators=[URLValidator(["https"], message="Give an address that begins with https://")],
        help_text="The link to the meeting, from Teams, Zoom or whatever you use. Attendees do not see it: each has an address "
        "of their own, which leads there.",
    )
    online_pools = models.ManyToManyField(
        Pool,
        blank=True,
        verbose_name="places on-line",
        help_text="If some people come to the venue: whose places are on-line. If you choose none, everybody can join.",
    )
    minimum_minutes = models.PositiveSmallIntegerField(
        "minutes that count",
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text="Whoever was there for so many minutes by the provider’s report attended.",
    )
    closing_code = models.CharField(
        max_length=30,
        blank=True,
        validators=[RegexValidator(r"[^\W_]{4}", "Use a word of four letters or figures at least.")],
        help_text="A word that you say at the end. Whoever types it attended. Small and capital letters are the same.",
    )
    gives_certificates = models.BooleanField(
        "certificates of attendance", default=True, help_text="Everybody who attended gets one by mail."
    )
    needs_feedback = models.BooleanField(
        "only for those who gave feedback",
        default=False,
        help_text="Whoever attended gets the certificate once they have filled in the feedback form.",
    )

    class Meta:
        verbose_name_plural = "arrangements"
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_minutes__gte=1), name="arrangements_ask_for_a_minute_at_least"
            ),
            models.CheckConstraint(
                condition=Q(provider_address="") | Q(provider_address__startswith="https://"),
                name="arrangements_lead_to_a_secure_address",
            ),
        ]

    def __str__(self) -> str:
        return f"Arrangements of {self.event}"


class How(models.TextChoices):
    """How it is known that somebody was there."""

    CHECKED_IN = "checked-in", "Checked in"
    REPORT = "report", "In the provider’s report"
    CODE = "code", "Typed the closing code"


class Attendance(models.Model):
    """That whoever has a place was there, and how that is known. Once for each place and way.

    `by` is who checked them in or brought the report in. Having used the link to join is not attendance (`Joining`).
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="attendance")
    how = models.CharField(max_length=10, choices=How)
    at = models.DateTimeField()
    minutes = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "attendance"
        constraints = [
            models.UniqueConstraint("place", "how", name="attendance_once_for_each_way"),
            models.CheckConstraint(condition=Q(how__in=How.values), name="attendance_way_is_known"),
            models.CheckConstraint(
                condition=Q(how=How.REPORT, minutes__isnull=False)
                | ~Q(how=How.REPORT) & Q(minutes__isnull=True),
                name="attendance_has_minutes_by_report_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place.name}, {self.get_how_display()}"


class FormerTicket(models.Model):
    """The secret of a ticket that no longer counts, because its place was passed on: the entrance has to say so."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="former_tickets")
    key = models.UUIDField(unique=True, editable=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Passed on at {self.at}"


class CodeTry(models.Model):
    """A closing code that was typed wrongly, for counting how many there were lately."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="code_tries")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "code tries"

    def __str__(self) -> str:
        return f"{self.at}"
