"""What editors find in the admin: all events in one list, and the people who speak at them."""

from wagtail import hooks
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from events.models import EventPage, EventSpeaker


class EventListing(PageListingViewSet):
    """Every event, drafts included, the ones that begin last first."""

    model = EventPage
    menu_label = "Events"
    name = "events"
    icon = "calendar-alt"
    menu_order = 310
    add_to_admin_menu = True
    default_ordering = "-starts_at"
    list_filter = ["kind", "is_online"]
    columns = [
        PageListingViewSet.columns[0],
        *[column for column in PageListingViewSet.columns if column.name == "title"],
        Column("kind", label="Kind", accessor="get_kind_display", sort_key="kind", width="12%"),
        DateColumn("starts_at", label="Begins", sort_key="starts_at", width="16%"),
        *[column for column in PageListingViewSet.columns if column.name == "status"],
    ]


class SpeakerViewSet(SnippetViewSet):
    """Speakers, by name. They are named in the programme of an event."""

    model = EventSpeaker
    icon = "group"
    menu_label = "Speakers"
    menu_order = 311
    add_to_admin_menu = True
    list_display = ["name", "role"]
    search_fields = ["name", "role"]


register_snippet(SpeakerViewSet)


@hooks.register("register_admin_viewset")
def event_listing() -> EventListing:
    return EventListing("event_pages", url_prefix="event-pages")
