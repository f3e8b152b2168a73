"""“Was this section useful?”: readers answer, editors read what they said."""

import csv
import hashlib
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from allauth.account.adapter import get_adapter
from django import forms
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from handbook import feedback
from handbook.actions.feedback import send_feedback
from handbook.models import Edition, EditionSection, State
from handbook.views.editors import may_prepare
from handbook.views.frame import page
from portal.members.admin.lists import as_text_cell
from portal.pages.navigation import Link

ANSWERS_AN_HOUR = 20
LONGEST_COMMENT = 1000
SECTIONS_A_PAGE = 50
COLUMNS = ("Edition", "Section", "Title", "Useful", "Comment", "Sent")
MOMENT = "%Y-%m-%d %H:%M"


class FeedbackForm(forms.Form):
    """An answer. `website` is a trap: people do not see it, and programs that fill in every field do."""

    useful = forms.ChoiceField(
        choices=[("yes", "Yes"), ("no", "No")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose yes or no."),
    )
    comment = forms.CharField(
        required=False,
        max_length=LONGEST_COMMENT,
        error_messages={
            "max_length": f"Your comment must have {LONGEST_COMMENT:,} characters or fewer.",
            "null_characters_not_allowed": "Your comment has a character that cannot be kept. Type it again.",
        },
    )
    website = forms.CharField(required=False)


# Without a token: the page that the form stands on is kept for all anonymous readers, and so can hold nothing of one of
# them. Nor is there anything to protect: an answer carries no authority of whoever sends it, and says nothing about them.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, edition_id: int, key: UUID) -> HttpResponse:
    """Takes an answer about a section; shows the form again, with what is wrong, when it cannot be taken."""
    section = _section(edition_id, key)
    if request.method != "POST":
        return _page(request, "handbook/feedback.html", section)
    form, now = FeedbackForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, "handbook/feedback.html", section, status=400, form=form)
    if not form.cleaned_data["website"]:
        if not _may_send(request, now):
            return _page(request, "handbook/feedback_too_often.html", section, status=429)
        useful, comment = form.cleaned_data["useful"] == "yes", form.cleaned_data["comment"]
        send_feedback(section=section, useful=useful, comment=comment, now=now)
    return redirect("handbook_feedback_thanks", edition_id, key)


@require_safe
def thanks(request: HttpRequest, edition_id: int, key: UUID) -> HttpResponse:
    """Says thank you and leads back to the section."""
    return _page(request, "handbook/feedback_thanks.html", _section(edition_id, key))


def _section(edition_id: int, key: UUID) -> EditionSection:
    sections = EditionSection.objects.present().select_related("edition__handbook")
    return get_object_or_404(sections, edition__id=edition_id, edition__state=State.PUBLISHED, key=key)


def _page(
    request: HttpRequest,
    template: str,
    section: EditionSection,
    status: int = 200,
    form: FeedbackForm | None = None,
) -> HttpResponse:
    handbook = section.edition.handbook
    back = f"{handbook.url}{section.edition.number}/{section.anchor}/"
    return page(
        request,
        template,
        handbook,
        below=[Link(str(section), back)],
        status=status,
        section=section,
        back=back,
        form=form,
        problems=[(f"#feedback_{name}", errors[0]) for name, errors in form.errors.items()] if form else [],
    )


def _may_send(request: HttpRequest, now: datetime) -> bool:
    """Whether this internet address has sent fewer answers in this hour than it may. The address itself is not kept."""
    address = get_adapter(request).get_client_ip(request)
    sender = hashlib.sha256(f"{now:%Y-%m-%d %H}|{address}".encode()).hexdigest()
    name = f"handbook.feedback.{sender}"
    cache.add(name, 0, 3600)
    try:
        return cache.incr(name) <= ANSWERS_AN_HOUR
    except ValueError:  # dropped by a full cache in between
        return True


# --- For editors --------------------------------------------------------------------------------------------------------


@require_safe
@may_prepare
def report(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What readers answered, by section; of one edition if one is chosen; with `export=csv` every answer as a file."""
    published = list(Edition.objects.published().select_related("handbook"))
    chosen = next((edition for edition in published if str(edition.pk) == request.GET.get("edition")), None)
    answers = feedback.answers_to(chosen)
    if request.GET.get("export") == "csv":
        return _csv(answers)
    listed = Paginator(feedback.counted(answers), SECTIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "published": published,
        "chosen": chosen,
        "listed": listed,
        "lines": feedback.in_words(listed.object_list, answers),
    }
    return render(request, "handbook/admin/feedback_report.html", context)


class _Echo:
    """A file that gives back what is written into it, so that rows are sent as they are made."""

    def write(self, row: str) -> str:
        return row


def _csv(answers: object) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def rows() -> Iterator[str]:
        yield writer.writerow(COLUMNS)
        for *facts, sent_at in feedback.as_rows(answers):
            moment = timezone.localtime(sent_at).strftime(MOMENT)
            yield writer.writerow([*map(as_text_cell, facts), moment])

    response = StreamingHttpResponse(rows(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="section-feedback.csv"'
    return response
