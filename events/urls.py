"""Addresses of events: below the page that lists them, and below each event's page.

`calendar.ics` ends like a file, because some calendars take no other address; Wagtail's own pattern takes no full stop.
"""

from django.urls import path, re_path
from wagtail.views import serve

from events.views import readers

# Wagtail ends what it hands on with a slash: readers ask for `calendar.ics`.
list_urls = (
    path("", readers.coming, name="coming"),
    path("past/", readers.past, name="past"),
    path("calendar/", readers.month, name="month"),
    path("calendar/<int:year>/<int:month>/", readers.month, name="month"),
    path("feed/", readers.feed, name="feed"),
    path("calendar.ics/", readers.calendar_of_all, name="calendar_of_all"),
)
event_urls = (
    path("", readers.event, name="event"),
    path("calendar.ics/", readers.calendar_of_event, name="calendar_of_event"),
)

urlpatterns = [
    re_path(r"^((?:[\w-]+/)+calendar\.ics)$", serve, name="wagtail_serve_calendar"),
]
