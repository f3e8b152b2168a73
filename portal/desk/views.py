"""My portal; the editors' board; the reports on pages to read again and on wording."""

from datetime import date
from typing import Any

import django_filters
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.reports import PageReportView
from wagtail.models import Page

from portal.desk.board import cards_for
from portal.desk.cards.pages import may_edit
from portal.desk.mine import cards_of
from portal.desk.stale import owners, to_read_again
from portal.desk.worded import Worded, live_pages, owners_of_live, worded
from portal.members.admin.lists import SafeExport
from portal.members.models import Appointment, User
from portal.pages.advising import terms_to_explain
from portal.pages.navigation import Link


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What needs doing, as far as the reader has the right to do it."""
    cards = cards_for(request.user, timezone.now())
    context = {
        "cards": cards,
        "waiting": sum(1 for card in cards if card.count),
        "may_edit": may_edit(request.user),
    }
    return render(request, "desk/board.html", context)


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What concerns whoever is signed in, of every subject."""
    now = timezone.now()
    roles = Appointment.objects.current(timezone.localdate(now)).confirmed().filter(user=request.user)
    context = {
        "cards": cards_of(request.user, now),
        "networks": sorted({str(one.network) for one in roles.select_related("network")}),
        "board": request.user.has_perm("wagtailadmin.access_admin"),
        "breadcrumbs": [Link("Home", "/")],
    }
    return render(request, "desk/mine.html", context)


def _owners(request: HttpRequest) -> QuerySet[User]:
    return owners(request.user, timezone.now())


class StaleFilter(WagtailFilterSet):
    """Whose pages the report shows."""

    owner = django_filters.ModelChoiceFilter(queryset=_owners, label="Owner", empty_label="Everybody")

    class Meta:
        model = Page
        fields = ["owner"]


class StaleReport(SafeExport, PageReportView):
    """Pages and sections to read again, by owner, the reader's own first."""

    page_title = "Pages to read again"
    header_icon = "calendar-check"
    index_url_name = "desk:stale"
    index_results_url_name = "desk:stale_results"
    results_template_name = "desk/stale_results.html"
    filterset_class = StaleFilter
    any_permission_required = ["add", "change", "publish"]
    export_filename = "pages-to-read-again"
    list_export = ["title", "owner_name", "looked_at_on", "kind", "full_url"]
    export_headings = {
        "title": "Title",
        "owner_name": "Owner",
        "looked_at_on": "Last looked at",
        "kind": "Kind",
        "full_url": "Address",
    }

    def get_base_queryset(self) -> QuerySet[Page]:
        return to_read_again(self.request.user, timezone.now())

    def to_row_dict(self, item: Page) -> dict[str, Any]:
        return {
            "title": item.title,
            "owner_name": str(item.owner or "Nobody"),
            "looked_at_on": self.day_of(item),
            "kind": item.page_type_display_name,
            "full_url": item.full_url or "",
        }

    @staticmethod
    def day_of(page: Page) -> date:
        return timezone.localdate(page.looked_at)


def _owners_of_live(request: HttpRequest) -> QuerySet[User]:
    return owners_of_live(request.user)


class WordingFilter(WagtailFilterSet):
    """Whose pages the report shows."""

    owner = django_filters.ModelChoiceFilter(queryset=_owners_of_live, label="Owner", empty_label="Everybody")

    class Meta:
        model = Page
        fields = ["owner"]


class WordingReport(SafeExport, PageReportView):
    """Live pages with what readers may stumble over in each. It is counted as the report is read, for the pages in view."""

    page_title = "Wording"
    header_icon = "edit"
    index_url_name = "desk:wording"
    index_results_url_name = "desk:wording_results"
    results_template_name = "desk/wording_results.html"
    filterset_class = WordingFilter
    any_permission_required = ["add", "change", "publish"]
    paginate_by = 25
    export_filename = "wording"
    list_export = ["title", "owner_name", "long", "vague", "unexplained", "kind", "full_url"]
    export_headings = {
        "title": "Title",
        "owner_name": "Owner",
        "long": "Long sentences",
        "vague": "Links that do not say where they lead",
        "unexplained": "Not explained",
        "kind": "Kind",
        "full_url": "Address",
    }

    @cached_property
    def terms(self) -> dict[str, str]:
        return terms_to_explain()

    def get_base_queryset(self) -> QuerySet[Page]:
        return live_pages(self.request.user)

    def decorate_paginated_queryset(self, object_list: QuerySet[Page]) -> list[Worded] | QuerySet[Page]:
        if self.is_export:
            return object_list
        return [worded(page, self.terms) for page in object_list.specific().prefetch_related("owner")]

    def to_row_dict(self, item: Page) -> dict[str, Any]:
        found = worded(item.specific, self.terms)
        return {
            "title": item.title,
            "owner_name": str(item.owner or "Nobody"),
            "long": found.long,
            "vague": found.vague,
            "unexplained": ", ".join(found.unexplained),
            "kind": item.page_type_display_name,
            "full_url": item.full_url or "",
        }
