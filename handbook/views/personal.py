"""What one signed-in reader is shown and does: what they have read, and what they follow."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from handbook import following, history
from handbook.actions import reading as actions
from handbook.models import Edition, EditionSection
from handbook.reading import Reading
from handbook.rules import Standing
from portal.members.models import User


def about_section(user: User, opened: Reading, section: EditionSection) -> dict[str, Any]:
    """What the page of a section says to this reader alone. Nothing to one who is not signed in, whose page is kept for all."""
    key = following.section_key(section.key)
    if not user.is_authenticated:
        return {"follow_key": key}
    is_current = opened.at is None and opened.standing != Standing.SUPERSEDED
    return {
        "follow_key": key,
        "follow": user.follows.filter(key=key).first(),
        "last_read": history.last_read(user, opened, section) if is_current else None,
        "may_mark": _may_mark(opened) and section.body_id != history.NO_WORDS,
    }


def about_edition(user: User, opened: Reading) -> dict[str, Any]:
    """What the contents say to this reader alone."""
    key = following.handbook_key(opened.handbook.pk)
    if not user.is_authenticated:
        return {"follow_key": key}
    may_mark = _may_mark(opened)
    return {
        "follow_key": key,
        "follow": user.follows.filter(key=key).first(),
        "since_read": history.since_read(user, opened) if may_mark else None,
        "may_mark": may_mark,
    }


def _may_mark(opened: Reading) -> bool:
    """Only words in force, at their own address: an older text that somebody looks up is not what they have read last."""
    return opened.at is None and opened.standing == Standing.IN_FORCE


@never_cache
@require_POST
def mark_read(request: HttpRequest, edition_id: int, key: UUID) -> HttpResponse:
    """Marks a section as read and goes back to it; for the script of the page (`quietly`) without an answer to show."""
    sections = EditionSection.objects.present().select_related("edition__handbook")
    found = get_object_or_404(
        sections, edition__in=Edition.objects.published().filter(id=edition_id), key=key
    )
    back = f"{_home(request, found.edition)}{found.anchor}/"
    if not request.user.is_authenticated:
        return redirect_to_login(back)
    try:
        actions.mark_read(user=request.user, section=found, now=timezone.now())
    except actions.NotInForceError as refused:
        return _refused(request, refused, back)
    if "quietly" in request.POST:
        return HttpResponse(status=204)
    messages.success(request, f"“{found}” is marked as read. We will show you here when it changes.")
    return redirect(back)


@never_cache
@require_POST
def mark_all_read(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Marks every section of the edition in force as read and goes back to the contents."""
    edition = get_object_or_404(Edition.objects.published().select_related("handbook"), id=edition_id)
    back = _home(request, edition)
    if not request.user.is_authenticated:
        return redirect_to_login(back)
    try:
        count = actions.mark_all_read(user=request.user, edition=edition, now=timezone.now())
    except actions.NotInForceError as refused:
        return _refused(request, refused, back)
    sections = f"{count} section{'' if count == 1 else 's'}"
    messages.success(
        request,
        f"Edition {edition.number} is marked as read: {sections}. We will show you here what changes.",
    )
    return redirect(back)


def _home(request: HttpRequest, edition: Edition) -> str:
    """Where the reader came from: the edition's permanent address, or that of the edition in force."""
    home = edition.handbook.url
    return f"{home}{edition.number}/" if "permanent" in request.POST else home


def _refused(request: HttpRequest, refused: actions.NotInForceError, back: str) -> HttpResponse:
    if "quietly" in request.POST:
        return HttpResponse(str(refused), status=409, content_type="text/plain; charset=utf-8")
    messages.error(request, str(refused))
    return redirect(back)
