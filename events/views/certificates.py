"""Certificates of attendance: for whoever has one, and for anybody who wants to check one."""

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.addresses import Use, place_behind
from events.forms.certificates import CheckForm
from events.models import Answered, Certificate, Place
from events.pdf import PdfUnavailable, certificate_pdf
from events.people import arrangements_of, has_attended
from events.rules.certificates import CHECKS_COUNT_FOR, MOST_CHECKS, counts, cpd, refusal_to_give, when
from events.rules.times import day
from events.views.attending import no_such_address, personal


@never_cache
@require_safe
def certificate(request: HttpRequest, pk: int, secret: str) -> HttpResponse:
    """The certificate as a PDF; while there is none, why."""
    place = place_behind(pk, secret, Use.CERTIFICATE)
    if place is None:
        return no_such_address(request)
    found = Certificate.objects.filter(place=place).first()
    if found is None or not counts(found, place.state):
        return _none_yet(request, place)
    try:
        content = certificate_pdf(found)
    except PdfUnavailable:
        return _none_yet(
            request, place, "The file cannot be made at the moment. Try again later.", status=503
        )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="certificate-{slugify(found.title)[:60]}.pdf"'
    return response


def _none_yet(request: HttpRequest, place: Place, notice: str = "", *, status: int = 200) -> HttpResponse:
    now, event = timezone.now(), place.pool.event
    refusal = refusal_to_give(
        event,
        arrangements_of(event),
        place.state,
        now,
        was_there=has_attended(place),
        has_answered=Answered.objects.filter(place=place).exists(),
    )
    context = {
        "event": event,
        "place": place,
        "refusal": notice
        or refusal
        or "Your certificate is being made. Load this page again in some minutes.",
        **personal(place, now),
    }
    return render(request, "events/booking/certificate.html", context, status=status)


@never_cache
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Whether there is a certificate with a code, and what it certifies: who was at what, when, for how many hours."""
    form = CheckForm(request.GET if "code" in request.GET else None)
    context = {"form": form, "found": None, "asked": ""}
    if form.is_bound and _asks_too_often(request):
        return render(request, "events/certificates.html", {**context, "too_often": True}, status=429)
    if form.is_valid():
        code = form.cleaned_data["code"]
        rows = Certificate.objects.select_related("place").defer("place__email")
        found = rows.filter(code=code).first()
        context["asked"] = code
        if found is not None and counts(found, found.place.state):
            context |= {
                "found": found,
                "when": when(found),
                "cpd": cpd(found),
                "given_on": day(found.given_at),
            }
    return render(request, "events/certificates.html", context)


def _asks_too_often(request: HttpRequest) -> bool:
    """Whether this internet address has checked more than 20 codes in ten minutes. The address itself is not kept."""
    address = get_adapter(request).get_client_ip(request)
    period = int(timezone.now().timestamp() // CHECKS_COUNT_FOR.total_seconds())
    name = f"events.certificates.{hashlib.sha256(f'{period}|{address}'.encode()).hexdigest()}"
    cache.add(name, 0, int(CHECKS_COUNT_FOR.total_seconds()))
    try:
        return cache.incr(name) > MOST_CHECKS
    except ValueError:  # dropped by a full cache in between
        return False
