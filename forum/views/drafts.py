"""Drafts, saved by a script while one writes, and thrown away."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from forum.actions.drafting import DraftChangedError, save_draft, throw_away
from forum.models import Draft, Level, Post
from forum.views.frame import Place, for_those_who
from portal.members.actions import RefusedError


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who(Level.POST)
def drafts(request: HttpRequest, place: Place) -> HttpResponse:
    """A GET tells a script whether the form with a key was posted, so that it forgets its copy; a POST saves a draft."""
    if request.method != "POST":
        return JsonResponse({"posted": _was_posted(place, request.GET.get("key", ""))})
    where = request.POST.get("place", "")[:30]
    if "discard" in request.POST:
        throw_away(mailing_list=place.list, user=place.user, place=where)
        return JsonResponse({"saved_at": ""})
    try:
        draft = save_draft(
            mailing_list=place.list,
            user=place.user,
            place=where,
            subject=request.POST.get("subject", ""),
            text=request.POST.get("text", "").replace("\r\n", "\n"),
            based_on=_moment(request.POST.get("based_on", "")),
            now=place.now,
        )
    except DraftChangedError as changed:
        return JsonResponse(_described(changed.now_there), status=409)
    except RefusedError as refused:
        return JsonResponse({"error": str(refused)}, status=422)
    return JsonResponse({"saved_at": draft.saved_at.isoformat()})


def _described(draft: Draft | None) -> dict[str, str]:
    if draft is None:
        return {"saved_at": "", "subject": "", "text": ""}
    return {"saved_at": draft.saved_at.isoformat(), "subject": draft.subject, "text": draft.text}


def _was_posted(place: Place, key: str) -> bool:
    try:
        return Post.objects.filter(poster=place.user, submission=UUID(key)).exists()
    except ValueError:
        return False


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
