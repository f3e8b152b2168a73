"""What is put right at once in a published edition, and what followers are still to be told of."""

from typing import Any

from django.db import models
from django.db.models import Q

from handbook.models.edition import Body, Edition, PublishedEditionError


class Erratum(models.Model):
    """A mistake in a published edition, put right beside the text, which stays as it was published.

    It concerns words, not only an edition: every edition that has the section with the same body shows it. `sha256`
    covers it and the erratum before it (or the edition), so that errata carry the edition's chain of hashes on.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="errata")
    sequence = models.PositiveIntegerField(
        help_text="1 for the first erratum to this edition, then 2, 3 and so on."
    )
    key = models.UUIDField(help_text="The section it concerns.")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="errata")
    text = models.TextField()
    published_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "errata"
        ordering = ["edition", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "sequence"], name="erratum_sequence_once_per_edition"),
            models.CheckConstraint(condition=~Q(text=""), name="erratum_says_something"),
        ]
        indexes = [models.Index(fields=["key"])]

    def __str__(self) -> str:
        return f"Erratum {self.sequence} to {self.edition}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises PublishedEditionError for an erratum that is published already."""
        if self.pk and Erratum.objects.filter(pk=self.pk).exists():
            raise PublishedEditionError(f"{self} is published. It cannot change.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises PublishedEditionError."""
        raise PublishedEditionError(f"{self} is published. It cannot be deleted.")


class Announcement(models.Model):
    """Something that followers are told of, made in the transaction that published it.

    `reached` is the last person who has been written to, in the order of their ids, so that work that was killed goes on there.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="announcements")
    erratum = models.OneToOneField(
        Erratum, null=True, blank=True, on_delete=models.CASCADE, related_name="announcement"
    )
    made_at = models.DateTimeField()
    reached = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=Q(erratum__isnull=True), name="edition_announced_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Announcement of {self.erratum or self.edition}"
