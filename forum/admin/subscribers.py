"""Bringing the people of an existing list in: upload a file, see whom it would invite, confirm."""

import csv
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.actions.inviting import SubscribersChanged, invite_subscribers
from forum.admin.frame import VIEW, cannot_manage, list_or_404, page
from forum.import_plan import Subscribers, preview, read_subscribers
from forum.models import MailingList
from portal.members import uploads
from portal.members.actions import RefusedError
from portal.members.admin.lists import as_text_cell
from portal.members.tables import TableRefused
from portal.members.uploads import Upload

FOLDER = "subscriber-imports"
MOST_BYTES = 4 * 1024 * 1024
NOT_WAITING = (
    "This file is not waiting any more. Its people have been invited, it was cancelled, or it was uploaded more than a day ago. "
    "Upload it again to bring it in."
)
TITLE = "Bring in an existing list"

View = Callable[..., HttpResponse]


class SubscribersForm(forms.Form):
    """The subscribers of an existing list as a file."""

    file = forms.FileField(
        label="Subscribers",
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        help_text="A CSV file in UTF-8 with the column email, and if you like name and role. 4 MB at most.",
        error_messages=dict.fromkeys(("required", "missing", "invalid"), "Choose a file to bring in.")
        | {"empty": "This file is empty. Choose another one."},
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("This file has more than 4 MB. Divide it, then upload the parts.")
        return file


def for_managers(view: View) -> View:
    """Decorates a view of a list for those who manage it: it is called as `view(request, mailing_list, …)`."""

    @permission_required(VIEW, raise_exception=True)
    @wraps(view)
    def asked(request: HttpRequest, pk: int, **rest: Any) -> HttpResponse:
        mailing_list = list_or_404(pk)
        if cannot_manage(request, mailing_list, timezone.now()):
            raise PermissionDenied
        return view(request, mailing_list, **rest)

    return asked


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def upload(request: HttpRequest, mailing_list: MailingList) -> HttpResponse:
    """Takes the file, and refuses what cannot be read."""
    form = SubscribersForm(request.POST, request.FILES) if request.method == "POST" else SubscribersForm()
    if form.is_valid():
        kept = uploads.keep_upload(file=form.cleaned_data["file"], by=request.user, folder=FOLDER)
        try:
            read_subscribers(kept.content())
        except TableRefused as refused:
            uploads.forget_upload(kept)
            form.add_error("file", str(refused))
        else:
            return redirect("lists:subscribers_preview", mailing_list.pk, kept.token)
    return page(request, "subscribers", mailing_list, TITLE, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def preview_upload(request: HttpRequest, mailing_list: MailingList, token: str) -> HttpResponse:
    """Shows whom the file would invite; invites them when that is confirmed."""
    waiting = _waiting(request, token)
    if waiting is None:
        return _not_waiting(request, mailing_list)
    subscribers = read_subscribers(waiting.content())
    if request.method != "POST":
        return _shown(request, mailing_list, waiting, subscribers)
    try:
        done = invite_subscribers(
            mailing_list=mailing_list,
            subscribers=subscribers,
            by=request.user,
            now=timezone.now(),
            state=request.POST.get("state") or "none",
        )
    except SubscribersChanged as changed:
        notice = f"{changed} This is what it would do now. Nobody has been invited yet."
        return _shown(request, mailing_list, waiting, subscribers, notice=notice)
    except RefusedError as refused:
        return _shown(request, mailing_list, waiting, subscribers, notice=str(refused))
    uploads.forget_upload(waiting)
    count = len(done.invited)
    messages.success(request, f"{count:,} {'person has' if count == 1 else 'people have'} been invited.")
    return redirect("lists:list", mailing_list.pk)


@require_safe
@for_managers
def problems(request: HttpRequest, mailing_list: MailingList, token: str) -> HttpResponse:
    """Every row of the file that cannot be used, as a CSV file."""
    waiting = _waiting(request, token)
    if waiting is None:
        return _not_waiting(request, mailing_list)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rows-to-look-at.csv"'
    writer = csv.writer(response)
    writer.writerow(["Line", "E-mail address", "Reason"])
    for bad in read_subscribers(waiting.content()).bad:
        writer.writerow([bad.row.line, *map(as_text_cell, (bad.row.email, bad.reason))])
    return response


@require_POST
@for_managers
def cancel(request: HttpRequest, mailing_list: MailingList, token: str) -> HttpResponse:
    """Deletes the file that waits."""
    waiting = _waiting(request, token)
    if waiting is None:
        return _not_waiting(request, mailing_list)
    uploads.forget_upload(waiting)
    messages.success(request, "The file has been deleted. Nobody has been invited.")
    return redirect("lists:list", mailing_list.pk)


def _waiting(request: HttpRequest, token: str) -> Upload | None:
    return uploads.find_upload(token=token, by=request.user, now=timezone.now(), folder=FOLDER)


def _not_waiting(request: HttpRequest, mailing_list: MailingList) -> HttpResponse:
    messages.warning(request, NOT_WAITING)
    return redirect("lists:subscribers", mailing_list.pk)


def _shown(
    request: HttpRequest,
    mailing_list: MailingList,
    waiting: Upload,
    subscribers: Subscribers,
    notice: str = "",
) -> HttpResponse:
    return page(
        request,
        "subscribers_preview",
        mailing_list,
        TITLE,
        status=409 if notice else 200,
        preview=preview(mailing_list, subscribers, timezone.now()),
        token=waiting.token,
        notice=notice,
    )


def urls() -> list[URLPattern]:
    """The addresses of bringing a list in, below those of lists."""
    return [
        path("<int:pk>/subscribers/", upload, name="subscribers"),
        path("<int:pk>/subscribers/<str:token>/", preview_upload, name="subscribers_preview"),
        path("<int:pk>/subscribers/<str:token>/problems/", problems, name="subscribers_problems"),
        path("<int:pk>/subscribers/<str:token>/cancel/", cancel, name="subscribers_cancel"),
    ]
