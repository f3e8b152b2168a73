"""Where links lead, what was found there, and where they stand."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from wagtail.models import Page

LONGEST_ADDRESS = 2000


class State(models.TextChoices):
    """What is known of an address."""

    NEW = "new", "Not looked at yet"
    WORKS = "works", "Works"
    MOVED = "moved", "Has moved"
    REFUSES = "refuses", "Lets no program look"
    FAILING = "failing", "Did not work, looked at again"
    AWAY = "away", "Does not answer"
    BROKEN = "broken", "Gone"


# Of these somebody has to do something about the link.
TO_MEND = (State.BROKEN, State.AWAY)


class LinkQuerySet(models.QuerySet["Link"]):
    def due(self, now: datetime) -> Self:
        """Those to look at, the longest due first."""
        return self.filter(next_check_at__lte=now).order_by("next_check_at", "pk")

    def to_mend(self, today: date) -> Self:
        """Those that lead nowhere, unless an editor has said to leave them for now."""
        return self.filter(state__in=TO_MEND).exclude(left_until__gt=today)


class Link(models.Model):
    """An address to which something leads that readers see. It is kept once, wherever it stands."""

    address = models.CharField(max_length=LONGEST_ADDRESS, unique=True)
    host = models.CharField(max_length=255, blank=True, help_text="Empty for an address of the portal.")
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    found = models.CharField("what was found", max_length=250, blank=True)
    moved_to = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    failures = models.PositiveSmallIntegerField("days on which it failed", default=0)
    failed_on = models.DateField("last such day", null=True)
    checked_at = models.DateTimeField("looked at", null=True)
    next_check_at = models.DateTimeField("looked at next", db_index=True)
    left_until = models.DateField("left until", null=True)
    left_why = models.CharField("why it is left", max_length=240, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        permissions = [("see_link", "Can see and settle broken links")]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.MOVED) & ~Q(moved_to="") | ~Q(state=State.MOVED) & Q(moved_to=""),
                name="link_that_moved_says_where_to",
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failed_on=None) | Q(failures__gt=0, failed_on__isnull=False),
                name="link_failures_have_a_day",
            ),
            models.CheckConstraint(
                condition=Q(left_until=None, left_why="") | Q(left_until__isnull=False) & ~Q(left_why=""),
                name="link_is_left_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class Use(models.Model):
    """A place where a link stands. `page` is where it can be mended."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="uses")
    place = models.CharField(max_length=120, help_text="Its key: `page:12`.")
    title = models.CharField(max_length=300, help_text="What the place is called.")
    words = models.CharField(max_length=250, blank=True, help_text="The words of the link.")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["link", "place"], name="use_once_in_a_place"),
        ]
        indexes = [models.Index(fields=["place"], name="use_by_place")]

    def __str__(self) -> str:
        return f"{self.title}: {self.link_id}"


# Those that have to be mended first, then those that may have to be.
BY_URGENCY = (State.BROKEN, State.AWAY, State.MOVED, State.FAILING, State.REFUSES, State.NEW, State.WORKS)


def by_urgency(links: LinkQuerySet) -> LinkQuerySet:
    """The links in the order in which somebody should look at them."""
    whens = [models.When(state=state, then=number) for number, state in enumerate(BY_URGENCY)]
    return links.annotate(urgency=models.Case(*whens)).order_by("urgency", F("checked_at").asc(), "pk")
