"""The report on what people search for: by week, most of all, without anything found, and what was opened."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.members.admin.lists import csv_answer, sheet_answer
from portal.members.rules.plots import HEIGHT, WIDTH, steps
from search import report
from search.forms.editors import PeriodForm
from search.keys import keys_of
from search.rules.counting import FEWEST

SEE = "search.see_searches"
may_see = permission_required(SEE, raise_exception=True)


@require_safe
@may_see
def searches(request: HttpRequest) -> HttpResponse:
    """What was searched for in the weeks that were chosen, and a plot of the last twelve."""
    now = timezone.now()
    chosen = {"period": request.GET.get("period") or str(report.WEEKS)}
    form = PeriodForm(chosen, today=timezone.localdate(now))
    period = form.chosen()
    weeks = report.by_week(form.monday)
    every, rare, left_out = report.totals(period)
    most, nothing = report.queries(period)
    opened, unseen = report.most_opened(period, keys_of(request.user, now), now)
    plot = steps([week.sums.searches for week in weeks])
    context = {
        "form": form,
        "period": period,
        "weeks": weeks,
        "plot": plot,
        "plot_of_nothing": steps([week.sums.found_nothing for week in weeks], plot.most),
        "box": (WIDTH, HEIGHT),
        "every": every,
        "rare": rare,
        "left_out": left_out,
        "most_searched": most,
        "found_nothing": nothing,
        "opened": opened,
        "unseen": unseen,
        "fewest": FEWEST,
        "page_title": "Searches",
    }
    return render(request, "search/admin/searches.html", context)


@require_POST
@may_see
def export(request: HttpRequest) -> HttpResponse:
    """The same weeks as CSV or as a sheet for Excel, a row for each query of each week that may be shown."""
    form = PeriodForm(request.POST, today=timezone.localdate(timezone.now()))
    period = form.chosen()
    name = f"searches-{period.first}-{period.last}"
    rows = report.cells(period)
    if request.POST.get("as") != "xlsx":
        return csv_answer(name, report.COLUMNS, rows)
    return sheet_answer(name, "Searches", report.COLUMNS, rows)


def urls() -> list[URLPattern]:
    return [
        path("reports/searches/", searches, name="searches"),
        path("reports/searches/export/", export, name="searches_export"),
    ]
