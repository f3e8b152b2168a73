"""Counts searches for the page of results: its script says what was found and what was opened (`search-counts.js`)."""

import hashlib
import re

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from search.actions.counting import count_click, count_search
from search.counting import HOLDS_FOR, Asked, read_token

LONGEST_BODY = 4096  # bytes
FORM = "application/x-www-form-urlencoded"
MOST_COUNTS = 60
COUNTS_FOR = 60  # seconds
SOURCE = re.compile(r"[a-z-]{1,20}:[0-9]{1,18}")


# Nothing of a person is read or changed, and the token says that the page was ours. A page that is left cannot send more.
@csrf_exempt
@require_POST
def counted(request: HttpRequest) -> HttpResponse:
    """Counts a search, or what was opened after it. Whatever is sent, the answer says nothing."""
    now = timezone.now()
    if _is_small(request) and _may_count(request, int(now.timestamp())):
        token = request.POST.get("token", "")
        asked = read_token(token, now)
        if asked is not None:
            _count(asked, token, request.POST.get("source", ""))
    return HttpResponse(status=204)


def _count(asked: Asked, token: str, source: str) -> None:
    """Counts once what a token tells, however often it is sent."""
    if not source:
        if _is_first(token):
            count_search(asked=asked)
    elif SOURCE.fullmatch(source) and _is_first(token, source):
        count_click(asked=asked, source=source, is_first=_is_first(token, "any"))


def _is_first(*told: str) -> bool:
    name = hashlib.sha256("|".join(told).encode()).hexdigest()
    return cache.add(f"search.counted.{name}", 1, int(HOLDS_FOR.total_seconds()))


def _is_small(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or ""
    return request.content_type == FORM and length.isdecimal() and int(length) <= LONGEST_BODY


def _may_count(request: HttpRequest, second: int) -> bool:
    """Whether this internet address has sent fewer counts in this minute than it may. The address itself is not kept."""
    address = get_adapter(request).get_client_ip(request)
    sender = hashlib.sha256(f"{second // COUNTS_FOR}|{address}".encode()).hexdigest()
    name = f"search.counting.{sender}"
    cache.add(name, 0, COUNTS_FOR)
    try:
        return cache.incr(name) <= MOST_COUNTS
    except ValueError:  # dropped by a full cache in between
        return True
