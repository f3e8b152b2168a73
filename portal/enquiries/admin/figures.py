"""The figures in the admin: by month and topic, drawn, and to take along."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.enquiries import report
from portal.enquiries.admin.frame import for_advisers
from portal.enquiries.forms import PeriodForm
from portal.enquiries.rules.figures import by_month_and_topic, figures_of, months_until
from portal.members import audit
from portal.members.admin.lists import csv_answer, sheet_answer
from portal.members.rules.plots import HEIGHT, WIDTH, steps


@require_safe
@for_advisers
def figures(request: HttpRequest) -> HttpResponse:
    """How many were asked and answered in the months that were chosen, and how long it took."""
    today = timezone.localdate()
    form = PeriodForm(request.GET or {"months": 12})
    months = form.chosen()
    rows = report.asked_since(months_until(today, months)[0], today)
    lines = report.by_month(rows, today, months)
    plot = steps([line.asked for line in lines])
    context = {
        "page_title": "Figures on questions to advisers",
        "form": form,
        "months": months,
        "lines": lines,
        "every": figures_of(lines[0].month, report.ALL_TOPICS, rows),
        "by_topic": by_month_and_topic(rows),
        "plot": plot,
        "plot_of_answered": steps([line.answered for line in lines], plot.most),
        "box": (WIDTH, HEIGHT),
    }
    return render(request, "enquiries/admin/figures.html", context)


@require_POST
@for_advisers
def export(request: HttpRequest) -> HttpResponse:
    """The same lines as CSV or as a sheet for Excel."""
    now = timezone.now()
    today, months = timezone.localdate(now), PeriodForm(request.POST).chosen()
    rows = list(report.cells(report.asked_since(months_until(today, months)[0], today)))
    audit.record("advice.exported", now=now, by=request.user, details={"lines": len(rows)})
    name = f"questions-to-advisers-{today}"
    if request.POST.get("as") != "xlsx":
        return csv_answer(name, report.COLUMNS, rows)
    return sheet_answer(name, "Questions", report.COLUMNS, rows)


def urls() -> list[URLPattern]:
    return [path("figures/", figures, name="figures"), path("figures/export/", export, name="export")]
