"""What readers leave behind: what they have read, and whether it was useful."""

from django.conf import settings
from django.db import models

from handbook.models.edition import Body, Edition


class ReadMark(models.Model):
    """The words of a section that a person last read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="read_mark_once_per_section")]

    def __str__(self) -> str:
        return f"{self.user} read {self.body}"


class SectionFeedback(models.Model):
    """An answer to “Was this section useful?”. Nobody is named in it."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="feedback")
    key = models.UUIDField()
    useful = models.BooleanField()
    comment = models.TextField(blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = "answer about a section"
        verbose_name_plural = "answers about sections"
        indexes = [models.Index(fields=["key", "sent_at"])]

    def __str__(self) -> str:
        return f"{'Useful' if self.useful else 'Not useful'}: {self.key}"
