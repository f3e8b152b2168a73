"""Bringing the association's register in: upload, see what would change, confirm."""

import csv
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.members import uploads
from portal.members.actions import RefusedError
from portal.members.actions.memberships import RegisterChanged, import_memberships
from portal.members.admin.lists import as_text_cell
from portal.members.import_plan import Preview, preview
from portal.members.register import Register, read_register
from portal.members.rules.memberships import refusal_to_lapse
from portal.members.tables import TableRefused
from portal.members.uploads import Upload

MOST_BYTES = 20 * 1024 * 1024
PERMISSION = "members.import_membership"
CHANGED = (
    "What is recorded has changed since you saw this page. This is what the file would do now. Nothing has been "
    "recorded yet."
)
NOT_WAITING = (
    "This file is not waiting any more. It has been recorded or cancelled, or it was uploaded more than a day ago. "
    "Upload it again to bring it in."
)


class RegisterForm(forms.Form):
    """The register as a file, and whether it is all of it."""

    file = forms.FileField(
        label="Register",
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        help_text="A CSV file in UTF-8 with the columns number, first name, last name, email, category, from and until. "
        "20 MB at most.",
        error_messages=dict.fromkeys(("required", "missing", "invalid"), "Choose a file to bring in.")
        | {"empty": "This file is empty. Choose another one."},
    )
    complete = forms.BooleanField(
        required=False,
        label="This file is the whole register",
        help_text="Memberships that are not in the file end today.",
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("This file has more than 20 MB. Divide it, then upload the parts.")
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(PERMISSION, raise_exception=True)
def upload(request: HttpRequest) -> HttpResponse:
    """Takes the file, and refuses what cannot be read."""
    form = RegisterForm(request.POST, request.FILES) if request.method == "POST" else RegisterForm()
    if request.method == "POST" and form.is_valid():
        kept = uploads.keep_upload(file=form.cleaned_data["file"], by=request.user)
        try:
            read_register(kept.content())
        except TableRefused as refused:
            uploads.forget_upload(kept)
            form.add_error("file", str(refused))
        else:
            return redirect(_address("membership_import_preview", kept, form.cleaned_data["complete"]))
    return render(request, "members/admin/membership_import.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(PERMISSION, raise_exception=True)
def preview_upload(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what the file would do; records it when that is confirmed."""
    waiting = uploads.find_upload(token=token, by=request.user, now=timezone.now())
    if waiting is None:
        return _not_waiting(request)
    register, now = read_register(waiting.content()), timezone.now()
    if request.method != "POST":
        return _shown(request, waiting, register)
    try:
        done = import_memberships(
            register=register,
            complete=_is_complete(request),
            may_lapse_half="may_lapse_half" in request.POST,
            state=request.POST.get("state", ""),
            by=request.user,
            now=now,
            today=timezone.localdate(now),
        )
    except RegisterChanged:
        return _shown(request, waiting, register, notice=CHANGED)
    except RefusedError as refused:
        return _shown(request, waiting, register, notice=str(refused))
    uploads.forget_upload(waiting)
    messages.success(request, f"Recorded: {_counted(done)}.")
    return redirect("members_membership_modeladmin_index")


@require_safe
@permission_required(PERMISSION, raise_exception=True)
def problems(request: HttpRequest, token: str) -> HttpResponse:
    """Every bad and conflicting row of the file that waits, as a CSV file."""
    waiting = uploads.find_upload(token=token, by=request.user, now=timezone.now())
    if waiting is None:
        return _not_waiting(request)
    found = _preview(request, read_register(waiting.content()))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rows-to-look-at.csv"'
    writer = csv.writer(response)
    writer.writerow(["Line", "Number", "Name", "Kind", "Reason"])
    writer.writerows(
        [row.line, *map(as_text_cell, (row.number, row.name, row.kind, row.reason))] for row in found.problems
    )
    return response


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Deletes the file that waits."""
    waiting = uploads.find_upload(token=token, by=request.user, now=timezone.now())
    if waiting is None:
        return _not_waiting(request)
    uploads.forget_upload(waiting)
    messages.success(request, "The file has been deleted. Nothing has been recorded.")
    return redirect("members_membership_modeladmin_index")


def _shown(request: HttpRequest, waiting: Upload, register: Register, notice: str = "") -> HttpResponse:
    found, complete = _preview(request, register), _is_complete(request)
    context = {
        "preview": found,
        "counts": [(str(kind), count) for kind, count in found.counts.items()],
        "samples": [(str(kind), found.counts[kind], rows) for kind, rows in found.samples.items()],
        "complete": complete,
        "refusal": register.refusal_to_be_whole() if complete else None,
        "half": refusal_to_lapse(found.missing, found.current) if complete else None,
        "token": waiting.token,
        "problems": _address("membership_import_problems", waiting, complete),
        "notice": notice,
    }
    status = 409 if notice else 200
    return render(request, "members/admin/membership_import_preview.html", context, status=status)


def _preview(request: HttpRequest, register: Register) -> Preview:
    return preview(register, complete=_is_complete(request), today=timezone.localdate())


def _is_complete(request: HttpRequest) -> bool:
    return bool((request.POST if request.method == "POST" else request.GET).get("complete"))


def _address(name: str, waiting: Upload, complete: Any) -> str:
    query = f"?{urlencode({'complete': 'yes'})}" if complete else ""
    return reverse(name, args=[waiting.token]) + query


def _counted(done: Preview) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in done.counts.items() if count) or "nothing"


def _not_waiting(request: HttpRequest) -> HttpResponse:
    messages.warning(request, NOT_WAITING)
    return redirect("membership_import")


def urls() -> list[URLPattern]:
    return [
        path("memberships/import/", upload, name="membership_import"),
        path("memberships/import/<str:token>/", preview_upload, name="membership_import_preview"),
        path("memberships/import/<str:token>/problems/", problems, name="membership_import_problems"),
        path("memberships/import/<str:token>/cancel/", cancel, name="membership_import_cancel"),
    ]
