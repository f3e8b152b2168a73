"""Pages of the portal as a whole: is it alive, is it ready, and in development what mail it wrote."""

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import mailbox
from portal.health import readiness

MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Says that the process answers; asks nothing else."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Says whether the portal can do its work, as JSON; 503 with the problems if it cannot."""
    found = readiness(timezone.now())
    answer = {
        "ready": not found.problems,
        "database": found.database,
        "migrations": found.migrations,
        "worker": {"heard_at": found.worker_heard_at, "silent_seconds": found.worker_silent_seconds},
        "problems": found.problems,
    }
    return JsonResponse(answer, status=503 if found.problems else 200)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the token that shows that it is ours: cookies are off, or the page is from before somebody signed in or out."""
    return render(request, "403_csrf.html", status=403)


@never_cache
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """The mail that was written to files, newest first. Only in development."""
    refuse_outside_development()
    return render(request, "portal/mailbox.html", {"letters": mailbox.letters()})


@never_cache
@require_safe
def mail_shown(request: HttpRequest, name: str) -> HttpResponse:
    """One message: its text, and its HTML in a frame. Only in development."""
    return render(request, "portal/mailbox_letter.html", {"letter": letter_or_404(name)})


@never_cache
@require_safe
@csp(MAIL_POLICY)
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of one message, which may show itself and nothing more. Only in development."""
    html = letter_or_404(name).html
    return HttpResponse(f'<!doctype html><base target="_blank">{html}')


def letter_or_404(name: str) -> mailbox.Letter:
    refuse_outside_development()
    found = mailbox.letter(name)
    if found is None:
        raise Http404("There is no such message.")
    return found


def refuse_outside_development() -> None:
    """Raises Http404 unless DEBUG is on: mail holds links that let people in."""
    if not settings.DEBUG:
        raise Http404("Mail is shown in development only.")
