"""A network's own copy of a toolkit's checklist: what is done, by whom, for whom it is, until when, and what was noted."""

from django.db import models
from django.db.models import Q

from portal.members.models import Network, User
from portal.pages.models import ToolkitPage

LONGEST_NOTE = 2000


class ChecklistQuerySet(models.QuerySet["Checklist"]):
    def open(self) -> "ChecklistQuerySet":
        """Those that networks are working on."""
        return self.filter(archived_at=None)

    def archived(self) -> "ChecklistQuerySet":
        """Those that were put aside, the newest first."""
        return self.filter(archived_at__isnull=False).order_by("-archived_at", "-pk")


class Checklist(models.Model):
    """A toolkit's checklist as one network works through it. It is made by the first change, never by looking."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="checklists")
    toolkit = models.ForeignKey(ToolkitPage, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField("begun")
    archived_at = models.DateTimeField("archived", null=True, blank=True)
    archived_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="archived by"
    )

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "toolkit"],
                condition=Q(archived_at=None),
                name="checklist_one_open_for_a_network",
            )
        ]

    def __str__(self) -> str:
        return f"{self.toolkit}: {self.network}"


class ChecklistItem(models.Model):
    """One thing to do, once anything has been said about it. `key` is the id of its block in the toolkit.

    `heading` and `text` are the words of the toolkit when the row was last changed: they stay readable when the toolkit has
    taken the thing out. `marked_text` is what was ticked. Whoever marks it last counts, whether they tick or take a tick back.
    """

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="items")
    key = models.UUIDField()
    heading = models.CharField(max_length=120)
    text = models.CharField(max_length=200)
    is_done = models.BooleanField(default=False)
    marked_at = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    marked_text = models.CharField(max_length=200, blank=True)
    assigned_to = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    assigned_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True, max_length=LONGEST_NOTE)
    note_number = models.PositiveIntegerField(
        default=0,
        help_text="Goes up with each change of the note, so that nobody overwrites what they have not seen.",
    )
    note_at = models.DateTimeField(null=True, blank=True)
    note_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "key"], name="checklist_item_once"),
            models.CheckConstraint(
                condition=Q(is_done=False) | Q(marked_at__isnull=False),
                name="checklist_item_done_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.text
