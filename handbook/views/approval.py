"""From editors to readers: submitting an edition, looking at exactly what will go out, approving it, sending it back."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import require_admin_access

from handbook import reading
from handbook.actions import release as actions
from handbook.actions.editions import Refused
from handbook.amendments import amendments_of, with_redlines
from handbook.errata import errata_of
from handbook.forms import ApprovalForm
from handbook.history import History
from handbook.models import Edition, EditionSection, State
from handbook.printed import Printed, PrintedSection, on_one_page
from handbook.reading import Reading
from handbook.views import frame
from handbook.views.editors import find_edition, may_prepare, refused_page
from handbook.views.frame import open_file
from handbook.views.readers import shown_section

View = Callable[..., HttpResponseBase]


def may_review(view: View) -> View:
    """For those who prepare editions, and those whom the workflow asks for approval. The view is given the edition."""

    @wraps(view)
    def asked(request: HttpRequest, edition_id: int, **kwargs: Any) -> HttpResponseBase:
        edition = find_edition(edition_id)
        if not edition.may_be_reviewed_by(request.user):
            raise PermissionDenied
        return view(request, edition, **kwargs)

    return require_admin_access(asked)


@require_http_methods(["GET", "HEAD", "POST"])
@may_prepare
def submit(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Shows what will be submitted, or everything against it; then submits."""
    found = find_edition(edition_id)
    if found.state != State.PREPARED:
        return redirect("handbook_editions:review", found.pk)
    if request.method == "POST":
        try:
            actions.submit_edition(edition=found, by=request.user, now=timezone.now())
        except Refused as refused:
            return refused_page(request, f"Edition {found.number} is not submitted", refused)
        messages.success(request, f"Edition {found.number} waits for approval. Its PDF is being made.")
        return redirect("handbook_editions:review", found.pk)
    now = timezone.now()
    context = {
        "edition": found,
        "lines": amendments_of(found.handbook.url, [found])[found.pk],
        "section_count": found.sections.present().count(),
        "refusals": actions.refusals_to_submit(found, now),
        "today": timezone.localdate(now),
    }
    return render(request, "handbook/admin/submit.html", context)


@require_safe
@may_review
def review(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """An edition that waits for approval, with its redlines and the very files that will go out; or one that is published."""
    if edition.state == State.PREPARED:
        return redirect("handbook_editions:edition", edition.pk)
    return (
        _published(request, edition) if edition.is_published else _waiting(request, edition, ApprovalForm())
    )


def _published(request: HttpRequest, edition: Edition) -> HttpResponse:
    errata, pdfs = errata_of(edition), list(edition.pdfs.order_by("errata"))
    rows = {row.key: row for row in edition.sections.present().filter(key__in={item.key for item in errata})}
    is_behind = bool(pdfs) and not any(pdf.problem for pdf in pdfs) and pdfs[-1].errata < len(errata)
    context = {
        "edition": edition,
        "section_count": edition.sections.present().count(),
        "pdfs": pdfs,
        "errata_to_come": len(errata) if is_behind else 0,
        "lines": amendments_of(edition.handbook.url, [edition])[edition.pk],
        "errata": [(item, rows[item.key]) for item in errata],
    }
    return render(request, "handbook/admin/published.html", context)


def _waiting(request: HttpRequest, edition: Edition, form: ApprovalForm) -> HttpResponse:
    lines = amendments_of(edition.handbook.url, [edition])[edition.pk]
    task = edition.current_workflow_task
    context = {
        "edition": edition,
        "section_count": edition.sections.present().count(),
        "pdfs": edition.pdfs.order_by("errata"),
        "lines": with_redlines(lines, reading.preview_of(edition)),
        "workflow_state": edition.current_workflow_state,
        "offered": {name for name, _, _ in task.get_actions(edition, request.user)} if task else set(),
        "form": form,
        "is_own": bool(task) and edition.current_workflow_state.requested_by_id == request.user.pk,
        "now": timezone.now(),
    }
    return render(request, "handbook/admin/review.html", context)


@require_POST
@may_review
def decide(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """Approves the edition or sends it back, as Wagtail's own buttons would."""
    form, action = ApprovalForm(request.POST), request.POST.get("action", "")
    state = edition.current_workflow_task_state
    if state is None or not edition.is_submitted:
        return refused_page(
            request, "Nothing is decided", Refused([f"Edition {edition.number} does not wait for approval."])
        )
    if not form.is_valid():
        messages.error(request, "Nothing is decided. Correct the error below.")
        return _waiting(request, edition, form)
    try:
        state.task.specific.on_action(state, request.user, action, comment=form.cleaned_data["comment"])
    except Refused as refused:
        return refused_page(request, f"Edition {edition.number} is not published", refused)
    edition.refresh_from_db()
    messages.success(request, _outcome(edition))
    return redirect("handbook_editions:review", edition.pk)


def _outcome(edition: Edition) -> str:
    if edition.is_published:
        return f"Edition {edition.number} is published. It will never change."
    if edition.scheduled_for:
        moment = timezone.localtime(edition.scheduled_for)
        return f"Edition {edition.number} is approved. It will be published on {moment:%-d %B %Y at %H:%M}."
    if edition.is_submitted:
        return f"You have approved edition {edition.number}. It waits for the next approval."
    return f"Edition {edition.number} has been sent back. It can be changed again."


@require_http_methods(["GET", "HEAD", "POST"])
@may_prepare
def withdraw(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Asks, then takes an edition back that waits for approval or for its time."""
    found = find_edition(edition_id)
    if request.method == "POST":
        try:
            actions.withdraw_edition(edition=found, by=request.user)
        except Refused as refused:
            return refused_page(request, "The edition is not withdrawn", refused)
        messages.success(request, f"Edition {found.number} is withdrawn. It can be changed again.")
        return redirect("handbook_editions:edition", found.pk)
    if not found.is_submitted:
        return redirect("handbook_editions:edition", found.pk)
    return render(request, "handbook/admin/withdraw.html", {"edition": found})


@require_safe
@may_review
def preview(request: HttpRequest, edition: Edition, anchor: str) -> HttpResponseBase:
    """A section of an edition that is not published: the page that readers will have, without what they do on it."""
    opened = _as_in_force(edition)
    found = opened.find(anchor)
    if found is None:
        raise Http404("This edition has no such section.")
    shown, pdf = shown_section(opened, found), _printed(edition)
    shown["history"] = _with_redline_here(shown["history"], edition, found)
    return frame.page(
        request,
        "handbook/frozen_preview.html",
        edition.handbook,
        **shown,
        pdf=pdf and PrintedSection(pdf.address(found.key), pdf.size, pdf.page(found.key)),
    )


@require_safe
@may_review
def whole(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """The whole edition on one page, the page that readers will have."""
    opened, pdf = _as_in_force(edition), _printed(edition)
    return frame.page(
        request,
        "handbook/whole_preview.html",
        edition.handbook,
        reading=opened,
        sections=on_one_page(opened, pdf),
        pdf=pdf,
    )


def _as_in_force(edition: Edition) -> Reading:
    """The edition as readers will have it open on the first day on which it is in force."""
    return replace(reading.preview_of(edition), in_force=edition)


def _printed(edition: Edition) -> Printed | None:
    """The PDF that readers will be offered, at the address where those who approve find it; None while it is being made."""
    row = edition.pdfs.newest()
    if row is None or (size := row.size) is None:
        return None
    address = reverse("handbook_editions:pdf", args=[edition.pk, row.errata])
    return Printed(address, size, row.front, row.page_map)


def _with_redline_here(history: History, edition: Edition, section: EditionSection) -> History:
    """The history, in which what this edition does to the section is seen among its amendments: readers have no page yet."""
    here = f"{reverse('handbook_editions:review', args=[edition.pk])}#section-{section.key}"
    steps = [
        replace(step, compared=here) if step.number == edition.number else step for step in history.steps
    ]
    return replace(history, steps=steps)


@require_safe
@may_review
def pdf(request: HttpRequest, edition: Edition, errata: int) -> HttpResponseBase:
    """A PDF of the edition, the very file that readers are given."""
    found = edition.pdfs.made().filter(errata=errata).first()
    if found is None:
        raise Http404("This PDF has not been made.")
    response = FileResponse(
        open_file(found.file), filename=f"edition-{edition.number}.pdf", content_type="application/pdf"
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@may_review
def make_pdf(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """Has the PDF made again after something kept it from being made."""
    actions.retry_pdf(edition=edition)
    messages.success(request, "The PDF is being made. Look again in a minute.")
    return redirect("handbook_editions:review", edition.pk)
