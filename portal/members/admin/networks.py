"""Networks in the admin, each with its practices."""

from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html_join
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import InspectView

from portal.members.admin.lists import GuardedHistoryView, SafeIndexView
from portal.members.models import Network


class PeriodForm(WagtailAdminModelForm):
    """A form with a start and an end, which says in plain words what is wrong with them."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", "The end must be after the start.")
        return data


class NetworkInspectView(InspectView):
    """A network with its practices, each with its code and from when until when."""

    def get_meta_title(self) -> str:
        return str(self.instance)

    def get_field_label(self, field_name: str, field: Any = None) -> str:
        return "Practices" if field_name == "practices" else super().get_field_label(field_name, field)

    def get_field_display_value(self, field_name: str, field: Any = None) -> Any:
        if field_name != "practices":
            return super().get_field_display_value(field_name, field)
        periods = self.instance.practices.select_related("practice").order_by("practice__name", "-starts_on")
        return (
            format_html_join(
                "",
                "<div>{} ({}), from {}{}</div>",
                (
                    (
                        period.practice.name,
                        period.practice.code,
                        date_format(period.starts_on, "j F Y"),
                        f" until {date_format(period.ends_on, 'j F Y')}" if period.ends_on else "",
                    )
                    for period in periods
                ),
            )
            or "None"
        )


class NetworkAdmin(ModelAdmin):
    model = Network
    history_view_class = GuardedHistoryView
    menu_icon = "group"
    list_display = ("name", "code", "region", "board", "ends_on")
    list_filter = ("region",)
    search_fields = ("name", "code")
    list_export = ("code", "name", "get_region_display")
    export_filename = "networks"
    index_view_class = SafeIndexView
    inspect_view_enabled = True
    inspect_view_class = NetworkInspectView
    inspect_view_fields = ("name", "code", "region", "board", "starts_on", "ends_on", "practices")
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("name", "code", "region", "board", "starts_on", "ends_on")],
        base_form_class=PeriodForm,
    )
