"""What is on: pages of events, and the page that lists them."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import URLPattern
from django.utils.module_loading import import_string
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin

from events.blocks import RecordingBlock
from portal.members.models import Region
from portal.pages.blocks import DownloadBlock, LinkedCardBlock, PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models import BasePage, Theme

# Addresses of the list's own pages; an event with one of these would be hidden by them.
RESERVED_SLUGS = frozenset({"calendar", "feed", "past"})
# What calendars have to be told of when it changes.
SHOWN_IN_CALENDARS = ("title", "starts_at", "ends_at", "is_online", "venue", "address", "cancelled_at")


def is_before(first: datetime, second: datetime) -> bool:
    """Python compares two local times by the clock on the wall, which says the same twice when summer time ends."""
    return first.timestamp() < second.timestamp()


class EventKind(models.TextChoices):
    CONFERENCE = "conference", "Conference"
    WEBINAR = "webinar", "Webinar"
    COURSE = "course", "Course"
    MASTERCLASS = "masterclass", "Masterclass"
    E_LEARNING = "e-learning", "E-learning"
    COACHING = "coaching", "Coaching"


class RecordingsFor(models.TextChoices):
    """Who may see the recordings of an event. `events.access` asks."""

    EVERYONE = "everyone", "Everyone"
    SIGNED_IN = "signed-in", "People who are signed in"
    PLACE = "place", "People who had a place"


class EventIndexPage(RoutablePageMixin, BasePage):
    """Everything that is on: events to come, and past ones with their recordings."""

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["events.EventPage"]
    max_count = 1
    template = "events/coming.html"
    page_description = "The list and calendar of all events."

    class Meta:
        verbose_name = "list of events"
        verbose_name_plural = "lists of events"

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        """The addresses of the list: functions in `events.views`, which this module must not import."""
        return import_string("events.urls.list_urls")

    def get_sitemap_urls(self, request: Any = None) -> list[dict[str, Any]]:
        """The list of what is to come, and that of what is past."""
        found = super().get_sitemap_urls(request)
        return [*found, *({**entry, "location": f"{entry['location']}past/"} for entry in found)]


class EventPageForm(WagtailAdminPageForm):
    """What is asked of an event together with its programme, which the page itself does not see before it is saved."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        for form in self.formsets["sessions"].forms if starts_at and ends_at else []:
            session = form.cleaned_data if form.is_valid() else {}
            if not session or session.get("DELETE"):
                continue
            if is_before(session["starts_at"], starts_at) or is_before(ends_at, session["ends_at"]):
                message = f"The session “{session['title']}” is not within the event. Change its times, or those of the event."
                self.add_error("starts_at", message)
        return cleaned


class EventPage(RoutablePageMixin, BasePage):
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
    is_online = models.BooleanField(
        "on-line", default=False, help_text="Tick it too if people can choose between the venue and on-line."
    )
    venue = models.CharField(max_length=150, blank=True, help_text="The name of the building.")
    address = models.TextField(
        blank=True, max_length=500, help_text="With the postcode: the link to a map is made of it."
    )
    region = models.CharField(
        max_length=30, choices=Region, blank=True, help_text="Readers look for events near them."
    )
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
    provider_price = models.CharField(
        "what it costs there", max_length=80, blank=True, help_text="In words, such as “£120” or “Free”."
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
    recordings = StreamField(
        [("recording", RecordingBlock())],
        blank=True,
        help_text="Readers see them once the event is over.",
    )
    recordings_for = models.CharField(
        "recordings are for",
        max_length=20,
        choices=RecordingsFor,
        default=RecordingsFor.EVERYONE,
        help_text="Transcripts and slides are given to the same people only.",
    )
    cancelled_at = models.DateTimeField("called off", null=True, blank=True, editable=False)
    cancelled_why = models.CharField("what people are told", max_length=250, blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)

    parent_page_types = ["events.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "events/event_page.html"
    page_description = "A conference, webinar, course or other event."
    base_form_class = EventPageForm
    # A copy is an event of its own, which calendars have not been told of.
    exclude_fields_in_copy = ["cancelled_at", "cancelled_why", "sequence"]

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind", required_on_save=True), FieldPanel("for_whom")]),
        FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel([FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")])], heading="When"),
        MultiFieldPanel(
            [
                FieldPanel("is_online"),
                FieldRowPanel([FieldPanel("venue"), FieldPanel("region")]),
                FieldPanel("address"),
                FieldPanel("travel"),
            ],
            heading="Where",
        ),
        MultiFieldPanel(
            [
                FieldPanel("hosts"),
                FieldRowPanel([FieldPanel("provider"), FieldPanel("provider_price")]),
                FieldPanel("provider_url"),
            ],
            heading="Who holds it",
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
        MultiFieldPanel([FieldPanel("recordings_for"), FieldPanel("recordings")], heading="Recordings"),
    ]

    class Meta:
        verbose_name = "event"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values),
                name="event_kind_is_known",
                violation_error_message="Choose what kind of event it is.",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                name="event_ends_after_it_begins",
                violation_error_message="An event with dates needs both, and ends after it begins.",
            ),
            models.CheckConstraint(
                condition=Q(provider="", provider_url="") | ~Q(provider="") & ~Q(provider_url=""),
                name="event_of_others_is_booked_there",
                violation_error_message="Say who runs it and where it is booked, or neither.",
            ),
        ]

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        """The addresses of an event: functions in `events.views`, which this module must not import."""
        return import_string("events.urls.event_urls")

    def clean(self) -> None:
        super().clean()
        if errors := {name: message for name, message in self._faults() if message}:
            raise ValidationError(errors)

    def _faults(self) -> list[tuple[str, str]]:
        """What an editor has to mend, by field."""
        begins, ends = self.starts_at, self.ends_at
        return [
            ("slug", f"“{self.slug}” is the address of another page." * (self.slug in RESERVED_SLUGS)),
            ("starts_at", "Say when it begins." if ends and not begins else ""),
            ("ends_at", "Say when it ends." if begins and not ends else ""),
            (
                "ends_at",
                "It has to end after it begins." if begins and ends and not is_before(begins, ends) else "",
            ),
            ("provider", "Say who runs it." if self.provider_url and not self.provider else ""),
            (
                "provider_url",
                "Give the address where it is booked." if self.provider and not self.provider_url else "",
            ),
            ("region", "Choose the region of the venue." if self.venue and not self.region else ""),
            (
                "book_until",
                "Booking has to close before the event ends."
                if self.book_until and ends and is_before(ends, self.book_until)
                else "",
            ),
            (
                "cancel_until",
                "Places can be given back before the event ends only."
                if self.cancel_until and ends and is_before(ends, self.cancel_until)
                else "",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Counts on when something changes that a calendar shows and readers have seen."""
        published = EventPage.objects.filter(pk=self.pk, first_published_at__isnull=False)
        before = published.values(*SHOWN_IN_CALENDARS, "sequence").first()
        if before and self.live:
            # A draft is saved as a revision, and only columns about it are written here.
            written = kwargs.get("update_fields") or SHOWN_IN_CALENDARS
            changed = any(
                before[name] != getattr(self, name) for name in SHOWN_IN_CALENDARS if name in written
            )
            self.sequence = before["sequence"] + changed
            if changed and kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "sequence"}
        super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> "EventPage":
        """A draft knows neither how often calendars were told of a change, nor that the event was called off meanwhile."""
        page = super().with_content_json(content)
        stored = (
            EventPage.objects.filter(pk=self.pk).values("sequence", "cancelled_at", "cancelled_why").first()
            or {}
        )
        for name, value in stored.items():
            setattr(page, name, value)
        return page
