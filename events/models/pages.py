"""What is on: pages of events, with their programme, and the page that lists them."""

from typing import ClassVar

from django import forms
from django.db import models
from django.db.models import F, Q
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from portal.pages.blocks import DownloadBlock, LinkedCardBlock, PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models import BasePage, Theme


class EventKind(models.TextChoices):
    CONFERENCE = "conference", "Conference"
    WEBINAR = "webinar", "Webinar"
    COURSE = "course", "Course"
    MASTERCLASS = "masterclass", "Masterclass"
    E_LEARNING = "e-learning", "E-learning"
    COACHING = "coaching", "Coaching"


class EventIndexPage(BasePage):
    """Everything that is on: events to come, and past ones with their recordings."""

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["events.EventPage"]
    max_count = 1
    template = "events/event_index_page.html"
    page_description = "The list and calendar of all events."

    class Meta:
        verbose_name = "list of events"
        verbose_name_plural = "lists of events"


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


class EventPage(BasePage):
    """An event: what it is, when and where, for whom, and what is said there.

    Its places and tickets do not belong to its drafts (`events.models.places`). `sequence` counts how often calendars had to be
    told of a change (RFC 5545, 3.8.7.4).
    """

    kind = models.CharField(max_length=20, choices=EventKind)
    topics = ParentalManyToManyField(Theme, blank=True, related_name="events")
    starts_at = models.DateTimeField(
        "begins",
        null=True,
        blank=True,
        help_text="London time. Leave it empty for what can be taken at any time.",
    )
    ends_at = models.DateTimeField("ends", null=True, blank=True)
    is_online = models.BooleanField("on-line", default=False)
    venue = models.CharField(max_length=150, blank=True, help_text="The name of the building.")
    address = models.TextField(blank=True, max_length=500)
    travel = StreamField(PageBodyBlock(), blank=True, verbose_name="getting there")
    for_whom = models.CharField("who it is for", max_length=240, blank=True)
    hosts = models.CharField(
        "joint hosts", max_length=240, blank=True, help_text="Others who hold it with us."
    )
    provider = models.CharField(
        max_length=150, blank=True, help_text="Who runs it, if it is not the association."
    )
    provider_url = models.URLField(
        "where to book with them", blank=True, help_text="Others' events are booked on their own sites."
    )
    book_until = models.DateTimeField(
        "book until", null=True, blank=True, help_text="At this moment booking is closed."
    )
    cancel_until = models.DateTimeField(
        "cancel until",
        null=True,
        blank=True,
        help_text="Until then attendees can give back a place themselves.",
    )
    refund_rule = models.CharField(
        max_length=240,
        blank=True,
        help_text="What is paid back, in words. Shown before somebody books and before they cancel.",
    )
    cpd_minutes = models.PositiveSmallIntegerField("CPD in minutes", null=True, blank=True)
    body = StreamField(PageBodyBlock(), blank=True, verbose_name="about it")
    documents = StreamField([("download", DownloadBlock(label="Document"))], blank=True)
    related = StreamField(
        [("card", LinkedCardBlock())], blank=True, verbose_name="related sections and pages"
    )
    cancelled_at = models.DateTimeField("called off", null=True, blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)

    parent_page_types = ["events.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "events/event_page.html"
    page_description = "A conference, webinar, course or other event."

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("for_whom")]),
        FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel([FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")])], heading="When"),
        MultiFieldPanel(
            [FieldPanel("is_online"), FieldPanel("venue"), FieldPanel("address"), FieldPanel("travel")],
            heading="Where",
        ),
        MultiFieldPanel(
            [FieldPanel("hosts"), FieldPanel("provider"), FieldPanel("provider_url")], heading="Who holds it"
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("book_until"), FieldPanel("cancel_until")]),
                FieldPanel("refund_rule"),
                FieldPanel("cpd_minutes"),
            ],
            heading="Booking",
        ),
        FieldPanel("body"),
        InlinePanel("sessions", heading="Programme", label="Session"),
        FieldPanel("documents"),
        FieldPanel("related"),
    ]

    class Meta:
        verbose_name = "event"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_is_known"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(starts_at__isnull=False) & Q(ends_at__gt=F("starts_at")),
                name="event_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(provider="", provider_url="") | ~Q(provider="") & ~Q(provider_url=""),
                name="event_of_others_is_booked_there",
            ),
        ]


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
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise forms.ValidationError({"ends_at": "A session ends after it begins."})
