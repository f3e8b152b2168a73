"""Terms that people accept, such as a code of conduct: documents with versions, and who accepted which."""

from datetime import datetime

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.text import slugify

from portal.members.models.people import User


class Terms(models.Model):
    """A document that must be accepted before one may go on, in its current version."""

    title = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    summary = models.CharField(
        max_length=300,
        blank=True,
        help_text="In one sentence: what people agree to. Shown beside the tick box.",
    )

    class Meta:
        ordering = ["title"]
        verbose_name = "terms"
        verbose_name_plural = "terms"

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        self.slug = self.slug or slugify(self.title)
        super().save(*args, **kwargs)


class TermsVersionQuerySet(models.QuerySet["TermsVersion"]):
    def published(self, now: datetime) -> "TermsVersionQuerySet":
        """Those that people can read and accept at the moment `now`."""
        return self.filter(published_at__lte=now)


class TermsVersion(models.Model):
    """One version of a document. Once published it never changes; whoever accepted an earlier one has `grace_days` left."""

    terms = models.ForeignKey(Terms, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(help_text="Markdown.")
    change = models.CharField(
        "what is new", max_length=500, blank=True, help_text="For those who accepted the version before."
    )
    published_at = models.DateTimeField("published", null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        "days of grace",
        default=14,
        validators=[MaxValueValidator(365)],
        help_text="How long those who accepted an earlier version may go on without accepting this one.",
    )

    objects = TermsVersionQuerySet.as_manager()

    class Meta:
        ordering = ["terms", "-number"]
        verbose_name = "version of terms"
        verbose_name_plural = "versions of terms"
        permissions = [("publish_termsversion", "Can publish a version of terms")]
        constraints = [
            models.UniqueConstraint(fields=["terms", "number"], name="terms_version_number_once"),
            models.UniqueConstraint(
                fields=["terms"], condition=Q(published_at__isnull=True), name="terms_version_one_draft"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="terms_version_number_from_one"),
            models.CheckConstraint(
                condition=Q(grace_days__lte=365), name="terms_version_grace_at_most_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terms}, version {self.number}"


class Acceptance(models.Model):
    """A person accepted a version of some terms."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="acceptances", verbose_name="person"
    )
    version = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField("accepted")

    class Meta:
        ordering = ["-accepted_at"]
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="acceptance_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.version}"
