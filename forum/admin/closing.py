"""Closing a list in the admin: what would become of everybody, then closing it, and how far that has come."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from forum import actions
from forum.admin.frame import CLOSE, list_or_404, page
from forum.models import MailingList
from forum.moving import Overview, closing_of, destination, foreseen, overview, people_of, told_of
from forum.rules.moving import TOLD, refusal_to_close
from forum.rules.sentences import moment
from portal.members.actions import RefusedError
from portal.members.admin.lists import csv_answer

PEOPLE_ON_A_PAGE = 50
COLUMNS = ("Person", "E-mail address", "What becomes of them", "What they are told")
CHANGED = "What would become of people has changed since you saw this page. This is how it stands now. Nothing has been done yet."
UNCONFIRMED = "Confirm that you have looked at what becomes of people."


@permission_required(CLOSE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows what would become of people on the day that is set, or now; a POST closes the list now."""
    found, now = list_or_404(pk), timezone.now()
    if closing_of(found).is_begun:
        return _progress(request, found, now)
    if request.method != "POST":
        return _shown(request, found, _moment_of(request, found, now), now)
    if "confirmed" not in request.POST:
        return _shown(request, found, now, now, notice=UNCONFIRMED)
    if request.POST.get("mark") != _overview(request, found, now, now).mark:
        return _shown(request, found, now, now, notice=CHANGED)
    try:
        actions.close_list(mailing_list=found, by=request.user, now=now)
    except RefusedError as refused:
        return _shown(request, found, now, now, notice=str(refused))
    messages.success(request, "The list is closed. Its people are being moved on and told.")
    return redirect("lists:close", found.pk)


@permission_required(CLOSE, raise_exception=True)
@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """What would become of everybody, as CSV. The log says who took it."""
    found, now = list_or_404(pk), timezone.now()
    at = _moment_of(request, found, now)
    actions.record_export(
        "list.closing-exported", mailing_list=found, by=request.user, now=now, details={"at": moment(at)}
    )
    return csv_answer(f"{found.slug}-closing-{timezone.localdate(at)}", COLUMNS, _cells(found, at, now))


def _moment_of(request: HttpRequest, found: MailingList, now: datetime) -> datetime:
    """The moment to look at: the one that is set for the closing if it is to come, unless now is asked for."""
    asked = request.POST if request.method == "POST" else request.GET
    return now if "now" in asked else max(now, found.closes_at or now)


def _overview(request: HttpRequest, found: MailingList, at: datetime, now: datetime) -> Overview:
    first = (_page_number(request) - 1) * PEOPLE_ON_A_PAGE
    return overview(found, at, now, slice(first, first + PEOPLE_ON_A_PAGE))


def _page_number(request: HttpRequest) -> int:
    number = request.GET.get("page", "")
    return max(int(number), 1) if number.isdecimal() and len(number) < 9 else 1


def _shown(
    request: HttpRequest, found: MailingList, at: datetime, now: datetime, notice: str = ""
) -> HttpResponse:
    seen, number = _overview(request, found, at, now), _page_number(request)
    context = {
        "notice": notice,
        "refusal": refusal_to_close(closing_of(found), found.opens_at, now, now),
        "is_now": at == now,
        "has_come": found.closes_at is not None and found.closes_at <= now,
        "when": moment(at),
        "seen": seen,
        "counts": [(becomes.value, TOLD[becomes], count) for becomes, count in seen.counts.items()],
        "people": [(one.subscription.user, one.fate.value) for one in seen.people],
        "pages": {
            "page": number,
            "pages": max(1, -(-seen.total // PEOPLE_ON_A_PAGE)),
            "previous": number - 1,
            "next": number + 1 if number * PEOPLE_ON_A_PAGE < seen.total else 0,
        },
    }
    return page(request, "close", found, "Close and move people on", status=409 if notice else 200, **context)


def _progress(request: HttpRequest, found: MailingList, now: datetime) -> HttpResponse:
    """How far a closing that has begun has come. A POST changes nothing any more."""
    people = people_of(found, now)
    context: dict[str, Any] = {
        "is_done": closing_of(found).is_done,
        "closed": moment(found.closes_at or now),
        "told": people.filter(told_of(found)).count(),
        "total": people.count(),
        "there": destination(found, now),
    }
    status = 409 if request.method == "POST" else 200
    return page(request, "closing", found, "Close and move people on", status=status, **context)


def _cells(found: MailingList, at: datetime, now: datetime) -> Iterator[tuple[str, ...]]:
    for one in foreseen(found, at, now):
        user = one.subscription.user
        yield str(user), user.email, one.fate.value, TOLD[one.fate]


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/close/", close, name="close"),
        path("<int:pk>/close/export/", export, name="close_export"),
    ]
