"""Files of posts: sent by those who may post, and given out to those who may see the post, asked each time."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from forum.actions.attaching import attach, discard
from forum.markup import escaped
from forum.models import Attachment, Level
from forum.rules.files import (
    MB,
    MOST_BYTES,
    SHOWN,
    may_see_file,
    refusal_of_size,
    refusal_of_tries,
)
from forum.views.frame import Place, for_those_who, place_of, refused
from portal.members.actions import RefusedError
from portal.members.models import User

MOST_REQUEST = MOST_BYTES + MB // 4  # the file, and what a form has around it
HOUR = 3600
CHOOSE = "Choose a file."
# Nothing in a file can run or load anything, should a browser ever open it as a page.
POLICY = "sandbox; default-src 'none'"


@csrf_exempt  # looking for the token reads the whole body; `_take` asks for it once it is known who sends how much
@for_those_who(Level.POST)
@require_POST
def send(request: HttpRequest, place: Place) -> HttpResponse:
    """Takes one file, for a post that is being written. Answers as JSON with what to put into the post, or why not."""
    if length_of(request) > MOST_REQUEST:
        return _said(refusal_of_size(MOST_REQUEST), 413)
    return _take(request, place)


@csrf_protect
def _take(request: HttpRequest, place: Place) -> HttpResponse:
    if refusal := refused_for_now(place):
        return _said(refusal, 429)
    file = request.FILES.get("file")
    if file is None:
        return _said(CHOOSE, 400)
    try:
        attachment = attach(mailing_list=place.list, user=place.user, file=file, now=place.now)
    except RefusedError as reason:
        return _said(str(reason), 422)
    return JsonResponse(described(attachment), status=201)


@never_cache
@require_safe
def give_out(request: HttpRequest, key: UUID, name: str) -> HttpResponseBase:
    """A file, to those who may see it at this moment. `name` is for the eye alone: a key has one file."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    attachment, place = _found(request, key)
    if not place.access.may_read:
        return refused(request, place, Level.READ)
    if not _is_visible(attachment, place):
        raise Http404("There is no such file.")
    return _file(attachment)


@never_cache
@require_POST
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Deletes a file that the person has added, before it is posted or after."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    attachment, place = _found(request, key)
    if not place.access.may_read:
        return refused(request, place, Level.READ)
    if not _is_visible(attachment, place):
        raise Http404("There is no such file.")
    try:
        discard(attachment=attachment, user=place.user, now=place.now)
    except RefusedError as reason:
        return _said(str(reason), 422)
    return HttpResponse(status=204)


def refused_for_now(place: Place) -> str | None:
    """Why a person who sends one more file has to wait; `None` if they need not. Each asking counts as a file."""
    return refusal_of_tries(_tries(place.user, place.now))


def length_of(request: HttpRequest) -> int:
    """How many bytes of body a request says that it has. Django reads no more than these."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def described(attachment: Attachment, words: str = "") -> dict[str, str | int]:
    """What a composer has to know of a file: its key, how it is called, and the Markdown that shows or links to it.

    `words` say what a picture shows; without them it is called as the file.
    """
    picture = attachment.type in SHOWN
    words = escaped(words[:300] or attachment.name)
    return {
        "key": str(attachment.key),
        "name": attachment.name,
        "size": attachment.size,
        "url": reverse("attachment", args=[attachment.key, attachment.name]),
        "remove_url": reverse("remove_attachment", args=[attachment.key]),
        "markdown": f"{'!' if picture else ''}[{words}](attachment:{attachment.key})",
    }


def _found(request: HttpRequest, key: UUID) -> tuple[Attachment, Place]:
    """The file, and its list as the reader stands before it: the one that its topic is in now."""
    rows = Attachment.objects.select_related("list", "post__topic__forum__mailing_list")
    attachment = get_object_or_404(rows, key=key)
    return attachment, place_of(attachment.present_list, request.user, timezone.now())


def _is_visible(attachment: Attachment, place: Place) -> bool:
    post = attachment.post
    owners = {attachment.uploader_id, post.poster_id if post else None}
    return may_see_file(
        place.access,
        own=place.user.pk in owners,
        posted=post is not None,
        approved=post is not None and post.approved,
    )


def _file(attachment: Attachment) -> FileResponse:
    try:
        stored = attachment.file.open("rb")
    except OSError as missing:
        raise Http404("This file is missing. Tell the people who run the portal.") from missing
    response = FileResponse(
        stored,
        as_attachment=attachment.type not in SHOWN,
        filename=attachment.name,
        content_type=attachment.type,
    )
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _tries(user: User, now: datetime) -> int:
    """How many files a person has sent in this hour, this one with them, taken or not."""
    name = f"forum.files.{user.pk}.{now:%Y%m%d%H}"
    cache.add(name, 0, HOUR)
    try:
        return cache.incr(name)
    except ValueError:  # dropped by a full cache in between
        return 1


def _said(words: str | None, status: int) -> JsonResponse:
    return JsonResponse({"error": words}, status=status)
