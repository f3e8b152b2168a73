"""The report on what people search for: by week, most of all, without anything found, and what was opened."""

from collections.abc import Iterable
from io import BytesIO

from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from openpyxl import Workbook

from events.rules.plots import HEIGHT, WIDTH, steps
from portal.members.admin.lists import as_text_cell, csv_answer
from search import report
from search.forms.editors import PeriodForm
from search.keys import keys_of
from search.rules.counting import FEWEST

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
    return FileResponse(_sheet(rows), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _sheet(rows: Iterable[tuple[str | int, ...]]) -> BytesIO:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Searches")
    sheet.append(report.COLUMNS)
    for row in rows:
        sheet.append([cell if isinstance(cell, int) else as_text_cell(cell) for cell in row])
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def urls() -> list[URLPattern]:
    return [
        path("reports/searches/", searches, name="searches"),
        path("reports/searches/export/", export, name="searches_export"),
    ]
