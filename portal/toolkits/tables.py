"""A network's checklist as rows, for CSV and Excel."""

from collections.abc import Iterator
from io import BytesIO

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from portal.members.admin.lists import as_text_cell
from portal.toolkits.rules.checklists import Line, Shown
from portal.toolkits.texts import legible

COLUMNS = ("Group", "To do", "Done", "By", "When", "For", "Until", "Note", "Note by", "In the toolkit")
WIDTHS = (26, 60, 8, 22, 18, 22, 14, 50, 22, 30)
MOMENT, DAY = "%Y-%m-%d %H:%M", "%Y-%m-%d"


def rows(shown: Shown) -> Iterator[list[str]]:
    """A row for each line, those that the toolkit no longer has at the end."""
    for line in (*shown.lines, *shown.gone):
        yield [legible(cell) for cell in (line.todo.heading, line.todo.text, *_said(line), _state(line))]


def _said(line: Line) -> tuple[str, ...]:
    item = line.item
    if item is None:
        return ("No", *("",) * 6)
    done = item.is_done
    return (
        "Yes" if done else "No",
        str(item.marked_by or "A former member") if done else "",
        f"{timezone.localtime(item.marked_at):{MOMENT}}" if done else "",
        str(item.assigned_to or ""),
        f"{item.due_on:{DAY}}" if item.due_on else "",
        item.note,
        str(item.note_by or "A former member") if item.note else "",
    )


def _state(line: Line) -> str:
    if line.is_gone:
        return "No longer in the toolkit"
    return f"Changed since it was ticked: it said “{line.reworded_from}”" if line.reworded_from else "Yes"


def workbook(shown: Shown) -> BytesIO:
    """The rows as a sheet for Excel, in which no cell is a formula."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Checklist"
    sheet.append(COLUMNS)
    for row in rows(shown):
        sheet.append([as_text_cell(cell) for cell in row])
    for letter, width in zip("ABCDEFGHIJ", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}1"].font = Font(bold=True)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file
