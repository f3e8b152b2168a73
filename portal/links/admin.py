"""The report of links, and what editors do about one: leave it as it is for a while, or have it looked at again."""

from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets import AdminDateInput
from wagtail.permission_policies.base import ModelPermissionPolicy

from portal.links.actions.leaving import leave, look_again
from portal.links.models import TO_MEND, Link, LinkQuerySet, State, Use, by_urgency
from portal.members.actions import RefusedError
from portal.members.admin.lists import SafeExport

SEE = "links.see_link"
may_see = permission_required(SEE, raise_exception=True)


class LinkFilter(WagtailFilterSet):
    """Which links the report shows."""

    state = django_filters.MultipleChoiceFilter(
        choices=State.choices, label="State", widget=forms.CheckboxSelectMultiple
    )
    host = django_filters.CharFilter(lookup_expr="icontains", label="Site, such as nhs.uk")
    left = django_filters.BooleanFilter(method="filter_left", label="Left as it is")

    class Meta:
        model = Link
        fields = ["state", "host", "left"]

    def filter_left(self, links: LinkQuerySet, name: str, value: bool) -> LinkQuerySet:  # noqa: FBT001  django-filter's
        is_left = Q(left_until__gt=timezone.localdate())
        return links.filter(is_left) if value else links.exclude(is_left)


class LinkReport(SafeExport, ReportView):
    """Every link that readers see, those to mend first; without a choice, those that somebody has to look at."""

    model = Link
    page_title = "Links"
    header_icon = "link"
    index_url_name = "links:report"
    index_results_url_name = "links:report_results"
    results_template_name = "links/report_results.html"
    filterset_class = LinkFilter
    permission_policy = ModelPermissionPolicy(Link)
    any_permission_required = ["see"]
    export_filename = "links"
    list_export = ["address", "state", "found", "moved_to", "checked_on", "places", "left_until", "left_why"]
    export_headings = {
        "address": "Address",
        "state": "State",
        "found": "What was found",
        "moved_to": "Moved to",
        "checked_on": "Looked at",
        "places": "Where it stands",
        "left_until": "Left until",
        "left_why": "Why it is left",
    }

    def get_base_queryset(self) -> LinkQuerySet:
        uses = Prefetch("uses", Use.objects.order_by("title", "pk"))
        return by_urgency(Link.objects.prefetch_related(uses))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        return {**context, "today": timezone.localdate(), "to_mend": TO_MEND}

    def to_row_dict(self, item: Link) -> dict[str, Any]:
        return {
            "address": item.address,
            "state": item.get_state_display(),
            "found": item.found,
            "moved_to": item.moved_to,
            "checked_on": timezone.localdate(item.checked_at) if item.checked_at else "",
            "places": "; ".join(use.title for use in item.uses.all()),
            "left_until": item.left_until or "",
            "left_why": item.left_why,
        }


class LeaveForm(forms.Form):
    """Until when a link is left as it is, and why."""

    until = forms.DateField(
        label="Leave it until",
        widget=AdminDateInput,
        help_text="From this day on it is on the board again, if it still does not work.",
    )
    why = forms.CharField(
        label="Why it is fine", max_length=240, help_text="Such as “works in a browser, I have looked”."
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may_see
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One link with the places where it stands; a POST leaves it as it is until a day."""
    link = get_object_or_404(Link.objects.prefetch_related("uses"), pk=pk)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            leave(link=link, by=request.user, today=timezone.localdate(), **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"It is left as it is until {link.left_until:%-d %B %Y}.")
            return redirect("links:report")
    in_handbook = any(not use.place.startswith("page:") for use in link.uses.all())
    return render(
        request,
        "links/link.html",
        {"link": link, "form": form, "today": timezone.localdate(), "in_handbook": in_handbook},
    )


@require_POST
@may_see
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Has the link looked at in the background, at once."""
    link = get_object_or_404(Link, pk=pk)
    look_again(link=link)
    messages.success(request, "It is being looked at. Load this page again in a moment.")
    return redirect("links:one", pk)


def urls() -> list[URLPattern]:
    return [
        path("", LinkReport.as_view(), name="report"),
        path("results/", LinkReport.as_view(results_only=True), name="report_results"),
        path("<int:pk>/", one, name="one"),
        path("<int:pk>/again/", again, name="again"),
    ]
