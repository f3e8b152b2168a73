"""Why? For any person and any list, at any moment: the answer, the rule, the facts, and a letter that says so."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from forum import actions
from forum.admin.frame import PEOPLE, list_or_404, page
from forum.explaining import explain
from forum.forms.people import WhyForm
from portal.members.actions import RefusedError


@permission_required(PEOPLE, raise_exception=True)
@require_safe
def why(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks about whom and when, and answers."""
    found, now = list_or_404(pk), timezone.now()
    form = WhyForm(request.GET if "person" in request.GET else None)
    context = {"form": form}
    if form.is_valid():
        person, at = form.cleaned_data["person"], form.cleaned_data["at"] or now
        context |= {"person": person, "explained": explain(found, person, at, now)}
    return page(request, "why", found, "Why?", **context)


@permission_required(PEOPLE, raise_exception=True)
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends the letter to the person."""
    found, now = list_or_404(pk), timezone.now()
    form = WhyForm(request.POST)
    if not form.is_valid():
        return page(request, "why", found, "Why?", form=form)
    person, at = form.cleaned_data["person"], form.cleaned_data["at"]
    try:
        actions.send_explanation(mailing_list=found, user=person, at=at or now, by=request.user, now=now)
        messages.success(request, f"The letter goes to {person} by mail.")
    except RefusedError as refused:
        messages.error(request, str(refused))
    query = urlencode({"person": person.email, "at": at.isoformat() if at else ""})
    return redirect(f"{reverse('lists:why', args=[found.pk])}?{query}")


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/why/", why, name="why"),
        path("<int:pk>/why/send/", send, name="why_send"),
    ]
