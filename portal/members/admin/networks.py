"""Networks, and who has which role in them."""

from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdmin

from portal.members.admin.lists import GuardedHistoryView, SafeIndexView
from portal.members.models import Appointment, Network


class NetworkAdmin(ModelAdmin):
    model = Network
    history_view_class = GuardedHistoryView
    menu_icon = "group"
    list_display = ("name", "code", "region")
    list_filter = ("region",)
    search_fields = ("name", "code")
    list_export = ("code", "name", "get_region_display")
    export_filename = "networks"
    index_view_class = SafeIndexView
    panels = (FieldPanel("name"), FieldPanel("code"), FieldPanel("region"))


class AppointmentAdmin(ModelAdmin):
    model = Appointment
    history_view_class = GuardedHistoryView
    menu_icon = "user"
    list_display = ("user", "role", "network", "starts_on", "ends_on")
    list_filter = ("role", "network__region")
    list_select_related = ("user", "network")
    search_fields = ("user__first_name", "user__last_name", "user__email", "network__name", "network__code")
    list_export = (
        "user",
        "user.email",
        "get_role_display",
        "network",
        "network.code",
        "starts_on",
        "ends_on",
    )
    index_view_class = SafeIndexView
    panels = tuple(FieldPanel(name) for name in ("user", "role", "network", "starts_on", "ends_on"))
