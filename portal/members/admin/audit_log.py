"""The audit log: read, searched and exported. Nothing can be added, changed or deleted here."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.members import actions, audit
from portal.members.admin.lists import csv_answer
from portal.members.forms import DateInput
from portal.members.models import AuditEntry

ENTRIES_ON_A_PAGE = 50
LARGEST_NUMBER = 2**63 - 1
COLUMNS = (
    "When",
    "What",
    "Kind",
    "Who did it",
    "Their number",
    "Person concerned",
    "Their number",
    "What it concerns",
    "Its key",
    "Reason",
    "Details",
)


class FilterForm(forms.Form):
    """Which entries to show."""

    action = forms.ChoiceField(label="What happened", required=False)
    since = forms.DateField(label="From", required=False, widget=DateInput())
    until = forms.DateField(
        label="Until", required=False, widget=DateInput(), help_text="This day is included."
    )
    words = forms.CharField(
        label="Person or subject", required=False, max_length=200, help_text="Part of a name or an address."
    )
    person = forms.IntegerField(
        required=False, min_value=0, max_value=LARGEST_NUMBER, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted(audit.ACTIONS.items(), key=lambda pair: pair[1])
        self.fields["action"].choices = [("", "Anything"), *named]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "This day must not lie before the first one.")
        return data

    def filters(self) -> audit.Filters | None:
        """What was asked for; `None` if it makes no sense."""
        return audit.Filters(**self.cleaned_data) if self.is_valid() else None


@permission_required("members.view_auditentry", raise_exception=True)
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """The entries, the newest first, a page at a time. None are counted: the log may be long."""
    form = FilterForm(request.GET)
    filters = form.filters()
    entries = filters.entries() if filters else AuditEntry.objects.none()
    shown = list(_older_than(entries, request.GET.get("before", ""))[: ENTRIES_ON_A_PAGE + 1])
    has_older = len(shown) > ENTRIES_ON_A_PAGE
    shown = shown[:ENTRIES_ON_A_PAGE]
    given = filters.given() if filters else {}
    context = {
        "form": form,
        "lines": [(entry, audit.words_for(entry.action)) for entry in shown],
        "query": urlencode(given),
        "older": urlencode({**given, "before": shown[-1].pk}) if has_older else "",
        "is_first_page": "before" not in request.GET,
        "person": given.get("person"),
    }
    return render(request, "members/admin/audit_log.html", context)


@permission_required("members.view_auditentry", raise_exception=True)
@require_safe
def audit_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """All that one entry says."""
    entry = get_object_or_404(AuditEntry, pk=pk)
    context = {"entry": entry, "what": audit.words_for(entry.action), "details": _in_lines(entry.details)}
    return render(request, "members/admin/audit_entry.html", context)


@permission_required("members.export_auditentry", raise_exception=True)
@require_POST
def export_audit_log(request: HttpRequest) -> HttpResponse:
    """The entries that the filters of the list let through, as CSV. The log says who took them."""
    filters = FilterForm(request.GET).filters()
    if filters is None:
        return HttpResponse("These filters make no sense together.", status=400, content_type="text/plain")
    now = timezone.now()
    try:
        entries = actions.export_audit_log(filters=filters, by=request.user, now=now)
    except actions.RefusedError as refused:
        raise PermissionDenied(str(refused)) from refused
    rows = map(_cells, entries.iterator(chunk_size=2000))
    return csv_answer(f"audit-log-{timezone.localdate(now)}", COLUMNS, rows)


def urls() -> list[URLPattern]:
    return [
        path("audit-log/", audit_log, name="audit_log"),
        path("audit-log/export/", export_audit_log, name="audit_log_export"),
        path("audit-log/<int:pk>/", audit_entry, name="audit_entry"),
    ]


def _older_than(entries: QuerySet[AuditEntry], before: str) -> QuerySet[AuditEntry]:
    """Those after the entry with the number `before` in the order of the list; all of them if there is no such entry."""
    last = AuditEntry.objects.filter(pk=before).first() if before.isdecimal() and len(before) < 19 else None
    if last is None:
        return entries
    # The first condition says no more than the second, but lets the database begin in the middle of its index.
    return entries.filter(at__lte=last.at).filter(Q(at__lt=last.at) | Q(pk__lt=last.pk))


def _in_lines(details: Any) -> str:
    return json.dumps(details, indent=2, ensure_ascii=False, sort_keys=True) if details else ""


def _cells(entry: AuditEntry) -> Iterable[Any]:
    yield _moment(entry.at)
    yield audit.words_for(entry.action)
    yield entry.action
    yield entry.by_name
    yield "" if entry.by is None else entry.by
    yield entry.person_name
    yield "" if entry.person is None else entry.person
    yield entry.subject_name
    yield entry.subject
    yield entry.reason
    yield json.dumps(entry.details, ensure_ascii=False, sort_keys=True) if entry.details else ""


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
