"""An event is called off, in the admin."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from events.actions.calling_off import call_off
from events.admin.frame import event_for, page
from events.forms.people import CallOffForm
from events.letters import receivers
from events.models import EventLetter, Right
from portal.members.actions import RefusedError


@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, pk: int) -> HttpResponse:
    """Says whom it concerns and what it does; a POST calls the event off."""
    found = event_for(request, pk, Right.ORGANISE)
    form = CallOffForm(request.POST or None)
    if form.is_valid():
        try:
            call_off(event=found, by=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{found.title} has been called off. Everybody is being told.")
            return redirect("places:event", pk)
    coming, wait = (len(receivers(found, to)) for to in (EventLetter.To.COMING, EventLetter.To.WAITING))
    words = (
        f"{coming} {'person has' if coming == 1 else 'people have'} a place and {wait} {'waits' if wait == 1 else 'wait'} for one. "
        "They get a mail, tickets no longer count, and calendars take the event out. What was paid is to be paid back: finance sees each order."
    )
    return page(request, "form_page", found, "Call it off", form=form, button="Call it off", words=words)


def urls() -> list[URLPattern]:
    return [path("<int:pk>/call-off/", off, name="call_off")]
