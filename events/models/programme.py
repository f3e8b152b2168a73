"""The programme of an event: its sessions, and who speaks there."""

from django import forms
from django.db import models
from django.db.models import F, Q
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from events.models.pages import EventPage, is_before


class EventSpeaker(models.Model):
    """Somebody who speaks at events."""

    name = models.CharField(max_length=150, unique=True)
    role = models.CharField(
        max_length=200, blank=True, help_text="Such as “Clinical director, Harbour and Heath PCN”."
    )
    about = models.TextField("about them", blank=True, max_length=1000)
    photo = models.ForeignKey(
        "wagtailimages.Image", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    panels = [FieldPanel("name"), FieldPanel("role"), FieldPanel("about"), FieldPanel("photo")]

    class Meta:
        ordering = ["name"]
        verbose_name = "speaker"

    def __str__(self) -> str:
        return self.name


class EventSession(Orderable, ClusterableModel):
    """A part of the programme. `track` is what runs beside others at the same time, such as “Hall 2”."""

    event = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField("begins")
    ends_at = models.DateTimeField("ends")
    track = models.CharField(
        max_length=80, blank=True, help_text="If several run at the same time: which this is."
    )
    room = models.CharField(max_length=80, blank=True)
    summary = models.TextField(blank=True, max_length=1000)
    speakers = ParentalManyToManyField(EventSpeaker, blank=True, related_name="sessions")

    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldRowPanel([FieldPanel("track"), FieldPanel("room")]),
        FieldPanel("summary"),
        FieldPanel("speakers", widget=forms.CheckboxSelectMultiple),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "session"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and not is_before(self.starts_at, self.ends_at):
            raise forms.ValidationError({"ends_at": "A session ends after it begins."})
