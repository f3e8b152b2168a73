"""Editions: what readers see. Once published an edition never changes; `handbook.triggers` holds the database to it too."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Revision,
    RevisionMixin,
    WorkflowMixin,
    WorkflowState,
)

from handbook.models.handbook import HandbookPage


class PublishedEditionError(Exception):
    """Somebody tried to change or delete an edition that has been published."""


class State(models.TextChoices):
    """Where an edition is on its way to readers."""

    PREPARED = "prepared", "Being prepared"
    SUBMITTED = "submitted", "Submitted for approval"
    PUBLISHED = "published", "Published"


class Change(models.TextChoices):
    """What happened to a section since the edition before."""

    ADDED = "added", "Added"
    AMENDED = "amended", "Amended"
    RENAMED = "renamed", "Renamed"
    MOVED = "moved", "Moved"
    REMOVED = "removed", "Removed"


class Significance(models.TextChoices):
    """Whether a reader who knows the section has to read it again."""

    MAJOR = "major", "Major"
    MINOR = "minor", "Minor"


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def in_the_making(self) -> "Edition | None":
        """The edition that is being prepared or waits for approval; a handbook has one at most."""
        return self.exclude(state=State.PUBLISHED).first()

    def locked(self, pk: int) -> "Edition":
        """The edition as stored, locked with its handbook until the transaction ends.

        The handbook comes first everywhere, so that two people can wait for one another but never for each other.
        """
        handbook = self.values("handbook").filter(pk=pk)
        HandbookPage.objects.select_for_update().filter(pk__in=handbook).first()
        return self.select_for_update(of=("self",)).select_related("previous", "handbook").get(pk=pk)

    def in_force(self, on: date) -> "Edition | None":
        """The newest published edition whose day has come by `on`, or None."""
        return self._come(on).first()

    def in_force_and_numbered(self, on: date, number: str) -> tuple["Edition | None", "Edition | None"]:
        """The same, and the published edition with that number, or None. One query; they can be the same edition."""
        newest = models.Q(pk__in=self._come(on).values("pk")[:1])
        found = list(self.published().filter(newest | models.Q(number=number)).order_by("-sequence"))
        in_force = next((edition for edition in found if edition.effective_on <= on), None)
        return in_force, next((edition for edition in found if edition.number == number), None)

    def _come(self, on: date) -> Self:
        return self.published().filter(effective_on__lte=on).order_by("-sequence")


class Edition(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    """The handbook as it was frozen on one day. `sha256` covers its text and the edition before it, so editions form a chain."""

    # What Wagtail keeps for itself; everything else is fixed when the edition is published.
    BOOKKEEPING = frozenset(
        {
            "live",
            "has_unpublished_changes",
            "first_published_at",
            "last_published_at",
            "go_live_at",
            "expire_at",
            "expired",
            "live_revision",
            "latest_revision",
            "locked",
            "locked_at",
            "locked_by",
        }
    )

    handbook = models.ForeignKey(HandbookPage, on_delete=models.PROTECT, related_name="editions")
    number = models.CharField(max_length=20)
    sequence = models.PositiveIntegerField(
        help_text="1 for the first edition of this handbook, then 2, 3 and so on."
    )
    effective_on = models.DateField("in force from")
    summary = models.TextField(
        blank=True, help_text="Two or three sentences for readers: what this edition is about."
    )
    previous = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next"
    )
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    frozen_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["handbook", "number"], name="edition_number_once_per_handbook"),
            models.UniqueConstraint(
                fields=["handbook", "sequence"], name="edition_sequence_once_per_handbook"
            ),
            models.UniqueConstraint(
                fields=["handbook"],
                condition=~Q(state="published"),
                name="edition_one_in_the_making_per_handbook",
            ),
            models.CheckConstraint(
                condition=Q(state="prepared", published_at__isnull=True, sha256="")
                | (Q(state="submitted", published_at__isnull=True) & ~Q(sha256=""))
                | (Q(state="published", published_at__isnull=False) & ~Q(sha256="")),
                name="edition_is_sealed_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(sequence=1, previous__isnull=True) | Q(sequence__gt=1, previous__isnull=False),
                name="edition_follows_another_but_the_first",
            ),
        ]
        permissions = [
            ("prepare_edition", "Can prepare an edition of a handbook"),
            ("publish_erratum", "Can publish an erratum to an edition of a handbook"),
        ]

    def __str__(self) -> str:
        return f"{self.handbook.title}, edition {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises PublishedEditionError when a published edition would change."""
        stored = Edition.objects.filter(pk=self.pk, state=State.PUBLISHED).first() if self.pk else None
        if stored is not None:
            for field in self.protected_fields():
                if getattr(stored, field.attname) != getattr(self, field.attname):
                    raise PublishedEditionError(
                        f"{stored} is published. Its {field.verbose_name} cannot change."
                    )
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises PublishedEditionError for an edition that is published or waits for approval."""
        if self.is_published:
            raise PublishedEditionError(f"{self} is published. It cannot be deleted.")
        if self.is_submitted:
            raise PublishedEditionError(f"{self} waits for approval. Withdraw it before you discard it.")
        return super().delete(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> "Edition":
        """A revision as Wagtail makes it an object again: only the bookkeeping is the revision's, the facts are the row's.

        (A revision keeps moments to the millisecond, so what it holds is not quite what was sealed.)
        """
        revised = super().with_content_json(content)
        for field in self.protected_fields():
            setattr(revised, field.attname, getattr(self, field.attname))
        return revised

    def publish(
        self, revision: Revision, user: Any = None, *, log_action: bool | str = True, **_: Any
    ) -> None:
        """Wagtail calls this on approval, and again when the time that was set for publication has come."""
        release = import_string("handbook.actions.release.release")  # which this module must not import
        release(edition=self, revision=revision, by=user, now=timezone.now(), log_action=log_action)

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        """Raises PublishedEditionError: readers cite what has been published."""
        raise PublishedEditionError(
            f"{self} stays published. What is wrong in it is put right by an erratum."
        )

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def is_submitted(self) -> bool:
        return self.state == State.SUBMITTED

    def may_be_reviewed_by(self, user: Any) -> bool:
        """Whether `user` is among those whom the workflow asks about this edition now, or prepares editions anyway."""
        task = self.current_workflow_task
        return user.has_perm("handbook.prepare_edition") or bool(
            task and task.user_can_access_editor(self, user)
        )

    @property
    def sent_back(self) -> Any:
        """The decision by which the edition was sent back (Wagtail's TaskState, with its comment), or None."""
        state = self.current_workflow_state
        return (
            state.current_task_state if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES else None
        )

    @property
    def scheduled_for(self) -> Any:
        """When an approved edition will be published, or None."""
        revision = self.scheduled_revision
        return revision.approved_go_live_at if revision else None

    @classmethod
    def protected_fields(cls) -> list[models.Field]:
        """The stored fields that publication fixes."""
        return [field for field in cls._meta.concrete_fields if field.name not in cls.BOOKKEEPING]


class Body(models.Model):
    """The words of a section, shared by every edition that has the same. `sha256` is the hash of `html`."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    html = models.TextField()
    source = models.JSONField(help_text="The blocks that it was rendered from.")
    text = models.TextField()

    def __str__(self) -> str:
        return self.sha256[:12]


class EditionSectionQuerySet(models.QuerySet["EditionSection"]):
    def present(self) -> Self:
        """The sections that a reader of the edition finds in it, in reading order."""
        return self.exclude(change=Change.REMOVED).order_by("position")

    def amendments(self) -> Self:
        """Those that differ from the edition before, in reading order; removed ones last."""
        return self.exclude(change="").order_by("position")


class EditionSection(models.Model):
    """A section as an edition has it; or, with `change` removed, the record that it has it no longer."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sections")
    key = models.UUIDField(help_text="The section's identity in every edition.")
    parent = models.UUIDField(null=True, help_text="The key of the chapter it stands in.")
    position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=30)
    title = models.CharField(max_length=255)
    anchor = models.SlugField(max_length=255)
    path = models.CharField(max_length=500)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    change = models.CharField(max_length=10, choices=Change, blank=True)
    significance = models.CharField(max_length=5, choices=Significance, blank=True)
    note = models.TextField(blank=True)

    objects = EditionSectionQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="section_key_once_per_edition"),
            models.UniqueConstraint(fields=["edition", "position"], name="section_position_once_per_edition"),
            models.UniqueConstraint(
                fields=["edition", "anchor"],
                condition=~Q(change="removed"),
                name="section_anchor_once_per_edition",
            ),
            models.CheckConstraint(
                condition=Q(change="", significance="") | (~Q(change="") & ~Q(significance="")),
                name="section_change_has_significance",
            ),
        ]
        indexes = [models.Index(fields=["key"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
