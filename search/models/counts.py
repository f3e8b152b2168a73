"""How often something was searched for in a week, and what was opened then. Nobody is named in it."""

from django.db import models
from django.db.models import F, Q

LONGEST_COUNTED = 60  # characters
# No query has brackets once it is counted, so these are none that anybody typed.
LEFT_OUT = "(left out)"
RARE = "(rare)"
SUMS = (LEFT_OUT, RARE)


class SearchCount(models.Model):
    """How often a query was searched for in a week, how often nothing was found, and after how many something was opened.

    Queries that say something of a person are counted together, as `LEFT_OUT`; rare ones of past weeks as `RARE`.
    """

    week = models.DateField(help_text="Its Monday.")
    query = models.CharField(max_length=LONGEST_COUNTED)
    searches = models.PositiveIntegerField(default=0)
    found_nothing = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "query"], name="search_count_once"),
            models.CheckConstraint(
                condition=Q(found_nothing__lte=F("searches")), name="search_count_found_nothing_at_most_all"
            ),
            models.CheckConstraint(
                condition=Q(opened__lte=F("searches")), name="search_count_opened_at_most_all"
            ),
        ]
        permissions = [("see_searches", "Can see what people search for")]

    def __str__(self) -> str:
        return f"{self.query}, {self.week}: {self.searches}"


class ClickCount(models.Model):
    """How often something was opened after a query in a week. `source` is that of an entry, or `promotion:<pk>`."""

    count = models.ForeignKey(SearchCount, on_delete=models.CASCADE, related_name="clicked")
    source = models.CharField(max_length=60)
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["count", "source"], name="search_click_once")]

    def __str__(self) -> str:
        return f"{self.source}: {self.clicks}"
