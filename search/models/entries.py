"""What can be found. The full-text index of each database is made of these rows (`search.fulltext`)."""

from django.db import models
from django.db.models import F, Q

LONGEST_BODY = 500_000  # characters


class Entry(models.Model):
    """One thing that can be found, whatever it is.

    `source` is what it is made of, such as `post:12`. `access` names a rule, never a person: `public`, `signed-in`, `list:7`,
    `place:3`, `page-restriction:5` (`search.keys`). `labels` is what it can be narrowed by, as `|kind:post|year:2026|`.
    """

    source = models.CharField(max_length=60, unique=True)
    access = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    day = models.IntegerField(null=True, help_text="Its date, as the number of the day since the year 1.")
    weight = models.FloatField(default=1, help_text="How much it counts beside others.")
    grows_old = models.BooleanField(default=False, help_text="A newer one counts for more.")
    effective_on = models.DateField(null=True, help_text="Of an edition: in force from this day.")
    superseded_on = models.DateField(null=True, help_text="Of an edition: no longer in force from this day.")
    shown_from = models.DateTimeField(null=True)
    shown_until = models.DateTimeField(null=True)
    labels = models.CharField(max_length=1000)
    url = models.CharField(max_length=700)
    edition = models.CharField(max_length=20, blank=True)
    trail = models.CharField(
        max_length=500, blank=True, help_text="Where it stands, from the top, with “ › ” between."
    )
    title = models.CharField(max_length=400)
    summary = models.CharField(max_length=600, blank=True)
    author = models.CharField(max_length=300, blank=True)
    indexed_at = models.DateTimeField(help_text="When it was found to be so.")
    appeared_at = models.DateTimeField(help_text="When it could first be found.")
    body = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_on__isnull=False) | Q(superseded_on__isnull=True),
                name="search_entry_superseded_after_effective",
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="search_entry_weighs_something"),
            models.CheckConstraint(
                condition=Q(shown_from__isnull=True)
                | Q(shown_until__isnull=True)
                | Q(shown_until__gte=F("shown_from")),
                name="search_entry_shown_until_after_from",
            ),
        ]
        indexes = [
            models.Index(fields=["appeared_at"], name="search_entry_new"),
            models.Index(fields=["access"], name="search_entry_access"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.title}"


class Pending(models.Model):
    """Something that changed and has not been looked at since. Triggers of the database write these (`search.watching`).

    Whatever has a row here is not found until it has been indexed again.
    """

    source = models.CharField(max_length=60)

    class Meta:
        verbose_name_plural = "pending"
        indexes = [models.Index(fields=["source"], name="search_pending_source")]

    def __str__(self) -> str:
        return self.source
