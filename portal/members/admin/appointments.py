"""Appointments in the admin: who has which role in which network, and whether a manager has confirmed it."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail_modeladmin.helpers import ButtonHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import EditView

from portal.members import actions
from portal.members.admin.lists import GuardedHistoryView, SafeIndexView
from portal.members.admin.networks import PeriodForm
from portal.members.models import Appointment
from portal.members.rules import refusal_to_confirm, refusal_to_unconfirm

FIELDS = ("user", "role", "network", "starts_on", "ends_on")


class ConfirmationFilter(SimpleListFilter):
    """Which appointments wait for somebody to confirm them."""

    title = "confirmation"
    parameter_name = "confirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Waiting for confirmation"), ("yes", "Confirmed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> QuerySet[Appointment]:
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(confirmed_at__isnull=self.value() == "no")


class AppointmentButtons(ButtonHelper):
    def get_buttons_for_obj(self, obj: Appointment, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        buttons = super().get_buttons_for_obj(obj, *args, **kwargs)
        step, label = ("unconfirm", "Take back confirmation") if obj.confirmed_at else ("confirm", "Confirm")
        refused = not obj.confirmed_at and refusal_to_confirm(obj, self.request.user)
        if refused or not self.request.user.has_perm("members.confirm_appointment"):
            return buttons
        url = reverse(f"appointment_{step}", args=[obj.pk])
        classname = "button button-secondary button-small"
        return [
            *buttons,
            {"url": url, "label": label, "classname": classname, "title": f"{label}: {obj.user}, {obj}"},
        ]


class AppointmentEditView(EditView):
    """Changing what was confirmed is an action: it has to be confirmed again."""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            actions.change_appointment(
                appointment=self.instance,
                by=self.request.user,
                now=timezone.now(),
                **{name: form.cleaned_data[name] for name in FIELDS},
            )
            # The form holds the appointment as it was before the action.
            form.instance.refresh_from_db()
            return super().form_valid(form)


class AppointmentAdmin(ModelAdmin):
    model = Appointment
    history_view_class = GuardedHistoryView
    menu_icon = "user"
    list_display = ("user", "role", "network", "starts_on", "ends_on", "confirmation")
    list_filter = (ConfirmationFilter, "role", "network__region")
    list_select_related = ("user", "network", "confirmed_by")
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
    edit_view_class = AppointmentEditView
    button_helper_class = AppointmentButtons
    edit_handler = ObjectList([FieldPanel(name) for name in FIELDS], base_form_class=PeriodForm)

    def confirmation(self, appointment: Appointment) -> str:
        if appointment.confirmed_at is None:
            return "Waiting"
        day = date_format(timezone.localtime(appointment.confirmed_at), "j F Y")
        by = f", {appointment.confirmed_by}" if appointment.confirmed_by else ""
        return f"{day}{by}"

    confirmation.short_description = "Confirmed"
    confirmation.admin_order_field = "confirmed_at"


@permission_required("members.confirm_appointment", raise_exception=True)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks whether to confirm an appointment; a POST does it."""
    appointment = _found(pk)
    if request.method == "POST":
        try:
            actions.confirm_appointment(appointment=appointment, by=request.user, now=timezone.now())
            messages.success(request, f"Confirmed. We tell {appointment.user} by mail.")
        except actions.RefusedError as refused:
            messages.error(request, str(refused))
        return redirect("members_appointment_modeladmin_index")
    return _ask(
        request,
        appointment,
        title="Confirm the appointment",
        text="It then counts in the rules of lists. The person is told by mail.",
        refusal=refusal_to_confirm(appointment, request.user),
    )


@permission_required("members.confirm_appointment", raise_exception=True)
def unconfirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks why the confirmation is taken back; a POST does it."""
    appointment = _found(pk)
    error = ""
    if request.method == "POST":
        try:
            actions.unconfirm_appointment(
                appointment=appointment,
                by=request.user,
                reason=request.POST.get("reason", ""),
                now=timezone.now(),
            )
            messages.success(request, "The confirmation has been taken back.")
            return redirect("members_appointment_modeladmin_index")
        except actions.RefusedError as refused:
            error = str(refused)
    return _ask(
        request,
        appointment,
        title="Take back the confirmation",
        text="It then no longer counts in the rules of lists, and the public directory no longer names the person for it.",
        refusal=refusal_to_unconfirm(appointment),
        asks_why=True,
        error=error,
    )


def _found(pk: int) -> Appointment:
    return get_object_or_404(Appointment.objects.select_related("user", "network", "confirmed_by"), pk=pk)


def _ask(request: HttpRequest, appointment: Appointment, *, title: str, **context: Any) -> HttpResponse:
    back = reverse("members_appointment_modeladmin_index")
    return render(
        request,
        "members/admin/appointment_step.html",
        {"appointment": appointment, "page_title": title, "back": back, **context},
    )


def urls() -> list[URLPattern]:
    return [
        path("appointments/<int:pk>/confirm/", confirm, name="appointment_confirm"),
        path("appointments/<int:pk>/unconfirm/", unconfirm, name="appointment_unconfirm"),
    ]
