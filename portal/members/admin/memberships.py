"""Memberships of the association: the list, the history of each, and changing one by hand."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.auth.decorators import permission_required
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin.widgets import AdminDateInput
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import InspectView

from portal.members import actions
from portal.members.actions.memberships import change_membership
from portal.members.admin.lists import GuardedHistoryView, SafeIndexView
from portal.members.models import Membership, MembershipPeriod
from portal.members.models.memberships import end_of


class MembershipPermissions(PermissionHelper):
    """Memberships come from the register and change by their action; nobody edits or deletes one."""

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_edit_obj(self, user: Any, obj: Membership) -> bool:
        return False

    def user_can_delete_obj(self, user: Any, obj: Membership) -> bool:
        return False


class MembershipButtons(ButtonHelper):
    def get_buttons_for_obj(self, obj: Membership, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        buttons = super().get_buttons_for_obj(obj, *args, **kwargs)
        if self.request.user.has_perm("members.import_membership"):
            url = reverse("membership_change", args=[obj.pk])
            classname = "button button-secondary button-small"
            buttons.append({"url": url, "label": "Change", "classname": classname, "title": f"Change: {obj}"})
        return buttons


class IsCurrent(SimpleListFilter):
    """Memberships that hold today, and those that do not."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("current", "Current"), ("ended", "Ended or not begun")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> QuerySet[Membership]:
        current = Exists(
            MembershipPeriod.objects.current(timezone.localdate()).filter(membership=OuterRef("pk"))
        )
        if self.value() == "current":
            return queryset.filter(current)
        return queryset.filter(~current) if self.value() == "ended" else queryset


class MembershipIndexView(SafeIndexView):
    export_headings = {
        **SafeIndexView.export_headings,
        "number": "Number",
        "first_name": "First name",
        "last_name": "Last name",
        "email": "E-mail address",
        "category": "Category",
        "last_day": "Last day",
        "user": "Claimed by",
    }

    def to_row_dict(self, item: Membership) -> dict[str, Any]:
        # The package would write a dash for what is empty.
        item.last_day = last_day_of(item)
        return {field: getattr(item, field) or "" for field in self.list_export} | {
            "user": str(item.user or "")
        }


class MembershipInspectView(InspectView):
    """One membership with all its periods, those that were replaced too."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        periods = self.instance.periods.select_related("recorded_by").order_by("-starts_on", "-recorded_at")
        return super().get_context_data(periods=[(one, last_day_of(one)) for one in periods], **kwargs)


class MembershipAdmin(ModelAdmin):
    model = Membership
    menu_icon = "group"
    menu_label = "Memberships"
    index_view_class = MembershipIndexView
    index_template_name = "members/admin/membership_index.html"
    history_view_class = GuardedHistoryView
    inspect_view_enabled = True
    inspect_view_class = MembershipInspectView
    inspect_template_name = "members/admin/membership_inspect.html"
    inspect_view_fields = ("number", "first_name", "last_name", "email", "user", "claimed_at")
    permission_helper_class = MembershipPermissions
    button_helper_class = MembershipButtons
    list_display = ("number", "name", "email", "category", "last_day", "user")
    list_filter = (IsCurrent,)
    list_select_related = ("user",)
    list_export = ("number", "first_name", "last_name", "email", "category", "last_day", "user")
    export_filename = "memberships"
    search_fields = ("number", "first_name", "last_name", "email")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        last = MembershipPeriod.objects.standing().filter(membership=OuterRef("pk")).order_by("-starts_on")
        return (
            super()
            .get_queryset(request)
            .select_related("user")
            .annotate(
                category=Subquery(last.values("category")[:1]), ends_on=Subquery(last.values("ends_on")[:1])
            )
        )

    def name(self, membership: Membership) -> str:
        return f"{membership.first_name} {membership.last_name}".strip()

    def category(self, membership: Membership) -> str:
        return membership.category or ""

    def last_day(self, membership: Membership) -> date | None:
        return last_day_of(membership)

    last_day.short_description = "Last day"


class ChangeForm(forms.Form):
    """A period, by its first and last day, and why it is recorded by hand."""

    starts_on = forms.DateField(label="First day", widget=AdminDateInput())
    last_day = forms.DateField(
        label="Last day", required=False, widget=AdminDateInput(), help_text="Leave empty if it has no end."
    )
    category = forms.CharField(max_length=60, required=False)
    reason = forms.CharField(
        max_length=1000, help_text="Why the register is not enough. Kept in the audit log."
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("members.import_membership", raise_exception=True)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for a period; a POST records it."""
    membership = get_object_or_404(Membership.objects.select_related("user"), pk=pk)
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            change_membership(
                membership=membership,
                starts_on=data["starts_on"],
                ends_on=end_of(data["last_day"]),
                category=data["category"],
                reason=data["reason"],
                by=request.user,
                now=timezone.now(),
            )
        except actions.RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The membership has been changed.")
            return redirect("members_membership_modeladmin_inspect", membership.pk)
    standing = membership.periods.standing()
    context = {
        "membership": membership,
        "form": form,
        "periods": [(one, last_day_of(one)) for one in standing],
        "page_title": "Change a membership",
    }
    return render(request, "members/admin/membership_change.html", context)


def last_day_of(period: Any) -> date | None:
    """The last day on which it holds; None if it has no end."""
    return None if period.ends_on is None else period.ends_on - timedelta(days=1)


def urls() -> list[URLPattern]:
    return [path("memberships/<int:pk>/change/", change, name="membership_change")]
