"""Name badges of an event in the admin, as a PDF."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from events.actions.exporting import record_badges
from events.admin.frame import event_for, page
from events.forms.badges import BadgesForm
from events.models import Right
from events.pdf import PdfUnavailable
from events.pdf.badges import make
from events.pdf.people import badges_for


@require_http_methods(["GET", "HEAD", "POST"])
def badges(request: HttpRequest, pk: int) -> HttpResponse:
    """Chooses badges; a POST makes the PDF. The log says who took the names of how many people."""
    found, now = event_for(request, pk, Right.ORGANISE), timezone.now()
    form = BadgesForm(request.POST or None, event=found)
    if form.is_valid():
        people = badges_for(found, now, **form.people())
        if not people:
            form.add_error(None, "Nobody fits. Choose others.")
    if form.is_valid():
        try:
            content = make(people, form.chosen_sheet, found.title, skip=form.cleaned_data["skip"])
        except PdfUnavailable as refused:
            form.add_error(None, str(refused))
        else:
            record_badges(event=found, by=request.user, now=now, count=len(people))
            answer = HttpResponse(content, content_type="application/pdf")
            answer["Content-Disposition"] = f'attachment; filename="{found.slug}-badges.pdf"'
            return answer
    words = "Print the file in its real size, not fitted to the page. Print one sheet on plain paper first, and hold it against the labels."
    return page(request, "form_page", found, "Name badges", form=form, button="Make the PDF", words=words)


def urls() -> list[URLPattern]:
    return [path("<int:pk>/badges/", badges, name="badges")]
