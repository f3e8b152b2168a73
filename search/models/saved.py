"""Searches that people have saved."""

from django.db import models
from django.db.models import Q

from portal.members.models import User

LONGEST_TEXT = 300  # as much as of a query is read (`search.rules.queries`)
LONGEST_CHOSEN = 1000


class SavedSearch(models.Model):
    """A search that somebody wants to run again. Whoever is told by mail what new things fit it follows its key.

    `chosen` is what it is narrowed by, as `kind=post&year=2026` (`search.rules.saving`). Whatever appeared at `told_until` or
    before is known to its person, or has been left out for good.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="saved_searches", verbose_name="person"
    )
    text = models.CharField(max_length=LONGEST_TEXT, help_text="As it was typed.")
    chosen = models.CharField(max_length=LONGEST_CHOSEN, blank=True)
    told_until = models.DateTimeField()
    created_at = models.DateTimeField("since")

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "saved searches"
        constraints = [
            models.UniqueConstraint(fields=["user", "text", "chosen"], name="search_saved_once_per_person"),
            models.CheckConstraint(condition=~Q(text=""), name="search_saved_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.text}"
