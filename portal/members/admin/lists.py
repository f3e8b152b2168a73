"""What every list in the admin has: an export that is safe in a spreadsheet, and a history for those who may see it."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, ClassVar

from django.contrib.admin.options import IncorrectLookupParameters
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from openpyxl import Workbook
from wagtail_modeladmin.views import HistoryView, IndexView

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_text_cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_answer(name: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A CSV file, sent while `rows` are read, that opens safely in a spreadsheet."""
    response = StreamingHttpResponse(_lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def sheet_answer(
    name: str, title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]
) -> FileResponse:
    """A sheet for Excel in which numbers are numbers, and no text is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(list(columns))
    for row in rows:
        sheet.append([cell if isinstance(cell, int | float) else as_text_cell(cell) for cell in row])
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _lines(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([as_text_cell(cell) for cell in row])


class _Echo:
    """Takes what the CSV writer writes, and hands it straight back."""

    def write(self, value: str) -> str:
        return value


class SafeExport:
    """Mixed into a list that Wagtail exports: no cell of its CSV is taken for a formula. In XLSX Wagtail sees to it."""

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        value = super().preprocess_field_value(field, value, export_format)
        return as_text_cell(value) if export_format == self.FORMAT_CSV and isinstance(value, str) else value


class SafeIndexView(SafeExport, IndexView):
    """A list whose CSV export opens safely in a spreadsheet, and that drops filters which it does not know."""

    export_headings: ClassVar[dict[str, str]] = {
        "user": "Person",
        "user.email": "E-mail address",
        "network.code": "Network code",
        "get_region_display": "Region",
        "get_role_display": "Role",
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except IncorrectLookupParameters:
            return redirect(request.path)


class GuardedHistoryView(HistoryView):
    """What was done to one entry, for those who may see the list. The package shows it to everyone in the admin."""

    def check_action_permitted(self, user: Any) -> bool:
        return self.permission_helper.user_can_list(user)
