"""What editors find in the admin: all events in one list, and the people who speak at them; and who gets which document."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.documents.models import AbstractDocument
from wagtail.permissions import page_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from events.access import may_have_document
from events.admin import (
    attendance,
    badges,
    calling_off,
    check_in,
    feedback,
    keeping,
    letters,
    orders,
    overview,
    people,
    pools,
    questions,
    rights,
    waiting,
)
from events.models import EventPage, EventSpeaker, Product
from events.rights import EVERYWHERE, may_help
from events.rules.words import moment


def _begins(event: EventPage) -> str:
    """Wagtail's own column of dates says how long ago something was, and takes what is to come for just now."""
    return moment(event.starts_at) if event.starts_at else "At any time"


class PagesMenuItem(MenuItem):
    """Shown to those who may write pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return page_permission_policy.user_has_any_permission(request.user, ["add", "change", "publish"])


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
    menu_item_class = PagesMenuItem
    columns = [
        PageListingViewSet.columns[0],
        *[column for column in PageListingViewSet.columns if column.name == "title"],
        Column("kind", label="Kind", accessor="get_kind_display", sort_key="kind", width="12%"),
        Column("starts_at", label="Begins", accessor=_begins, sort_key="starts_at", width="16%"),
        *[column for column in PageListingViewSet.columns if column.name == "status"],
    ]


class SpeakerViewSet(SnippetViewSet):
    """Speakers, by name. They are named in the programme of an event."""

    model = EventSpeaker
    icon = "group"
    menu_label = "Speakers"
    menu_order = 312
    add_to_admin_menu = True
    list_display = ["name", "role"]
    search_fields = ["name", "role"]


class ProductViewSet(SnippetViewSet):
    """Toolkits and advice that are sold."""

    model = Product
    icon = "download"
    menu_label = "Products"
    menu_order = 313
    add_to_admin_menu = True
    list_display = ["name", "handover", "is_sold"]
    list_filter = ["handover", "is_sold"]
    search_fields = ["name", "summary"]


register_snippet(SpeakerViewSet)
register_snippet(ProductViewSet)


@hooks.register("register_admin_viewset")
def event_listing() -> EventListing:
    return EventListing("event_pages", url_prefix="event-pages")


@hooks.register("register_admin_urls")
def place_admin_urls() -> list[URLPattern | URLResolver]:
    parts = (
        *(
            overview,
            pools,
            people,
            orders,
            check_in,
            attendance,
            feedback,
            waiting,
            questions,
            letters,
            badges,
            keeping,
        ),
        *(rights, calling_off),
    )
    return [path("places/", include(([url for part in parts for url in part.urls()], "places")))]


class PlacesMenuItem(MenuItem):
    """Shown to those who may do something at an event."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_help(request.user)


@hooks.register("register_admin_menu_item")
def places_menu_item() -> MenuItem:
    return PlacesMenuItem("Places", reverse("places:index"), name="places", icon_name="group", order=311)


@hooks.register("before_serve_document")
def serve_recordings_to_those_entitled(
    document: AbstractDocument, request: HttpRequest
) -> HttpResponse | None:
    """Transcripts and slides are for those who may see the recording. Others are asked to sign in, or refused."""
    if may_have_document(document, request.user):
        return None
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.path)


class ForOrganisersMenuItem(MenuItem):
    """Shown to those who organise every event."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(EVERYWHERE)


@hooks.register("register_admin_menu_item")
def product_orders_menu_item() -> MenuItem:
    return ForOrganisersMenuItem(
        "Orders of products",
        reverse("places:shop_orders"),
        name="orders-of-products",
        icon_name="list-ul",
        order=314,
    )
