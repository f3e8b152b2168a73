"""A network's checklist to take away: as CSV and for Excel."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from portal.members.admin.lists import csv_answer
from portal.toolkits.reading import open_checklist, shown
from portal.toolkits.tables import COLUMNS, rows, workbook
from portal.toolkits.views.frame import Desk, for_the_network

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@for_the_network
def export(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """The list as it is at this moment."""
    now_shown = shown(desk.toolkit, open_checklist(desk.toolkit, desk.network))
    name = f"{slugify(desk.toolkit.title)[:60]}-{desk.network.code}-{timezone.localdate(desk.now)}"
    if kind == "csv":
        return csv_answer(name, COLUMNS, rows(now_shown))
    if kind == "xlsx":
        return FileResponse(
            workbook(now_shown), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX
        )
    raise Http404("Choose CSV or Excel.")
