"""Reports for editors: which sections somebody should read again."""

import csv
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handbook import reviewing
from handbook.models import HandbookPage
from handbook.reviewing import Line
from handbook.rules import Review
from handbook.views.editors import may_prepare
from portal.members.admin.lists import as_text_cell
from portal.members.models import User

ON_A_PAGE = 50
STANDINGS = {
    Review.OVERDUE: "Overdue",
    Review.DUE: "Due today",
    Review.SOON: "Due within 14 days",
    Review.LATER: "Due later",
}
COLUMNS = ("Section", "Handbook", "Review by", "Standing", "Owner", "Last published")


class ReviewFilter(forms.Form):
    """What the report is narrowed to. A choice that is not there is left out of account."""

    standing = forms.ChoiceField(required=False, choices=[("", "All"), *STANDINGS.items()])
    # By `id`, not `pk`, which is a foreign key here: for those a number too large for the database is an error.
    handbook = forms.ModelChoiceField(
        HandbookPage.objects.order_by("path"), required=False, empty_label="All", to_field_name="id"
    )
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Everybody")

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["owner"].queryset = reviewing.owners()

    @property
    def chosen(self) -> dict[str, Any]:
        """As `sections_to_review` takes it."""
        self.full_clean()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if "standing" in found:
            found["standing"] = Review(found["standing"])
        return found


@require_safe
@may_prepare
def sections_to_review(request: HttpRequest) -> HttpResponse:
    """The sections with a day by which to read them again, overdue ones first; as a table or, with `export`, as CSV."""
    today = timezone.localdate()
    form = ReviewFilter(request.GET)
    chosen = form.chosen
    sections = reviewing.sections_to_review(today, **chosen)
    if request.GET.get("export") == "csv":
        return _csv(reviewing.lines_of(sections, today))
    listed = Paginator(sections, ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "listed": listed,
        "lines": [(line, STANDINGS[line.standing]) for line in reviewing.lines_of(listed.object_list, today)],
        "is_narrowed": bool(chosen),
        "query": query.urlencode(),
    }
    return render(request, "handbook/admin/review_report.html", context)


def _csv(lines: list[Line]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="sections-to-review.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for line in lines:
        section = line.section
        published = timezone.localtime(section.last_published_at).date() if section.last_published_at else ""
        cells = (
            section.title,
            line.handbook.title,
            section.review_by,
            STANDINGS[line.standing],
            section.owner or "",
            published,
        )
        writer.writerow([as_text_cell(cell) for cell in cells])
    return response
