"""The editors' pages for bringing a handbook in from a file: upload, see what would happen, confirm."""

from collections.abc import Callable, Sequence
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.auth import permission_required

from handbook import uploads
from handbook.actions.confirming import (
    RemovalNotAgreed,
    WorkingCopyChanged,
    confirm_import,
    refusal_to_import,
)
from handbook.forms import ConfirmImportForm, ImportForm
from handbook.import_preview import preview_import, promise_of
from handbook.models import HandbookPage
from handbook.sources import Source
from handbook.uploads import Upload, UploadRefused
from portal.pages.navigation import Link

Answer = Callable[..., HttpResponse]

CHANGED = (
    "The working copy has changed since you saw this page. This is what the import would do now. Nothing has been "
    "brought in yet."
)
REMOVES = "Nothing has been brought in. Tick the box to agree that sections are removed, or cancel."
NOT_WAITING = (
    "This file is not waiting any more. It has been brought in or cancelled, or it was uploaded more than a day ago. "
    "Nothing has been changed. Upload it again to bring it in."
)


def may_import(view: Answer) -> Answer:
    """Gives the view the handbook, or tells the person in words that they may not bring anything into it."""

    @wraps(view)
    def asked(request: HttpRequest, handbook_id: int, **rest: str) -> HttpResponse:
        # By `id`, not `pk`, which is a foreign key here: for those a number too large for the database is an error.
        handbook = get_object_or_404(HandbookPage, id=handbook_id)
        refusal = refusal_to_import(handbook, request.user)
        if refusal:
            context = {
                "heading": "Import",
                "icon": "upload",
                "title": "You cannot bring a file in",
                "reasons": [refusal],
                "back": Link("All editions", reverse("handbook_editions:index")),
            }
            return render(request, "handbook/admin/nothing_changed.html", context, status=403)
        return view(request, handbook, **rest)

    return permission_required("handbook.prepare_edition")(asked)


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def upload(request: HttpRequest, handbook: HandbookPage) -> HttpResponse:
    """Takes the file, and refuses what cannot be read."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        kept = uploads.keep_upload(file=form.cleaned_data["file"], handbook_id=handbook.pk, by=request.user)
        try:
            with uploads.sources_of(kept, _known(handbook)):
                return redirect("handbook_editions:import_preview", handbook.pk, kept.token)
        except UploadRefused as refused:
            uploads.forget_upload(kept)
            form.add_error("file", str(refused))
    return render(request, "handbook/admin/import.html", {"handbook": handbook, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def preview(request: HttpRequest, handbook: HandbookPage, token: str) -> HttpResponse:
    """Shows what the import would do; brings the file in when that is confirmed."""
    waiting = _waiting(request, handbook, token)
    if waiting is None:
        return _not_waiting(request, handbook)
    with uploads.sources_of(waiting, _known(handbook)) as sources:
        if request.method != "POST":
            return _shown(request, handbook, waiting, sources)
        form = ConfirmImportForm(request.POST)
        promise = promise_of(form.cleaned_data["promise"] if form.is_valid() else "", token)
        may_remove = form.cleaned_data.get("may_remove", False)
        asked = {"handbook": handbook, "sources": sources, "by": request.user, "now": timezone.now()}
        try:
            confirm_import(**asked, state=promise.state, may_remove=may_remove)
        except WorkingCopyChanged:
            return _shown(request, handbook, waiting, sources, notice=CHANGED)
        except RemovalNotAgreed:
            return _shown(request, handbook, waiting, sources, notice=REMOVES)
    uploads.forget_upload(waiting)
    # In the same state of the working copy the same happens, so these are the counts that were shown.
    counted = ", ".join(f"{count:,} {name.lower()}" for name, count in promise.counts.items())
    messages.success(request, f"“{waiting.name}” has been brought in: {counted}.")
    return redirect("handbook_editions:index")


@require_POST
@may_import
def cancel(request: HttpRequest, handbook: HandbookPage, token: str) -> HttpResponse:
    """Deletes the file that waits."""
    waiting = _waiting(request, handbook, token)
    if waiting is None:
        return _not_waiting(request, handbook)
    uploads.forget_upload(waiting)
    messages.success(request, f"“{waiting.name}” has been deleted. The working copy is as it was.")
    return redirect("handbook_editions:index")


def _known(handbook: HandbookPage) -> set[str]:
    return set(handbook.sections().exclude(source_path="").values_list("source_path", flat=True))


def _waiting(request: HttpRequest, handbook: HandbookPage, token: str) -> Upload | None:
    return uploads.find_upload(token=token, handbook_id=handbook.pk, by=request.user, now=timezone.now())


def _not_waiting(request: HttpRequest, handbook: HandbookPage) -> HttpResponse:
    messages.warning(request, NOT_WAITING)
    return redirect("handbook_editions:import", handbook.pk)


def _shown(
    request: HttpRequest,
    handbook: HandbookPage,
    waiting: Upload,
    sources: Sequence[Source],
    notice: str = "",
) -> HttpResponse:
    found = preview_import(handbook=handbook, sources=sources, by=request.user, now=timezone.now())
    context = {
        "handbook": handbook,
        "upload": waiting,
        "preview": found,
        "promise": found.promise(waiting.token),
        "notice": notice,
    }
    return render(request, "handbook/admin/import_preview.html", context, status=409 if notice else 200)
